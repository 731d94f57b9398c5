"""Schedules made of schedules."""

from __future__ import annotations

from typing import NamedTuple, Protocol, runtime_checkable

import numpy as np

from descend.protocols import Array, Schedule
from descend.protocols.remembering import Remembering


@runtime_checkable
class Finite(Protocol, metaclass=Remembering):
    """A schedule that is over after some steps, so that another can follow: `first >> second`."""

    @property
    def length(self) -> float:
        """The number of steps."""


class Joined(NamedTuple):
    """One schedule after the other, each counting its own steps from 1.

    `first >> second` is the same where `first` ends by itself; `Joined` also says how long one
    lasts that does not. The boundaries of `optax.join_schedules` and PyTorch's `SequentialLR` are
    the sums of the lengths.

    Parameters
    ----------
    parts, lengths
        The schedules, and the steps of each but the last.

    Examples
    --------
    >>> from descend.rates import Constant, Joined, Linear
    >>> both = Joined((Constant(0.1), Linear(0.1, steps=4)), lengths=(2,))
    >>> both(np.arange(1, 8))
    array([0.1  , 0.1  , 0.1  , 0.075, 0.05 , 0.025, 0.   ])
    >>> warmed = Linear(0, end=0.1, steps=2) >> Linear(0.1, steps=4)
    >>> warmed(np.arange(1, 8))
    array([0.   , 0.05 , 0.1  , 0.075, 0.05 , 0.025, 0.   ])
    """

    parts: tuple[Schedule, ...]
    lengths: tuple[float, ...]

    def __call__(self, t: Array) -> Array:
        rate = self.parts[0](t)
        begun = 0.0
        for part, length in zip(self.parts[1:], self.lengths, strict=True):
            begun += length
            rate = np.where(np.asarray(t) > begun, part(np.maximum(t - begun, 1.0)), rate)
        return rate

    @property
    def length(self) -> float:
        """The number of steps, infinite if the last part goes on."""
        return sum(self.lengths) + length_of(self.parts[-1])

    def __rshift__(self, other: Schedule) -> Joined:
        if not np.isfinite(self.length):
            raise ValueError(
                f"{self.parts[-1]!r} goes on without end, so nothing can follow it: "
                "give Joined its length"
            )
        return then(self, other)


class Product(NamedTuple):
    """The product of schedules: a rate, and factors.

    PyTorch's `ChainedScheduler` multiplies the factors of schedules that share one rate; here all
    but one part begin at 1.

    Parameters
    ----------
    parts
        The schedules.

    Examples
    --------
    >>> from descend.rates import Exponential, Product, Step
    >>> Product((Step(0.8, every=2, factor=0.5), Exponential(1, factor=0.1)))(np.arange(1, 4))
    array([0.8  , 0.08 , 0.004])
    """

    parts: tuple[Schedule, ...]

    def __call__(self, t: Array) -> Array:
        rate = self.parts[0](t)
        for part in self.parts[1:]:
            rate = rate * part(t)
        return rate


class Warmup(NamedTuple):
    """A schedule that is led up to: the rate first rises on a straight line to its first rate.

    With `s = t - 1` steps taken before::

        rate = schedule(1) * (start + (1 - start) * s / steps)    for s < steps
        rate = schedule(t - steps)                                from then on

    `Warmup(Cosine(peak, n - k), k)` is `optax.warmup_cosine_decay_schedule(0, peak, k, n)`; PyTorch
    joins `LinearLR` and the schedule by `SequentialLR`.

    Parameters
    ----------
    schedule, steps
        Any schedule, and the steps of the rise before it.
    start
        The share of the schedule's first rate to begin with, 0 to 1; at 0 the first step is zero.

    Examples
    --------
    >>> from descend.rates import Constant
    >>> Warmup(Constant(0.1), steps=4)(np.arange(1, 7))
    array([0.   , 0.025, 0.05 , 0.075, 0.1  , 0.1  ])

    References
    ----------
    P. Goyal et al., Accurate, large minibatch SGD (2017).
    """

    schedule: Schedule
    steps: float
    start: float = 0.0

    def __call__(self, t: Array) -> Array:
        s = np.asarray(t) - 1.0
        rise = self.start + (1 - self.start) * s / self.steps
        first = self.schedule(np.ones_like(s))
        later = self.schedule(np.maximum(s - self.steps, 0.0) + 1)
        return np.where(s < self.steps, first * rise, later)

    @property
    def length(self) -> float:
        """The number of steps, infinite if the schedule goes on."""
        return self.steps + length_of(self.schedule)

    def __rshift__(self, other: Schedule) -> Joined:
        return Joined((self,), ()) >> other


def length_of(rate: object) -> float:
    """Return after how many steps a learning rate is over: infinity, unless it is `Finite`."""
    return float(rate.length) if isinstance(rate, Finite) else float("inf")


def then(first: Finite, second: Schedule) -> Joined:
    """Return two schedules one after the other; those that are joined already stay flat."""
    if isinstance(first, Joined):
        last = first.parts[-1]
        assert isinstance(last, Finite)  # whoever has a finite length ends
        return Joined((*first.parts, second), (*first.lengths, last.length))
    assert callable(first)
    return Joined((first, second), (first.length,))
