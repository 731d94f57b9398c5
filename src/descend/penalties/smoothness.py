"""Which penalties are smooth, and which tell their kinks."""

import numpy as np

from descend.protocols import Kinked, Penalty, StatesSmooth

PROBES = np.array([-1e9, -1e3, -1.0, -1e-3, -1e-9, 0.0, 1e-9, 1e-3, 1.0, 1e3, 1e9])
"""Parameters of any size, which the proximal step of a smooth penalty leaves as they are."""


def is_smooth(penalty: Penalty) -> bool:
    """Say whether a penalty is its smooth part alone: its proximal step changes nothing.

    A penalty may state it (`descend.protocols.StatesSmooth`); else it is measured.

    Examples
    --------
    >>> from descend.penalties import L1, L2
    >>> is_smooth(L2(alpha=1.0)), is_smooth(L1(alpha=1.0))
    (True, False)
    """
    return penalty.smooth if isinstance(penalty, StatesSmooth) else has_trivial_prox(penalty)


def has_trivial_prox(penalty: Penalty) -> bool:
    """Say whether the proximal step leaves parameters of any size as they are."""
    return bool(np.array_equal(penalty.prox(PROBES, 1.0), PROBES))


def tells_kink(penalty: Penalty) -> bool:
    """Say whether a penalty has `kink()`; one around another, whether that one has, or none.

    Examples
    --------
    >>> from descend.penalties import L1, L2, NonNegative
    >>> tells_kink(L1(alpha=1.0)), tells_kink(NonNegative(L2(alpha=1.0)))
    (True, True)
    """
    inner = getattr(penalty, "penalty", None)
    if isinstance(inner, Penalty):
        return is_smooth(inner) or tells_kink(inner)
    return isinstance(penalty, Kinked)
