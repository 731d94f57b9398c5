"""A map of a sweep over two numbers: which combinations converge, and in how many steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm
from matplotlib.patheffects import Normal, Stroke

from descend.curvature.lanczos import spectrum
from descend.optimizers.hyperparameters import is_number
from descend.optimizers.traits import stable_rate
from descend.protocols import Array
from descend.protocols.status import ENDLESS
from descend.views.figures.bars import draw_bar
from descend.views.figures.panels import panel, titled
from descend.views.figures.style import (
    ACCENT,
    GRID,
    HALO,
    INK,
    LANDSCAPE,
    number,
    styled,
)
from descend.views.records.paths import key_below
from descend.views.records.trajectories import objective_of

if TYPE_CHECKING:
    from descend.experiments.sweep_result import Sweep, SweepPoint

MOST_LABELS = 8
"""Labels that an axis has room for."""


@styled()
def convergence(sweep: Sweep, *, ax: Axes | None = None, title: str | None = None) -> Axes:
    """Draw which combinations of two numbers of a sweep converge, the darker the more steps.

    Cells that diverged have a cross, those that have not arrived a dot. Where the largest stable
    rate is known, of an optimizer that is linear in its gradients, it is a line: `2 / L` for plain
    gradient descent, where `L` is the largest curvature at the best end.

    Parameters
    ----------
    sweep
        The result of `descend.sweep` over two numbers, such as rate and momentum. Of several starts
        a cell has the median, and has diverged if any did.
    ax
        Axes to draw into; by default those of a new figure.
    title
        By default the formula, if there is one.

    Raises
    ------
    ValueError
        If other than two axes with several numbers, or several optimizers, were swept.

    Examples
    --------
    >>> import descend
    >>> result = descend.sweep(
    ...     "(5x^2 + y^2)/2", [3, 3], optimizer="momentum", learning_rate=[0.01, 0.1, 1.0],
    ...     hyper={"mu": [0.5, 0.9]}, steps=300)
    >>> ax = convergence(result)
    >>> ax.get_xlabel(), ax.get_ylabel(), ax.images[0].get_array().shape
    ('learning rate', 'mu', (2, 3))
    """
    across, up = _axes(sweep)
    columns, rows = (np.array(sorted(sweep.axes[name]), dtype=float) for name in (across, up))
    cells = _cells(sweep, (across, columns), (up, rows))
    steps = np.array([[_steps(points) for points in row] for row in cells])
    own = panel(ax, 7.0, 4.8, grid=False)
    own.set_facecolor(GRID)
    known = steps[np.isfinite(steps)]
    low, high = (known.min(), known.max()) if known.size else (1.0, 10.0)
    low, high = max(float(low), 1.0), max(float(high), float(low) + 1, 2.0)
    norm = LogNorm(low, high)
    image = own.imshow(
        np.maximum(steps, 1.0), cmap=LANDSCAPE, norm=norm, aspect="auto", origin="lower"
    )
    for kind, marker, label in (("diverged", "x", "diverged"), ("waiting", ".", "not arrived")):
        places = [
            (j, i)
            for i, row in enumerate(cells)
            for j, points in enumerate(row)
            if points and _kind(points) == kind
        ]
        if places:
            x, y = np.array(places).T
            own.scatter(x, y, marker=marker, s=34, c=INK, linewidths=1.4, label=label, zorder=3)
    _draw_bound(own, sweep, cells, (across, columns), (up, rows))
    _label_cells(own, columns, rows)
    own.set_xlabel(across.replace("_", " "))
    own.set_ylabel(up.replace("_", " "))
    if known.size:
        ticks = np.unique(np.geomspace(low, high, 6).round())
        draw_bar(image, own, "steps", list(ticks), [number(float(f"{t:.2g}")) for t in ticks])
    handles, labels = own.get_legend_handles_labels()
    if handles:
        key_below(own, handles, labels)
    return titled(own, ax, title, sweep.points[0].together.formula)


def _axes(sweep: Sweep) -> tuple[str, str]:
    """Return the names of the two axes with numbers, the learning rate first."""
    if len(sweep.axes["optimizer"]) > 1:
        names = ", ".join(map(str, sweep.axes["optimizer"]))
        raise ValueError(
            f"views.convergence draws one optimizer, and these are {names}: choose one with "
            "select(optimizer=...)"
        )
    varied = [
        name
        for name, values in sweep.axes.items()
        if name not in ("optimizer", "start") and len(values) > 1
    ]
    if len(varied) != 2 or not all(is_number(v) for name in varied for v in sweep.axes[name]):
        told = ", ".join(varied) or "nothing"
        raise ValueError(
            "views.convergence needs a sweep over two numbers, such as learning_rate=[...] and "
            f"hyper={{'mu': [...]}}; this one varies {told}"
            + (": choose with select()" if len(varied) > 2 else "")
        )
    return varied[0], varied[1]


def _cells(
    sweep: Sweep, across: tuple[str, Array], up: tuple[str, Array]
) -> list[list[list[SweepPoint]]]:
    """Return the points of each cell, a row a value that goes up."""
    cells: list[list[list[SweepPoint]]] = [[[] for _ in across[1]] for _ in up[1]]
    for point in sweep:
        i = int(np.argmin(np.abs(up[1] - point.setting[up[0]])))
        j = int(np.argmin(np.abs(across[1] - point.setting[across[0]])))
        cells[i][j].append(point)
    return cells


def _kind(points: list[SweepPoint]) -> str:
    """Say how the runs of a cell ended: the worst counts."""
    if any(point.status in ENDLESS for point in points):
        return "diverged"
    return "converged" if all(point.status == "converged" for point in points) else "waiting"


def _steps(points: list[SweepPoint]) -> float:
    """Return the median of the steps that the runs of a cell took, NaN if not all converged."""
    if not points or _kind(points) != "converged":
        return np.nan
    return float(np.median([point.steps for point in points]))


def _draw_bound(
    ax: Axes,
    sweep: Sweep,
    cells: list[list[list[SweepPoint]]],
    across: tuple[str, Array],
    up: tuple[str, Array],
) -> None:
    """Draw the largest stable rate of each row, where the columns are rates and it is known."""
    name, rates = across
    curvature = _curvature(sweep)
    if name != "learning_rate" or curvature is None:
        return
    bounds = [
        stable_rate(next(p for points in row for p in points).optimizer, curvature)
        for row in cells
        if any(row)
    ]
    if len(bounds) != len(cells) or any(bound is None for bound in bounds):
        return
    # cells lie side by side whatever their rates, evenly where those are so on a logarithm
    places = np.interp(
        np.log(np.array(bounds, dtype=float)), np.log(rates), np.arange(len(rates)),
        left=np.nan, right=np.nan,
    )  # fmt: skip
    edges = np.arange(len(cells) + 1) - 0.5
    ax.plot(
        np.repeat(places, 2),
        np.repeat(edges, 2)[1:-1],
        color=ACCENT,
        linewidth=2.4,
        path_effects=[Stroke(linewidth=4.4, foreground=HALO), Normal()],
        label=f"largest stable rate, L = {number(curvature)}",
        zorder=4,
    )


def _curvature(sweep: Sweep) -> float | None:
    """Return the largest curvature at the best end, None if it is unknown or none converged."""
    best = sweep.best()
    objective = objective_of(best.together)
    if objective is None or best.status != "converged":
        return None
    end = best.together.x[best.row]
    with np.errstate(all="ignore"):
        found = spectrum(lambda v: objective.hessian_product(end, v), end.size)
    return found.highest if np.isfinite(found.highest) and found.highest > 0 else None


def _label_cells(ax: Axes, columns: Array, rows: Array) -> None:
    """Label some columns and rows with their values."""
    for values, set_ticks in ((columns, ax.set_xticks), (rows, ax.set_yticks)):
        shown = range(0, len(values), -(-len(values) // MOST_LABELS))
        set_ticks(list(shown), [number(float(values[i])) for i in shown])
