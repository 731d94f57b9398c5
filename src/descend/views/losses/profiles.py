"""The profile of an objective: over some of its coordinates, the others refitted at each point."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias, TypeGuard

import numpy as np
import numpy.typing as npt

from descend.curvature.hessian import with_ones
from descend.curvature.hessian_products import hessians
from descend.objectives.risks.empirical_risk import EmpiricalRisk
from descend.protocols import Array, Objective

BLOCK_ROWS = 2**16
"""About the most rows that a risk takes at once."""

NUMBERS_AT_ONCE = 2**22
"""Points are evaluated in parts that take so many numbers, rows included."""

NEWTON_STEPS, HALVINGS = 60, 40
"""Steps of a refit, and how often each is halved until the value falls enough."""

SETTLED = 1e-10
"""A refit has arrived where a step would gain no more than this share of the value's size."""

LEAST_CURVATURE = 1e-10
"""Flatter directions, as shares of the steepest, are taken as so steep."""

Places: TypeAlias = npt.NDArray[np.intp]


def points_at_once(objective: Objective, d: int) -> int:
    """Return at how many points an objective is evaluated at once."""
    rows = min(objective.blocks.n_rows, BLOCK_ROWS) if isinstance(objective, EmpiricalRisk) else 1
    return max(1, NUMBERS_AT_ONCE // (rows * d))


def by_parts(value: Callable[[Array], Array], points: Array, size: int) -> Array:
    """Return the values at points `(n, d)`, so many at a time."""
    return np.concatenate(
        [value(points[first : first + size]) for first in range(0, len(points), size)]
    )


@dataclass(frozen=True)
class Profile:
    """A smooth objective over its `free` coordinates, the others refitted at each point.

    All points are refitted together by Newton's method, from where the curvature at `at` says that
    the others go. Where a refit does not arrive, the value is NaN.
    """

    objective: Objective
    at: Array
    free: Places

    def value(self, w: Array) -> Array:
        """Return the values: `(..., free)` to `(...)`."""
        size = max(1, points_at_once(self.objective, len(self.at)) // len(self.at))
        points = w.reshape(-1, w.shape[-1])
        return by_parts(lambda part: self.refit(part)[1], points, size).reshape(w.shape[:-1])

    def value_and_gradient(self, w: Array) -> tuple[Array, Array]:
        """Return the values and gradients: at a refit, moving the others changes nothing."""
        whole, value = self.refit(w.reshape(-1, w.shape[-1]))
        _, g = self.objective.value_and_gradient(whole)
        return value.reshape(w.shape[:-1]), g[:, self.free].reshape(w.shape)

    def hessian_product(self, w: Array, v: Array) -> Array:
        """Say that the Hessian is not known."""
        raise NotImplementedError

    def refit(self, u: Array) -> tuple[Array, Array]:
        """Return the refitted points `(n, d)` and their values `(n,)`, NaN where none is found."""
        rest = np.setdiff1d(np.arange(len(self.at)), self.free)
        w = self._predicted(u, rest)
        with np.errstate(all="ignore"):
            value, g = self.objective.value_and_gradient(w)
            # far away the curvature there may mislead: the others as they were do better
            stayed = np.tile(self.at, (len(u), 1))
            stayed[:, self.free] = u
            value_stayed, g_stayed = self.objective.value_and_gradient(stayed)
            better = ~(value <= value_stayed)
            w[better], value[better], g[better] = (
                stayed[better], value_stayed[better], g_stayed[better],
            )  # fmt: skip
            going = np.isfinite(value)
            arrived = np.zeros(len(u), dtype=bool)
            for _ in range(NEWTON_STEPS):
                now = np.flatnonzero(going)
                if not len(now):
                    break
                step, gain = self._newton(w[now], g[now], rest)
                done = gain <= SETTLED * np.maximum(np.abs(value[now]), np.finfo(float).tiny)
                arrived[now[done]] = True
                moved = self._moved(now, step, gain, rest, w, value, g)
                # one more step where it has arrived takes the last of the error
                going[now] = moved & ~done
                arrived[now] |= ~moved & (gain <= np.sqrt(SETTLED) * np.abs(value[now]))
        return w, np.where(arrived, value, np.nan)

    def _predicted(self, u: Array, rest: Places) -> Array:
        """Return points `(n, d)` with the others where the curvature at `at` sends them."""
        w = np.tile(self.at, (len(u), 1))
        w[:, self.free] = u
        (H,) = hessians_at(self.objective, self.at[np.newaxis])
        inverse = np.linalg.pinv(H[np.ix_(rest, rest)], hermitian=True)
        w[:, rest] -= (u - self.at[self.free]) @ (inverse @ H[np.ix_(rest, self.free)]).T
        return w

    def _newton(self, w: Array, g: Array, rest: Places) -> tuple[Array, Array]:
        """Return Newton's steps of the others `(n, m)`, downhill, and the slopes along them."""
        H = hessians_at(self.objective, w)[:, rest[:, np.newaxis], rest]
        H = np.where(np.isfinite(H), H, 0.0)
        curvatures, directions = np.linalg.eigh((H + H.swapaxes(1, 2)) / 2)
        steep = np.abs(curvatures)
        least = LEAST_CURVATURE * steep.max(axis=1, keepdims=True)
        steep = np.maximum(steep, np.where(least > 0, least, 1.0))
        parts = np.einsum("nij,ni->nj", directions, g[:, rest]) / steep
        step = -np.einsum("nij,nj->ni", directions, parts)
        return step, -np.vecdot(step, g[:, rest])

    def _moved(
        self, now: Places, step: Array, gain: Array, rest: Places, w: Array, value: Array, g: Array
    ) -> npt.NDArray[np.bool_]:
        """Take the steps of some points, halved until the value falls; say which were taken."""
        taken = np.zeros(len(now), dtype=bool)
        length = np.ones(len(now))
        for _ in range(HALVINGS):
            left = np.flatnonzero(~taken)
            if not len(left):
                break
            tried = w[now[left]]
            tried[:, rest] += length[left, np.newaxis] * step[left]
            reached, slope = self.objective.value_and_gradient(tried)
            falls = reached <= value[now[left]] - 1e-4 * length[left] * gain[left]
            good = left[falls]
            w[now[good]], value[now[good]], g[now[good]] = (
                tried[falls],
                reached[falls],
                slope[falls],
            )
            taken[good] = True
            length[left] /= 2
        return taken


def hessians_at(objective: Objective, w: Array) -> Array:
    """Return the Hessians at points `(m, d)`, `(m, d, d)`."""
    if not _has_one_score(objective):
        return hessians(objective, w, np.maximum(np.abs(w), 1.0))
    # all points share the rows' products: one product of matrices a block is enough
    total = np.zeros((len(w), w.shape[1] ** 2))
    for block in objective.blocks:
        y, z = block.y[:, np.newaxis], objective.model.predict(w, block.X)
        curvature = objective.loss.curvature(y, z)[..., 0]
        if block.weight is not None:
            curvature = curvature * block.weight[:, np.newaxis]
        rows = with_ones(block.X, objective.model.intercept)
        products = (rows[:, :, np.newaxis] * rows[:, np.newaxis]).reshape(len(rows), -1)
        total += curvature.T @ products
    H = total.reshape(len(w), w.shape[1], w.shape[1]) / objective.blocks.n_rows
    penalised = objective.model.penalised(np.ones(w.shape[1]))
    curvature = objective.penalty.curvature(w) * penalised
    return np.asarray(H + curvature[:, :, np.newaxis] * np.eye(w.shape[1]))


def _has_one_score(objective: Objective) -> TypeGuard[EmpiricalRisk]:
    """Say whether an objective is a risk of dense rows with one score each."""
    return (
        isinstance(objective, EmpiricalRisk)
        and objective.model.n_outputs == 1
        and not objective.blocks.sparse
    )
