"""Penalties: what is added to the mean loss to keep parameters small.

The smooth part descends with the loss by its `gradient`; the other, `rough`, acts in each step by
`prox(w, rate) = argmin over v of rate * rough(v) + (v - w)**2 / 2`. A user's own penalty with a
kink at zero needs `kink()`, too, its slope there: by `prox` alone only `SGD` finds the minimum.
All but `GroupL1` act element by element.
"""

from descend.penalties.bounds import Box as Box
from descend.penalties.bounds import NonNegative as NonNegative
from descend.penalties.elementwise import L1 as L1
from descend.penalties.elementwise import L2 as L2
from descend.penalties.elementwise import ElasticNet as ElasticNet
from descend.penalties.elementwise import NoPenalty as NoPenalty
from descend.penalties.groups import GroupL1 as GroupL1
from descend.penalties.naming import by_name as by_name
from descend.penalties.naming import check as check
from descend.penalties.smoothness import PROBES as PROBES
from descend.penalties.smoothness import has_trivial_prox as has_trivial_prox
from descend.penalties.smoothness import is_smooth as is_smooth
