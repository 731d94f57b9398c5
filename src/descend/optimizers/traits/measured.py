"""What is measured of an optimizer on its own `step`.

So an optimizer need not state any of this, and a user's own is as well known as the library's.
"""

from collections.abc import Sequence
from itertools import product

import numpy as np

from descend.protocols import Array, Memory, Optimizer, verbs

LATE_STEP = 1e6
"""A step count at which corrections for the start have died away."""

PROBED_STEPS = (2.0, LATE_STEP, LATE_STEP + 1)
"""Step counts to look at: an early one, and two late ones, at one of which no Lookahead meets."""

DOUBLINGS = 21
"""Powers of two of the steps after which a displacement is looked at: up to two million steps."""

LARGEST_RATE = 1e9
"""An optimizer stable at this rate, at the curvature one, is stable at any."""

BISECTIONS = 60
"""Halvings of an interval of rates: more than the digits of a double."""


def steps_elementwise(optimizer: Optimizer) -> bool:
    """Say whether coordinates that step together move as each does alone.

    Examples
    --------
    >>> from descend.optimizers import Adam
    >>> steps_elementwise(Adam())
    True
    """
    # long enough for distances that are learnt, once so steep that whatever clips does clip, and
    # once an odd number of steps, for SAM, which steps at the even ones
    gradients = 1.0 + np.random.default_rng(0).random((20, 1, 3))
    for each in (gradients, 1e12 * gradients[:3], gradients[:1]):
        together = _displacements(optimizer, each, rate=1.0)
        alone = _displacements(optimizer, each.transpose(0, 2, 1), rate=1.0)
        if not np.allclose(together[0], alone[:, 0], rtol=1e-9, atol=0):
            return False
    return True


def is_scale_free(optimizer: Optimizer) -> bool:
    """Say whether a step is as long for `1000 g` as for `g`; then the rate is in units of `w`.

    Examples
    --------
    >>> from descend.optimizers import SGD, Adam
    >>> is_scale_free(Adam()), is_scale_free(SGD())
    (True, False)
    """
    gradients = 1.0 + np.random.default_rng(0).random((5, 1, 3))
    small, usual, large = (
        _displacements(optimizer, c * gradients, rate=0.01) for c in (0.1, 1.0, 1e3)
    )
    return bool(
        np.allclose(small, usual, rtol=0.05, atol=0)
        and np.allclose(usual, large, rtol=0.05, atol=0)
    )


def depends_on_rate(optimizer: Optimizer) -> bool:
    """Say whether steps after the first ones depend on the rate.

    Examples
    --------
    >>> from descend.optimizers import Rprop, SignSGD
    >>> depends_on_rate(SignSGD()), depends_on_rate(Rprop())
    (True, False)
    """
    # two steps at the other rate: the odd ones of SAM do not use it
    one, other = (_end_on_parabola(optimizer, (0.01, 0.01, rate, rate)) for rate in (0.01, 0.02))
    return not np.array_equal(one, other)


def _end_on_parabola(optimizer: Optimizer, rates: Sequence[float]) -> Array:
    """Return the point that steps at these rates reach on a parabola."""
    w: Array = np.ones((1, 3))
    memory: Memory = tuple(np.zeros_like(w) for _ in optimizer.memory)
    valued = verbs.at(optimizer, np.ones((1, 1)))
    with np.errstate(all="ignore"):
        for t, rate in enumerate(rates, start=1):
            w, memory = valued.step(w, w, memory, rate, float(t))
    return w


def effective_step_gain(optimizer: Optimizer) -> float:
    """Return how far one gradient moves `w` in all later steps, in units of `rate * g`.

    1 for plain descent, `1 / (1 - mu)` for momentum, and 1 for an optimizer that is not linear in
    its gradients.

    Examples
    --------
    >>> from descend.optimizers import Momentum
    >>> round(effective_step_gain(Momentum(mu=0.9)), 6)
    10.0
    """
    if not _is_linear(optimizer):
        return 1.0
    start = np.zeros(1 + len(optimizer.memory))
    return max(
        largest_displacement(
            _response(optimizer, 1.0, start, 1.0, t), _transition(optimizer, 1.0, 0.0, t)
        )
        for t in PROBED_STEPS
    )


def largest_displacement(state: Array, transition: Array) -> float:
    """Return the largest displacement of `w` after 1, 2, 4, ... steps without a gradient.

    Where weights decay, the displacement goes back to zero in the end.

    Parameters
    ----------
    state
        `(states,)`: the point, then the memory, after the step from zero.
    transition
        `(states, states)`: the matrix of a step without a gradient.
    """
    displacement = -state[0]
    for _ in range(DOUBLINGS):
        displacement = max(displacement, -(transition @ state)[0])
        transition = transition @ transition
    return float(displacement)


def stable_rate(optimizer: Optimizer, curvature: float) -> float | None:
    """Return the largest rate that does not diverge on a quadratic of this curvature.

    A linear optimizer's step on a quadratic is a matrix that maps parameter and memory to the next;
    it is stable as long as its spectral radius is at most one. None for an optimizer that is not
    linear in its gradients.

    Parameters
    ----------
    optimizer
        Any.
    curvature
        Positive.

    Examples
    --------
    >>> from descend.optimizers import SGD, Momentum
    >>> round(stable_rate(SGD(), curvature=5.0), 6), round(stable_rate(Momentum(), 5.0), 6)
    (0.4, 0.76)
    """
    if not _is_linear(optimizer):
        return None
    stable, unstable = 0.0, 1e-3
    while _is_stable(optimizer, unstable):
        stable, unstable = unstable, 2 * unstable
        if unstable > LARGEST_RATE:
            return None
    for _ in range(BISECTIONS):
        middle = (stable + unstable) / 2
        stable, unstable = (middle, unstable) if _is_stable(optimizer, middle) else (stable, middle)
    return stable / curvature


def _is_stable(optimizer: Optimizer, rate: float) -> bool:
    """Say whether the spectral radius at a rate, at the curvature one, is at most one."""
    steps = (_transition(optimizer, rate, 1.0, t) for t in PROBED_STEPS)
    return all(np.abs(np.linalg.eigvals(step)).max() <= 1 + 1e-12 for step in steps)


def _is_linear(optimizer: Optimizer) -> bool:
    """Say whether the next state is a matrix times parameter, memory and gradient."""
    random = np.random.default_rng(0)
    size = 1 + len(optimizer.memory)
    one, other = random.standard_normal((2, size))
    # two pairs of gradients, since the signs of one may add up by chance
    for t, (g, h) in product(PROBED_STEPS, ((0.7, -1.3), (0.7, 1.3))):
        total = _response(optimizer, 0.1, one + 2 * other, g + 2 * h, t)
        parts = _response(optimizer, 0.1, one, g, t) + 2 * _response(optimizer, 0.1, other, h, t)
        if not np.allclose(total, parts, rtol=1e-9, atol=1e-12):
            return False
    return True


def _transition(optimizer: Optimizer, rate: float, curvature: float, t: float) -> Array:
    """Return the matrix of step `t` on the quadratic `curvature * w**2 / 2`."""
    states = np.eye(1 + len(optimizer.memory))
    return np.stack([_response(optimizer, rate, s, curvature * s[0], t) for s in states], axis=1)


def _response(optimizer: Optimizer, rate: float, state: Array, g: float, t: float) -> Array:
    """Return the state `(w, *memory)` after step `t`."""
    memory: Memory = tuple(np.full(1, m) for m in state[1:])
    with np.errstate(all="ignore"):
        optimizer = verbs.at(optimizer, np.ones(1))
        w, new = optimizer.step(np.full(1, state[0]), np.full(1, g), memory, rate, t)
    return np.array([float(part[0]) for part in (w, *new)])


def _displacements(optimizer: Optimizer, gradients: Array, rate: float) -> Array:
    """Return how far a sequence of gradients moves `w` from zero: `(runs, d)`."""
    w: Array = np.zeros(gradients.shape[1:])
    memory: Memory = tuple(np.zeros_like(w) for _ in optimizer.memory)
    with np.errstate(all="ignore"):
        for t, g in enumerate(gradients, start=1):
            valued = verbs.at(optimizer, np.ones((len(w), 1)))
            w, memory = valued.step(w, g, memory, np.full((len(w), 1), rate), float(t))
    return w
