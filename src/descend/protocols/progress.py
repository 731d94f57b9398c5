"""What is told while a descent is under way, and what is kept of it."""

from collections.abc import Callable
from typing import Literal, NamedTuple, TypeAlias

from descend.protocols.arrays import Array

Record: TypeAlias = Literal["all", "values", "steps"] | int | None
"""Which points to keep: all, every k-th, none but the values, or nothing but the end.

"steps" is "all" where steps are recorded, and more where a row of the record is an epoch."""


class Step(NamedTuple):
    """What is known after a step of some runs, or after an epoch: a row a run.

    Attributes
    ----------
    number
        Counted from 1.
    w, value, rate
        The points `(k, d)`, their values `(k,)` (by batches the mean loss met), and the learning
        rates that led there `(k,)`.
    """

    number: int
    w: Array
    value: Array
    rate: Array


Callback: TypeAlias = Callable[[Step], None]
"""Called after each step; it ends the descent by raising `StopIteration`."""


class Progress(NamedTuple):
    """What a callback of an estimator is told after each epoch."""

    epoch: int
    loss: float
    validation_score: float | None
    learning_rate: float
