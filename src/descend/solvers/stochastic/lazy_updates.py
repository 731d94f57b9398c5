"""May a step without a gradient be put off? What the walks through sparse rows ask."""

from typing import Any

import numpy as np

from descend.protocols import Array, Averaging, Memory, Optimizer, Penalty, verbs

LARGEST_SHRINKAGE = 0.5
"""The largest `rate * curvature` of a penalty's smooth part at which steps are put off."""

TIMES = (*range(1, 13), 100, 1000, 10_000)
"""The steps to look at."""

USED = 3
"""Steps along gradients, after which the memory is one that has been used."""


def may_wait(optimizer: Optimizer, penalty: Penalty) -> bool:
    """Say whether a parameter without a gradient may take all its steps at once, later.

    It may if such a step leaves the memory as it is, and shrinks the parameter and keeps it within
    an interval as `descend.kernels.lazy_rows` says. That is found by trying: so it is for plain
    descent with the library's penalties, and for AdaGrad or sign descent without a penalty.
    Momentum and Adam move without a gradient, so with them each step moves every parameter.

    Examples
    --------
    >>> from descend.optimizers import SGD, Adam
    >>> from descend.penalties import L1
    >>> may_wait(SGD(), L1()), may_wait(Adam(), L1())
    (True, False)
    """
    # what a wrapper does every hundredth step, say, would not be seen
    parts: Any = optimizer
    if isinstance(optimizer, Averaging) or any(isinstance(part, tuple) for part in parts):
        return False
    w = verbs.prox(penalty, np.array([-3.0, -1.0, -0.1, 0.0, 0.01, 0.5, 2.0]), 0.0)
    fresh: Memory = tuple(np.zeros_like(w) for _ in optimizer.memory)
    rates = np.linspace(0.3, 0.1, len(TIMES)) / max(smooth_curvature(penalty), _kink(penalty), 0.3)
    gradients = np.random.default_rng(0).standard_normal((USED, len(w)))
    _, used = _walked(optimizer, penalty, w, fresh, gradients, rates, TIMES[:USED])
    return all(
        _waits(optimizer, penalty, w, memory, rates[begin:], TIMES[begin:])
        for memory, begin in ((fresh, 0), (used, USED))
    )


def _waits(
    optimizer: Optimizer,
    penalty: Penalty,
    w: Array,
    memory: Memory,
    rates: Array,
    times: tuple[int, ...],
) -> bool:
    """Say whether these steps without a gradient leave the memory, and can be taken at once."""
    null = np.zeros((len(times), len(w)))
    ended, remembered = _walked(optimizer, penalty, w, memory, null, rates, times)
    expected = put_off(penalty, w, rates)
    same = np.allclose(ended, expected, rtol=1e-9, atol=1e-12)
    return bool(same) and all(map(np.array_equal, remembered, memory))


def smooth_curvature(penalty: Penalty) -> float:
    """Return the factor of `w` in the gradient of the penalty's smooth part."""
    return float(verbs.gradient(penalty, np.ones(1))[0])


def has_rough_part(penalty: Penalty) -> bool:
    """Say whether the penalty has a kink or an interval."""
    w = np.array([-1e9, -1.0, -1e-9, 1e-9, 1.0, 1e9])
    return not np.array_equal(verbs.prox(penalty, w, 1.0), w)


def put_off(penalty: Penalty, w: Array, rates: Array) -> Array:
    """Return `w` after steps without a gradient, taken at once."""
    scales = np.cumprod(1.0 - rates * smooth_curvature(penalty))
    threshold = _kink(penalty) * np.sum(rates / scales)
    shrunk = np.maximum(w - threshold, 0.0) + np.minimum(w + threshold, 0.0)
    return verbs.prox(penalty, scales[-1] * shrunk, 0.0)


def _kink(penalty: Penalty) -> float:
    return float(verbs.kink(penalty))


def _walked(
    optimizer: Optimizer,
    penalty: Penalty,
    w: Array,
    memory: Memory,
    gradients: Array,
    rates: Array,
    times: tuple[int, ...],
) -> tuple[Array, Memory]:
    """Return where the steps along these gradients of the loss lead, and what is remembered."""
    with np.errstate(all="ignore"):
        for t, g, rate in zip(times, gradients, rates, strict=False):
            smooth = g + verbs.gradient(penalty, w)
            w, memory = verbs.advance(optimizer, penalty, w, smooth, memory, rate, float(t))
    return w, memory
