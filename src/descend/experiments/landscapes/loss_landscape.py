"""The values of an objective on a plane through its parameters, as numbers."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

from descend.experiments.landscapes.plane import OnPlane, Plane
from descend.experiments.landscapes.projected_path import ProjectedPath
from descend.protocols import Array, Objective
from descend.records.descent import Descent
from descend.records.rendering import draw

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ROUNDING = 1e-7
"""A gap that is a smaller share of the values is one of rounding, of 32-bit numbers at least."""


@dataclass(frozen=True, eq=False, repr=False)
class LossLandscape:
    """The values of an objective on two directions through a centre.

    Attributes
    ----------
    x, y
        Where the grid is along the first and the second direction, `(n,)` each.
    values
        `(n, n)`, a row for each of `y`; NaN where the objective has no value.
    centre, directions
        The point `(d,)` at (0, 0), and the steps `(2, d)` that lead to (1, 0) and (0, 1).
    names
        What the directions are.
    explained_variance
        The share of the path's variance along each direction, `(2,)`, if they are its principal
        components; else None.
    path
        The path on the plane, with the true values of its points beside those on the plane; None
        without a record of points.
    descent, objective
        The record, if it is that of one, and what was evaluated.
    """

    x: Array
    y: Array
    values: Array
    centre: Array
    directions: Array
    names: tuple[str, str]
    objective: Objective
    explained_variance: Array | None = None
    path: ProjectedPath | None = None
    descent: Descent | None = None

    @property
    def on_plane(self) -> OnPlane:
        """The objective as a function of the two coordinates."""
        return OnPlane(self.objective, Plane(self.centre, self.directions))

    def sentences(self) -> list[str]:
        """Return what the landscape shows, and how far it can be trusted, in sentences."""
        lowest, highest = np.nanmin(self.values), np.nanmax(self.values)
        n, d = len(self.x), len(self.centre)
        told = [
            f"{n} x {n} points on two directions in {d:,} dimensions: values from {lowest:.4g} to "
            f"{highest:.4g}.",
            f"Across: {self.names[0]}, up: {self.names[1]}.",
        ]
        if (missing := int(np.isnan(self.values).sum())) > 0:
            told.append(f"At {missing:,} points there is no finite value.")
        if self.explained_variance is not None:
            share = 100 * float(self.explained_variance.sum())
            told.append(f"The two components hold {share:.3g} % of the path's variance.")
        if self.path is not None:
            told.append(self.gap)
        return told

    @property
    def gap(self) -> str:
        """How the values on the plane differ from the path's true ones, as a sentence."""
        path = self.path
        assert path is not None
        every = f" at {len(path.steps):,} of {path.recorded:,} points"
        of = every if len(path.steps) < path.recorded else ""
        largest, end = (self._told(gap) for gap in (path.largest_gap, path.end_gap))
        return (
            f"The value on the plane minus the path's true one is {largest} where they differ "
            f"most{of}, {end} at the end."
        )

    def rounded(self, gap: float) -> float:
        """Return a gap, or 0 if it is no more than rounding."""
        size = float(np.nanmax(np.abs(self.values)))
        return 0.0 if abs(gap) <= ROUNDING * size else gap

    def _told(self, gap: float) -> str:
        """Return a gap in three digits."""
        rounded = self.rounded(gap)
        return f"{rounded:+.3g}" if rounded else "0"

    def plot(self, **options: Any) -> Figure | Axes:
        """Draw the landscape: see `descend.views.landscape`."""
        drawn: Figure | Axes = draw("landscape", self, **options)
        return drawn

    def __repr__(self) -> str:
        """Say what it shows, in lines."""
        return "\n".join(["Loss landscape", *self.sentences()])

    def _repr_html_(self) -> str:
        """Say what it shows, for a notebook."""
        told = "".join(f"<li>{escape(sentence)}</li>" for sentence in self.sentences())
        return f"<div><p><strong>Loss landscape</strong></p><ul>{told}</ul></div>"
