"""The central path to the minimum of a risk with one kink a row: where a descent stands on it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.linalg.lapack import dpotrf, dpotrs

from descend.protocols import Array
from descend.solvers.kinked_rows import KinkedRows

START = 0.5
"""The first `mu`, as a share of the risk at the start."""

SHARE = 0.99
"""The share of the way to the first bound that a step goes."""

ROUNDING = 1e-14
"""The share of its diagonal that is added to a Hessian which rounding made indefinite, at first."""

BALANCED = 1e-12
"""A sum of slopes below this share of their sizes is as good as zero."""

TINY = float(np.finfo(float).tiny)
"""Less than any step goes."""


class CentralPath:
    """Where a descent of a risk with one kink a row stands, and where Newton's step leads.

    The risk is `mean(max(lowest * r, highest * r)) + ridge @ w**2 / 2`. With the residual in two
    parts, `r = above - below`, both above zero, and for each row a slope strictly between the
    `lowest` and the `highest`, these hold on the path, for ever smaller `mu`::

        above * (highest - slope) = mu,  below * (slope - lowest) = mu,
        mean(slope * x) + ridge * w = 0

    At `mu = 0` the slopes are subgradients, which cancel with the penalty's gradient: the minimum.
    On the way they are those of a loss smoothed over a width of about `mu`.
    """

    def __init__(self, rows: KinkedRows, ridge: Array, w: Array) -> None:
        self._rows, self._ridge = rows, ridge
        self.w = w.astype(np.float64)
        self._r = rows.scores(self.w) - rows.place
        mu = START * self.value() or 1.0
        height = rows.highest - rows.lowest
        t = self._r * height / (2 * mu)
        # the slopes and parts that meet the path's first two equations at these residuals
        self._slope = rows.lowest + 0.5 * height * (1 + t / (1 + np.sqrt(1 + t * t)))
        self._above = mu / (rows.highest - self._slope)
        self._below = mu / (self._slope - rows.lowest)
        self._pull = rows.pullback(self._slope)
        self.mu = mu

    @property
    def gradient(self) -> Array:
        """What is left of the slopes and the penalty's gradient, `(d,)`: zero on the path."""
        return self._pull + self._ridge * self.w

    def value(self) -> float:
        """Return the risk."""
        loss = self._rows.mean(self._rows.losses(self._r))
        return loss + 0.5 * float(self._ridge @ self.w**2)

    def typical_loss(self) -> float:
        """Return the median of the losses that are not zero; zero if all are."""
        losses = self._rows.losses(self._r)
        positive = losses[losses > 0]
        return float(np.median(positive)) if positive.size else 0.0

    def lower_bound(self) -> float:
        """Return a value that the risk is nowhere below: the dual's (Fenchel's inequality).

        An intercept asks that the slopes sum to zero: those that outweigh the others are shrunk.
        """
        rows, slope, pull = self._rows, self._slope, self._pull
        if rows.intercept:
            up = rows.mean(np.maximum(slope, 0))
            down = up - float(pull[-1])
            if abs(up - down) > BALANCED * (up + down):
                least = min(up, down)
                slope = slope * np.where(slope > 0, least / (up or 1.0), least / (down or 1.0))
                pull = rows.pullback(slope)
        d = len(pull) - rows.intercept
        return -rows.mean(slope * rows.place) - 0.5 * float(pull[:d] ** 2 @ (1 / self._ridge[:d]))

    def step(self) -> float:
        """Take Newton's step along the path; return which share of it was taken.

        The first solution, to `mu = 0`, tells how far `mu` can fall and how much the products of
        changes matter (Mehrotra's predictor and corrector).
        """
        rows = self._rows
        to_highest, to_lowest = rows.highest - self._slope, self._slope - rows.lowest
        upper, lower = self._above * to_highest, self._below * to_lowest
        newton = NewtonStep(
            rows, self._above, self._below, to_highest, to_lowest,
            self._above - self._below - self._r, self.gradient, self._ridge,
        )  # fmt: skip
        ahead = newton.direction(-upper, -lower)
        length = min(newton.room(ahead), 1.0)
        after = (self._above + length * ahead.above) * (to_highest - length * ahead.slope)
        after += (self._below + length * ahead.below) * (to_lowest + length * ahead.slope)
        target = self.mu * (0.5 * rows.mean(after) / self.mu) ** 3
        products = ahead.above * ahead.slope, ahead.below * ahead.slope
        way = newton.direction(target - upper + products[0], target - lower - products[1])
        length = min(SHARE * newton.room(way), 1.0)
        self.w = self.w + length * way.w
        self._r = self._r + length * way.z
        self._slope = self._slope + length * way.slope
        self._above = self._above + length * way.above
        self._below = self._below + length * way.below
        self._pull = rows.pullback(self._slope)
        upper, lower = rows.highest - self._slope, self._slope - rows.lowest
        self.mu = 0.5 * rows.mean(self._above * upper + self._below * lower)
        return length


class Direction(NamedTuple):
    """By how much parameters, scores, slopes and both parts of the residuals are to change."""

    w: Array
    z: Array
    slope: Array
    above: Array
    below: Array


class NewtonStep:
    """The path's equations, linear about where a descent stands: one matrix, for two right sides.

    `excess` is by how much the parts of the residuals, `above - below`, are more than these.
    """

    def __init__(
        self,
        rows: KinkedRows,
        above: Array,
        below: Array,
        to_highest: Array,
        to_lowest: Array,
        excess: Array,
        gradient: Array,
        ridge: Array,
    ) -> None:
        self._rows, self._above, self._below = rows, above, below
        self._to_highest, self._to_lowest = to_highest, to_lowest
        self._excess, self._gradient = excess, gradient
        self._curvature = 1 / (above / to_highest + below / to_lowest)
        H = rows.hessian(self._curvature)
        H[np.diag_indices(len(H))] += ridge
        self._factor = _factor(H)

    def direction(self, upper: Array, lower: Array) -> Direction:
        """Return the step that changes `above * to_highest` and `below * to_lowest` by so much."""
        wanted = self._excess - upper / self._to_highest + lower / self._to_lowest
        right = self._gradient + self._rows.pullback(self._curvature * wanted)
        w = -dpotrs(self._factor, right)[0]
        z = self._rows.scores(w)
        slope = self._curvature * (z + wanted)
        above = (upper + self._above * slope) / self._to_highest
        below = (lower - self._below * slope) / self._to_lowest
        return Direction(w, z, slope, above, below)

    def room(self, way: Direction) -> float:
        """Return how many times a step reaches the first bound."""
        nearest = max(
            float(np.max(way.slope / self._to_highest)),
            -float(np.min(way.slope / self._to_lowest)),
            -float(np.min(way.above / self._above)),
            -float(np.min(way.below / self._below)),
        )
        return 1 / max(nearest, TINY)


def _factor(H: Array) -> Array:
    """Return the Cholesky factor of a matrix, with more diagonal where rounding asks for it."""
    factor, refused = dpotrf(H)
    share = ROUNDING
    while refused:
        factor, refused = dpotrf(H + np.diag(share * np.diag(H)))
        share *= 100
    return np.asarray(factor)
