"""Learning rates against the step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from descend.api.defaults import is_auto, rate_of
from descend.protocols import Adaptive, Array, Search
from descend.views.figures.panels import panel, titled
from descend.views.figures.style import PATHS, STROKES, linear_values, styled, whole_steps
from descend.views.records.paths import key_below

MOST = 24
"""The most schedules of a picture: so many have a colour and a line style of their own."""


@styled()
def schedules(
    rates: Any, *, steps: int = 100, ax: Axes | None = None, title: str | None = None
) -> Axes:
    """Draw learning rates that follow from the step alone, each a curve against the step.

    Parameters
    ----------
    rates
        A schedule, a function of the step count t or a text, `"cosine:0.1"`; several of them, by
        name or in a list. At most 24.
    steps
        Of how many steps the rates are drawn.
    ax, title
        Axes to draw into, by default those of a new figure; and its title.

    Raises
    ------
    ValueError
        If there are too many, or one is found on the way, as line searches are: draw a record then.

    Examples
    --------
    >>> from descend import rates
    >>> ax = schedules([rates.Cosine(0.1, 100), "step:0.1,every=25"])
    >>> [line.get_label() for line in ax.lines]
    ['Cosine(peak=0.1, steps=100, end=0.0)', 'step:0.1,every=25']
    >>> ax.lines[0].get_ydata()[[0, 50]].round(3).tolist()
    [0.1, 0.05]
    """
    if isinstance(steps, bool) or not isinstance(steps, int) or steps < 1:
        raise ValueError(f"steps={steps!r} must be a whole number of at least 1")
    named = _named(rates)
    if not 1 <= len(named) <= MOST:
        raise ValueError(f"views.schedules draws 1 to {MOST} schedules, got {len(named)}")
    t = np.arange(1.0, steps + 1)
    curves = {name: _rates_at(name, rate, t) for name, rate in named.items()}
    own = panel(ax, 6.8, 3.9)
    whole_steps(own, steps)
    own.set_xlim(1, max(steps, 2))
    own.set_ylabel("learning rate")
    for place, (name, curve) in enumerate(curves.items()):
        stroke = STROKES[(place + place // len(PATHS)) % len(STROKES)]
        colour = PATHS[place % len(PATHS)]
        own.plot(t, curve, color=colour, linestyle=stroke, linewidth=1.8, label=name)
    own.set_ylim(bottom=min(0.0, *(float(curve.min()) for curve in curves.values())))
    linear_values(own)
    if len(named) > 1:
        key_below(own, *own.get_legend_handles_labels())
    return titled(own, ax, title, next(iter(named)) if len(named) == 1 else None)


def _named(rates: Any) -> dict[str, Any]:
    """Return learning rates by name."""
    if isinstance(rates, Mapping):
        return {str(name): rate for name, rate in rates.items()}
    # schedules are tuples, too
    several = rates if isinstance(rates, list) or type(rates) is tuple else [rates]
    return {rate if isinstance(rate, str) else repr(rate): rate for rate in several}


def _rates_at(name: str, given: Any, t: Array) -> Array:
    """Return the rates of the steps t."""
    rate = None if is_auto(given) else rate_of(given, np.zeros((1, 1)), len(t))
    if rate is None or isinstance(rate, Adaptive | Search):
        raise ValueError(
            f"{name!r} does not follow from the step alone, it is found on the way: draw the "
            "learning_rates of a record instead"
        )
    return np.broadcast_to(np.asarray(rate(t), dtype=float), t.shape)
