"""Which values hyper-parameters may have: refused when they are given, not at step 900."""

from typing import Any

from descend.protocols import Optimizer
from descend.support.intervals import (
    ABOVE_0,
    AT_LEAST_0,
    BETWEEN_0_AND_1,
    FINITE,
    Interval,
    refuse_fields_outside,
)

DECAY = Interval(0, 1)
SHARE = Interval(0, 1, most_closed=True)

# a field's name means the same in every class, but for those that are named with their class
RANGES = {
    "mu": DECAY,
    "rho": DECAY,
    "momentum": DECAY,
    "beta": DECAY,
    "beta1": DECAY,
    "beta2": DECAY,
    "beta3": DECAY,
    "RAdam.beta2": Interval(0.6, 1, least_closed=False),
    "FTRL.beta": AT_LEAST_0,
    "nu": SHARE,
    "drop": SHARE,
    "eps": AT_LEAST_0,
    "psi": AT_LEAST_0,
    "initial": AT_LEAST_0,
    "LBFGS.initial": ABOVE_0,
    "alpha": AT_LEAST_0,
    "COCOB.eps": ABOVE_0,
    "eta": AT_LEAST_0,
    "gamma": AT_LEAST_0,
    "seed": Interval(0, whole=True),
    "lower": FINITE,
    "SAM.rho": ABOVE_0,
    "decay": AT_LEAST_0,
    "weight_decay": AT_LEAST_0,
    "l1": AT_LEAST_0,
    "l2": AT_LEAST_0,
    "t0": AT_LEAST_0,
    "eta_minus": BETWEEN_0_AND_1,
    "eta_plus": Interval(1, least_closed=False),
    "norm": ABOVE_0,
    "trust": ABOVE_0,
    "reach": ABOVE_0,
    "d": ABOVE_0,
    "DoWG.eps": ABOVE_0,
    "value": ABOVE_0,
    "k": Interval(1, whole=True),
    "every": Interval(1, whole=True),
    "Lookahead.alpha": Interval(0, 1, least_closed=False, most_closed=True),
    "Averaged.decay": SHARE,
    "ScheduleFree.beta": Interval(0, 1, least_closed=False, most_closed=True),
    "pairs": Interval(1, whole=True),
    "smallest": ABOVE_0,
    "largest": ABOVE_0,
}


def check(optimizer: Any) -> None:
    """Refuse the library's own optimizers with hyper-parameters out of their range.

    Raises
    ------
    ValueError
        Naming the class, the hyper-parameter, its value and its range.

    Examples
    --------
    >>> from descend.optimizers import Adam
    >>> check(Adam(beta1=1.2))
    Traceback (most recent call last):
        ...
    ValueError: Adam(beta1=1.2): beta1 must be a number in [0, 1)
    """
    refuse_fields_outside(optimizer, RANGES)
    kind = type(optimizer)
    if kind.__module__.startswith("descend.") and "optimizer" in getattr(kind, "_fields", ()):
        inner = optimizer.optimizer
        check(inner)
        if isinstance(inner, type) or not isinstance(inner, Optimizer):
            raise ValueError(
                f"{kind.__name__}(optimizer={inner!r}): give an instance, such as "
                "descend.optimizers.Adam()"
            )
