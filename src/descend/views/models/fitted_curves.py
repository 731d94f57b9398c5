"""A model of one input over its data: at one step, and at all of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import matplotlib as mpl
import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.collections import LineCollection
from matplotlib.colors import Colormap, LinearSegmentedColormap, Normalize
from matplotlib.ticker import MaxNLocator

from descend.protocols import Array
from descend.views.figures.bars import draw_bar
from descend.views.figures.panels import panel, titled
from descend.views.figures.style import ACCENT, INK, MUTED, PALETTE, label_numbers, styled
from descend.views.models.fits import RASTER_POINTS
from descend.views.models.recorded_fits import RecordedFit, curve_fit, refuse_one_point
from descend.views.records.paths import draw_key
from descend.views.records.trajectories import keyframes

CURVE_POINTS = 201
"""Points of a curve; of a line they are more than it needs."""

MOST_CURVES = 200
"""The most curves of one picture: of more steps some are left out."""

TIMES: Colormap = LinearSegmentedColormap.from_list(
    "times", mpl.colormaps["viridis_r"](np.linspace(0.12, 1.0, 64))
)
"""Early is light and late is dark; what is early stands out from white paper, too."""

FIT_STYLE: Any = {"color": ACCENT, "linewidth": 2.4, "zorder": 5}
"""How the line or curve of a fit is drawn."""

Truth = Callable[[Array], npt.ArrayLike]


@styled()
def fit(
    what: Any,
    *,
    step: int | None = None,
    truth: Truth | None = None,
    data: tuple[Any, Any] | None = None,
    ax: Axes | None = None,
    title: str | None = None,
) -> Axes:
    """Draw a model of one feature over its data, at the end or at any recorded step.

    Of losses with normal equations their answer is drawn beside it.

    Parameters
    ----------
    what
        A fitted model, its record `model.descent_`, or a pipeline that ends with one: then the
        curve is drawn over what the pipeline was given.
    step
        A recorded step or epoch; by default the last.
    truth
        The true function of `x` `(n,)`, if it is known.
    data
        `(X, y)` as given to `fit`; by default the rows that the record holds.
    ax
        Axes to draw into; by default those of a new figure.
    title
        By default the step.

    Raises
    ------
    ValueError
        If the model has several features or outputs, its rows are not known, or the step was not
        recorded.

    Examples
    --------
    >>> import descend
    >>> model = descend.DescentRegressor().fit([[0.0], [1.0], [2.0]], [1.0, 3.0, 5.0])
    >>> fit(model).get_legend_handles_labels()[1]
    ['data', 'closed form', 'fit']
    """
    fitted = curve_fit(what, "fit", data)
    row = fitted.row_of(step)
    own = panel(ax, 6.2, 4.3)
    draw_fit(own, fitted, row, truth)
    draw_key(own, inside=ax is not None)
    return titled(own, ax, title, f"The fit after {fitted.told_step(row)}")


@styled()
def fit_by_step(
    what: Any,
    *,
    truth: Truth | None = None,
    data: tuple[Any, Any] | None = None,
    ax: Axes | None = None,
    title: str | None = None,
) -> Axes:
    """Draw a model of one feature over its data at every recorded step: light first, dark last.

    Parameters
    ----------
    what, truth, data, ax, title
        As for `fit`. Of more than 200 recorded steps, those are drawn between which it moved.

    Raises
    ------
    ValueError
        As for `fit`, and if no steps were recorded.

    Examples
    --------
    >>> import descend
    >>> model = descend.DescentRegressor(optimizer="sgd", batch_size="full", learning_rate=0.1)
    >>> ax = fit_by_step(model.fit([[0.0], [1.0], [2.0]], [1.0, 3.0, 5.0]))
    >>> ax.get_legend_handles_labels()[1]
    ['data', 'closed form', 'fit']
    """
    fitted = curve_fit(what, "fit_by_step", data)
    refuse_one_point(fitted, "fit_by_step")
    own = panel(ax, 6.8, 4.3)
    across = draw_fitted_data(own, fitted)
    curves = fitted.predicted(fitted.points, across[:, np.newaxis])
    moved = np.minimum(np.abs(np.diff(curves, axis=0)) / (np.ptp(fitted.true) or 1.0), 1.0)
    shown = keyframes(moved.mean(axis=1), MOST_CURVES)
    steps = fitted.point_steps[shown]
    shade = ScalarMappable(Normalize(0, max(float(steps[-1]), 1.0)), TIMES)
    lines = [np.column_stack([across, curve]) for curve in curves[shown]]
    drawn = LineCollection(lines, colors=shade.to_rgba(steps), linewidths=1.3, zorder=3)
    own.add_collection(drawn, autolim=False)
    draw_references(own, fitted, across, truth)
    own.plot([], [], color=TIMES(1.0), linewidth=1.6, label="fit")
    draw_bar(shade, own, fitted.descent.unit)
    bar = own.get_figure(root=True).axes[-1]  # type: ignore[union-attr]
    bar.yaxis.set_major_locator(MaxNLocator(nbins=5, integer=True))
    _show(own, np.concatenate([fitted.true, curves[-1]]), 0.3)
    draw_key(own, inside=ax is not None)
    return titled(own, ax, title, f"The fit at each {fitted.descent.unit}")


def draw_fit(ax: Axes, fitted: RecordedFit, row: int, truth: Truth | None = None) -> None:
    """Draw the data, the truth, the closed form and the curve of a recorded point."""
    across = draw_fitted_data(ax, fitted)
    draw_references(ax, fitted, across, truth)
    curve = fitted.predicted(fitted.points[row : row + 1], across[:, np.newaxis])[0]
    ax.plot(across, curve, label="fit", **FIT_STYLE)


def draw_fitted_data(ax: Axes, fitted: RecordedFit) -> Array:
    """Draw the rows of a fit, set the axes, and return where its curve is drawn, `(m,)`."""
    x, y = fitted.inputs[:, 0], fitted.true
    n = len(x)
    ax.scatter(
        x,
        y,
        s=float(np.clip(4000 / n, 4, 24)),
        color=MUTED,
        alpha=float(np.clip(15 / np.sqrt(n), 0.1, 0.6)),
        linewidths=0,
        rasterized=n > RASTER_POINTS,
        zorder=2,
        label="data",
    )
    low, high = float(x.min()), float(x.max())
    room = 0.03 * (high - low) or 0.5
    ax.set_xlim(low - room, high + room)
    _show(ax, y, 0.12)
    label_numbers(ax.xaxis, ticks=6)
    label_numbers(ax.yaxis, ticks=6)
    ax.set_xlabel(fitted.names[0])
    ax.set_ylabel("target")
    return np.linspace(low - room, high + room, CURVE_POINTS)


def _show(ax: Axes, heights: Array, share: float) -> None:
    """Make the vertical axis show heights, and a share of their spread beside them."""
    low, high = float(heights.min()), float(heights.max())
    room = share * (high - low) or 1.0
    ax.set_ylim(low - room, high + room)


def draw_references(
    ax: Axes, fitted: RecordedFit, across: Array, truth: Truth | None = None
) -> None:
    """Draw the true function, if it is known, and what the normal equations answer."""
    if truth is not None:
        heights = np.broadcast_to(np.asarray(truth(across), dtype=float), across.shape)
        ax.plot(across, heights, color=INK, linewidth=1.8, linestyle=":", zorder=4, label="truth")
    minimum = fitted.closed_form
    if minimum is not None:
        curve = fitted.predicted(minimum[np.newaxis], across[:, np.newaxis])[0]
        style = {"color": PALETTE[0], "linewidth": 2.0, "linestyle": (0, (5, 3))}
        ax.plot(across, curve, zorder=6, label="closed form", **style)  # type: ignore[arg-type]
