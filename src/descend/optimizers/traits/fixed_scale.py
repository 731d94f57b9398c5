"""What an optimizer does near rest while the scales of its steps stay as they are.

An adaptive optimizer remembers two kinds of things: what turns with the gradient (a velocity, a
mean) and what does not (a mean square, a total, a distance), by which it scales its steps. Which is
which shows when every sign is changed. With the scales held, small gradients move it linearly: then
it is a momentum method with a rate of its own for each coordinate, and as such has a stable rate.
"""

from typing import NamedTuple

import numpy as np

from descend.optimizers.traits.measured import furthest
from descend.protocols import Array, Memory, Optimizer, verbs

NEAR = 1e-100
"""How near to rest: no square of it counts, and at rest there is nothing that it is lost in."""

STEPS = 20
"""Steps after which it shows what turns with the gradient."""

RATES = 64
"""Rates that are tried at once."""

WIDEST = 1e8
"""How much smaller or larger than the rate at hand a stable rate is looked for."""

TOLERANCE = 1e-6
"""By how much an eigenvalue may exceed one: those that are equal are found to half the digits."""


class FixedScale(NamedTuple):
    """An optimizer whose scales are held at those of one of its steps.

    Its state is the point, and what turns with the gradient. A matrix `(states, 1 + states)` a
    coordinate turns the gradient, then the state, into the next state.

    Attributes
    ----------
    optimizer
        What steps.
    turns
        For each memory, whether it turns with the gradient; the others are scales.
    memory
        `(1, d)` each: the scales, and zeros for what turns.
    d
        How many coordinates there are.
    t
        The step's count.
    fades
        Whether a scale shrinks where there is no gradient.
    """

    optimizer: Optimizer
    turns: tuple[bool, ...]
    memory: Memory
    d: int
    t: float
    fades: bool

    def matrices(self, rates: Array) -> Array:
        """Return the matrices at these rates `(n,)`: `(n, states, 1 + states, d)`."""
        given = 2 + sum(self.turns)
        apart = np.tile(
            np.eye(given)[:, :, None], (1, len(rates), self.d)
        )  # each alone, at each rate
        states = self.step(apart, np.repeat(rates, given)[:, None])
        return states.reshape(len(states), len(rates), given, self.d).swapaxes(0, 1)

    def step(self, given: Array, rate: float | Array) -> Array:
        """Return the next states of some runs `(states, runs, d)`, all in units of `NEAR`.

        Parameters
        ----------
        given
            `(1 + states, runs, d)`: the gradients, then the states.
        rate
            One for all, or `(runs, 1)`.
        """
        g, w, *turning = NEAR * given
        memory = [np.broadcast_to(m, w.shape).copy() for m in self.memory]
        for place, m in zip(np.flatnonzero(self.turns), turning, strict=True):
            memory[place] = m
        with np.errstate(all="ignore"):
            w, new = verbs.step(self.optimizer, w, g, tuple(memory), rate, self.t)
        turned = [m for m, turns in zip(new, self.turns, strict=True) if turns]
        return np.stack([np.broadcast_to(each, w.shape) for each in (w, *turned)]) / NEAR

    def is_linear(self, rate: float) -> bool:
        """Say whether each coordinate's step near rest is its matrix, whatever the others do."""
        (matrix,) = self.matrices(np.array([rate]))
        random = np.random.default_rng(0)
        mixed = random.uniform(0.5, 2.0, (matrix.shape[1], 3, self.d))
        mixed *= random.choice([-1.0, 1.0], mixed.shape)
        apart = np.einsum("sgd,gnd->snd", matrix, mixed)
        off = np.abs(self.step(mixed, rate) - apart)
        return bool((off <= 1e-6 * np.abs(apart).max(axis=1, keepdims=True)).all())

    def stable_rate(self, curvature: float, coordinate: int, rate: float) -> float | None:
        """Return the largest rate below which one coordinate is stable at a curvature.

        None if it is not between `rate / WIDEST` and `rate * WIDEST`.
        """
        memory = tuple(m[:, coordinate : coordinate + 1] for m in self.memory)
        alone = self._replace(memory=memory, d=1)
        low, high = rate / WIDEST, rate * WIDEST
        for _ in range(4):
            rates = np.geomspace(low, high, RATES)
            largest = _largest_eigenvalues(alone.matrices(rates)[..., 0], curvature)
            unstable = np.flatnonzero(largest > 1 + TOLERANCE)
            if not len(unstable) or not unstable[0]:
                return None
            low, high = rates[unstable[0] - 1], rates[unstable[0]]
        return float(low)

    def reach(self, coordinate: int, rate: float) -> float:
        """Return how far one gradient moves a coordinate in all the steps to come, for each `g`."""
        (matrix,) = self.matrices(np.array([rate]))
        return furthest(matrix[:, 0, coordinate], matrix[:, 1:, coordinate])


def _largest_eigenvalues(matrices: Array, curvature: float) -> Array:
    """Return what a step multiplies the state by at most, of matrices `(n, states, 1 + states)`."""
    steps = matrices[..., 1:].copy()
    steps[..., 0] += curvature * matrices[..., 0]
    finite = np.isfinite(steps).all(axis=(-2, -1), keepdims=True)
    largest: Array = np.abs(np.linalg.eigvals(np.where(finite, steps, 2.0))).max(axis=-1)
    return largest


def frozen(
    optimizer: Optimizer, memory: Memory, d: int, rate: float, t: float
) -> FixedScale | None:
    """Return an optimizer with the scales that step `t` had, or None if it has no linear step.

    The scales are those that, where there is no gradient, are the given ones after the step. None,
    too, where they depend on the rate: those of another rate would not be these.

    Parameters
    ----------
    optimizer
        Any; one that looks at values is told them first, by `verbs.at`.
    memory
        What it remembers after step `t`, `(d,)` each.
    d
        How many coordinates there are.
    rate, t
        Of that step.

    Examples
    --------
    Adam, whose scale is the root of 0.25, with a mean of beta1 = 0.9: its stable rate is
    `2 (1 + beta1) / (1 - beta1)` times the scale over the curvature.

    >>> from descend.optimizers import Adam, SignSGD
    >>> held = frozen(Adam(), (np.zeros(1), np.array([0.25])), d=1, rate=0.1, t=1e6)
    >>> held.turns, round(held.stable_rate(curvature=2.0, coordinate=0, rate=0.1), 3)
    ((True, False), 9.5)
    >>> frozen(SignSGD(), (), d=1, rate=0.1, t=1e6) is None
    True

    References
    ----------
    J. Cohen et al., Adaptive gradient methods at the edge of stability (2022).
    """
    turns = turning(optimizer)
    if turns is None:
        return None
    rest = tuple(
        np.zeros((1, d)) if odd else m[None].astype(float)
        for odd, m in zip(turns, memory, strict=True)
    )
    with np.errstate(all="ignore"):
        after, other = (_at_rest(optimizer, rest, d, r, t) for r in (rate, 2 * rate))
        faded = [m / new for m, new in zip(rest, after, strict=True)]
    if not all(np.array_equal(*both) for both in zip(after, other, strict=True)):
        return None
    faded = [np.where(np.isfinite(part) & (part > 0), part, 1.0) for part in faded]
    held = FixedScale(
        optimizer,
        turns,
        tuple(m * part for m, part in zip(rest, faded, strict=True)),
        d,
        t,
        fades=bool(max((part.max() for part in faded), default=1.0) > 1),
    )
    return held if held.is_linear(rate) else None


def _at_rest(optimizer: Optimizer, memory: Memory, d: int, rate: float, t: float) -> Memory:
    """Return what it remembers after a step without a gradient from zero."""
    w, g = np.zeros((2, 1, d))
    _, memory = verbs.step(optimizer, w, g, tuple(m.copy() for m in memory), rate, t)
    return memory


def turning(optimizer: Optimizer) -> tuple[bool, ...] | None:
    """Say which memories turn when the point and all gradients do; None if one does neither.

    Examples
    --------
    >>> from descend.optimizers import Adam, Momentum
    >>> turning(Adam()), turning(Momentum())
    ((True, False), (True,))
    """
    random = np.random.default_rng(0)
    there_and_back = np.array([[1.0], [-1.0]])
    w: Array = there_and_back * random.standard_normal(3)
    memory: Memory = tuple(np.zeros_like(w) for _ in optimizer.memory)
    with np.errstate(all="ignore"):
        for t in range(1, STEPS + 1):
            g = there_and_back * random.standard_normal(3)
            w, memory = verbs.step(optimizer, w, g, memory, 0.01, float(t))
    turned = tuple(bool(m.any()) and _alike(m[0], -m[1]) for m in memory)
    same = all(odd or _alike(m[0], m[1]) for odd, m in zip(turned, memory, strict=True))
    return turned if same and _alike(w[0], -w[1]) else None


def _alike(one: Array, other: Array) -> bool:
    """Say whether two arrays are the same, but for what a start that is not zero leaves."""
    return bool((np.abs(one - other) <= 1e-3 * np.abs(one).max()).all())
