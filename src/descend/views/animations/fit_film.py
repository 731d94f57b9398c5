"""A fit as it moves: what a film shows of it."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple, TypeAlias

import numpy as np

from descend.protocols import Array
from descend.views.models.fitted_curves import Truth
from descend.views.models.recorded_fits import (
    RecordedFit,
    curve_fit_in,
    recorded_fit,
    refuse_one_point,
)

FilmView: TypeAlias = Literal["auto", "predictions"]

MOST_FITS = 300
"""The most frames of a fit: each holds a curve or dots."""

CURVE_POINTS = 61
"""Points of a curve in a film."""

MOST_ROWS = 120
"""The most rows whose predictions move, evenly chosen."""


class FitFilm(NamedTuple):
    """A model at each recorded point; its line over the data, or its `predictions`."""

    fitted: RecordedFit
    truth: Truth | None = None
    predictions: bool = False
    curve_points: int = CURVE_POINTS

    @classmethod
    def of(cls, what: Any, view: FilmView, truth: Truth | None) -> FitFilm | None:
        """Return the film that is wanted of a fit; None of what has none.

        Raises
        ------
        ValueError
            If there is no such view, or predictions are wanted and not known.
        """
        if view not in ("auto", "predictions"):
            raise ValueError(f"a film's view is 'auto' or 'predictions', got {view!r}")
        if view == "predictions":
            fitted = recorded_fit(what, "animate")
            refuse_one_point(fitted, "animate")
            return cls(fitted, truth, predictions=True)
        own = curve_fit_in(what)
        return None if own is None or own.descent.points is None else cls(own, truth)

    def shown_rows(self) -> tuple[Array, Array]:
        """Return the rows whose predictions are shown, and their targets."""
        n = len(self.fitted.true)
        rows = np.linspace(0, n - 1, min(n, MOST_ROWS)).round().astype(int)
        return self.fitted.inputs[rows], self.fitted.true[rows]

    def movement(self) -> Array:
        """Return how far predictions move between recorded points, `(m - 1,)`."""
        inputs, true = self.shown_rows()
        moved = np.abs(np.diff(self.fitted.predicted(self.fitted.points, inputs), axis=0))
        return np.asarray(np.minimum(moved / (np.ptp(true) or 1.0), 1.0).mean(axis=1))
