"""A picture of a test of learning rates: the value against the rate."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

from descend.views.curves import limits_of, scale_of
from descend.views.style import (
    ACCENT,
    INK,
    MUTED,
    PALETTE,
    dress,
    headline,
    log_values,
    new_figure,
    number,
    plain_values,
    styled,
)
from descend.views.trajectories import tame

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

    Returns
    -------
    Figure
        Of matplotlib; `descend.views.save` writes it to a file.
    """
    figure = new_figure(7.4, 4.4)
    ax = dress(figure.add_subplot(), title="value after the step at each rate, one run")
    values = tame(test.values)
    # a blow-up would flatten all that went before it
    calm = values <= values[0] + 2 * (values[0] - values.min())
    scale = scale_of(values[calm], "auto", settled=False, label="value")
    ax.set_xscale("log")
    low, high = limits_of(scale.apply(values[calm]), scale.log)
    ax.set_ylim(low, high)
    (log_values if scale.log else plain_values)(ax)
    ax.set_ylim(low, high)
    ax.plot(test.rates, scale.apply(values), color=MUTED, linewidth=1, label="value")
    smoothed = scale.apply(test.smoothed)
    ax.plot(test.rates, smoothed, color=PALETTE[0], linewidth=2, label="moving mean")
    marks = (
        ("begin with {:.3g}", test.suggestion, ACCENT, "-"),
        ("blows up from about {:.2g}", test.blow_up, INK, ":"),
        ("stable up to {:.3g}", test.bound, PALETTE[2], "--"),
    )
    for told, rate, colour, stroke in marks:
        if rate is not None:
            label = told.format(rate)
            ax.axvline(rate, color=colour, linestyle=stroke, linewidth=1.6, label=label)
    shown = np.array([test.rates[0], max(test.rates[-1], test.bound or 0.0)])
    ax.set_xlim(*shown)
    ax.xaxis.set_major_locator(LogLocator(numticks=8))
    ax.xaxis.set_minor_locator(NullLocator())
    ax.xaxis.set_major_formatter(FuncFormatter(lambda rate, _: number(rate)))
    ax.set_xlabel("learning rate")
    ax.set_ylabel(scale.label)
    figure.legend(*ax.get_legend_handles_labels(), loc="outside right upper", fontsize=8)
    named = f"A learning rate for {test.optimizer}: {test.suggestion:.2g}"
    headline(figure, title if title is not None else named)
    return figure
