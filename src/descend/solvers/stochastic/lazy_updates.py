"""For which optimizers and penalties the compiled loops may defer steps without a gradient."""

from typing import Any

import numpy as np

from descend.protocols import Array, Averaging, Memory, Optimizer, Penalty, verbs

LARGEST_SHRINKAGE = 0.5
"""The largest `rate * curvature` of a penalty's smooth part at which steps are deferred: beyond it,
the scale of `descend.kernels.lazy_rows` loses precision and may reach zero."""

TIMES = (*range(1, 13), 100, 1000, 10_000)
"""The step counts that are tried: an update may depend on them, as for Adam's bias correction."""

USED = 3
"""Steps along gradients, after which the memory is no longer that of the start."""


def can_defer(optimizer: Optimizer, penalty: Penalty) -> bool:
    """Say whether the steps of a parameter without a gradient may be applied together, later.

    They may if such a step leaves the memory as it is, and shrinks the parameter and keeps it
    within an interval as `descend.kernels.lazy_rows` says. That is measured: so it is for plain
    descent with the library's penalties, and for AdaGrad or sign descent without a penalty;
    momentum and Adam move without a gradient.

    Examples
    --------
    >>> from descend.optimizers import SGD, Adam
    >>> from descend.penalties import L1
    >>> can_defer(SGD(), L1()), can_defer(Adam(), L1())
    (True, False)
    """
    # what a wrapper does every hundredth step, say, would not show
    parts: Any = optimizer
    if isinstance(optimizer, Averaging) or any(isinstance(part, tuple) for part in parts):
        return False
    w = verbs.prox(penalty, np.array([-3.0, -1.0, -0.1, 0.0, 0.01, 0.5, 2.0]), 0.0)
    fresh: Memory = tuple(np.zeros_like(w) for _ in optimizer.memory)
    largest = max(smooth_curvature(penalty), float(verbs.kink(penalty)), 0.3)
    rates = np.linspace(0.3, 0.1, len(TIMES)) / largest
    gradients = np.random.default_rng(0).standard_normal((USED, len(w)))
    _, used = _stepped(optimizer, penalty, w, fresh, gradients, rates, TIMES[:USED])
    return all(
        _defers(optimizer, penalty, w, memory, rates[begin:], TIMES[begin:])
        for memory, begin in ((fresh, 0), (used, USED))
    )


def _defers(
    optimizer: Optimizer,
    penalty: Penalty,
    w: Array,
    memory: Memory,
    rates: Array,
    times: tuple[int, ...],
) -> bool:
    """Say whether these steps without a gradient keep the memory, and may be applied together."""
    null = np.zeros((len(times), len(w)))
    ended, remembered = _stepped(optimizer, penalty, w, memory, null, rates, times)
    expected = _steps_together(penalty, w, rates)
    same = np.allclose(ended, expected, rtol=1e-9, atol=1e-12)
    return bool(same) and all(map(np.array_equal, remembered, memory))


def smooth_curvature(penalty: Penalty) -> float:
    """Return the curvature of the penalty's smooth part, which is the same everywhere."""
    return float(penalty.curvature(np.ones(1))[0])


def _steps_together(penalty: Penalty, w: Array, rates: Array) -> Array:
    """Return `w` after steps without a gradient, applied together."""
    scales = np.cumprod(1.0 - rates * smooth_curvature(penalty))
    threshold = verbs.kink(penalty) * np.sum(rates / scales)
    shrunk = np.maximum(w - threshold, 0.0) + np.minimum(w + threshold, 0.0)
    return verbs.prox(penalty, scales[-1] * shrunk, 0.0)


def _stepped(
    optimizer: Optimizer,
    penalty: Penalty,
    w: Array,
    memory: Memory,
    gradients: Array,
    rates: Array,
    times: tuple[int, ...],
) -> tuple[Array, Memory]:
    """Return `w` and the memory after steps along these gradients of the loss."""
    with np.errstate(all="ignore"):
        for t, g, rate in zip(times, gradients, rates, strict=False):
            smooth = g + verbs.gradient(penalty, w)
            w, memory = verbs.advance(optimizer, penalty, w, smooth, memory, rate, float(t))
    return w, memory
