"""Which values hyper-parameters may have, told when they are given and not at step 900."""

from typing import Any

import numpy as np

from descend.protocols import Optimizer
from descend.support.intervals import ABOVE_0, AT_LEAST_0, Interval, refuse_outside

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
    "lower": Interval(-np.inf, least_closed=False),
    "SAM.rho": ABOVE_0,
    "decay": AT_LEAST_0,
    "weight_decay": AT_LEAST_0,
    "l1": AT_LEAST_0,
    "l2": AT_LEAST_0,
    "t0": AT_LEAST_0,
    "eta_minus": Interval(0, 1, least_closed=False),
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
    if not type(optimizer).__module__.startswith("descend.") or not isinstance(optimizer, tuple):
        return
    kind = type(optimizer)
    defaults: dict[str, Any] = getattr(kind, "_field_defaults", {})
    for name, value in zip(getattr(kind, "_fields", ()), optimizer, strict=True):
        given = f"{kind.__name__}({name}={value!r})"
        if name == "optimizer":
            check(value)
            if isinstance(value, type) or not isinstance(value, Optimizer):
                raise ValueError(f"{given}: give an instance, such as descend.optimizers.Adam()")
        elif isinstance(defaults.get(name), bool):
            if not isinstance(value, bool | np.bool_):
                raise ValueError(f"{given}: {name} must be True or False")
        elif not (value is None and name in defaults and defaults[name] is None):
            refuse_outside(kind, name, value, RANGES)
