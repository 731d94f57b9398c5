"""Reports: one self-contained page of text, tables and figures."""

import os
import re
from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from descend.support.files import replacing
from descend.views.figures.files import checked_path
from descend.views.report.page import PAGE

if TYPE_CHECKING:
    from matplotlib.figure import Figure


WIDE = 3
"""Tables of more columns do not fit narrow screens."""


class Table(NamedTuple):
    """A table: the columns' names, the cells as text or numbers, and what it is about."""

    header: Sequence[str]
    rows: Sequence[Sequence[object]]
    caption: str = ""


class Section(NamedTuple):
    """A part of a report: a heading, text (blank lines part paragraphs), a table, a figure.

    A function that draws the figure is called twice: the second time it draws for a narrow screen.
    """

    heading: str
    text: str | None = None
    table: Table | None = None
    figure: "Figure | Callable[[], Figure] | None" = None


def write_report(
    file: str | os.PathLike[str],
    title: str,
    sections: Sequence[Section],
    subtitle: str | None = None,
) -> Path:
    """Write one self-contained HTML page, and return its path.

    It has light and dark colours, as the reader's device prefers, fits narrow screens, and prints.

    Parameters
    ----------
    file
        Its name ends in .html or .htm.
    title, subtitle
        The page's headline, and a line below it.
    sections
        The parts, in order.

    Raises
    ------
    ValueError
        If the ending is another, or a row of a table has more or fewer cells than its header.
    FileNotFoundError
        If the folder does not exist.
    """
    path = checked_report(file)
    parts = [_section(index, section) for index, section in enumerate(sections)]
    page = PAGE.substitute(
        title=escape(title),
        subtitle=f'<p class="subtitle">{escape(subtitle)}</p>' if subtitle else "",
        sections="\n".join(parts),
    )
    with replacing(path) as temporary:
        temporary.write_text(page, encoding="utf-8")
    return path


def checked_report(file: str | os.PathLike[str]) -> Path:
    """Return the path of a report, refused if it cannot be one."""
    path = checked_path(file, "a report", (".html", ".htm"))
    if not path.parent.is_dir():
        raise FileNotFoundError(
            f"cannot write {str(file)!r}: the folder {str(path.parent)!r} does not exist"
        )
    return path


def _section(index: int, section: Section) -> str:
    parts = [f"<h2>{escape(section.heading)}</h2>"]
    if section.text:
        paragraphs = re.split(r"\n\s*\n", section.text.strip())
        parts += [f"<p>{escape(paragraph.strip())}</p>" for paragraph in paragraphs]
    if section.table is not None:
        parts.append(_table(section.table))
    if section.figure is not None:
        from descend.views.report.drawing import drawings  # it loads matplotlib

        parts.append(drawings(section.figure, section.heading, f"f{index}-"))
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
    body = "\n".join(f"<tr>{_row(row, table.header, numeric)}</tr>" for row in table.rows)
    caption = f"<caption>{escape(table.caption)}</caption>" if table.caption else ""
    label = escape(table.caption or ", ".join(filter(None, table.header)) or "figures", quote=True)
    wide = ' class="wide"' if len(table.header) > WIDE else ""
    return (
        f'<div class="table" role="region" tabindex="0" aria-label="{label}"><table{wide}>{caption}'
        f"{head}<tbody>\n{body}\n</tbody></table></div>"
    )


def _row(row: Sequence[object], header: Sequence[str], numeric: Sequence[bool]) -> str:
    """Return the cells of a row; a first cell in words is the row's heading.

    On a narrow screen a wide row becomes a list, in which each cell has its column's name.
    """
    cells = []
    for column, (cell, name, right) in enumerate(zip(row, header, numeric, strict=True)):
        text = escape(_typeset(_text(cell)) if right else _text(cell))
        if column == 0 and not right:
            cells.append(f'<th scope="row">{text}</th>')
        else:
            label = f' data-name="{escape(str(name), quote=True)}"' if len(row) > WIDE else ""
            cells.append(f"<td{_class(right)}{label}>{text}</td>")
    return "".join(cells)


def _class(right: bool) -> str:
    return ' class="number"' if right else ""


def _text(cell: object) -> str:
    if cell is None:
        return ""
    # Text and whole numbers are shown as they are given, others to six digits.
    return f"{cell:.6g}" if isinstance(cell, float) else str(cell)


_PLAIN_NUMBER = re.compile(r"-?[\d,]*\.?\d+(e[-+]?\d+)?")


def _typeset(text: str) -> str:
    """Return a number with a minus sign and a power of ten, as pictures have it."""
    from descend.views.figures.style import typeset  # it loads matplotlib

    return typeset(text) if _PLAIN_NUMBER.fullmatch(text) else text


def _is_blank(cell: object) -> bool:
    return cell is None or str(cell).strip() in ("", "-", "\N{EN DASH}", "\N{EM DASH}")


_NUMBER = re.compile(
    r"[-+\N{MINUS SIGN}]?(\d[\d,]*\.?\d*|\.\d+)([eE][-+]?\d+)?"
    r"(\s?(%|s|ms|min|h|KB|MB|GB|rows?|steps?|epochs?))?"
)


def _is_number(cell: object) -> bool:
    return not isinstance(cell, bool) and (
        _NUMBER.fullmatch(_text(cell).strip()) is not None or _text(cell) in ("nan", "inf", "-inf")
    )
