"""What is left to gain where steps by batches have settled."""

from __future__ import annotations

import numpy as np

from descend.objectives.risks.empirical_risk import EmpiricalRisk
from descend.protocols import Array, verbs


def gain_left(risk: EmpiricalRisk, w: Array, mean: Array) -> tuple[float, float]:
    """Return the risk at `w` `(d,)`, and at least how far above the minimum that is.

    It is compared with the risk at two points: at the `mean` of the last ones, in which noise
    cancels; and, since all of those are off alike where the rows come in the same order each epoch,
    at the end of the best step along the gradient `g` over all rows, `w - (g @ g) / (g @ H @ g) g`.
    """
    value, g = risk.value_and_gradient(w)
    bend = float(g @ risk.hessian_product(w, g))
    stepped = within_bounds(risk, w - (float(g @ g) / bend if bend > 0 else 0.0) * g)
    reached = risk.value(np.stack([mean, stepped]))
    above = float(value - np.min(reached, where=np.isfinite(reached), initial=float(value)))
    return float(value), above


def within_bounds(risk: EmpiricalRisk, point: Array) -> Array:
    """Return a point `(d,)` with its weights in the penalty's interval, if it has one."""
    w = risk.model.by_output(point).copy()
    features = slice(risk.model.n_features)
    w[:, features] = verbs.prox(risk.penalty, w[:, features], 0.0)
    return w.ravel()
