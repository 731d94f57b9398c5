"""The methods of optimizers, losses and penalties as functions, for algorithms written once.

Inside a compiled loop each call compiles the method of its name (`descend.kernels.dispatch`).
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from descend.protocols import (
    Array,
    Averaging,
    Kinked,
    Loss,
    Memory,
    Optimizer,
    Penalty,
    Rate,
    Update,
    Valued,
)
from descend.support.tree import map_children

NEAR_ZERO = 1e-30
"""Added to a difference that may be zero before it divides something smaller."""


def step(self: Optimizer, w: Array, g: Array, memory: Memory, rate: Rate, t: float) -> Update:
    """Return the optimizer's next `w` and memory."""
    return self.step(w, g, memory, rate, t)


def answer(self: Optimizer, w: Array, memory: Memory, t: float) -> Array:
    """Return the optimizer's answer after step `t`: its own, or the point itself."""
    return self.answer(w, memory, t) if isinstance(self, Averaging) else w


def at(self: Optimizer, value: Array) -> Optimizer:
    """Return the optimizer of a step from points of these values, `(..., 1)`: often itself."""
    if isinstance(self, Valued):
        return self.at(value)
    if not isinstance(self, tuple):
        return self
    valued: Optimizer = map_children(self, lambda part: _part_at(part, value))
    return valued


def _part_at(part: Any, value: Array) -> Any:
    wrapped: Any = part
    return at(wrapped, value) if isinstance(part, tuple) else part


def value(self: Loss, y: Array, z: Array) -> Array:
    """Return the loss of each element."""
    return self.value(y, z)


def slope(self: Loss, y: Array, z: Array) -> Array:
    """Return the derivative of the loss by `z`."""
    return self.slope(y, z)


def gradient(self: Penalty, w: Array) -> Array:
    """Return the derivative of the penalty's smooth part."""
    return self.gradient(w)


def prox(self: Penalty, w: Array, rate: Rate) -> Array:
    """Return the proximal step of the penalty's part that is not smooth."""
    return self.prox(w, rate)


def kink(self: Penalty) -> float | Array:
    """Return the size of the penalty's slope on either side of zero; zero where it is smooth."""
    return self.kink() if isinstance(self, Kinked) else 0.0


def advance(
    optimizer: Optimizer, penalty: Penalty, w: Array, g: Array, memory: Memory, rate: Rate, t: float
) -> Update:
    """Return the next `w` and memory under a penalty, whose smooth part's gradient `g` includes."""
    return advancing(penalty)(optimizer, penalty, w, g, memory, rate, t)


def advancing(penalty: Penalty) -> Callable[..., Update]:
    """Return what `advance` does under a penalty, for loops that would ask at each step."""
    return implicit_subgradient_step if np.any(kink(penalty)) else proximal_step


def proximal_step(
    optimizer: Optimizer, penalty: Penalty, w: Array, g: Array, memory: Memory, rate: Rate, t: float
) -> Update:
    """Return the optimizer's step followed by the penalty's proximal step at the same rate.

    For an interval this is right with every optimizer, for other penalties with plain descent.
    """
    stepped, remembered = step(optimizer, w, g, memory, rate, t)
    return prox(penalty, stepped, rate), remembered


def implicit_subgradient_step(
    optimizer: Optimizer, penalty: Penalty, w: Array, g: Array, memory: Memory, rate: Rate, t: float
) -> Update:
    """Return the optimizer's step along `g + s`, with a subgradient `s` of the kink where it ends.

    At zero the slope is any number in `[-kink, kink]`, so the step ends between::

        up   = step(w, g + kink)        down = step(w, g - kink)
        w    = max(up, 0) + min(down, 0)

    and the memory is that of a step along the slope which leads there: `kink` from the right of
    zero, `-kink` from the left, and between them the one at which the line through `up` and `down`
    is zero. For plain descent this is the proximal step. With momentum or scaled coordinates,
    where a proximal step after the optimizer's would end elsewhere, it still rests at the
    objective's minimum alone, and zeros are exact. The slope at the end of the step: P.-L. Lions
    and B. Mercier, Splitting algorithms for the sum of two nonlinear operators (1979).
    """
    slope = kink(penalty)
    up, _ = step(optimizer, w, g + slope, memory, rate, t)
    down, _ = step(optimizer, w, g - slope, memory, rate, t)
    share = (up + down) / (np.abs(down - up) + NEAR_ZERO)
    s = slope * np.minimum(np.maximum(share, -1.0), 1.0)
    _, remembered = step(optimizer, w, g + s, memory, rate, t)
    ended = np.maximum(up, 0.0) + np.minimum(down, 0.0)
    # what remains of a penalty with a kink is its interval, whose proximal step has the rate 0
    return prox(penalty, ended, np.where(slope == 0.0, rate, 0.0 * rate)), remembered
