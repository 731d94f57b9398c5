"""The marks of runs in a film: their colours on light and dark pages, shapes, strokes and ends."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.colors import to_hex, to_rgb

from descend.protocols import Array
from descend.views.animations.plan import Plan
from descend.views.animations.player.drawn import Drawn, moving_part
from descend.views.figures.style import HALO, INK, RACERS
from descend.views.records.marks import FEW_MINIMA, STAR
from descend.views.records.paths import FEW_RUNS, colours_of, line_style, marker_size

# Outlines of the same area, of a radius of about 5. A star and a cross have meanings of their own.
SHAPES = {
    "circle": "M5 0A5 5 0 1 1 -5 0A5 5 0 1 1 5 0Z",
    "square": "M-4.4 -4.4H4.4V4.4H-4.4Z",
    "up": "M0 -6.2L6 4.6H-6Z",
    "diamond": "M0 -6.2L6.2 0L0 6.2L-6.2 0Z",
    "down": "M0 6.2L6 -4.6H-6Z",
    "pentagon": "M0 -5.6L5.3 -1.7L3.3 4.5H-3.3L-5.3 -1.7Z",
    "right": "M6.2 0L-4.6 6V-6Z",
    "bar": "M-2.8 -6.4H2.8V6.4H-2.8Z",
    "left": "M-6.2 0L4.6 6V-6Z",
    "lying": "M-6.4 -2.8H6.4V2.8H-6.4Z",
    "cross": "M-5.6 -3.4L-3.4 -5.6L0 -2.2L3.4 -5.6L5.6 -3.4L2.2 0L5.6 3.4L3.4 5.6L0 2.2L-3.4 5.6"
    "L-5.6 3.4L-2.2 0Z",
    "out": "M0 -6.2L6.2 0L0 6.2L-6.2 0Z",
    "star": "M0 -6.4L1.5 -2.1L6.1 -2L2.4 0.8L3.8 5.2L0 2.5L-3.8 5.2L-2.4 0.8L-6.1 -2L-1.5 -2.1Z",
    "plus": "M-1.7 -5.2H1.7V-1.7H5.2V1.7H1.7V5.2H-1.7V1.7H-5.2V-1.7H-1.7Z",
}
"""The outlines of marks by name."""

DARK_PAPER = "#1a202a"
"""What is behind the curves on a dark page."""

SMALL = 4.0
"""Marks of a smaller diameter in points have thin edges."""

LEAST_CONTRAST = 4.0
"""How much lighter than a dark page a colour is, as the quotient of WCAG 2."""


def marks_of(plan: Plan, panels: Sequence[Drawn]) -> dict[str, Any]:
    """Return how the page draws the runs that move, and their ends as the panels show them."""
    moving = moving_part(plan.trajectories)
    colours = colours_of(moving)
    width, opacity = line_style(moving)
    few, diameter = moving.n_runs <= FEW_RUNS, float(np.sqrt(marker_size(moving)))
    return {
        "colours": colours,
        "dark": [on_dark(colour) for colour in colours],
        "halo": HALO,
        "ink": INK,
        "star": STAR,
        "large": bool(sum(len(drawn.motion.minima) for drawn in panels) <= FEW_MINIMA),
        "shapes": SHAPES,
        "marks": [shape_of(colour) for colour in colours],
        "strokes": [_place(colour) % 4 for colour in colours],
        "widths": np.broadcast_to(width, moving.n_runs).tolist(),
        "opacity": opacity,
        "diameter": round(diameter, 3),
        "edge": 1.0 if diameter > SMALL else 0.5,
        "outlined": few,
        "starts": 1.0 if moving.n_runs == plan.trajectories.n_runs else 0.35,
        "ends": _ends(panels),
    }


def shape_of(colour: str) -> str:
    """Return the shape of a colour's marks: racers have one each, all others circles."""
    return list(SHAPES)[_place(colour)]


def _place(colour: str) -> int:
    return RACERS.index(colour) if colour in RACERS else 0


def _ends(panels: Sequence[Drawn]) -> list[tuple[str, int]]:
    """Return how each run ended, and the row of its track where it was last in the picture."""
    for drawn in panels:
        if drawn.motion.ends is not None:
            kinds, last_seen = drawn.motion.ends
            return list(zip(kinds.tolist(), last_seen.tolist(), strict=True))
    return []


def on_dark(colour: str) -> str:
    """Return a colour, lightened as far as it must be to be seen on a dark page.

    >>> on_dark("#f2a900"), on_dark("#1f2733")
    ('#f2a900', '#7e838a')
    """
    rgb = np.array(to_rgb(colour))
    for white in np.linspace(0, 1, 41):
        lighter = rgb + white * (1 - rgb)
        contrast = (_luminance(lighter) + 0.05) / (_luminance(to_rgb(DARK_PAPER)) + 0.05)
        if contrast >= LEAST_CONTRAST:
            return to_hex(lighter)
    return "#ffffff"


def _luminance(rgb: Any) -> float:
    """Return the relative luminance of WCAG 2."""
    channels: Array = np.asarray(rgb)
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])
