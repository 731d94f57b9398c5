"""In which direction: one textbook update, element by element."""

from typing import Protocol, runtime_checkable

from descend.protocols.arrays import Array, Memory, Rate, Update
from descend.protocols.remembering import Remembering


@runtime_checkable
class Optimizer(Protocol, metaclass=Remembering):
    """One textbook update, element by element."""

    @property
    def memory(self) -> tuple[str, ...]:
        """The names of the arrays that it remembers, each shaped like `w` and zero at first."""

    def step(self, w: Array, g: Array, memory: Memory, rate: Rate, t: float) -> Update:
        """Return the next `w` and memory, from the gradient `g` at `w`; `t` counts from 1."""


@runtime_checkable
class Directed(Protocol, metaclass=Remembering):
    """An optimizer whose step is the rate times a direction: a search computes that only once."""

    def direction(self, w: Array, g: Array, memory: Memory, t: float) -> Update:
        """Return the direction, so that the step is `w - rate * direction`, and the memory."""


@runtime_checkable
class Averaging(Protocol, metaclass=Remembering):
    """An optimizer whose answer is not its current point, but a mean of points, say."""

    def answer(self, w: Array, memory: Memory, t: float) -> Array:
        """Return the answer after step `t`, from the `w` and the memory that the step returned."""


@runtime_checkable
class Valued(Protocol, metaclass=Remembering):
    """An optimizer whose step depends on the objective's value."""

    def at(self, value: Array) -> Optimizer:
        """Return the optimizer of the step from points of these values, `(..., 1)`."""


@runtime_checkable
class StatesElementwise(Protocol, metaclass=Remembering):
    """An optimizer that states whether it is element-wise; see `descend.optimizers.traits`."""

    @property
    def elementwise(self) -> bool:
        """Whether a coordinate's step depends on no other coordinate."""
