"""The coordinates that a named optimizer walks in, where `precondition` asks for others."""

from dataclasses import replace

import numpy as np

from descend.curvature.preconditioning import PreconditionedObjective
from descend.curvature.safe_rate import SAMPLE_ROWS, safe_rate, smoothed, squared
from descend.curvature.subsampling import sketch
from descend.data.rows import Rows
from descend.objectives.risks.empirical_risk import EmpiricalRisk
from descend.penalties import L2, NoPenalty
from descend.protocols import Array, Optimizer


def coordinates_of(
    risk: EmpiricalRisk, start: Array, precondition: str, random: np.random.Generator
) -> PreconditionedObjective:
    """Return the coordinates that `precondition`, "diagonal" or "hessian", names.

    Raises
    ------
    ValueError
        If the penalty has a part that is not smooth: it is one by one coordinate of `w`.
    """
    if not _is_smooth(risk):
        raise ValueError(
            f"precondition={precondition!r} with all rows at once walks in coordinates in which "
            f"{type(risk.penalty).__name__} does not act on single ones: give precondition='none', "
            "precondition='diagonal' with a batch_size, or optimizer='auto'"
        )
    if precondition == "hessian":
        # a loss with kinks bends nowhere: its neighbour does that is rounded over its mean
        return replace(sketch(smoothed(risk, start, share=1.0), start, random), risk=risk)
    outputs = risk.model.n_outputs
    return PreconditionedObjective(risk, feature_scale(risk).reshape(outputs, -1), None)


def feature_scale(risk: EmpiricalRisk) -> Array:
    """Return the root mean square of each parameter's feature and of its penalty, `(d,)`.

    It is the root of the curvature's diagonal for a loss that bends by one; one where nothing does.
    """
    model = risk.model
    block = risk.blocks.sample(SAMPLE_ROWS, np.random.default_rng(0))
    ones = np.ones(model.n_parameters, dtype=block.X.dtype)
    rows = block.X.shape[0]
    weight = np.ones(rows) if block.weight is None else block.weight
    each = np.broadcast_to(weight[:, None], (rows, model.n_outputs))
    curvature = model.pullback(ones, squared(block.X), each) / rows
    curvature += risk.penalty.curvature(ones) * model.penalised(ones)
    return np.sqrt(np.where(curvature > 0, curvature, 1)).astype(ones.dtype, copy=False)


def safe_rate_scaled(
    risk: EmpiricalRisk, start: Array, optimizer: Optimizer, batch_size: int, scale: Array
) -> float:
    """Return a learning rate at which the optimizer does not diverge in the units of `scale`."""
    model = risk.model
    block = risk.blocks.sample(SAMPLE_ROWS, np.random.default_rng(0))
    of_features = model.by_output(scale)[0, : model.n_features]
    X = (
        block.X / of_features
        if isinstance(block.X, np.ndarray)
        else block.X.multiply(1 / of_features).tocsr()
    )
    bent = risk.penalty.curvature(np.ones_like(scale)) * model.penalised(np.ones_like(scale))
    strongest = float(np.max(bent / scale**2))
    penalty = L2(strongest) if strongest > 0 else NoPenalty()
    seen = EmpiricalRisk(model, risk.loss, penalty, Rows(X, block.y, block.weight))
    return safe_rate(seen, start * scale, optimizer, batch_size)


def _is_smooth(risk: EmpiricalRisk) -> bool:
    """Say whether the penalty's proximal step leaves parameters of any size where they are."""
    w = np.array([-1e9, -1.0, -1e-9, 0.0, 1e-9, 1.0, 1e9])
    return bool(np.array_equal(risk.penalty.prox(w, 1.0), w))
