"""Reports: one self-contained page of text, tables and figures."""

import base64
import io
import os
import re
import warnings
from collections.abc import Sequence
from contextlib import ContextDecorator
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from descend.support.files import replacing
from descend.views.page import PAGE

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# On a narrow screen a drawing shrinks to this share, and then scrolls: its words stay legible.
LEAST_WIDTH = 0.72

# A larger drawing is shown as an image: a page of many megabytes is slow to open and to send.
LARGEST_SVG = 1_000_000


class Table(NamedTuple):
    """A table: the columns' names, the cells as text or numbers, and what it is about."""

    header: Sequence[str]
    rows: Sequence[Sequence[object]]
    caption: str = ""


class Section(NamedTuple):
    """A part of a report: a heading, and under it a text, a table, a figure, or all of them.

    Blank lines part the text into paragraphs.
    """

    heading: str
    text: str | None = None
    table: Table | None = None
    figure: "Figure | None" = None


def write_report(
    file: str | os.PathLike[str],
    title: str,
    sections: Sequence[Section],
    subtitle: str | None = None,
) -> Path:
    """Write one HTML page that needs nothing outside itself.

    It has light and dark colours, as the reader's device prefers, fits narrow screens, and prints.

    Parameters
    ----------
    file
        Its name ends in .html or .htm.
    title, subtitle
        The page's headline, and a line below it.
    sections
        The parts, in order.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    ValueError
        If the ending is another, or a row of a table has more or fewer cells than its header.
    FileNotFoundError
        If the folder does not exist.
    """
    path = Path(file)
    if path.suffix.lower() not in (".html", ".htm"):
        raise ValueError(f"cannot write {path.name!r}: a report's name must end in .html")
    parts = [_section(index, section) for index, section in enumerate(sections)]
    page = PAGE.substitute(
        title=escape(title),
        subtitle=f'<p class="subtitle">{escape(subtitle)}</p>' if subtitle else "",
        sections="\n".join(parts),
    )
    with replacing(path) as temporary:
        temporary.write_text(page, encoding="utf-8")
    return path


def _section(index: int, section: Section) -> str:
    parts = [f"<h2>{escape(section.heading)}</h2>"]
    if section.text:
        paragraphs = re.split(r"\n\s*\n", section.text.strip())
        parts += [f"<p>{escape(paragraph.strip())}</p>" for paragraph in paragraphs]
    if section.table is not None:
        parts.append(_table(section.table))
    if section.figure is not None:
        parts.append(_figure(section.figure, section.heading, f"f{index}-"))
    return "<section>\n" + "\n".join(parts) + "\n</section>"


def _table(table: Table) -> str:
    for row in table.rows:
        if len(row) != len(table.header):
            raise ValueError(
                f"a row of the table {table.caption!r} has {len(row)} cells, "
                f"its header has {len(table.header)}"
            )
    numeric = [
        any(_is_number(row[column]) for row in table.rows)
        and all(_is_number(row[column]) or _is_blank(row[column]) for row in table.rows)
        for column in range(len(table.header))
    ]
    cells = "".join(
        f'<th scope="col"{_class(right)}>{escape(str(name))}</th>'
        for name, right in zip(table.header, numeric, strict=True)
    )
    head = f"<thead><tr>{cells}</tr></thead>\n" if any(table.header) else ""
    body = "\n".join(f"<tr>{_row(row, numeric)}</tr>" for row in table.rows)
    caption = f"<caption>{escape(table.caption)}</caption>" if table.caption else ""
    label = escape(table.caption or ", ".join(filter(None, table.header)) or "figures", quote=True)
    return (
        f'<div class="table" role="region" tabindex="0" aria-label="{label}"><table>{caption}'
        f"{head}<tbody>\n{body}\n</tbody></table></div>"
    )


def _row(row: Sequence[object], numeric: Sequence[bool]) -> str:
    """Return the cells of a row; a first cell in words is the row's heading."""
    cells = []
    for column, (cell, right) in enumerate(zip(row, numeric, strict=True)):
        told = escape(_told(cell))
        if column == 0 and not right:
            cells.append(f'<th scope="row">{told}</th>')
        else:
            cells.append(f"<td{_class(right)}>{told}</td>")
    return "".join(cells)


def _class(right: bool) -> str:
    return ' class="number"' if right else ""


def _told(cell: object) -> str:
    if cell is None:
        return ""
    # Text and whole numbers are shown as they are given; six digits of others are plenty.
    return f"{cell:.6g}" if isinstance(cell, float) else str(cell)


def _is_blank(cell: object) -> bool:
    return cell is None or str(cell).strip() in ("", "-", "\N{EN DASH}", "\N{EM DASH}")


_NUMBER = re.compile(
    r"[-+\N{MINUS SIGN}]?(\d[\d,]*\.?\d*|\.\d+)([eE][-+]?\d+)?"
    r"(\s?(%|s|ms|min|h|KB|MB|GB|rows?|steps?|epochs?))?"
)


def _is_number(cell: object) -> bool:
    return not isinstance(cell, bool) and (
        _NUMBER.fullmatch(_told(cell).strip()) is not None or _told(cell) in ("nan", "inf", "-inf")
    )


def _figure(figure: "Figure", heading: str, prefix: str) -> str:
    """Return the figure as an inline drawing whose ink follows the page, or as an image."""
    label = escape(_description(figure, heading), quote=True)
    drawing = _svg(figure)
    if len(drawing) <= LARGEST_SVG:
        inner = _inline(drawing, prefix, label)
    else:
        data = base64.b64encode(_png(figure)).decode("ascii")
        inner = f'<img class="paper" alt="{label}" src="data:image/png;base64,{data}">'
    return f'<figure tabindex="0">{inner}</figure>'


def _description(figure: "Figure", heading: str) -> str:
    """Return what a reader who cannot see the figure is told."""
    axes = [ax for ax in figure.axes if ax.get_xlabel() and ax.get_ylabel()]
    told = "; ".join(f"{ax.get_ylabel()} against {ax.get_xlabel()}" for ax in axes)
    return f"{heading}: {told}" if told else heading


def _svg(figure: "Figure") -> str:
    stream = io.StringIO()
    _write(figure, stream, "svg")
    return stream.getvalue()


def _png(figure: "Figure") -> bytes:
    stream = io.BytesIO()
    _write(figure, stream, "png")
    return stream.getvalue()


def _write(figure: "Figure", stream: io.StringIO | io.BytesIO, kind: str) -> None:
    with warnings.catch_warnings():
        # The reader's browser has the letters that matplotlib's own font lacks.
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        styled = _text_as_text()(figure.savefig)
        metadata = {"Date": None, "Creator": None} if kind == "svg" else None
        styled(stream, format=kind, dpi=150, metadata=metadata)


def _text_as_text() -> ContextDecorator:
    """Return the house style, with words in drawings as words: selectable, in the page's font."""
    import matplotlib as mpl

    from descend.views.style import STYLE

    return mpl.rc_context({**STYLE, "svg.fonttype": "none"})


def _inline(drawing: str, prefix: str, label: str) -> str:
    """Return the drawing as an element of the page, with names that no other drawing has."""
    from descend.views.style import GRID, INK, MUTED, PALETTE, PAPER

    svg = drawing[drawing.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r'\bid="', f'id="{prefix}', svg)
    svg = re.sub(r'(xlink:href="#|url\(#)', rf"\g<1>{prefix}", svg)
    variables = {INK: "ink", MUTED: "muted", GRID: "grid", PAPER: "paper", PALETTE[0]: "first"}
    for colour, variable in variables.items():
        svg = svg.replace(f": {colour}", f": var(--{variable})")
    svg = svg.replace("'DejaVu Sans'", "var(--font)")
    width = re.search(r'<svg[^>]*?\bwidth="([\d.]+)pt"', svg)
    assert width is not None
    pixels = float(width.group(1)) / 0.75
    shown = f"width:{pixels:.0f}px;min-width:{LEAST_WIDTH * pixels:.0f}px"
    svg = re.sub(r'(<svg[^>]*?) height="[^"]*"', r"\1", svg, count=1)
    svg = re.sub(r'(<svg[^>]*?) width="[^"]*"', rf'\1 style="{shown}"', svg, count=1)
    return svg.replace("<svg", f'<svg role="img" aria-label="{label}"', 1).strip()
