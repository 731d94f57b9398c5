"""Rates that fall along a cosine, and rates that rise again."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from descend.protocols import Array, Schedule
from descend.rates.composed import Joined, then


class Cosine(NamedTuple):
    """Half a cosine from one rate down to another, which then stays.

    It is `end + (peak - end) * (1 + cos(pi * min((t - 1) / steps, 1))) / 2`:
    `optax.cosine_decay_schedule`, whose `alpha` is `end / peak`, and PyTorch's `CosineAnnealingLR`,
    which rises again where this one stays.

    Parameters
    ----------
    peak, steps, end
        The first rate, and the steps after which the last is reached.

    Examples
    --------
    >>> Cosine(0.4, steps=2)(np.arange(1, 5)).round(6)
    array([0.4, 0.2, 0. , 0. ])

    References
    ----------
    I. Loshchilov and F. Hutter, SGDR: stochastic gradient descent with warm restarts (2017).
    """

    peak: float | Array
    steps: float
    end: float | Array = 0.0

    def __call__(self, t: Array) -> Array:
        done = np.minimum((np.asarray(t) - 1.0) / self.steps, 1.0)
        return _wave(self.peak, self.end, done)

    @property
    def length(self) -> float:
        return self.steps

    def __rshift__(self, other: Schedule) -> Joined:
        return then(self, other)


class WarmRestarts(NamedTuple):
    """Cosines one after the other, each from the first rate again.

    PyTorch's `CosineAnnealingWarmRestarts(T_0=cycle, T_mult=growth, eta_min=end)`, and
    `optax.sgdr_schedule` with its cycles written out.

    Parameters
    ----------
    peak, end
        The rate at each restart, and the one towards which it falls.
    cycle, growth
        Steps of the first cosine, and how many times as long each next is, at least 1.

    Examples
    --------
    >>> WarmRestarts(0.4, cycle=2)(np.arange(1, 6)).round(6)
    array([0.4, 0.2, 0.4, 0.2, 0.4])

    References
    ----------
    I. Loshchilov and F. Hutter, SGDR: stochastic gradient descent with warm restarts (2017).
    """

    peak: float | Array
    cycle: float
    growth: float = 1.0
    end: float | Array = 0.0

    def __call__(self, t: Array) -> Array:
        s = np.asarray(t) - 1.0
        if self.growth == 1:
            return _wave(self.peak, self.end, s / self.cycle % 1.0)
        spread = self.growth - 1
        number = np.floor(np.log1p(s / self.cycle * spread) / np.log(self.growth))
        # the logarithm may miss a restart by one
        number += s >= self._begun(number + 1)
        number -= s < self._begun(number)
        length = self.cycle * self.growth**number
        return _wave(self.peak, self.end, (s - self._begun(number)) / length)

    def _begun(self, number: Array) -> Array:
        """Return the steps before a restart."""
        return self.cycle * (self.growth**number - 1) / (self.growth - 1)


class OneCycle(NamedTuple):
    """One rise to the peak, and one long fall far below the beginning.

    Both are half cosines: from `peak / division` at the first step up to the peak at step
    `rise * steps`, then down to `peak / division / final_division` at step `steps`, which stays.
    PyTorch's `OneCycleLR` with its defaults (`pct_start, div_factor, final_div_factor` and
    `anneal_strategy`); `optax.cosine_onecycle_schedule` reaches its peak and its end one step
    later, and rounds the rise to whole steps.

    Parameters
    ----------
    peak, steps, rise
        The largest rate, all steps, and the share of them up to the peak, in (0, 1).
    division, final_division
        The peak over the first rate, and the first rate over the last.
    straight
        Straight lines instead of cosines.

    Examples
    --------
    >>> OneCycle(0.5, steps=10, rise=0.3)(np.array([1, 2, 3, 10])).round(4)
    array([0.02, 0.26, 0.5 , 0.  ])

    References
    ----------
    L. Smith and N. Topin, Super-convergence: very fast training of neural networks using large
    learning rates (2018).
    """

    peak: float | Array
    steps: float
    rise: float = 0.3
    division: float = 25.0
    final_division: float = 1e4
    straight: bool = False

    def __call__(self, t: Array) -> Array:
        s = np.asarray(t) - 1.0
        first = self.peak / self.division
        top, bottom = self.rise * self.steps - 1, self.steps - 1.0
        risen = np.clip(s / top, 0.0, 1.0) if top > 0 else np.ones_like(s)
        fallen = np.clip((s - top) / (bottom - top), 0.0, 1.0)
        between = _line if self.straight else _wave
        up = between(first, self.peak, risen)
        return np.where(s < top, up, between(self.peak, first / self.final_division, fallen))

    @property
    def length(self) -> float:
        return self.steps

    def __rshift__(self, other: Schedule) -> Joined:
        return then(self, other)


class Cyclic(NamedTuple):
    """A rate that goes up and down between two others on straight lines.

    The height of cycle `n` = 0, 1, ... is `(peak - low) * per_cycle**n * per_step**(t - 1)`.
    PyTorch's `CyclicLR(base_lr=low, max_lr=peak, step_size_up=up, step_size_down=down)`.

    Parameters
    ----------
    low, peak
        The smallest and the largest rate.
    up, down
        Steps from the one to the other, and back; None for as many.
    per_cycle, per_step
        The share of the height that is left after each cycle (1/2 is Smith's "triangular2") and
        after each step (his "exp_range").

    Examples
    --------
    >>> Cyclic(0.1, 0.5, up=2, per_cycle=0.5)(np.arange(1, 9))
    array([0.1, 0.3, 0.5, 0.3, 0.1, 0.2, 0.3, 0.2])

    References
    ----------
    L. Smith, Cyclical learning rates for training neural networks (2017).
    """

    low: float | Array
    peak: float | Array
    up: float
    down: float | None = None
    per_cycle: float = 1.0
    per_step: float = 1.0

    def __call__(self, t: Array) -> Array:
        s = np.asarray(t) - 1.0
        down = self.up if self.down is None else self.down
        number, within = np.divmod(s, self.up + down)
        height = np.where(within < self.up, within / self.up, 1 - (within - self.up) / down)
        height = height * self.per_cycle**number * self.per_step**s
        return _line(self.low, self.peak, height)


def _wave(start: float | Array, end: float | Array, done: Array) -> Array:
    """Return the rate on half a cosine from `start` to `end`, of which the share `done` is done."""
    rate: Array = end + (start - end) * (1 + np.cos(np.pi * done)) / 2
    return rate


def _line(start: float | Array, end: float | Array, done: Array) -> Array:
    """Return the rate on a straight line from `start` to `end`."""
    rate: Array = start + (end - start) * done
    return rate
