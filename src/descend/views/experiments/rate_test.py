"""A picture of a test of learning rates: the value against the rate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator

from descend.views.curves.curves import fit_values, scale_of
from descend.views.figures.keys import key_of_figure
from descend.views.figures.style import (
    ACCENT,
    INK,
    MUTED,
    PALETTE,
    headline,
    log_rates,
    new_figure,
    style_axes,
    styled,
)
from descend.views.records.trajectories import drawable

if TYPE_CHECKING:
    from descend.experiments.rate_test import RateTest


@styled()
def rate_test(test: RateTest, *, title: str | None = None) -> Figure:
    """Draw the value against the learning rate, with the suggestion and the bound.

    Parameters
    ----------
    test
        The result of `descend.find_rate`.
    title
        The headline; by default the optimizer's name and the suggestion.
    """
    figure = new_figure(7.4, 4.4)
    ax = style_axes(figure.add_subplot(), title="value after the step at each rate, one run")
    values = drawable(test.values)
    # the values of a divergence would flatten all before them
    shown = values[values <= values[0] + 2 * (values[0] - values.min())]
    scale = scale_of(shown, "auto", label="value")
    log_rates(ax)
    ax.xaxis.set_major_locator(LogLocator(numticks=8))
    fit_values(ax, scale.apply(shown), scale)
    ax.plot(test.rates, scale.apply(values), color=MUTED, linewidth=1, label="value")
    smoothed = scale.apply(test.smoothed)
    ax.plot(test.rates, smoothed, color=PALETTE[0], linewidth=2, label="moving mean")
    marks = (
        ("begin with {:.3g}", test.suggestion, ACCENT, "-"),
        ("blows up from about {:.2g}", test.blow_up, INK, ":"),
        ("stable up to {:.3g}", test.bound, PALETTE[2], "--"),
    )
    for template, rate, colour, stroke in marks:
        if rate is not None:
            label = template.format(rate)
            ax.axvline(rate, color=colour, linestyle=stroke, linewidth=1.6, label=label)
    ax.set_xlim(test.rates[0], max(test.rates[-1], test.bound or 0.0))
    key_of_figure(ax)
    headline(figure, title, f"A learning rate for {test.optimizer}: {test.suggestion:.2g}")
    return figure
