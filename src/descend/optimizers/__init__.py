"""Optimizers: which way to walk."""

from difflib import get_close_matches

from descend.optimizers.adaptive import Adam
from descend.optimizers.classical import SGD, Momentum
from descend.typing import Optimizer

__all__ = ["SGD", "Adam", "Momentum", "by_name", "recommended_rate"]

_NAMES: dict[str, Optimizer] = {"sgd": SGD(), "momentum": Momentum(), "adam": Adam()}

# what the papers recommend, or where they do not, what is customary
_RATES: dict[type, float] = {SGD: 0.01, Momentum: 0.01, Adam: 0.001}


def by_name(optimizer: str | Optimizer) -> Optimizer:
    """Return the optimizer of that name with its default hyper-parameters; instances pass through.

    Raises
    ------
    ValueError
        If there is no such optimizer; the message names the nearest.

    Examples
    --------
    >>> by_name("adam")
    Adam(beta1=0.9, beta2=0.999, eps=1e-08)
    """
    if not isinstance(optimizer, str):
        if isinstance(optimizer, type) or not isinstance(optimizer, Optimizer):
            raise ValueError(
                f"optimizer={optimizer!r} is not an optimizer: give a name ({', '.join(_NAMES)}) "
                "or an instance, such as descend.optimizers.Adam()"
            )
        return optimizer
    if optimizer.lower() not in _NAMES:
        near = get_close_matches(optimizer.lower(), _NAMES, n=1)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        raise ValueError(
            f"there is no optimizer {optimizer!r}; there are {', '.join(_NAMES)}.{hint}"
        )
    return _NAMES[optimizer.lower()]


def recommended_rate(optimizer: Optimizer) -> float:
    """Return the learning rate that an optimizer's paper recommends.

    Raises
    ------
    ValueError
        For an optimizer from elsewhere: nobody recommends a rate for it.

    Examples
    --------
    >>> recommended_rate(Adam())
    0.001
    """
    if type(optimizer) not in _RATES:
        raise ValueError(
            f"nobody recommends a learning rate for {type(optimizer).__name__}: give learning_rate="
        )
    return _RATES[type(optimizer)]
