"""The linearised step of an adaptive optimizer near a minimum, with its scales fixed.

An adaptive optimizer remembers two kinds of arrays: odd functions of the gradients (a velocity, a
mean), and even ones (a mean square, a total, a distance), by which it scales its steps. Which is
which shows when all signs are changed. With the scales fixed, the step is linear in small
gradients: a momentum method with a rate of its own for each coordinate, which has a stable rate.
"""

from typing import NamedTuple

import numpy as np

from descend.optimizers.traits.measured import largest_displacement
from descend.protocols import Array, Memory, Optimizer, verbs

TINY = 1e-100
"""The size of states near the minimum: their squares are zero, and no digit of theirs is lost."""

STEPS = 20
"""Steps after which memories show whether they are odd."""

RATES = 64
"""Rates that are tried at once."""

RATE_RANGE = 1e8
"""How much smaller or larger than the current rate a stable rate is looked for."""

REFINEMENTS = 4
"""Searches of `RATES` rates, each within the interval that the one before found."""

TOLERANCE = 1e-6
"""By how much an eigenvalue may exceed one: equal eigenvalues are found to half the digits."""


class FixedScale(NamedTuple):
    """An optimizer whose scales are fixed at those of one of its steps.

    Its state is the point, then the odd memories. A matrix `(states, 1 + states)` a coordinate maps
    the gradient and the state to the next state.

    Attributes
    ----------
    optimizer
        What steps.
    odd
        For each memory, whether it is an odd function of the gradients; the others are scales.
    memory
        `(1, d)` each: the scales, and zeros for the odd ones.
    d
        The number of coordinates.
    t
        The step's count.
    decays
        Whether a scale shrinks where there is no gradient.
    """

    optimizer: Optimizer
    odd: tuple[bool, ...]
    memory: Memory
    d: int
    t: float
    decays: bool

    def matrices(self, rates: Array) -> Array:
        """Return the matrices at these rates `(n,)`: `(n, states, 1 + states, d)`."""
        size = 2 + sum(self.odd)
        units = np.tile(np.eye(size)[:, :, None], (1, len(rates), self.d))  # at each rate
        states = self.step(units, np.repeat(rates, size)[:, None])
        return states.reshape(len(states), len(rates), size, self.d).swapaxes(0, 1)

    def step(self, given: Array, rate: float | Array) -> Array:
        """Return the next states of some runs `(states, runs, d)`, all in units of `TINY`.

        Parameters
        ----------
        given
            `(1 + states, runs, d)`: the gradients, then the states.
        rate
            One for all, or `(runs, 1)`.
        """
        g, w, *given_odd = TINY * given
        memory = [np.broadcast_to(m, w.shape).copy() for m in self.memory]
        for place, m in zip(np.flatnonzero(self.odd), given_odd, strict=True):
            memory[place] = m
        with np.errstate(all="ignore"):
            w, new = verbs.step(self.optimizer, w, g, tuple(memory), rate, self.t)
        new_odd = [m for m, odd in zip(new, self.odd, strict=True) if odd]
        return np.stack([np.broadcast_to(each, w.shape) for each in (w, *new_odd)]) / TINY

    def is_linear(self, rate: float) -> bool:
        """Say whether each coordinate's step is its matrix, whatever the other coordinates do."""
        (matrix,) = self.matrices(np.array([rate]))
        random = np.random.default_rng(0)
        mixed = random.uniform(0.5, 2.0, (matrix.shape[1], 3, self.d))
        mixed *= random.choice([-1.0, 1.0], mixed.shape)
        apart = np.einsum("sgd,gnd->snd", matrix, mixed)
        off = np.abs(self.step(mixed, rate) - apart)
        return bool((off <= 1e-6 * np.abs(apart).max(axis=1, keepdims=True)).all())

    def stable_rate(self, curvature: float, coordinate: int, rate: float) -> float | None:
        """Return the largest rate below which one coordinate is stable at a curvature.

        None if it is not between `rate / RATE_RANGE` and `rate * RATE_RANGE`.
        """
        memory = tuple(m[:, coordinate : coordinate + 1] for m in self.memory)
        alone = self._replace(memory=memory, d=1)
        low, high = rate / RATE_RANGE, rate * RATE_RANGE
        for _ in range(REFINEMENTS):
            rates = np.geomspace(low, high, RATES)
            radii = _spectral_radii(alone.matrices(rates)[..., 0], curvature)
            unstable = np.flatnonzero(radii > 1 + TOLERANCE)
            if not len(unstable) or not unstable[0]:
                return None
            low, high = rates[unstable[0] - 1], rates[unstable[0]]
        return float(low)

    def gain(self, coordinate: int, rate: float) -> float:
        """Return how far one gradient moves a coordinate in all later steps, in units of `g`."""
        (matrix,) = self.matrices(np.array([rate]))
        return largest_displacement(matrix[:, 0, coordinate], matrix[:, 1:, coordinate])


def _spectral_radii(matrices: Array, curvature: float) -> Array:
    """Return the spectral radius on a quadratic of each matrix `(n, states, 1 + states)`."""
    transitions = matrices[..., 1:].copy()
    transitions[..., 0] += curvature * matrices[..., 0]
    finite = np.isfinite(transitions).all(axis=(-2, -1), keepdims=True)
    radii: Array = np.abs(np.linalg.eigvals(np.where(finite, transitions, 2.0))).max(axis=-1)
    return radii


def linearised_step(
    optimizer: Optimizer, memory: Memory, d: int, rate: float, t: float
) -> FixedScale | None:
    """Return an optimizer with the scales that step `t` had, or None if it has no linear step.

    The scales are those that a step without a gradient makes the given ones. None, too, where they
    depend on the rate: at another rate they would be others.

    Parameters
    ----------
    optimizer
        Any; of one whose step depends on values, what `verbs.at` returns.
    memory
        What it remembers after step `t`, `(d,)` each.
    d
        The number of coordinates.
    rate, t
        Of that step.

    Examples
    --------
    Adam, whose scale is the root of 0.25, with a mean of beta1 = 0.9: its stable rate is
    `2 (1 + beta1) / (1 - beta1)` times the scale over the curvature.

    >>> from descend.optimizers import Adam, SignSGD
    >>> fixed = linearised_step(Adam(), (np.zeros(1), np.array([0.25])), d=1, rate=0.1, t=1e6)
    >>> fixed.odd, round(fixed.stable_rate(curvature=2.0, coordinate=0, rate=0.1), 3)
    ((True, False), 9.5)
    >>> linearised_step(SignSGD(), (), d=1, rate=0.1, t=1e6) is None
    True

    References
    ----------
    J. Cohen et al., Adaptive gradient methods at the edge of stability (2022).
    """
    odd = odd_memories(optimizer)
    if odd is None:
        return None
    scales = tuple(
        np.zeros((1, d)) if is_odd else m[None].astype(float)
        for is_odd, m in zip(odd, memory, strict=True)
    )
    with np.errstate(all="ignore"):
        after, other = (_without_gradient(optimizer, scales, d, r, t) for r in (rate, 2 * rate))
        decay = [m / new for m, new in zip(scales, after, strict=True)]
    if not all(np.array_equal(*both) for both in zip(after, other, strict=True)):
        return None
    decay = [np.where(np.isfinite(part) & (part > 0), part, 1.0) for part in decay]
    fixed = FixedScale(
        optimizer,
        odd,
        tuple(m * part for m, part in zip(scales, decay, strict=True)),
        d,
        t,
        decays=bool(max((part.max() for part in decay), default=1.0) > 1),
    )
    return fixed if fixed.is_linear(rate) else None


def _without_gradient(
    optimizer: Optimizer, memory: Memory, d: int, rate: float, t: float
) -> Memory:
    """Return the memory after a step without a gradient from zero."""
    w, g = np.zeros((2, 1, d))
    _, memory = verbs.step(optimizer, w, g, tuple(m.copy() for m in memory), rate, t)
    return memory


def odd_memories(optimizer: Optimizer) -> tuple[bool, ...] | None:
    """Say which memories change sign with the point and all gradients.

    None if the point, or a memory, neither changes sign nor stays the same.

    Examples
    --------
    >>> from descend.optimizers import Adam, Momentum
    >>> odd_memories(Adam()), odd_memories(Momentum())
    ((True, False), (True,))
    """
    random = np.random.default_rng(0)
    signs = np.array([[1.0], [-1.0]])
    w: Array = signs * random.standard_normal(3)
    memory: Memory = tuple(np.zeros_like(w) for _ in optimizer.memory)
    with np.errstate(all="ignore"):
        for t in range(1, STEPS + 1):
            g = signs * random.standard_normal(3)
            w, memory = verbs.step(optimizer, w, g, memory, 0.01, float(t))
    odd = tuple(bool(m.any()) and _alike(m[0], -m[1]) for m in memory)
    others_even = all(is_odd or _alike(m[0], m[1]) for is_odd, m in zip(odd, memory, strict=True))
    return odd if others_even and _alike(w[0], -w[1]) else None


def _alike(one: Array, other: Array) -> bool:
    """Say whether two arrays are the same, but for what a start that is not zero leaves."""
    return bool((np.abs(one - other) <= 1e-3 * np.abs(one).max()).all())
