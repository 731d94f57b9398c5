"""Figures in the pages of the site as drawings in the page's own colours, light and dark."""

from __future__ import annotations

import textwrap
from itertools import count
from typing import Any

from matplotlib.figure import Figure

from descend.views.figures.collecting import take_figures
from descend.views.report.drawing import drawing


def as_rst(figure: Figure, heading: str, prefix: str) -> str:
    """Return a figure as a directive that holds the drawing."""
    html = drawing(figure, heading, prefix)
    return f".. raw:: html\n\n{textwrap.indent(html, '    ')}\n"


_numbers = count()


def scrape(block: Any, block_vars: dict[str, Any], gallery_conf: dict[str, Any]) -> str:
    """Return the figures of a lesson's cell, as sphinx-gallery asks for, and save them."""
    parts = []
    for figure in take_figures():
        # the first of a script becomes its thumbnail
        file = next(block_vars["image_path_iterator"])
        figure.savefig(file, dpi=100)
        parts.append(as_rst(figure, "figure", f"s{next(_numbers)}-"))
    return "\n\n".join(["", *parts, ""])
