"""What can be told of an optimizer by trying it: its own `step` is the only source.

So an optimizer need not state any of this, and one's own is as well known as the library's.
"""

from itertools import product

import numpy as np

from descend.protocols import Array, Memory, Optimizer, verbs

STEADY = 1e6
"""A step count at which corrections for the start have died away."""

TIMES = (2.0, STEADY, STEADY + 1)
"""Steps to look at: an early one, and two late ones of which one is no meeting of a Lookahead."""


def is_elementwise(optimizer: Optimizer) -> bool:
    """Say whether each coordinate goes its way whatever the others do: no norms, no sums.

    Examples
    --------
    >>> from descend.optimizers import Adam
    >>> is_elementwise(Adam())
    True
    """
    # long enough for what learns distances, once so steep that whatever clips does clip, and once
    # an odd number of steps, for what looks around before it steps
    gradients = 1.0 + np.random.default_rng(0).random((20, 1, 3))
    tried = (gradients, 1e12 * gradients[:3], gradients[:1])
    return all(_goes_alone(optimizer, each) for each in tried)


def _goes_alone(optimizer: Optimizer, gradients: Array) -> bool:
    """Say whether coordinates move together as each does alone."""
    together = _walked(optimizer, gradients, rate=1.0)
    alone = _walked(optimizer, gradients.transpose(0, 2, 1), rate=1.0)
    return bool(np.allclose(together[0], alone[:, 0], rtol=1e-9, atol=0))


def is_scale_free(optimizer: Optimizer) -> bool:
    """Say whether a step is as long for `1000 g` as for `g`; then the rate is in units of `w`.

    Examples
    --------
    >>> from descend.optimizers import SGD, Adam
    >>> is_scale_free(Adam()), is_scale_free(SGD())
    (True, False)
    """
    gradients = 1.0 + np.random.default_rng(0).random((5, 1, 3))
    small, usual, large = (_walked(optimizer, c * gradients, rate=0.01) for c in (0.1, 1.0, 1e3))
    return bool(
        np.allclose(small, usual, rtol=0.05, atol=0)
        and np.allclose(usual, large, rtol=0.05, atol=0)
    )


def heeds_rate(optimizer: Optimizer) -> bool:
    """Say whether the rate still counts after the first steps.

    Examples
    --------
    >>> from descend.optimizers import Rprop, SignSGD
    >>> heeds_rate(SignSGD()), heeds_rate(Rprop())
    (True, False)
    """
    # two steps at the other rate: one of SAM's only looks
    here, there = (_walked_at((0.01, 0.01, rate, rate), optimizer) for rate in (0.01, 0.02))
    return not np.array_equal(here, there)


def _walked_at(rates: tuple[float, ...], optimizer: Optimizer) -> Array:
    """Return where steps at these rates lead down a parabola."""
    w: Array = np.ones((1, 3))
    memory: Memory = tuple(np.zeros_like(w) for _ in optimizer.memory)
    own = verbs.at(optimizer, np.ones((1, 1)))
    with np.errstate(all="ignore"):
        for t, rate in enumerate(rates, start=1):
            w, memory = own.step(w, w, memory, rate, float(t))
    return w


def gain(optimizer: Optimizer) -> float:
    """Return how far one gradient moves `w` in all the steps to come, in units of `rate * g`.

    1 for plain descent, `1 / (1 - mu)` for momentum. For an optimizer that is not linear in its
    gradients, 1.

    Examples
    --------
    >>> from descend.optimizers import Momentum
    >>> round(gain(Momentum(mu=0.9)), 6)
    10.0
    """
    if not _is_linear(optimizer):
        return 1.0
    return max(_furthest(optimizer, t) for t in TIMES)


def _furthest(optimizer: Optimizer, t: float) -> float:
    """Return the furthest that one gradient has moved `w` in steps like step `t`."""
    state = _response(optimizer, 1.0, np.zeros(1 + len(optimizer.memory)), 1.0, t)
    return furthest(state, _transition(optimizer, 1.0, 0.0, t))


def furthest(state: Array, rest: Array) -> float:
    """Return the furthest that a step has moved `w` after 1, 2, 4, ... steps without a gradient.

    Where weights decay, all of it is lost in the end.

    Parameters
    ----------
    state
        `(states,)`: the point, then the memory, after the step from zero.
    rest
        `(states, states)`: what a step without a gradient turns a state into.
    """
    moved = -state[0]
    for _ in range(21):
        moved = max(moved, -(rest @ state)[0])
        rest = rest @ rest
    return float(moved)


def stable_rate(optimizer: Optimizer, curvature: float) -> float | None:
    """Return the largest rate that does not diverge on a quadratic of this curvature.

    A linear optimizer's step on a quadratic is a matrix, which turns the parameter and the memory
    into the next; it is stable as long as no eigenvalue is larger than one. None for an optimizer
    that is not linear in its gradients.

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
    unit = _stable_at_one(optimizer)
    return None if unit is None else unit / curvature


def _stable_at_one(optimizer: Optimizer) -> float | None:
    """Return the largest stable rate at the curvature one."""
    if not _is_linear(optimizer):
        return None
    stable, unstable = 0.0, 1e-3
    while _is_stable(optimizer, unstable):
        stable, unstable = unstable, 2 * unstable
        if unstable > 1e9:
            return None
    for _ in range(60):
        middle = (stable + unstable) / 2
        stable, unstable = (middle, unstable) if _is_stable(optimizer, middle) else (stable, middle)
    return stable


def _is_stable(optimizer: Optimizer, rate: float) -> bool:
    steps = (_transition(optimizer, rate, 1.0, t) for t in TIMES)
    return all(np.abs(np.linalg.eigvals(step)).max() <= 1 + 1e-12 for step in steps)


def _is_linear(optimizer: Optimizer) -> bool:
    """Say whether the next state is a matrix times parameter, memory and gradient."""
    random = np.random.default_rng(0)
    size = 1 + len(optimizer.memory)
    one, other = random.standard_normal((2, size))
    # two pairs, since for one of them a sign may add up by chance
    for t, (g, h) in product(TIMES, ((0.7, -1.3), (0.7, 1.3))):
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


def _walked(optimizer: Optimizer, gradients: Array, rate: float) -> Array:
    """Return how far the gradients, one after the other, move `w` from zero: `(runs, d)`."""
    w: Array = np.zeros(gradients.shape[1:])
    memory: Memory = tuple(np.zeros_like(w) for _ in optimizer.memory)
    with np.errstate(all="ignore"):
        for t, g in enumerate(gradients, start=1):
            own = verbs.at(optimizer, np.ones((len(w), 1)))
            w, memory = own.step(w, g, memory, np.full((len(w), 1), rate), float(t))
    return w
