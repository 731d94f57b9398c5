"""What the array loop asks of an objective's part that is not smooth."""

import numpy as np

from descend.optimizers import SGD
from descend.penalties import NoPenalty, tells_kink
from descend.penalties.groups import GroupL1, GroupPenalty
from descend.protocols import Array, Composite, Objective, Penalty, StatesSubgradient, verbs


def nonsmooth_part(objective: Objective, w: Array) -> Penalty:
    """Return the penalty that is not smooth, for points like `w`; `NoPenalty` if all is smooth."""
    return objective.nonsmooth(w) if isinstance(objective, Composite) else NoPenalty()


def refuse_scaled_groups(penalty: Penalty, optimizer: object) -> None:
    """Refuse, under a penalty on groups, an optimizer whose proximal step is not the penalty's.

    It would end elsewhere: a group is shortened as a whole only along the plain gradient.
    """
    if isinstance(penalty, GroupL1 | GroupPenalty) and not isinstance(optimizer, SGD):
        raise ValueError(
            f"GroupL1 shortens groups as a whole, and {type(optimizer).__name__} does not step "
            "along the plain gradient, so that it would end elsewhere: give optimizer='sgd' (and "
            "to an estimator batch_size='full', or optimizer='auto')"
        )


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
    if isinstance(penalty, StatesSubgradient):
        return penalty.minimum_norm_subgradient(w, g)
    if not tells_kink(penalty):
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
