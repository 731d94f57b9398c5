"""The scales of the features: coordinates that they give, and the safe rate in these."""

from dataclasses import replace

import numpy as np

from descend.curvature.factors import positive_root
from descend.curvature.hessian import penalty_curvature
from descend.curvature.preconditioner_choice import sampled_preconditioners
from descend.curvature.preconditioning import PreconditionedObjective
from descend.curvature.safe_rate import SAMPLE_ROWS, safe_rate, smoothed, squared
from descend.data.rows import Rows
from descend.objectives.risks.empirical_risk import EmpiricalRisk
from descend.penalties import L2, NoPenalty, is_smooth
from descend.protocols import Array, Optimizer


def preconditioned_objective(
    risk: EmpiricalRisk, start: Array, precondition: str, random: np.random.Generator
) -> PreconditionedObjective:
    """Return the risk in the coordinates that `precondition`, "diagonal" or "hessian", names.

    A penalty that is not smooth acts on single coordinates of `w`: it is refused.
    """
    if not is_smooth(risk.penalty):
        name = type(risk.penalty).__name__
        raise ValueError(
            f"precondition={precondition!r} with all rows at once steps in coordinates in which "
            f"the penalty {name} does not act on single ones: give precondition='none', "
            "precondition='diagonal' with a batch_size, or optimizer='auto'"
        )
    if precondition == "hessian":
        # a loss with kinks has no curvature: the smooth loss beside it does
        smooth = smoothed(risk, start, share=1.0)
        finest = sampled_preconditioners(smooth, random)[-1]
        return replace(finest.preconditioned(start), risk=risk)
    return PreconditionedObjective(risk, risk.model.by_output(feature_scale(risk)))


def feature_scale(risk: EmpiricalRisk) -> Array:
    """Return the root mean square of each parameter's feature and of its penalty, `(d,)`.

    It is the root of the Hessian's diagonal for a loss of curvature one; one where that is zero.
    """
    model = risk.model
    block = risk.blocks.sample(SAMPLE_ROWS, np.random.default_rng(0))
    ones = np.ones(model.n_parameters, dtype=block.X.dtype)
    weight = np.ones(block.n_rows) if block.weight is None else block.weight
    each = np.broadcast_to(weight[:, None], (block.n_rows, model.n_outputs))
    diagonal = model.pullback(ones, squared(block.X), each) / block.n_rows
    diagonal += penalty_curvature(risk, ones)
    return positive_root(diagonal).astype(ones.dtype, copy=False)


def safe_rate_scaled(
    risk: EmpiricalRisk, start: Array, optimizer: Optimizer, batch_size: int, scale: Array
) -> float:
    """Return a learning rate at which the optimizer does not diverge in the units of `scale`."""
    model = risk.model
    block = risk.blocks.sample(SAMPLE_ROWS, np.random.default_rng(0))
    of_features = model.by_output(scale)[0, : model.n_features]
    X = block.X.multiply(1 / of_features).tocsr() if block.sparse else block.X / of_features
    strongest = float(np.max(penalty_curvature(risk, np.ones_like(scale)) / scale**2))
    penalty = L2(strongest) if strongest > 0 else NoPenalty()
    scaled = EmpiricalRisk(model, risk.loss, penalty, Rows(X, block.y, block.weight))
    return safe_rate(scaled, start * scale, optimizer, batch_size)
