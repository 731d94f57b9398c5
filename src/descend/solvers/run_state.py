"""The runs under way."""

from typing import Any

import numpy as np
import numpy.typing as npt

from descend.protocols import Array, Memory, Optimizer, verbs
from descend.support.tree import leaves, map_leaves


class RunState:
    """The runs that still walk: where each is, and what its optimizer remembers.

    All arrays have one row a walking run; `index` says which of the runs each row is. `g` is the
    gradient of the smooth part, `left` what of it and of the penalty is left to descend; `before`
    is where each was a step ago, `g_before` its gradient there, and `start_size` the size of its
    start's largest coordinate.
    """

    def __init__(self, start: Array, optimizer: Optimizer) -> None:
        self.index = np.arange(len(start))
        self.w = self.before = start
        self.memory: Memory = tuple(np.zeros_like(start) for _ in optimizer.memory)
        self.value: Array = np.zeros(len(start))
        self.g = self.g_before = np.zeros_like(start)
        self.start_size = np.abs(start).max(axis=-1, keepdims=True)
        self.left = np.zeros_like(start)
        self.steepest = np.zeros(len(start))
        self.rate: Array = np.zeros(len(start))
        self.rate_memory: Memory = ()

    def keep(self, mask: npt.NDArray[np.bool_]) -> None:
        """Let the runs outside `mask` rest."""
        self.index = self.index[mask]
        self.w, self.before = self.w[mask], self.before[mask]
        self.memory = tuple(array[mask] for array in self.memory)
        self.value = self.value[mask]
        self.g, self.g_before = self.g[mask], self.g_before[mask]
        self.start_size = self.start_size[mask]
        self.left = self.left[mask]
        self.steepest = self.steepest[mask]
        self.rate = self.rate[mask]
        self.rate_memory = tuple(array[mask] for array in self.rate_memory)


def of_runs(optimizer: Optimizer, index: npt.NDArray[Any]) -> Optimizer:
    """Return the optimizer of some of the runs.

    Hyper-parameters that are arrays `(k, 1)`, one a run, become those of the runs asked for.
    """
    if not isinstance(optimizer, tuple):
        return optimizer
    own: Optimizer = map_leaves(
        optimizer, lambda part: part[index] if isinstance(part, np.ndarray) else part
    )
    return own


class Asked:
    """An optimizer to be asked for some of the runs, at points of known values."""

    def __init__(self, optimizer: Optimizer) -> None:
        self._optimizer = optimizer
        # found out once: looking through its hyper-parameters takes as long as a step
        looks_at_values = verbs.at(optimizer, np.zeros((1, 1))) is not optimizer
        self._is_same = not (looks_at_values or has_arrays(optimizer))

    def of(self, index: npt.NDArray[Any], value: Array) -> Optimizer:
        """Return the optimizer of these runs, `(n,)`, at these values, `(n,)`."""
        if self._is_same:
            return self._optimizer
        return verbs.at(of_runs(self._optimizer, index), value[:, None])


def has_arrays(part: Any) -> bool:
    """Say whether a hyper-parameter of a part, or of what it wraps, is an array."""
    return any(isinstance(leaf, np.ndarray) for leaf in leaves(part))
