"""What the array loop asks of an objective's part that is not smooth."""

import numpy as np

from descend.penalties import NoPenalty
from descend.penalties.groups import GroupPenalty
from descend.protocols import Array, Composite, Kinked, Objective, Penalty, verbs


def nonsmooth_part(objective: Objective, w: Array) -> Penalty:
    """Return the penalty that is not smooth, for points like `w`; `NoPenalty` if all is smooth."""
    return objective.nonsmooth(w) if isinstance(objective, Composite) else NoPenalty()


def minimum_norm_subgradient(penalty: Penalty, w: Array, g: Array) -> Array:
    """Return the smallest of the objective's subgradients at `w`, `(..., d)`: zero at a minimum.

    Off zero the kink adds its slope to the gradient `g` of the smooth part; at zero it takes away
    up to as much. At a bound a gradient that points out of it is zero. Of a penalty that does not
    tell its kink, the proximal step of rate one says what is left.

    Examples
    --------
    >>> from descend.penalties import L1
    >>> w, g = np.array([2.0, 0.0, 0.0]), np.array([0.5, 0.5, -3.0])
    >>> minimum_norm_subgradient(L1(alpha=1.0), w, g)
    array([ 1.5,  0. , -2. ])
    """
    if isinstance(penalty, NoPenalty):
        return g
    if isinstance(penalty, GroupPenalty):
        return penalty.minimum_norm_subgradient(w, g)
    if not isinstance(penalty, Kinked):
        return w - verbs.prox(penalty, w - g, 1.0)
    kink = verbs.kink(penalty)
    at_zero = np.maximum(g - kink, 0) + np.minimum(g + kink, 0)
    left = np.where(w == 0, at_zero, g + kink * np.sign(w))
    # the very next number that way is outside: the bound holds it back
    beside = np.nextafter(w, -np.copysign(np.inf, left))
    blocked = verbs.prox(penalty, beside, 0.0) == w
    return np.where(blocked, 0, left).astype(g.dtype, copy=False)


def excess(penalty: Penalty, w: Array, tried: Array) -> Array:
    """Return by how much the penalty is larger at `tried` than its slope at `w` says, `(...)`.

    With the gradient's promise `g @ (tried - w)` it makes the promise of the whole objective.
    """
    if isinstance(penalty, NoPenalty):
        return np.zeros(w.shape[:-1], dtype=w.dtype)
    with np.errstate(all="ignore"):
        more = penalty.value(tried) - penalty.value(w) - penalty.gradient(w) * (tried - w)
    total: Array = np.sum(more, axis=-1)
    return total
