"""The variables in which runs step: those in which the curvature that they met is one."""

from __future__ import annotations

import numpy as np

from descend.optimizers.lbfgs import LBFGS, short_step_rate
from descend.optimizers.wrappers.change_of_variables import ChangeOfVariables
from descend.protocols import Array
from descend.records.recorder import Runs
from descend.solvers.optimality import Optimality

FIRST_COORDINATES = 20
"""Up to so many coordinates the start's Hessian costs less than it saves."""

MOST_ENTRIES = 2**23
"""Entries of the matrices that are kept of all runs."""


def fit(w: Array) -> bool:
    """Say whether there is room for a matrix of each run, of points `(k, d)`."""
    return bool(w.size * w.shape[1] <= MOST_ENTRIES)


class CurvatureCoordinates:
    """Each run's variables, `(k, d)` in all.

    In those of a point where the Hessian is `H` the step of rate one is Newton's, with the sizes of
    negative curvatures in their place; later ones are those of L-BFGS. The runs in `blind` step in
    variables that no curvature was known for.
    """

    def __init__(self, optimizer: LBFGS, w: Array) -> None:
        self._optimizer = optimizer._replace(initial=1.0)
        self._shape, self._dtype = w.shape, w.dtype
        self._variables: ChangeOfVariables | None = None
        self.blind = np.ones(len(w), dtype=bool)

    @property
    def pay_unasked(self) -> bool:
        """Whether the curvature costs less than it saves at the start, and now and then."""
        return bool(self._shape[1] <= FIRST_COORDINATES)

    def renewed(self, index: Runs, w: Array, g: Array, found: Optimality) -> ChangeOfVariables:
        """Return the optimizer in new variables for some runs, from what is known where they are.

        Where nothing is known of the curvature the variables are those of a short step.
        """
        spectrum = found.spectrum
        root = np.sqrt(found.curvatures)
        to_w = spectrum.scale[:, :, None] * spectrum.directions / root[:, None, :]
        scaled = spectrum.directions / spectrum.scale[:, :, None]
        to_u = np.swapaxes(scaled, 1, 2) * root[:, :, None]
        unknown = ~spectrum.known | (spectrum.curvatures == 0).all(axis=-1) | found.lost
        unknown |= ~np.asarray(np.isfinite(to_w).all(axis=(1, 2)))
        unknown |= ~np.asarray(np.isfinite(to_u).all(axis=(1, 2)))
        if unknown.any():
            short = np.sqrt(short_step_rate(w, g)[unknown])[:, :, None]
            to_w[unknown] = short * np.eye(w.shape[1])
            to_u[unknown] = np.eye(w.shape[1]) / short
        self.blind[index] = unknown
        own = self._all()
        own.to_w[index], own.to_u[index], own.origin[index] = to_w, to_u, w
        return own

    def _all(self) -> ChangeOfVariables:
        """Return the variables of all runs; those never renewed are not used."""
        if self._variables is None:
            runs, d = self._shape
            to_w, to_u = np.zeros((2, runs, d, d), dtype=self._dtype)
            origin = np.zeros((runs, d), dtype=self._dtype)
            self._variables = ChangeOfVariables(self._optimizer, to_w, to_u, origin)
        return self._variables
