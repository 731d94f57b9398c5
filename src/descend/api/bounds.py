"""Between which numbers each coordinate may lie, in the forms that people give."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from descend.objectives.formulas.spelling import matched
from descend.protocols import Array
from descend.support.suggestions import did_you_mean


class Limits(NamedTuple):
    """The bounds of each coordinate, `(d,)` both; `-inf` and `inf` where there is none."""

    lower: Array
    upper: Array


def limits_of(bounds: Any, names: tuple[str, ...] | None, size: int | None) -> Limits:
    """Return bounds for `size` coordinates as two arrays; by default they say the size.

    Bounds are a pair `(low, high)` for each coordinate, None in it for no bound; a mapping of some
    of the `names` to pairs; or a `scipy.optimize.Bounds`. A ValueError says what does not fit.

    >>> limits_of([(0, None), (-1, 1)], None, size=2)
    Limits(lower=array([ 0., -1.]), upper=array([inf,  1.]))
    """
    from scipy.optimize import Bounds

    if isinstance(bounds, Bounds):
        lower, upper = _each(bounds.lb, size), _each(bounds.ub, size)
    else:
        pairs = _named_pairs(bounds, names) if isinstance(bounds, Mapping) else bounds
        lower, upper = _of_pairs(pairs)
    if len(lower) != len(upper) or size not in (None, len(lower)):
        count = size if len(lower) == len(upper) else len(upper)
        raise ValueError(
            f"there are {len(lower)} bounds for {count} coordinates: give one for each"
        )
    # a comparison with NaN is false, too
    bad = ~((lower <= upper) & (lower < np.inf) & (upper > -np.inf))
    if bad.any():
        j = int(np.argmax(bad))
        name = names[j] if names is not None else f"w[{j}]"
        raise ValueError(
            f"the bounds of {name} are {lower[j]:g} and {upper[j]:g}: give two numbers, the lower "
            "one first"
        )
    return Limits(lower, upper)


def _each(bound: Any, size: int | None) -> Array:
    """Return SciPy's bound of each coordinate: one number may hold for all."""
    numbers: Array = np.atleast_1d(np.asarray(bound, dtype=float))
    return np.broadcast_to(numbers, size or len(numbers)) if len(numbers) == 1 else numbers


def _named_pairs(bounds: Mapping[str, Any], names: tuple[str, ...] | None) -> list[Any]:
    """Return a pair for each name, in order."""
    if names is None:
        raise ValueError("bounds by name need a formula or a start by name: give a list of pairs")
    own: dict[str, Any] = {}
    for name, pair in bounds.items():
        known = matched(name, names)
        if known is None:
            hint = did_you_mean(str(name), names)
            raise ValueError(
                f"there are bounds for {name!r}{hint}, but the names are {', '.join(names)}"
            )
        if known in own:
            raise ValueError(f"there are bounds for {known} twice: give them once")
        own[known] = pair
    return [own.get(name, (None, None)) for name in names]


def _of_pairs(pairs: Any) -> tuple[Array, Array]:
    """Return the lower and the upper bounds of a sequence of pairs."""
    try:
        each = [tuple(pair) for pair in pairs]
        lower = [-np.inf if low is None else float(low) for low, _ in each]
        upper = [np.inf if high is None else float(high) for _, high in each]
    except (TypeError, ValueError):
        raise ValueError(
            f"bounds={pairs!r} must hold a pair (low, high) for each coordinate, None for no bound"
        ) from None
    return np.array(lower), np.array(upper)
