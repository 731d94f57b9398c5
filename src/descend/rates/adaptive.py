"""Rates that follow from the steps before, without trying."""

from typing import NamedTuple

import numpy as np

from descend.protocols import Array, Memory, Stride


class BarzilaiBorwein(NamedTuple):
    """One over the curvature along the last step, without a safeguard: the value may rise.

    With the change `s` of `w` and the change `y` of the gradient::

        long:   rate = s @ s / (s @ y)
        short:  rate = s @ y / (y @ y)

    Where the curvature `s @ y` is not positive, the rate stays. On quadratics both converge;
    elsewhere `Monotone` is the same with a safeguard.

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
            along = np.sum(stride.displacement * stride.gradient_change, axis=-1)
            secant = along / np.sum(stride.gradient_change * stride.gradient_change, axis=-1)
        usable = (along > 0) & np.isfinite(secant)
        return np.where(usable, secant, stride.rate), memory


class Polyak(NamedTuple):
    """A step to the minimum of a straight line, `rate = (value - minimum) / (g @ g)`.

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
    """Polyak's rate where the minimum is not known: the target is a gap below the best value.

    The rate is `(value - (best - gap)) / (g @ g)`. The gap becomes `growth` times as wide after a
    step that covers half of it, `shrink` times after any other. (On convex functions no step covers
    it all: they lie above the straight line.)

    Parameters
    ----------
    gap
        How far below the start's value the first target is; None for what a step of a hundredth of
        the length of `w` promises (0.01 from zero).
    growth, shrink
        At least 1, and in (0, 1).

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

    The rate falls by `beta * slope`, with `slope = g(new) @ (new - w) / rate`. For SGD that is
    `-g(new) @ g(w)`: the rate grows while gradients agree. The slope is exact
    for every optimizer whose step is its rate times a direction. One step makes the rate at most a
    hundred times smaller, so that it stays above zero.

    Parameters
    ----------
    initial, beta
        The first rate, and the rate at which it learns.

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
        slope = np.sum(stride.g * stride.displacement, axis=-1) / stride.rate
        return np.maximum(stride.rate - self.beta * slope, 0.01 * stride.rate), memory


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
        along = np.vecdot(stride.displacement, stride.gradient_change)
        secant = np.vecdot(stride.displacement, stride.displacement) / along
    usable = (along > 0) & np.isfinite(secant)
    return np.where(usable, secant, otherwise)


def _polyak_rate(value: Array, target: Array, g: Array) -> Array:
    """Return the rate at which a straight line falls to the target, or zero below it."""
    steepness = np.sum(g * g, axis=-1)
    flat = steepness == 0
    return np.where(flat, 0.0, np.maximum(value - target, 0) / np.where(flat, 1.0, steepness))
