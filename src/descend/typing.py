"""The words that the rooms of the house speak to one another in.

Everywhere, `w` has shape `(..., d)`: the last axis holds coordinates, leading axes hold
independent runs.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple, Protocol, TypeAlias, runtime_checkable

import numpy as np
import numpy.typing as npt

from descend.intervals import Interval

Array: TypeAlias = npt.NDArray[np.floating[Any]]
"""An array of float32 or float64."""

Memory: TypeAlias = tuple[Array, ...]
"""What an optimizer remembers of the steps before: arrays shaped like `w`."""


class Schedule(Protocol):
    """A learning rate as a function of the step count."""

    def __call__(self, t: Array, /) -> Array:
        """Return the rates at the steps `t` = 1, 2, ..., in the shape of `t`."""
        ...


@runtime_checkable
class Objective(Protocol):
    """What is descended."""

    def value(self, w: Array) -> Array:
        """Return the values at `w`: `(..., d)` to `(...)`."""
        ...

    def value_and_gradient(self, w: Array) -> tuple[Array, Array]:
        """Return the values and gradients at `w`: `(..., d)` to `(...)` and `(..., d)`."""
        ...

    def hessian_product(self, w: Array, v: Array) -> Array:
        """Return the Hessian at `w` times `v`: `(..., d)`."""
        ...


@runtime_checkable
class Named(Protocol):
    """An objective whose coordinates have names of their own."""

    @property
    def names(self) -> tuple[str, ...]:
        """The coordinates' names, in order."""
        ...


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


class Stride(NamedTuple):
    """A step that was taken, a row a run: its rate, and what is known at its end.

    `moved` is how far `w` went and `turned` how far the gradient turned, both `(k, d)`.
    """

    rate: Array
    value: Array
    g: Array
    moved: Array
    turned: Array


class Trial(NamedTuple):
    """A step that is tried, a number a run: values and slopes at its two ends.

    The slopes are those along the whole step: `slope = g @ (new - w)` is what the value would
    change by if the gradient stayed.
    """

    rate: Array
    value: Array
    new_value: Array
    slope: Array
    new_slope: Array


@runtime_checkable
class Adaptive(Protocol):
    """How far to walk, from what the steps before met.

    `memory` is what it remembers: arrays with a row a run.
    """

    def first(self, w: Array, value: Array, g: Array) -> tuple[Array, Memory]:
        """Return the first step's rate, one a run, and the memory to begin with."""
        ...

    def propose(self, stride: Stride, memory: Memory) -> tuple[Array, Memory]:
        """Return the next step's rate and memory, from the step just taken."""
        ...


@runtime_checkable
class Patient(Adaptive, Protocol):
    """An adaptive rate that looks at values alone: those of steps, or mean losses of epochs."""

    @property
    def initial(self) -> float:
        """The first rate."""
        ...

    @property
    def patience(self) -> int:
        """For how many values that are no better the rate may stay."""
        ...

    def begin(self, value: Array) -> Memory:
        """Return the memory to begin with, shaped like the values."""
        ...

    def after(self, value: Array, rate: Array, memory: Memory) -> tuple[Array, Memory]:
        """Return the next rate and memory, from the last value and its rate."""
        ...


@runtime_checkable
class Search(Protocol):
    """How far to walk, found anew at each step by trying."""

    def first(self, w: Array, value: Array, g: Array) -> tuple[Array, Memory]:
        """Return the rate to try first of all, one a run, and the memory to begin with."""
        ...

    def accepts(self, trial: Trial, memory: Memory) -> npt.NDArray[np.bool_]:
        """Say which runs may keep their step."""
        ...

    def retry(self, trial: Trial, memory: Memory) -> tuple[Array, Memory]:
        """Return the rate to try after a refused step, and the memory."""
        ...

    def propose(self, stride: Stride, memory: Memory) -> tuple[Array, Memory]:
        """Return the next step's first trial and memory, from the step just taken."""
        ...


@runtime_checkable
class Loss(Protocol):
    """How wrong a prediction is, element by element; `z` is the prediction before the link."""

    @property
    def normalised(self) -> bool:
        """Whether a row of `z` is first shifted to log-probabilities, which add up to one."""
        ...

    @property
    def largest_curvature(self) -> float:
        """The supremum of `curvature`: what makes a learning rate safe."""
        ...

    def value(self, y: Array, z: Array) -> Array:
        """Return the loss of each element."""
        ...

    def slope(self, y: Array, z: Array) -> Array:
        """Return the derivative of the loss by `z`."""
        ...

    def curvature(self, y: Array, z: Array) -> Array:
        """Return the second derivative of the loss by `z`."""
        ...

    def mean(self, z: Array) -> Array:
        """Return the prediction in the units of `y` (the inverse link)."""
        ...


@runtime_checkable
class Probabilistic(Protocol):
    """A loss for classes whose prediction is a probability."""

    def probability(self, z: Array) -> Array:
        """Return the probability of `y = 1`; that of `y = 0` is `probability(-z)`."""
        ...


@runtime_checkable
class Restricted(Protocol):
    """A loss that knows nothing of some targets."""

    @property
    def domain(self) -> Interval:
        """The targets that there may be."""
        ...


@runtime_checkable
class Linked(Protocol):
    """A loss whose scores are far from the units of `y`: a descent begins at the mean of `y`."""

    def link(self, mean: Array) -> Array:
        """Return the `z` of a prediction in the units of `y`: what `mean` is the inverse of."""
        ...


@runtime_checkable
class Curved(Protocol):
    """A loss whose curvature at `z` alone says little of how it bends around."""

    def typical_curvature(self, y: Array, z: Array) -> Array:
        """Return a curvature to measure steps by: above zero where the slope is not zero."""
        ...


@runtime_checkable
class Roundable(Protocol):
    """A loss with kinks, at which its slope jumps, and with a smooth neighbour."""

    def rounded(self, width: float) -> Loss:
        """Return a smooth loss that is off by about `width` at a kink, and less elsewhere."""
        ...


@runtime_checkable
class Penalty(Protocol):
    """What is added to the mean loss, element by element, to keep parameters small."""

    def value(self, w: Array) -> Array:
        """Return the penalty of each parameter."""
        ...

    def gradient(self, w: Array) -> Array:
        """Return the derivative of the smooth part."""
        ...

    def curvature(self, w: Array) -> Array:
        """Return the second derivative of the smooth part."""
        ...

    def prox(self, w: Array, rate: float | Array) -> Array:
        """Return the proximal step of the part that is not smooth."""
        ...


@runtime_checkable
class Composite(Protocol):
    """An objective with a part that is not smooth; its gradient is that of the smooth part."""

    def rough(self, w: Array) -> Penalty:
        """Return the penalty that is not smooth, for points like `w`: its `prox` and its kink.

        The objective's value and gradient hold the penalty's value and smooth gradient already.
        """
        ...


@runtime_checkable
class Kinked(Protocol):
    """A penalty with a kink at zero: its slope jumps there, from `-kink` to `kink`."""

    def kink(self) -> float | Array:
        """Return the size of the slope on either side of zero."""
        ...


class Block(NamedTuple):
    """Some examples: rows of `X`, their targets, and their weights (mean 1 over all rows)."""

    X: Any
    y: Array
    weight: Array | None


class Blocks(Protocol):
    """Examples, block by block, any number of times."""

    @property
    def n_rows(self) -> int:
        """The number of examples."""
        ...

    @property
    def n_features(self) -> int:
        """The number of columns of `X`."""
        ...

    def __iter__(self) -> Iterator[Block]:
        """Iterate over the blocks, in order."""
        ...

    def sample(self, size: int, random: np.random.Generator) -> Block:
        """Return `size` rows drawn without replacement, or all if there are no more."""
        ...


class Progress(NamedTuple):
    """What a callback of an estimator is told after each epoch."""

    epoch: int
    loss: float
    validation_score: float | None
    learning_rate: float
