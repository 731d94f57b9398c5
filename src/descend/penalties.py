"""Penalties: what is added to the mean loss to keep parameters small, element by element.

The smooth part descends with the loss by its `gradient`; the other, `rough`, acts in each step by
`prox(w, rate) = argmin over v of rate * rough(v) + (v - w)**2 / 2`. A user's own penalty with a
kink at zero needs `kink()`, too, its slope there: by `prox` alone only `SGD` finds the minimum.
"""

from typing import Any, NamedTuple

import numpy as np

from descend.protocols import Array, Penalty, Rate, StatesSmooth, verbs
from descend.support.intervals import AT_LEAST_0, Interval, refuse_fields_outside
from descend.support.suggestions import did_you_mean

_RANGES = {"alpha": AT_LEAST_0, "l1_ratio": Interval(0, 1, most_closed=True)}

PROBES = np.array([-1e9, -1e3, -1.0, -1e-3, -1e-9, 0.0, 1e-9, 1e-3, 1.0, 1e3, 1e9])
"""Parameters of any size, which the proximal step of a smooth penalty leaves as they are."""


class NoPenalty(NamedTuple):
    """No penalty: the loss alone is descended.

    Examples
    --------
    >>> NoPenalty().gradient(np.array([3.0, 1.0]))
    array([0., 0.])
    """

    @property
    def smooth(self) -> bool:
        return True

    def value(self, w: Array) -> Array:
        return 0.0 * w

    def gradient(self, w: Array) -> Array:
        return 0.0 * w

    def curvature(self, w: Array) -> Array:
        return 0.0 * w

    def prox(self, w: Array, rate: Rate) -> Array:
        return w


class L2(NamedTuple):
    """Ridge: `alpha / 2 * w**2` for each parameter, with a strength `alpha` of at least 0.

    Examples
    --------
    >>> L2(alpha=0.1).gradient(np.array([3.0, -1.0]))
    array([ 0.3, -0.1])

    References
    ----------
    A. E. Hoerl and R. W. Kennard, Ridge regression (1970).
    """

    alpha: float = 1e-4

    @property
    def smooth(self) -> bool:
        return True

    def value(self, w: Array) -> Array:
        return 0.5 * self.alpha * w * w

    def gradient(self, w: Array) -> Array:
        return self.alpha * w

    def curvature(self, w: Array) -> Array:
        return self.alpha * np.ones_like(w)

    def prox(self, w: Array, rate: Rate) -> Array:
        return w


class L1(NamedTuple):
    """Lasso: `alpha * |w|` for each parameter; many end at exactly zero.

    Its `prox` is `max(w - rate * alpha, 0) + min(w + rate * alpha, 0)`; `alpha` is at least 0.

    Examples
    --------
    >>> L1(alpha=0.5).prox(np.array([3.0, -1.0, 0.2]), 1.0)
    array([ 2.5, -0.5,  0. ])

    References
    ----------
    R. Tibshirani, Regression shrinkage and selection via the lasso (1996).
    """

    alpha: float = 1e-4

    @property
    def smooth(self) -> bool:
        return self.alpha == 0

    def value(self, w: Array) -> Array:
        return self.alpha * np.abs(w)

    def gradient(self, w: Array) -> Array:
        return 0.0 * w

    def curvature(self, w: Array) -> Array:
        return 0.0 * w

    def kink(self) -> float:
        return self.alpha

    def prox(self, w: Array, rate: Rate) -> Array:
        threshold = rate * self.alpha
        return np.maximum(w - threshold, 0.0) + np.minimum(w + threshold, 0.0)


class ElasticNet(NamedTuple):
    """Lasso and ridge together: `alpha * (l1_ratio * |w| + (1 - l1_ratio) * w**2 / 2)`.

    `alpha`, the strength, is at least 0; `l1_ratio`, the share of the lasso, is from 0 to 1.

    Examples
    --------
    >>> penalty = ElasticNet(alpha=1.0, l1_ratio=0.5)
    >>> penalty.value(np.array([2.0])), penalty.prox(np.array([2.0]), 1.0)
    (array([2.]), array([1.5]))

    References
    ----------
    H. Zou and T. Hastie, Regularization and variable selection via the elastic net (2005).
    """

    alpha: float = 1e-4
    l1_ratio: float = 0.15

    @property
    def smooth(self) -> bool:
        return self.alpha * self.l1_ratio == 0

    def value(self, w: Array) -> Array:
        return self.alpha * (self.l1_ratio * np.abs(w) + 0.5 * (1.0 - self.l1_ratio) * w * w)

    def gradient(self, w: Array) -> Array:
        return self.alpha * (1.0 - self.l1_ratio) * w

    def curvature(self, w: Array) -> Array:
        return self.alpha * (1.0 - self.l1_ratio) * np.ones_like(w)

    def kink(self) -> float:
        return self.alpha * self.l1_ratio

    def prox(self, w: Array, rate: Rate) -> Array:
        threshold = rate * self.alpha * self.l1_ratio
        return np.maximum(w - threshold, 0.0) + np.minimum(w + threshold, 0.0)


class Box(NamedTuple):
    """Each parameter stays between two bounds; another penalty may act as well.

    The `prox` is that of a convex penalty, clipped; the `value` is that of the penalty alone.

    Parameters
    ----------
    lower, upper, penalty
        The bounds, `-inf` and `inf` for none, and the other penalty. In the estimators bounds are
        the same for all coefficients; `descend.minimize` takes bounds of each parameter.

    Examples
    --------
    >>> Box(-1.0, 2.0).prox(np.array([3.0, 0.5, -4.0]), 1.0)
    array([ 2. ,  0.5, -1. ])

    References
    ----------
    A. Goldstein, Convex programming in Hilbert space (1964), for descent by projection.
    """

    lower: float | Array = -np.inf
    upper: float | Array = np.inf
    penalty: Penalty = NoPenalty()

    @property
    def smooth(self) -> bool:
        bounded = np.any(np.isfinite(self.lower)) or np.any(np.isfinite(self.upper))
        return not bounded and is_smooth(self.penalty)

    def value(self, w: Array) -> Array:
        return self.penalty.value(w)

    def gradient(self, w: Array) -> Array:
        return verbs.gradient(self.penalty, w)

    def curvature(self, w: Array) -> Array:
        return self.penalty.curvature(w)

    def kink(self) -> float | Array:
        return verbs.kink(self.penalty)

    def prox(self, w: Array, rate: Rate) -> Array:
        return np.minimum(np.maximum(verbs.prox(self.penalty, w, rate), self.lower), self.upper)


class NonNegative(NamedTuple):
    """No parameter falls below zero; another `penalty` may act as well.

    Examples
    --------
    >>> NonNegative(L1(alpha=0.5)).prox(np.array([3.0, 0.2, -4.0]), 1.0)
    array([2.5, 0. , 0. ])

    References
    ----------
    C. Lawson and R. Hanson, Solving least squares problems (1974).
    """

    penalty: Penalty = NoPenalty()

    @property
    def smooth(self) -> bool:
        return False

    def value(self, w: Array) -> Array:
        return self.penalty.value(w)

    def gradient(self, w: Array) -> Array:
        return verbs.gradient(self.penalty, w)

    def curvature(self, w: Array) -> Array:
        return self.penalty.curvature(w)

    def kink(self) -> float | Array:
        return verbs.kink(self.penalty)

    def prox(self, w: Array, rate: Rate) -> Array:
        return np.maximum(verbs.prox(self.penalty, w, rate), 0.0)


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


def is_smooth(penalty: Penalty) -> bool:
    """Say whether a penalty is its smooth part alone: its proximal step changes nothing.

    A penalty may state it (`descend.protocols.StatesSmooth`); else it is measured.

    Examples
    --------
    >>> is_smooth(L2(alpha=1.0)), is_smooth(L1(alpha=1.0))
    (True, False)
    """
    return penalty.smooth if isinstance(penalty, StatesSmooth) else has_trivial_prox(penalty)


def has_trivial_prox(penalty: Penalty) -> bool:
    """Say whether the proximal step leaves parameters of any size as they are."""
    return bool(np.array_equal(penalty.prox(PROBES, 1.0), PROBES))
