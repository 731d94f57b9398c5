"""The runs under way."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import numpy.typing as npt

from descend.protocols import Array, Memory, Optimizer, Penalty, verbs
from descend.solvers.subgradients import minimum_norm_subgradient
from descend.support.numerics import norms
from descend.support.tree import leaves, map_leaves

Mask = npt.NDArray[np.bool_]

_PER_RUN = (
    "index", "start", "w", "before", "value", "g", "g_before", "start_size", "subgradient", "norm",
    "largest_norm", "rate", "lowest", "highest",
)  # fmt: skip


class RunState:
    """Where the running runs are, and what their optimizer remembers: a row a run.

    `index` says which of the runs each row is, `start` where it began, `lowest` and `highest`
    between which numbers each coordinate has been. `g` is the gradient of the smooth part,
    `subgradient` the objective's minimum-norm one, `norm` its norm, and `largest_norm` the largest
    met; `before` and `g_before` are point and gradient a step ago. `start_size` `(k, 1)` is the
    size of the start's largest coordinate. `rate_memory` is what an adaptive rate or a search
    remembers.
    """

    def __init__(self, start: Array, optimizer: Optimizer) -> None:
        self.index = np.arange(len(start))
        self.start = self.w = self.before = self.lowest = self.highest = start
        memory = np.zeros((len(optimizer.memory), *start.shape), dtype=start.dtype)
        self.memory: Memory = tuple(memory)
        self.value: Array = np.zeros(len(start))
        self.g = self.g_before = np.zeros_like(start)
        self.start_size = np.abs(start).max(axis=-1, keepdims=True)
        self.subgradient = np.zeros_like(start)
        self.norm = self.largest_norm = np.zeros(len(start))
        self.rate: Array = np.zeros(len(start))
        self.rate_memory: Memory = ()

    def slope_under(self, penalty: Penalty) -> None:
        """Compute the subgradients where the runs are, and their norms."""
        self.subgradient = minimum_norm_subgradient(penalty, self.w, self.g)
        self.norm = norms(self.subgradient)

    def widen(self) -> None:
        """Note that the coordinates are where they are."""
        self.lowest = np.minimum(self.lowest, self.w)
        self.highest = np.maximum(self.highest, self.w)

    def reach(self, rows: npt.NDArray[np.intp]) -> Array:
        """Return the size of each coordinate: the largest that it, or what it moved, has been."""
        lowest, highest, start = self.lowest[rows], self.highest[rows], self.start[rows]
        return np.maximum(
            np.maximum(np.abs(lowest), np.abs(highest)), np.maximum(start - lowest, highest - start)
        )

    def part(self, rows: npt.NDArray[np.intp]) -> RunState:
        """Return these rows as runs of their own."""
        part = copy.copy(self)
        part.keep(rows)
        return part

    def keep(self, mask: Mask | npt.NDArray[np.intp]) -> None:
        """Keep the runs in `mask`; the others have ended."""
        for name in _PER_RUN:
            setattr(self, name, getattr(self, name)[mask])
        self.memory = tuple(array[mask] for array in self.memory)
        self.rate_memory = tuple(array[mask] for array in self.rate_memory)


class RunOptimizer:
    """An optimizer whose hyper-parameters may differ from run to run, or follow the value.

    It is the same for all runs at all values unless it `varies`.
    """

    def __init__(self, optimizer: Optimizer) -> None:
        self._optimizer = optimizer
        # found out once: looking through its hyper-parameters takes as long as a step
        self._looks_at_values = verbs.at(optimizer, np.zeros((1, 1))) is not optimizer
        arrays = [leaf for leaf in leaves(optimizer) if isinstance(leaf, np.ndarray)]
        self._runs = len(arrays[0]) if arrays else None
        self.varies = bool(arrays) or self._looks_at_values

    def of(self, index: npt.NDArray[Any], value: Array) -> Optimizer:
        """Return the optimizer of these runs, `(n,)`, at these values, `(n,)`."""
        if not self.varies:
            return self._optimizer
        everyone = self._runs is None or len(index) == self._runs
        own = self._optimizer if everyone else of_runs(self._optimizer, index)
        return verbs.at(own, value[:, None]) if self._looks_at_values else own


def of_runs(optimizer: Optimizer, index: npt.NDArray[Any]) -> Optimizer:
    """Return the optimizer of some of the runs, each with its row of hyper-parameters `(k, 1)`."""
    own: Optimizer = map_leaves(
        optimizer, lambda part: part[index] if isinstance(part, np.ndarray) else part
    )
    return own


def has_arrays(part: Any) -> bool:
    """Say whether a hyper-parameter of a part, or of what it wraps, is an array."""
    return any(isinstance(leaf, np.ndarray) for leaf in leaves(part))
