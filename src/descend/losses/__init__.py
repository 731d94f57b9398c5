"""Losses: how wrong a prediction `z` before the link is for a target `y`, element by element.

Methods run on arrays and, compiled, on single numbers: they use NumPy functions and no branches.
"""

import numpy as np

from descend.losses.classification import CrossEntropy, Focal, LogLoss, log_probabilities
from descend.losses.margins import Hinge, ModifiedHuber, Perceptron, SquaredHinge
from descend.losses.positive import Gamma, Poisson, Tweedie
from descend.losses.regression import (
    AbsoluteError,
    EpsilonInsensitive,
    MeanSquaredError,
    Quantile,
    SquaredEpsilonInsensitive,
    SquaredError,
)
from descend.losses.robust import Cauchy, Huber, LogCosh
from descend.protocols import Array, Loss, Restricted, StatesQuadratic
from descend.support.intervals import (
    ABOVE_0,
    AT_LEAST_0,
    BETWEEN_0_AND_1,
    Interval,
    refuse_fields_outside,
)
from descend.support.suggestions import nearest

__all__ = [
    "CLASSIFICATION", "REGRESSION", "AbsoluteError", "Cauchy", "CrossEntropy", "EpsilonInsensitive",
    "Focal", "Gamma", "Hinge", "Huber", "LogCosh", "LogLoss", "MeanSquaredError", "ModifiedHuber",
    "Perceptron", "Poisson", "Quantile", "SquaredEpsilonInsensitive", "SquaredError",
    "SquaredHinge", "Tweedie", "by_name", "is_quadratic", "log_probabilities",
    "refuse_out_of_domain",
]  # fmt: skip

REGRESSION: dict[str, Loss] = {
    "squared_error": SquaredError(),
    "mean_squared_error": MeanSquaredError(),
    "absolute_error": AbsoluteError(),
    "huber": Huber(),
    "log_cosh": LogCosh(),
    "quantile": Quantile(),
    "epsilon_insensitive": EpsilonInsensitive(),
    "squared_epsilon_insensitive": SquaredEpsilonInsensitive(),
    "cauchy": Cauchy(),
    "poisson": Poisson(),
    "gamma": Gamma(),
    "tweedie": Tweedie(),
}
"""The losses of `DescentRegressor`, by name."""

CLASSIFICATION: dict[str, Loss] = {
    "log_loss": LogLoss(),
    "hinge": Hinge(),
    "squared_hinge": SquaredHinge(),
    "modified_huber": ModifiedHuber(),
    "perceptron": Perceptron(),
    "focal": Focal(),
}
"""The losses of `DescentClassifier` for two classes, by name."""

_RANGES = {
    "delta": ABOVE_0,
    "epsilon": AT_LEAST_0,
    "width": ABOVE_0,
    "above": AT_LEAST_0,
    "below": AT_LEAST_0,
    "goal": AT_LEAST_0,
    "gamma": AT_LEAST_0,
    "power": Interval(1, 2, least_closed=False),
    "quantile": BETWEEN_0_AND_1,
    "scale": ABOVE_0,
}


def by_name(loss: str | Loss, table: dict[str, Loss]) -> Loss:
    """Return the loss of that name with its default hyper-parameters; instances pass through.

    Parameters
    ----------
    loss, table
        A name in the table, `REGRESSION` or `CLASSIFICATION`; or an instance, a user's own too.

    Raises
    ------
    ValueError
        If there is no such loss, or a hyper-parameter of an instance is out of its range.

    Examples
    --------
    >>> by_name("huber", REGRESSION)
    Huber(delta=1.0)
    >>> by_name(Huber(delta=0), REGRESSION)
    Traceback (most recent call last):
        ...
    ValueError: Huber(delta=0): delta must be a number above 0
    """
    if isinstance(loss, str):
        if loss in table:
            return table[loss]
        near = nearest(loss, table)
        hint = "" if near is None else f" Did you mean {near!r}?"
        names = ", ".join(map(repr, table))
        raise ValueError(f"loss={loss!r} is not known; there are {names}.{hint}")
    refuse_fields_outside(loss, _RANGES)
    if isinstance(loss, type) or not isinstance(loss, Loss):
        raise ValueError(
            f"loss={loss!r} is not a loss: give a name, such as {next(iter(table))!r}, or an "
            "instance, such as descend.losses.SquaredError()"
        )
    return loss


def is_quadratic(loss: Loss) -> bool:
    """Say whether a loss is quadratic in `z`: its curvature is the same everywhere.

    A user's own may state it (`descend.protocols.StatesQuadratic`); else curvatures are compared.

    Examples
    --------
    >>> is_quadratic(SquaredError()), is_quadratic(Huber())
    (True, False)
    """
    if isinstance(loss, StatesQuadratic):
        return loss.quadratic
    if type(loss).__module__.startswith("descend.losses."):
        return False
    return has_constant_curvature(loss)


def has_constant_curvature(loss: Loss) -> bool:
    """Say whether a loss has one curvature at some targets and predictions."""
    if loss.normalised:
        return False
    y = np.ones(3)
    with np.errstate(all="ignore"):
        first, *others = (loss.curvature(y, z) for z in (y - 2.0, y, y + 3.0))
    return all(np.array_equal(each, first) for each in others)


def refuse_out_of_domain(loss: Loss, y: Array) -> None:
    """Refuse targets for which a loss is not defined: a negative count, say.

    Parameters
    ----------
    loss, y
        Any loss, its `domain` being the targets allowed, and targets `(n,)` or `(n, outputs)`.

    Raises
    ------
    ValueError
        Naming the loss and the first row that is outside.

    Examples
    --------
    >>> refuse_out_of_domain(Poisson(), np.array([0.0, 2.0, -1.0]))
    Traceback (most recent call last):
        ...
    ValueError: y[2] is -1: Poisson needs each target to be a number at least 0
    """
    if not isinstance(loss, Restricted) or loss.domain.holds(y):
        return
    place = tuple(np.argwhere(~loss.domain.inside(y))[0].tolist())
    index = ", ".join(map(str, place))
    raise ValueError(
        f"y[{index}] is {y[place]:g}: {type(loss).__name__} needs each target to be {loss.domain}"
    )
