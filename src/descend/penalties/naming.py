"""Penalties by their names, and the check of those that are given."""

from typing import Any

import numpy as np

from descend.penalties.bounds import Box, NonNegative
from descend.penalties.elementwise import L1, L2, ElasticNet, NoPenalty
from descend.penalties.groups import GroupL1, labels_of
from descend.protocols import Penalty
from descend.support.intervals import AT_LEAST_0, Interval, refuse_fields_outside
from descend.support.suggestions import did_you_mean

_RANGES = {"alpha": AT_LEAST_0, "l1_ratio": Interval(0, 1, most_closed=True)}


def by_name(penalty: str | Penalty | None, alpha: float = 1e-4, l1_ratio: float = 0.15) -> Penalty:
    """Return the penalty of that name and strength; instances pass through, None is no penalty.

    Parameters
    ----------
    penalty, alpha, l1_ratio
        "l2", "l1", "elasticnet", None, or an instance, a user's own too; the strength, and the
        share of the lasso in the elastic net.

    Raises
    ------
    ValueError
        If there is no such penalty, or a hyper-parameter is out of its range.

    Examples
    --------
    >>> by_name("elasticnet", alpha=0.1)
    ElasticNet(alpha=0.1, l1_ratio=0.15)
    """
    if penalty is None:
        return NoPenalty()
    if not isinstance(penalty, str):
        check(penalty)
        return penalty
    known: dict[str, Penalty] = {
        "l2": L2(alpha),
        "l1": L1(alpha),
        "elasticnet": ElasticNet(alpha, l1_ratio),
    }
    if penalty in known:
        check(known[penalty])
        return known[penalty]
    raise ValueError(
        f"penalty={penalty!r} is not known; there are {', '.join(map(repr, known))}, None, and "
        f"instances such as descend.penalties.NonNegative(){did_you_mean(penalty, known)}"
    )


def check(penalty: Any) -> None:
    """Refuse what is no penalty, and the library's own with hyper-parameters out of their range.

    Examples
    --------
    >>> check(L1(alpha=-1.0))
    Traceback (most recent call last):
        ...
    ValueError: L1(alpha=-1.0): alpha must be a number at least 0
    """
    if isinstance(penalty, type) or not isinstance(penalty, Penalty):
        raise ValueError(
            f"penalty={penalty!r} is not a penalty: give a name such as 'l1', or an instance such "
            "as descend.penalties.L1(alpha=0.1)"
        )
    if isinstance(penalty, Box | NonNegative):
        check(penalty.penalty)
        if isinstance(penalty.penalty, GroupL1):
            raise ValueError(
                f"{type(penalty).__name__} goes with penalties on single parameters, and GroupL1 "
                "acts on whole groups: give one of them alone"
            )
    if isinstance(penalty, Box):
        lower, upper = np.asarray(penalty.lower), np.asarray(penalty.upper)
        numbers = all(bound.ndim == 0 and bound.dtype.kind in "iuf" for bound in (lower, upper))
        # a comparison with NaN is false, too
        if not (numbers and lower <= upper):
            raise ValueError(
                f"Box(lower={lower.tolist()!r}, upper={upper.tolist()!r}): lower must be a number "
                "at most upper, the same for all coefficients"
            )
    refuse_fields_outside(penalty, _RANGES)
    if isinstance(penalty, GroupL1):
        labels_of(penalty.groups)
