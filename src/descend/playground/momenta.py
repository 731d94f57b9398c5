"""Where an optimizer's memory alone would step next, at each point of a record."""

from __future__ import annotations

from typing import Any

import numpy as np

from descend.optimizers import innermost
from descend.optimizers.hyperparameters import with_hyperparameters
from descend.optimizers.lbfgs import LBFGS
from descend.optimizers.polyak import MoMo, MoMoAdam
from descend.optimizers.traits import is_elementwise
from descend.playground.descents import Check
from descend.protocols import Array, Memory, Optimizer, Search, verbs

BLOCK = 256
"""Steps between two questions whether to go on."""

WITHOUT_DECAY = {"decay": 0.0, "weight_decay": 0.0}
"""A shrinking of weights is no memory."""


def momenta(
    optimizer: Optimizer, rule: Any, points: Array, gradients: Array, rates: Array, check: Check
) -> Array:
    """Return the steps that the memory would take without a gradient, `(steps + 1, runs, d)`.

    The memory is that of the record's steps, taken again. Those of an optimizer that remembers
    nothing are zero, and so are those of a line search, and of one that steps by the value.

    Parameters
    ----------
    optimizer, rule
        What stepped, and at which rate.
    points, gradients
        `(steps + 1, runs, d)`.
    rates
        `(steps, runs)`: those that led on from each point but the last.
    check
        Raises an error if the computation is to end.
    """
    kinds = LBFGS | MoMo | MoMoAdam
    if not optimizer.memory or isinstance(rule, Search) or isinstance(innermost(optimizer), kinds):
        return np.zeros_like(points)
    memories = _memories(optimizer, points, gradients, rates, check)
    still = with_hyperparameters(optimizer, WITHOUT_DECAY)
    # at the last point, the rate that led there; a run that has ended has none
    next_rates = (
        np.concatenate([rates, rates[-1:]]) if len(rates) else np.zeros((1, len(points[0])))
    )
    steps: Any = np.arange(1.0, len(points) + 1)
    zero = np.zeros_like(points)
    with np.errstate(all="ignore"):
        if is_elementwise(optimizer):
            after, _ = verbs.step(
                still, points, zero, memories, next_rates[..., None], steps[:, None, None]
            )
        else:
            after = np.stack(
                [
                    verbs.step(still, w, zero[0], tuple(m[i] for m in memories), rate[:, None], t)[
                        0
                    ]
                    for i, (w, rate, t) in enumerate(zip(points, next_rates, steps, strict=True))
                ]
            )
    moved = after - points
    return np.where(np.isfinite(moved), moved, 0.0)


def _memories(
    optimizer: Optimizer, points: Array, gradients: Array, rates: Array, check: Check
) -> Memory:
    """Return what is remembered at each point, `(steps + 1, runs, d)` each."""
    kept = tuple(np.zeros_like(points) for _ in optimizer.memory)
    memory: Memory = tuple(np.zeros_like(points[0]) for _ in optimizer.memory)
    with np.errstate(all="ignore"):
        for i in range(len(rates)):
            if i % BLOCK == 0:
                check()
            given = rates[i][:, None]
            _, memory = verbs.step(optimizer, points[i], gradients[i], memory, given, i + 1.0)
            for whole, part in zip(kept, memory, strict=True):
                whole[i + 1] = part
    return kept
