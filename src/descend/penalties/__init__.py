"""Penalties: what is added to the mean loss to keep parameters small.

The smooth part descends with the loss by its `gradient`; the other, `rough`, acts in each step by
`prox(w, rate) = argmin over v of rate * rough(v) + (v - w)**2 / 2`. A user's own penalty with a
kink at zero needs `kink()`, too, its slope there: by `prox` alone only `SGD` finds the minimum.
All but `GroupL1` act element by element.
"""

from descend.penalties.bounds import Box, NonNegative
from descend.penalties.elementwise import L1, L2, ElasticNet, NoPenalty
from descend.penalties.groups import GroupL1
from descend.penalties.naming import by_name, check
from descend.penalties.smoothness import PROBES, has_trivial_prox, is_smooth, tells_kink

__all__ = [
    "L1",
    "L2",
    "PROBES",
    "Box",
    "ElasticNet",
    "GroupL1",
    "NoPenalty",
    "NonNegative",
    "by_name",
    "check",
    "has_trivial_prox",
    "is_smooth",
    "tells_kink",
]
