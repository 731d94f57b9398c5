"""The central path to the minimum of a risk with one kink a row: where a descent stands on it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.linalg.lapack import dpotrf, dpotrs

from descend.protocols import Array
from descend.solvers.kinked_rows import KinkedRows

START = 0.5
"""The first `mu`, as a share of a row's loss at the start, if nothing is known."""

CENTRED, MOST_CENTRING = 1e-3, 5
"""The Newton decrement, as a share of `mu`, of a point on the path; how many steps lead to it."""

WIDER = 10
"""By how much `mu` grows where the path was not reached."""

ENOUGH, SHORTER, MOST_SHORTER = 0.1, 0.3, 10
"""The share of the promised fall that is enough; how far and how often a step is shortened else."""

MOST_FOLLOWED = 30
"""Steps along a path that is followed for the start of another alone."""

SHARE = 0.99
"""The share of the way to the first bound that a step goes."""

ROUNDING = 1e-14
"""The share of its diagonal that is added to a Hessian which rounding made indefinite, at first."""

BALANCED = 1e-12
"""A sum of slopes below this share of their sizes is as good as zero."""

INSIDE = 1e-15
"""The share of the way between its bounds by which a slope stays away from them at first."""

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
    On the way they are those of a loss smoothed over a width of about `mu`. It begins near `w`
    with a `mu` that is this share of a row's loss there, or a larger one from which it can.
    """

    def __init__(self, rows: KinkedRows, ridge: Array, w: Array, share: float = START) -> None:
        self._rows, self._ridge = rows, ridge
        w = w.astype(np.float64)
        r = rows.scores(w) - rows.place
        height = rows.highest - rows.lowest
        self._concentration = float((height**2).mean() / height.mean() ** 2)
        row_loss = self._row_loss(w, r)
        self.mu, most = share * row_loss, START * row_loss
        self._smooth(w, r)
        while not self._centre() and self.mu < most:
            self.mu = min(WIDER * self.mu, most)
            self._smooth(self.w, self._r)

    def _row_loss(self, w: Array, r: Array) -> float:
        """Return the risk, as if of those rows alone that make it: others may weigh nothing."""
        return self._concentration * self._risk(w, r) or 1.0

    def _smooth(self, w: Array, r: Array) -> None:
        """Stand at `w` with the slopes and parts that meet the path's first two equations."""
        lowest, highest, mu = self._rows.lowest, self._rows.highest, self.mu
        height = highest - lowest
        t = r * height / (2 * mu)
        self.w, self._r = w, r
        share = np.clip(0.5 + 0.5 * t / (1 + np.sqrt(1 + t * t)), INSIDE, 1 - INSIDE)
        self._slope = lowest + height * share
        self._above = mu / (highest - self._slope)
        self._below = mu / (self._slope - lowest)
        self._pulls = self._pullback()

    def _centre(self) -> bool:
        """Come near the path at this `mu`, by Newton's method for the smoothed risk; say if it did.

        Where the gradient is large for `mu`, the bounds would hold back each step along the path.
        """
        for _ in range(MOST_CENTRING):
            way = self._newton().direction(0.0, 0.0)
            decrement = -0.5 * float(self.gradient @ way.w)
            if not decrement > CENTRED * self.mu:
                return True
            w, r, value = self.w, self._r, self._smoothed()
            for length in SHORTER ** np.arange(MOST_SHORTER):
                self._smooth(w + length * way.w, r + length * way.z)
                if self._smoothed() <= value - ENOUGH * length * decrement:
                    break
            else:
                self._smooth(w, r)
                return False
        return False

    def _smoothed(self) -> float:
        """Return the risk with each loss smoothed, of which the slope is the derivative.

        It is the largest `slope * r + mu * log((highest - slope) * (slope - lowest))`.
        """
        rows, slope = self._rows, self._slope
        room = (rows.highest - slope) * (slope - rows.lowest)
        smoothed = slope * self._r + self.mu * np.log(room)
        return float(smoothed.mean()) + self._penalty(self.w)

    @property
    def gradient(self) -> Array:
        """What is left of the slopes and the penalty's gradient, `(d,)`: zero on the path."""
        gradient: Array = self._pulls.sum(axis=0) + self._ridge * self.w
        return gradient

    def value(self) -> float:
        """Return the risk."""
        return self._risk(self.w, self._r)

    def _risk(self, w: Array, r: Array) -> float:
        return float(self._rows.losses(r).mean()) + self._penalty(w)

    def _penalty(self, w: Array) -> float:
        return 0.5 * float(self._ridge @ w**2)

    def typical_loss(self) -> float:
        """Return the median of the unweighted losses that are not zero; zero if all are."""
        losses = self._rows.losses(self._r)
        if self._rows.rows.weight is not None:
            losses /= self._rows.rows.weight
        positive = losses[losses > 0]
        return float(np.median(positive)) if positive.size else 0.0

    def lower_bound(self) -> float:
        """Return a value that the risk is nowhere below: the dual's (Fenchel's inequality).

        An intercept asks that the slopes sum to zero: those that outweigh the others are shrunk.
        """
        rows, slope, shares = self._rows, self._slope, np.ones(2)
        if rows.intercept:
            up, down = np.abs(self._pulls[:, -1])
            if abs(up - down) > BALANCED * (up + down):
                shares = min(up, down) / np.array([up or 1.0, down or 1.0])
                slope = slope * np.where(slope > 0, *shares)
        d = rows.width - rows.intercept
        pull = (shares @ self._pulls)[:d]
        conjugates = -float(slope @ rows.place) / len(slope)
        return conjugates - 0.5 * float(pull**2 @ (1 / self._ridge[:d]))

    def follow(self, share: float) -> None:
        """Step along the path until `mu` is this share of a row's loss, or of what it was."""
        least = share * self.mu
        for _ in range(MOST_FOLLOWED):
            if self.mu <= max(least, share * self._row_loss(self.w, self._r)):
                return
            self.step()

    def step(self) -> float:
        """Take Newton's step along the path; return which share of it was taken.

        The first solution, to `mu = 0`, tells how far `mu` can fall and how much the products of
        changes matter (Mehrotra's predictor and corrector).
        """
        rows = self._rows
        to_highest, to_lowest = rows.highest - self._slope, self._slope - rows.lowest
        upper, lower = self._above * to_highest, self._below * to_lowest
        newton = self._newton()
        ahead = newton.direction(-upper, -lower)
        length = min(newton.room(ahead), 1.0)
        after = (self._above + length * ahead.above) * (to_highest - length * ahead.slope)
        after += (self._below + length * ahead.below) * (to_lowest + length * ahead.slope)
        target = self.mu * (0.5 * float(after.mean()) / self.mu) ** 3
        products = ahead.above * ahead.slope, ahead.below * ahead.slope
        way = newton.direction(target - upper + products[0], target - lower - products[1])
        length = min(SHARE * newton.room(way), 1.0)
        self.w = self.w + length * way.w
        self._r = self._r + length * way.z
        self._slope = self._slope + length * way.slope
        self._above = self._above + length * way.above
        self._below = self._below + length * way.below
        self._pulls = self._pullback()
        upper, lower = rows.highest - self._slope, self._slope - rows.lowest
        self.mu = 0.5 * float((self._above * upper + self._below * lower).mean())
        return length

    def _newton(self) -> NewtonStep:
        rows, slope = self._rows, self._slope
        return NewtonStep(
            rows, self._above, self._below, rows.highest - slope, slope - rows.lowest,
            self._above - self._below - self._r, self.gradient, self._ridge,
        )  # fmt: skip

    def _pullback(self) -> Array:
        """Return the pullbacks of the slopes above zero and of those below, `(2, d)`."""
        slope = self._slope
        return self._rows.pullback(np.stack([np.maximum(slope, 0), np.minimum(slope, 0)]))


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

    def direction(self, upper: Array | float, lower: Array | float) -> Direction:
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
