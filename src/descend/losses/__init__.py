"""Losses: how wrong a prediction is, element by element.

`y` is the target and `z` the prediction before the link. The same methods run on whole arrays and,
compiled, on the numbers of a single example; so they use NumPy functions and no branches.
"""

from difflib import get_close_matches
from typing import Any

import numpy as np

from descend.losses.classification import CrossEntropy, Focal, LogLoss, log_probabilities
from descend.losses.margins import Hinge, ModifiedHuber, Perceptron, SquaredHinge
from descend.losses.positive import Gamma, Poisson, Tweedie
from descend.losses.regression import (
    AbsoluteError,
    EpsilonInsensitive,
    Quantile,
    SquaredEpsilonInsensitive,
    SquaredError,
)
from descend.losses.robust import Cauchy, Huber, LogCosh
from descend.protocols import Array, Loss, Restricted
from descend.support.intervals import ABOVE_0, AT_LEAST_0, Interval, refuse_outside

__all__ = [
    "CLASSIFICATION",
    "REGRESSION",
    "AbsoluteError",
    "Cauchy",
    "CrossEntropy",
    "EpsilonInsensitive",
    "Focal",
    "Gamma",
    "Hinge",
    "Huber",
    "LogCosh",
    "LogLoss",
    "ModifiedHuber",
    "Perceptron",
    "Poisson",
    "Quantile",
    "SquaredEpsilonInsensitive",
    "SquaredError",
    "SquaredHinge",
    "Tweedie",
    "by_name",
    "log_probabilities",
    "refuse_out_of_domain",
]

REGRESSION: dict[str, Loss] = {
    "squared_error": SquaredError(),
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
    "quantile": Interval(0, 1, least_closed=False),
    "scale": ABOVE_0,
}


def by_name(loss: str | Loss, table: dict[str, Loss]) -> Loss:
    """Return the loss of that name with its default hyper-parameters; instances pass through.

    Parameters
    ----------
    loss
        A name, or an instance, one's own too.
    table
        The names that there are: `REGRESSION` or `CLASSIFICATION`.

    Raises
    ------
    ValueError
        If there is no such loss, and the message names the nearest; or if a hyper-parameter of an
        instance is out of its range.

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
        near = get_close_matches(loss, table, n=1)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        names = ", ".join(map(repr, table))
        raise ValueError(f"loss={loss!r} is not known; there are {names}.{hint}")
    if type(loss).__module__.startswith("descend.losses.") and isinstance(loss, tuple):
        fields: Any = loss
        for name, given in fields._asdict().items():
            refuse_outside(type(loss), name, given, _RANGES)
    if isinstance(loss, type) or not isinstance(loss, Loss):
        raise ValueError(
            f"loss={loss!r} is not a loss: give a name, such as {next(iter(table))!r}, or an "
            "instance, such as descend.losses.SquaredError()"
        )
    return loss


def refuse_out_of_domain(loss: Loss, y: Array) -> None:
    """Refuse targets of which a loss knows nothing: a negative count, say.

    Parameters
    ----------
    loss
        Any. One with a `domain` (see `descend.protocols.Restricted`) is asked for it.
    y
        `(n,)` or `(n, outputs)`.

    Raises
    ------
    ValueError
        Naming the loss and the first row that is outside.

    Examples
    --------
    >>> import numpy as np
    >>> refuse_out_of_domain(Poisson(), np.array([0.0, 2.0, -1.0]))
    Traceback (most recent call last):
        ...
    ValueError: y[2] is -1: Poisson needs each target to be a number at least 0
    """
    if not isinstance(loss, Restricted) or loss.domain.holds(y):
        return
    place = tuple(np.argwhere(~loss.domain.inside(y))[0].tolist())
    told = ", ".join(map(str, place))
    raise ValueError(
        f"y[{told}] is {y[place]:g}: {type(loss).__name__} needs each target to be {loss.domain}"
    )
