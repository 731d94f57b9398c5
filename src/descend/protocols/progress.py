"""What a descent reports while it runs, and what is recorded of it."""

from collections.abc import Callable
from typing import Literal, NamedTuple, TypeAlias

from descend.protocols.arrays import Array

Record: TypeAlias = Literal["all", "values", "steps"] | int | None
"""Which points to keep: all, every k-th, the values alone, or the end alone.

"steps" is "all" where steps are recorded, and more where a row of the record is an epoch."""

Callback: TypeAlias = Callable[[Array, Array], None]
"""Called after each step with the points and the values; it ends the descent by `StopIteration`."""


class Epoch(NamedTuple):
    """The state after an epoch: its number, the parameters `(d,)`, the loss and the rate."""

    number: int
    w: Array
    loss: float
    rate: float


class Progress(NamedTuple):
    """What a callback of an estimator receives after each epoch."""

    epoch: int
    loss: float
    validation_score: float | None
    learning_rate: float
