"""Which way: one textbook update, element by element."""

from typing import Protocol, runtime_checkable

from descend.protocols.arrays import Array, Memory


@runtime_checkable
class Optimizer(Protocol):
    """Which way to walk: one textbook update, element by element."""

    @property
    def memory(self) -> tuple[str, ...]:
        """The names of the arrays that it remembers, each shaped like `w` and zero at first."""
        ...

    def step(
        self, w: Array, g: Array, memory: Memory, rate: float | Array, t: float
    ) -> tuple[Array, Memory]:
        """Return the next `w` and memory, from the gradient `g` at `w`; `t` counts from 1."""
        ...


@runtime_checkable
class Directed(Protocol):
    """An optimizer whose step is the rate times a direction: a search need compute it only once."""

    def direction(self, w: Array, g: Array, memory: Memory, t: float) -> tuple[Array, Memory]:
        """Return the direction, so that the step is `w - rate * direction`, and the memory."""
        ...


@runtime_checkable
class Averaging(Protocol):
    """An optimizer whose answer is not the point that it walks, but a mean of points, say."""

    def answer(self, w: Array, memory: Memory, t: float) -> Array:
        """Return the answer after step `t`, from the `w` and the memory that the step returned."""
        ...


@runtime_checkable
class Valued(Protocol):
    """An optimizer whose step looks at the value, too."""

    def at(self, value: Array) -> Optimizer:
        """Return the optimizer of the step from points of these values, `(..., 1)`."""
        ...
