"""Figures inside an HTML page."""

import base64
import io
import re
import warnings
from collections.abc import Callable
from html import escape

import matplotlib as mpl
from matplotlib.figure import Figure

from descend.views.figures.style import GRID, INK, MUTED, PALETTE, PAPER, STYLE, paper_of

LEAST_WIDTH = 0.72
"""A drawing for wide screens shrinks to this share, and then scrolls: its words stay legible."""

NARROW = 3.5
"""The width in inches of drawings for narrow screens."""

LARGEST_SVG = 1_000_000
"""A larger drawing, in bytes, is shown as an image: huge pages are slow to open and to send."""


def drawings(figure: Figure | Callable[[], Figure], heading: str, prefix: str) -> str:
    """Return a figure's drawing, or one for wide screens and one for narrow ones."""
    if isinstance(figure, Figure):
        return drawing(figure, heading, prefix)
    with paper_of(NARROW):
        narrow = figure()
    wide = figure()
    if wide.get_figwidth() <= NARROW:
        return drawing(wide, heading, prefix)
    both = (("wide", wide), ("narrow", narrow))
    return "".join(
        f'<div class="{screen}">{drawing(drawn, heading, f"{prefix}{screen}-")}</div>'
        for screen, drawn in both
    )


def drawing(figure: Figure, heading: str, prefix: str) -> str:
    """Return the figure as an inline SVG in the page's colours, or as an image."""
    label = escape(_description(figure, heading), quote=True)
    svg = _written(figure, "svg").decode("utf-8")
    if len(svg) <= LARGEST_SVG:
        inner = _inline(svg, prefix, label)
    else:
        data = base64.b64encode(_written(figure, "png")).decode("ascii")
        inner = f'<img class="paper" alt="{label}" src="data:image/png;base64,{data}">'
    return f'<figure tabindex="0">{inner}</figure>'


def _description(figure: Figure, heading: str) -> str:
    """Return the text for a reader who cannot see the figure."""
    axes = [ax for ax in figure.axes if ax.get_xlabel() and ax.get_ylabel()]
    panels = "; ".join(f"{ax.get_ylabel()} against {ax.get_xlabel()}" for ax in axes)
    return f"{heading}: {panels}" if panels else heading


def _written(figure: Figure, kind: str) -> bytes:
    """Return the figure as an SVG or PNG file, with words as words, in the page's font."""
    stream = io.BytesIO()
    with warnings.catch_warnings(), mpl.rc_context({**STYLE, "svg.fonttype": "none"}):
        # The reader's browser has the letters that matplotlib's own font lacks.
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        metadata = {"Date": None, "Creator": None} if kind == "svg" else None
        figure.savefig(stream, format=kind, dpi=150, metadata=metadata)
    return stream.getvalue()


def _inline(svg: str, prefix: str, label: str) -> str:
    """Return the SVG as an element of the page, with names that no other drawing has."""
    svg = svg[svg.index("<svg") :]
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
