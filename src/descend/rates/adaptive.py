"""Rates that follow from the steps before, without trying."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from descend.protocols import Array, Memory, Stride


class BarzilaiBorwein(NamedTuple):
    """One over the curvature met along the last step, as it is: the value may rise.

    With `moved` for how far `w` went and `turned` for how far the gradient turned, the next rate
    is::

        long:   rate = moved @ moved / (moved @ turned)
        short:  rate = moved @ turned / (turned @ turned)

    Where the curvature `moved @ turned` is not positive, the rate stays. On quadratics both
    converge though no step is safeguarded; elsewhere `Monotone` is the same with a safeguard.

    Parameters
    ----------
    short
        Which of the two.
    initial
        The first rate; None for a step of a hundredth of the length of `w` (0.01 from zero).

    Examples
    --------
    >>> import descend
    >>> descent = descend.minimize("x^2 + 10*y^2", [1, 1], learning_rate=BarzilaiBorwein())
    >>> descent.status, descent.nit < 20
    ('converged', True)

    References
    ----------
    J. Barzilai and J. Borwein, Two-point step size gradient methods (1988).
    """

    short: bool = False
    initial: float | None = None

    def first(self, w: Array, value: Array, g: Array) -> tuple[Array, Memory]:
        return first_rate(self.initial, w, g), ()

    def propose(self, stride: Stride, memory: Memory) -> tuple[Array, Memory]:
        if not self.short:
            return secant_rate(stride, stride.rate), memory
        with np.errstate(all="ignore"):
            along = np.sum(stride.moved * stride.turned, axis=-1)
            secant = along / np.sum(stride.turned * stride.turned, axis=-1)
        usable = (along > 0) & np.isfinite(secant)
        return np.where(usable, secant, stride.rate), memory


class Polyak(NamedTuple):
    """The step that would end at the minimum if the value fell on a straight line.

    ::

        rate = (value - minimum) / (g @ g)

    Parameters
    ----------
    minimum
        The value at the minimum: a number, or an array of one a run. Below it the rate is zero.

    Examples
    --------
    >>> import descend
    >>> descent = descend.minimize("x^2 + 4*y^2", [1, 1], learning_rate=Polyak(), steps=200)
    >>> descent.status, round(float(descent.learning_rates[0]), 6)  # 5 / (2^2 + 8^2)
    ('converged', 0.073529)

    References
    ----------
    B. Polyak, Minimization of unsmooth functionals (1969).
    """

    minimum: float | Array = 0.0

    def first(self, w: Array, value: Array, g: Array) -> tuple[Array, Memory]:
        minimum = np.broadcast_to(np.asarray(self.minimum, dtype=value.dtype), value.shape)
        return _polyak_rate(value, minimum, g), (minimum,)

    def propose(self, stride: Stride, memory: Memory) -> tuple[Array, Memory]:
        (minimum,) = memory
        return _polyak_rate(stride.value, minimum, stride.g), memory


class EstimatedPolyak(NamedTuple):
    """Polyak's rate where the minimum is not known: the target is a gap below the best value met.

    ::

        rate = (value - (best - gap)) / (g @ g)

    A step that covers half the gap makes it `growth` times as wide; one that does not makes it
    `shrink` times as wide. (A step that covers it all there is not on convex functions: they lie
    above the straight line.)

    Parameters
    ----------
    gap
        How far below the start's value the first target is; None for what a step of a hundredth of
        the length of `w` promises (0.01 from zero).
    growth
        At least 1.
    shrink
        In (0, 1).

    Examples
    --------
    >>> import descend
    >>> descent = descend.minimize("x^2 + 4*y^2 + 7", [1, 1], learning_rate=EstimatedPolyak())
    >>> round(descent.best_fun, 6)
    7.0

    References
    ----------
    A. Nedić and D. Bertsekas, Incremental subgradient methods for nondifferentiable optimization
    (2001), the dynamic rule; J.-L. Goffin and K. Kiwiel, Convergence of a simple subgradient level
    method (1999), for half the gap.
    """

    gap: float | None = None
    growth: float = 2.0
    shrink: float = 0.5

    def first(self, w: Array, value: Array, g: Array) -> tuple[Array, Memory]:
        promised = first_rate(None, w, g) * np.sum(g * g, axis=-1)
        gap = promised if self.gap is None else np.full_like(value, self.gap)
        return _polyak_rate(value, value - gap, g), (value, gap)

    def propose(self, stride: Stride, memory: Memory) -> tuple[Array, Memory]:
        best, gap = memory
        reached = stride.value <= best - 0.5 * gap
        gap = gap * np.where(reached, self.growth, self.shrink)
        best = np.minimum(best, stride.value)
        return _polyak_rate(stride.value, best - gap, stride.g), (best, gap)


class HyperGradient(NamedTuple):
    """Gradient descent on the rate itself, along the value's slope by the last rate.

    ::

        rate = rate - beta * slope,    slope = g(new) @ (new - w) / rate

    For SGD the slope is `-g(new) @ g(w)`: the rate grows while gradients agree. The slope is exact
    for every optimizer whose step is its rate times a direction. One step makes the rate at most a
    hundred times smaller, so that it stays above zero.

    Parameters
    ----------
    initial
        The first rate.
    beta
        The rate of the rate.

    Examples
    --------
    >>> import descend
    >>> rule = HyperGradient(initial=0.01, beta=1e-3)
    >>> descend.minimize("x^2", [1.0], learning_rate=rule, steps=3).learning_rates.round(6)
    array([0.01    , 0.01392 , 0.017655])

    References
    ----------
    A. Baydin et al., Online learning rate adaptation with hypergradient descent (2018).
    """

    initial: float = 0.01
    beta: float = 1e-4

    def first(self, w: Array, value: Array, g: Array) -> tuple[Array, Memory]:
        return first_rate(self.initial, w, g), ()

    def propose(self, stride: Stride, memory: Memory) -> tuple[Array, Memory]:
        slope = np.sum(stride.g * stride.moved, axis=-1) / stride.rate
        return np.maximum(stride.rate - self.beta * slope, 0.01 * stride.rate), memory


class Plateau(NamedTuple):
    """A rate that shrinks when the value has stopped falling.

    A step improves on the best value met if it is below it by more than `threshold` times its
    size. After more than `patience` steps in a row that did not, the rate is multiplied by
    `factor`, though never below `least`, and counting begins anew.

    Parameters
    ----------
    initial
        The first rate.
    factor
        In (0, 1).
    patience
        Steps without improvement that are borne.
    threshold
        Relative to the best value's size.
    least
        The smallest rate.

    Notes
    -----
    As PyTorch's `ReduceLROnPlateau` (mode "min", relative threshold, no cooldown), told the value
    after each step. PyTorch compares with `best * (1 - threshold)`, which parts from this where the
    value is negative.

    Examples
    --------
    >>> import descend
    >>> rule = Plateau(1.0, factor=0.5, patience=1)  # a rate of 1 jumps from 3 to -3 and back
    >>> descend.minimize("x^2", [3.0], learning_rate=rule, steps=4).learning_rates
    array([1. , 1. , 1. , 0.5])
    """

    initial: float
    factor: float = 0.1
    patience: int = 10
    threshold: float = 1e-4
    least: float = 0.0

    def first(self, w: Array, value: Array, g: Array) -> tuple[Array, Memory]:
        return first_rate(self.initial, w, g), self.begin(value)

    def propose(self, stride: Stride, memory: Memory) -> tuple[Array, Memory]:
        return self.after(stride.value, stride.rate, memory)

    def begin(self, value: Array) -> Memory:
        return np.full_like(value, np.inf), np.zeros_like(value)

    def after(self, value: Array, rate: Array, memory: Memory) -> tuple[Array, Memory]:
        best, failures = memory
        with np.errstate(invalid="ignore"):
            better = value < best - self.threshold * np.abs(best)
        better |= np.isinf(best)
        lowered = np.maximum(self.factor * rate, self.least)
        # more than patience in a row
        most = np.floor(self.patience) + 1
        rate, failures = reduce_on_plateau(better, failures, most, rate, lowered)
        return rate, (np.where(better, value, best), failures)


class Divided(NamedTuple):
    """A rate that is divided when the value has stopped falling: scikit-learn's "adaptive".

    A value improves on those before if it is at most `best - tol`. After `patience` values in a row
    that did not, the rate is divided by `divisor`, as long as it is above `least`, and counting
    begins anew.

    Parameters
    ----------
    initial
        The first rate.
    divisor
        Above 1.
    patience
        Values without improvement.
    tol
        How far below the best a value must be, in its own units.
    least
        A rate at most this large stays.

    Notes
    -----
    scikit-learn's `learning_rate="adaptive"`, whose values are the objective's means over epochs,
    and whose `n_iter_no_change` and `tol` are `patience` and `tol` here.

    Examples
    --------
    >>> import descend
    >>> rule = Divided(1.0, patience=2)  # a rate of 1 jumps from 3 to -3 and back
    >>> descend.minimize("x^2", [3.0], learning_rate=rule, steps=5).learning_rates
    array([1. , 1. , 1. , 0.2, 0.2])
    """

    initial: float
    divisor: float = 5.0
    patience: int = 5
    tol: float = 1e-3
    least: float = 1e-6

    def first(self, w: Array, value: Array, g: Array) -> tuple[Array, Memory]:
        return first_rate(self.initial, w, g), self.begin(value)

    def propose(self, stride: Stride, memory: Memory) -> tuple[Array, Memory]:
        return self.after(stride.value, stride.rate, memory)

    def begin(self, value: Array) -> Memory:
        return np.full_like(value, np.inf), np.zeros_like(value)

    def after(self, value: Array, rate: Array, memory: Memory) -> tuple[Array, Memory]:
        best, failures = memory
        lowered = np.where(rate > self.least, rate / self.divisor, rate)
        # NaN is no failure: a descent that diverges is not the rate's to end
        better = ~(value > best - self.tol)
        rate, failures = reduce_on_plateau(better, failures, self.patience, rate, lowered)
        return rate, (np.minimum(value, best), failures)


def reduce_on_plateau(
    better: npt.NDArray[np.bool_], failures: Array, patience: float, rate: Array, lowered: Array
) -> tuple[Array, Array]:
    """Return the rate, lowered after `patience` values in a row that are no better, and the count.

    Parameters
    ----------
    better
        Whether the last value is better than those before it.
    failures
        How many values before it, in a row, were not; zero anew when the rate is lowered.
    patience
        How many of them lower the rate.
    rate, lowered
        The rate that stays, and the one in its place.
    """
    failures = np.where(better, 0.0, failures + 1)
    exhausted = failures >= patience
    return np.where(exhausted, lowered, rate), np.where(exhausted, 0.0, failures)


def first_rate(initial: float | None, w: Array, g: Array) -> Array:
    """Return the rate given, or that of a step of a hundredth of the length of `w`."""
    if initial is not None:
        return np.full(len(w), initial)
    length = np.linalg.norm(w, axis=-1)
    # a gradient may be too large to be squared
    steepest = np.abs(g).max(axis=-1)
    flat = steepest == 0
    slope = np.linalg.norm(g / np.where(flat, 1.0, steepest)[:, None], axis=-1)
    reach: Array = 0.01 * np.where(length > 0, length, 1.0)
    return np.where(flat, 1.0, reach / np.where(flat, 1.0, slope) / np.where(flat, 1.0, steepest))


def secant_rate(stride: Stride, otherwise: Array) -> Array:
    """Return one over the curvature along the step, or what to do where it is not positive."""
    with np.errstate(all="ignore"):
        along = np.sum(stride.moved * stride.turned, axis=-1)
        secant = np.sum(stride.moved * stride.moved, axis=-1) / along
    usable = (along > 0) & np.isfinite(secant)
    return np.where(usable, secant, otherwise)


def _polyak_rate(value: Array, target: Array, g: Array) -> Array:
    """Return the rate at which a straight line falls to the target, or zero below it."""
    steepness = np.sum(g * g, axis=-1)
    flat = steepness == 0
    return np.where(flat, 0.0, np.maximum(value - target, 0) / np.where(flat, 1.0, steepness))
