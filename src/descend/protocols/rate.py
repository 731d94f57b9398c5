"""How far: schedules, rates that follow from the steps before, line searches."""

from typing import NamedTuple, Protocol, TypeAlias, runtime_checkable

import numpy as np
import numpy.typing as npt

from descend.protocols.arrays import Array, Memory
from descend.protocols.remembering import Remembering


class Schedule(Protocol):
    """A learning rate as a function of the step count."""

    def __call__(self, t: Array, /) -> Array:
        """Return the rates at the steps `t` = 1, 2, ..., in the shape of `t`."""


class Stride(NamedTuple):
    """A step that was taken, a row a run: its rate, and value and gradient at its end.

    `displacement` is the change of `w` and `gradient_change` that of the gradient, both `(k, d)`.
    """

    rate: Array
    value: Array
    g: Array
    displacement: Array
    gradient_change: Array


class Trial(NamedTuple):
    """A step that is tried, a number a run; slopes are `g @ (new - w)`, by `g` at its two ends."""

    rate: Array
    value: Array
    new_value: Array
    slope: Array
    new_slope: Array


@runtime_checkable
class Adaptive(Protocol, metaclass=Remembering):
    """A rate that follows from the steps before; its `memory` has a row a run."""

    def first(self, w: Array, value: Array, g: Array) -> tuple[Array, Memory]:
        """Return the first step's rate, one a run, and the memory to begin with."""

    def propose(self, stride: Stride, memory: Memory) -> tuple[Array, Memory]:
        """Return the next step's rate and memory, from the step just taken."""


@runtime_checkable
class Patient(Adaptive, Protocol):
    """An adaptive rate from values alone: those of steps, or mean losses of epochs."""

    @property
    def initial(self) -> float:
        """The first rate."""

    @property
    def patience(self) -> int:
        """How many values in a row may be no better before the rate changes."""

    def begin(self, value: Array) -> Memory:
        """Return the memory to begin with, shaped like the values."""

    def after(self, value: Array, rate: Array, memory: Memory) -> tuple[Array, Memory]:
        """Return the next rate and memory, from the last value and its rate."""


@runtime_checkable
class Search(Protocol, metaclass=Remembering):
    """A line search: a rate found anew at each step by trying."""

    def first(self, w: Array, value: Array, g: Array) -> tuple[Array, Memory]:
        """Return the rate to try first of all, one a run, and the memory to begin with."""

    def accepts(self, trial: Trial, memory: Memory) -> npt.NDArray[np.bool_]:
        """Say which runs may keep their step."""

    def retry(self, trial: Trial, memory: Memory) -> tuple[Array, Memory]:
        """Return the rate to try after a refused step, and the memory."""

    def propose(self, stride: Stride, memory: Memory) -> tuple[Array, Memory]:
        """Return the next step's first trial and memory, from the step just taken."""


RateRule: TypeAlias = Schedule | Adaptive | Search
"""How far to go: a function of the step count, of the steps before, or found by trying."""
