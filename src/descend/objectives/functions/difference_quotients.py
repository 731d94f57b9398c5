"""A derivative from values alone: differences of all lengths, extrapolated, with their error."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from descend.protocols import Array

EPS = float(np.finfo(np.float64).eps)

LONGEST = 0.05
"""The longest step, as a share of the coordinate, or of one if that is smaller."""

SHORTEST = 1e-20
"""The shortest step from a coordinate that is zero; from others it is a few of its last digits."""

TINY = 1e-290
"""The shortest step of all, which is far from the smallest number."""

RATIO = 4.0
"""Each step is so many times the next."""

COLUMNS = 6
"""How many powers of the step are taken out, at most."""

WIDE = 3
"""The slopes nearby are those of so many of the longest steps."""

SAME = 3.0
"""Estimates agree that differ by less than so many times their errors."""


class Slope(NamedTuple):
    """A derivative, how far it may be off, the size of slopes nearby, and the noise of values.

    At a kink `uncertainty` is half the jump of the slope, or more.
    """

    value: float
    uncertainty: float
    nearby: float
    noise: float


class Estimate(NamedTuple):
    """A number and how far it may be off."""

    value: float
    doubt: float


def slope_by_values(value: Callable[[Array], Array], point: Array, j: int) -> Slope:
    """Return the derivative by coordinate j of a function of points `(k, d)`, from its values.

    Central differences are taken for steps from a twentieth of the coordinate down to its last
    digits, `h, h/4, h/16, ...`, and extrapolated to the step 0 by Richardson's rule. The function's
    own precision is the least change that its values show. Beginning with the short steps, which
    are certain to be short enough but rough, longer ones refine the estimate as long as they agree
    with it: a step longer than what the function does between is found out.

    References
    ----------
    C. J. F. Ridders, Accurate computation of F'(x) and F'(x) F''(x) (1982).
    """
    steps = _steps(point[j])
    ahead, behind = np.tile(point, (2, len(steps), 1))
    ahead[:, j] += steps
    behind[:, j] -= steps
    with np.errstate(all="ignore"):
        above, below = np.asarray(value(ahead), float), np.asarray(value(behind), float)
        here = float(value(point[None])[0])
        # the steps as they came out in floating point
        width = ahead[:, j] - behind[:, j]
        noise = _noise(above, below, here)
        rounding = 2 * noise / width
        central = _extrapolated((above - below) / width, rounding, 2)
        # by how much the slopes on either side differ; what bends shows less with each step
        jump = _extrapolated(2 * (above + below - 2 * here) / width, 2 * rounding, 1)
        sides = np.abs([above - here, below - here]) / steps
    met = sides[:, :WIDE]
    nearby = float(met[np.isfinite(met)].max(initial=0.0))
    kink = 0.5 * (abs(jump.value) - jump.doubt)
    doubt = central.doubt if np.isnan(kink) else max(central.doubt, kink)
    return Slope(central.value, doubt, nearby, noise)


def _steps(coordinate: float) -> Array:
    """Return the lengths of steps, the longest first."""
    longest = LONGEST * max(1.0, abs(coordinate))
    shortest = max(8 * EPS * abs(coordinate), TINY) if coordinate else SHORTEST
    count = 1 + int((np.log(longest) - np.log(shortest)) / np.log(RATIO))
    return longest / RATIO ** np.arange(count)


def _noise(above: Array, below: Array, here: float) -> float:
    """Return how far a value may be off: the least change seen, or what the shortest steps show."""
    changes = np.abs([above - here, below - here])
    changes = changes[:, np.isfinite(changes).all(axis=0)]
    seen = changes[changes > 0]
    if not seen.size:
        return EPS * abs(here)
    return max(EPS * abs(here), float(seen.min()), float(changes[:, -2:].max()))


def _extrapolated(plain: Array, rounding: Array, power: int) -> Estimate:
    """Return the limit of differences of falling steps, and its doubt.

    The error of a difference is a sum of `h**power, h**(power + 2), ...`, of which each column of
    the table takes one out.
    """
    best = [Estimate(float(d), np.inf) for d in plain]
    column = plain
    for order in range(1, min(COLUMNS, len(plain))):
        factor = RATIO ** (power + 2 * (order - 1))
        improved = (factor * column[1:] - column[:-1]) / (factor - 1)
        spread = np.maximum(np.abs(improved - column[1:]), np.abs(improved - column[:-1]))
        # the shortest step of an entry is that of its row
        doubts = spread + 2 * rounding[order:]
        for row, (number, doubt) in enumerate(zip(improved, doubts, strict=True), start=order):
            if doubt < best[row].doubt:
                best[row] = Estimate(float(number), float(doubt))
        column = improved
    found = Estimate(float("nan"), np.inf)
    for estimate in reversed(best):
        if not np.isfinite(estimate.doubt):
            continue
        if abs(estimate.value - found.value) > SAME * (estimate.doubt + found.doubt):
            break
        if estimate.doubt < found.doubt:
            found = estimate
    return found
