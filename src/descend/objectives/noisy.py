"""Gradients with noise, as a few rows of data give them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from descend.objectives import as_problem
from descend.protocols import Array
from descend.support.intervals import AT_LEAST_0, Interval

Bits = npt.NDArray[np.uint64]

SEED = Interval(0, whole=True)

_FIRST, _SECOND, _STEP = (
    np.uint64(number) for number in (0xBF58476D1CE4E5B9, 0x94D049BB133111EB, 0x9E3779B97F4A7C15)
)


class NoisyGradient:
    """A function whose gradient has normal noise; values and Hessians are exact.

    The noise follows from the seed and the point, to the last bit of its coordinates: at another
    point it is another, however near, and at the same point it is the same. So a descent can be
    repeated exactly, and each of many runs goes as if it were alone.

    Parameters
    ----------
    objective
        A formula, a landmark, or what else `descend.minimize` takes.
    deviation
        The standard deviation of the noise, independent in each coordinate.
    seed
        A whole number, at least 0.
    names
        As `descend.derive` takes them.

    Raises
    ------
    ValueError
        If the function cannot be read, or a number is out of its range.

    Examples
    --------
    >>> noisy = NoisyGradient("x^2 + y^2", deviation=0.1, seed=1)
    >>> w = np.array([[1.0, 2.0], [1.0, 2.0], [1.0, 2.0 + 1e-15]])
    >>> value, g = noisy.value_and_gradient(w)
    >>> value[0], bool((g[0] == g[1]).all()), bool((g[0] == g[2]).any())
    (np.float64(5.0), True, False)

    References
    ----------
    G. Steele, D. Lea and C. Flood, Fast splittable pseudorandom number generators (2014), for the
    mixing of bits; G. Box and M. Muller, A note on the generation of random normal deviates (1958).
    """

    def __init__(
        self, objective: Any, deviation: float, seed: int = 0, names: Sequence[str] | None = None
    ) -> None:
        if not AT_LEAST_0.holds(deviation):
            raise ValueError(f"deviation={deviation!r} must be {AT_LEAST_0}")
        if not SEED.holds(seed):
            raise ValueError(f"seed={seed!r} must be {SEED}")
        problem = as_problem(objective, names=names)
        self.exact, self.deviation, self.seed = problem.objective, deviation, seed
        self._names = problem.names

    @property
    def names(self) -> tuple[str, ...]:
        """The coordinates' names, in order."""
        if self._names is None:
            raise AttributeError("the coordinates have no names")
        return self._names

    def value(self, w: Array) -> Array:
        """Return the values."""
        return self.exact.value(w)

    def value_and_gradient(self, w: Array) -> tuple[Array, Array]:
        """Return the values, and the gradients with their noise."""
        value, g = self.exact.value_and_gradient(w)
        with np.errstate(all="ignore"):
            return value, g + self.deviation * _normal(np.asarray(w, dtype=np.float64), self.seed)

    def hessian_product(self, w: Array, v: Array) -> Array:
        """Return the Hessians times vectors, without noise."""
        return self.exact.hessian_product(w, v)


def _normal(w: Array, seed: int) -> Array:
    """Return normal numbers `(..., d)` that follow from points `(..., d)`."""
    bits = np.ascontiguousarray(w + 0.0).view(np.uint64)  # -0 is 0
    with np.errstate(over="ignore"):
        state = np.full(w.shape[:-1], np.uint64(seed % 2**64))
        for j in range(w.shape[-1]):
            state = _mixed(state + _STEP ^ bits[..., j])
        places = _STEP * np.arange(1, 2 * w.shape[-1] + 1, dtype=np.uint64)
        draws = _mixed(state[..., None] + places)
    # 53 bits each, in (0, 1]
    uniform = ((draws >> np.uint64(11)).astype(np.float64) + 1.0) * 2.0**-53
    first, second = uniform[..., : w.shape[-1]], uniform[..., w.shape[-1] :]
    normal: Array = np.sqrt(-2.0 * np.log(first)) * np.cos(2.0 * np.pi * second)
    return normal


def _mixed(bits: Bits) -> Bits:
    """Return bits of which each depends on all of these."""
    bits = (bits ^ (bits >> np.uint64(30))) * _FIRST
    bits = (bits ^ (bits >> np.uint64(27))) * _SECOND
    return bits ^ (bits >> np.uint64(31))
