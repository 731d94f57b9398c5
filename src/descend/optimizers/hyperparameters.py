"""Hyper-parameters by name, through wrapped optimizers, and one optimizer for many runs.

An optimizer is a tree of NamedTuples: `Clipped(Momentum(mu=0.9), norm=1.0)` has the
hyper-parameters `norm` and `mu`. An optimizer that is no NamedTuple has none.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from descend.protocols import Optimizer
from descend.support.tree import nodes


def is_number(value: Any) -> bool:
    """Say whether a value is a number, which True is not."""
    return isinstance(value, int | float | np.number) and not isinstance(value, bool)


def is_optimizer(value: Any) -> bool:
    """Say whether a value is an instance of an optimizer."""
    return isinstance(value, Optimizer) and not isinstance(value, type)


def has_hyperparameter(optimizer: Any, name: str) -> bool:
    """Say whether an optimizer, or one that it wraps, has a hyper-parameter.

    Examples
    --------
    >>> from descend.optimizers import Clipped, Momentum
    >>> has_hyperparameter(Clipped(Momentum(), norm=1.0), "mu")
    True
    """
    return any(name in _names(node) for node in nodes(optimizer))


def with_hyperparameters(optimizer: Any, values: Mapping[str, Any]) -> Any:
    """Return an optimizer with other hyper-parameters, its own or of those that it wraps.

    Examples
    --------
    >>> from descend.optimizers import Clipped, Momentum
    >>> with_hyperparameters(Clipped(Momentum(), norm=1.0), {"mu": 0.5}).optimizer.mu
    0.5
    """
    if not (names := _names(optimizer)):
        return optimizer
    parts = zip(names, optimizer, strict=True)
    return type(optimizer)(
        *(values[name] if name in values else with_hyperparameters(p, values) for name, p in parts)
    )


def structure(optimizer: Any) -> Any:
    """Return all of an optimizer but its numbers: those that share it can run as one, `stacked`.

    Examples
    --------
    >>> from descend.optimizers import SGD, Momentum
    >>> structure(Momentum(0.9)) == structure(Momentum(0.5))
    True
    >>> structure(Momentum()) == structure(SGD())
    False
    """
    if is_number(optimizer):
        return float
    if _names(optimizer):
        return (type(optimizer), *map(structure, optimizer))
    if is_optimizer(optimizer):
        return type(optimizer) if isinstance(optimizer, tuple) else id(optimizer)
    return optimizer


def stacked(optimizers: Sequence[Any], repeats: int, dtype: npt.DTypeLike) -> Any:
    """Return one optimizer for all runs: numbers that differ become arrays `(k, 1)`, one row a run.

    Parameters
    ----------
    optimizers
        Of the same `structure`.
    repeats
        How many successive runs each of them has.
    dtype
        Of the arrays.

    Examples
    --------
    >>> from descend.optimizers import Momentum
    >>> stacked([Momentum(0.9), Momentum(0.5)], repeats=1, dtype=float).mu.tolist()
    [[0.9], [0.5]]
    """
    first = optimizers[0]
    if is_number(first):
        if all(number == first for number in optimizers):
            return first
        return np.repeat(np.array(optimizers, dtype=dtype), repeats)[:, None]
    if not _names(first):
        return first
    return type(first)(*(stacked(parts, repeats, dtype) for parts in zip(*optimizers, strict=True)))


def _names(optimizer: Any) -> tuple[str, ...]:
    """Return the names of an optimizer's own hyper-parameters, none if it is no NamedTuple."""
    return tuple(getattr(optimizer, "_fields", ()))
