"""Momentum with Polyak's step: to where a model of the objective reaches a lower bound."""

from typing import NamedTuple, NoReturn

import numpy as np

from descend.optimizers.traits.stated import whole_vector
from descend.protocols import Array, Memory, Optimizer, Rate, Update
from descend.support.numerics import inner_product, squared_norm


@whole_vector
class MoMo(NamedTuple):
    """Momentum models: momentum with a step as long as its model of the objective says.

    The mean of the gradients, with that of the values and of `g @ w`, is a linear model of the
    objective. Its step ends where that model reaches `lower`, or at the rate if that is shorter;
    with `share = beta`, 0 at first, as in optax::

        mean = share * mean + (1 - share) * g
        level = share * level + (1 - share) * value
        offset = share * offset + (1 - share) * (g @ w)
        height = max(level - offset + mean @ w - lower, 0)
        w -= min(rate, height / |mean|**2) * mean

    The rate is an upper bound, and may be large. It runs in the array loop.

    Parameters
    ----------
    beta
        Decay of the means, in [0, 1).
    lower
        A lower bound of the objective: 0 for most losses.
    estimated
        Whether a bound between `lower` and the minimum is estimated.

    Examples
    --------
    >>> from descend import minimize
    >>> minimize("(x - 3)^2", [0.0], optimizer=MoMo(), learning_rate=1.0).x.round(6)
    array([3.])

    References
    ----------
    F. Schaipp, R. Ohana, M. Eickenberg, A. Defazio and R. Gower, MoMo: momentum models for adaptive
    learning rates (2024).
    """

    beta: float = 0.9
    lower: float = 0.0
    estimated: bool = False

    @property
    def memory(self) -> tuple[str, ...]:
        return ("mean", "level", "offset", "bound")

    def step(self, w: Array, g: Array, memory: Memory, rate: Rate, t: float) -> Update:
        refuse_without_value(self)

    def at(self, value: Array) -> Optimizer:
        """Return the optimizer of the step from points of these values, `(..., 1)`."""
        return AtValue(self, value)

    def valued_step(
        self, value: Array, w: Array, g: Array, memory: Memory, rate: Rate, t: float
    ) -> Update:
        """Return the next `w` and memory, from points of these values, `(..., 1)`."""
        mean, level, offset, bound = memory
        share = self.beta * (t > 1)
        if t == 1:
            bound = np.full_like(w, self.lower)
        mean = share * mean + (1 - share) * g
        level = share * level + (1 - share) * value
        offset = share * offset + (1 - share) * inner_product(g, w)
        model = level - offset + inner_product(mean, w)
        if self.estimated:
            bound = lowered(bound, model, self.lower)
        steepness = squared_norm(mean)
        length = truncated(rate, model - bound, steepness)
        if self.estimated:
            bound = np.maximum(model - length * steepness / 2, self.lower)
        return w - length * mean, (mean, level, offset, bound)


@whole_vector
class MoMoAdam(NamedTuple):
    """MoMo whose steps Adam scales: see `MoMo` for what the model is.

    With `ease = 1 - beta1**t`, as in optax::

        mean = beta1 * mean + (1 - beta1) * g
        square = beta2 * square + (1 - beta2) * g**2
        level = beta1 * level + (1 - beta1) * value
        offset = beta1 * offset + (1 - beta1) * (g @ w)
        scale = sqrt(square / (1 - beta2**t)) + eps
        height = max(level - offset + mean @ w - ease * lower, 0)
        w -= min(rate / ease, height / sum(mean**2 / scale)) * mean / scale

    Parameters
    ----------
    beta1, beta2, eps
        Adam's.
    lower
        A lower bound of the objective: 0 for most losses.
    estimated
        Whether a bound between `lower` and the minimum is estimated.

    Examples
    --------
    >>> from descend import minimize
    >>> minimize("(x - 3)^2", [0.0], optimizer=MoMoAdam(), learning_rate=1.0).x.round(3)
    array([3.])

    References
    ----------
    F. Schaipp, R. Ohana, M. Eickenberg, A. Defazio and R. Gower, MoMo: momentum models for adaptive
    learning rates (2024).
    """

    beta1: float = 0.9
    beta2: float = 0.999
    eps: float = 1e-8
    lower: float = 0.0
    estimated: bool = False

    @property
    def memory(self) -> tuple[str, ...]:
        return ("mean", "square", "level", "offset", "bound")

    def step(self, w: Array, g: Array, memory: Memory, rate: Rate, t: float) -> Update:
        refuse_without_value(self)

    def at(self, value: Array) -> Optimizer:
        """Return the optimizer of the step from points of these values, `(..., 1)`."""
        return AtValue(self, value)

    def valued_step(
        self, value: Array, w: Array, g: Array, memory: Memory, rate: Rate, t: float
    ) -> Update:
        """Return the next `w` and memory, from points of these values, `(..., 1)`."""
        mean, square, level, offset, bound = memory
        ease = 1 - self.beta1**t
        if t == 1:
            bound = np.full_like(w, self.lower)
        mean = self.beta1 * mean + (1 - self.beta1) * g
        square = self.beta2 * square + (1 - self.beta2) * g * g
        level = self.beta1 * level + (1 - self.beta1) * value
        offset = self.beta1 * offset + (1 - self.beta1) * inner_product(g, w)
        scale = np.sqrt(square / (1 - self.beta2**t)) + self.eps
        model = level - offset + inner_product(mean, w)
        if self.estimated:
            bound = lowered(bound, model / ease, self.lower)
        steepness = inner_product(mean, mean / scale)
        length = truncated(rate / ease, model - ease * bound, steepness)
        if self.estimated:
            bound = np.maximum((model - length * steepness / 2) / ease, self.lower)
        return w - length * mean / scale, (mean, square, level, offset, bound)


@whole_vector
class AtValue(NamedTuple):
    """`MoMo` or `MoMoAdam` at points of known values."""

    rule: MoMo | MoMoAdam
    value: Array

    @property
    def memory(self) -> tuple[str, ...]:
        return self.rule.memory

    def step(self, w: Array, g: Array, memory: Memory, rate: Rate, t: float) -> Update:
        return self.rule.valued_step(self.value.astype(w.dtype), w, g, memory, rate, t)


def refuse_without_value(optimizer: MoMo | MoMoAdam) -> NoReturn:
    """Raise a ValueError: a step without the value is not defined."""
    name = type(optimizer).__name__
    raise ValueError(
        f"{name} steps by the value, too: take {name}().at(value).step(...), as descend.minimize "
        "does"
    )


def lowered(bound: Array, model: Array, lower: float) -> Array:
    """Return the bound, or halfway up to the model where that has fallen below the bound."""
    return np.where(model < bound, np.maximum(model / 2, lower), bound)


def truncated(rate: float | Array, height: Array, steepness: Array) -> Array:
    """Return the rate, or less: that at which a line so steep falls by the height."""
    steep = np.where(steepness > 0, steepness, 1.0)
    length: Array = np.minimum(rate, np.maximum(height, 0.0) / steep)
    return length
