"""Which preconditioners suit a risk."""

from typing import Protocol

import numpy as np

from descend.curvature.diagonal import DiagonalWithHead
from descend.curvature.leading import BUDGET, LeadingCurvature
from descend.curvature.low_rank import LowRankRows, is_costly, is_low_rank
from descend.curvature.preconditioning import PreconditionedObjective
from descend.curvature.subsampling import SubsampledHessian, is_wide
from descend.objectives.risks.empirical_risk import EmpiricalRisk
from descend.protocols import Array

TRIAL_STEPS, TRIAL_ROWS = 24, 32
"""L-BFGS steps by which easy problems end before a costly factor is made: one for so many rows, but
no fewer than these."""

FINER = 4
"""How much more is spent on the leading curvature of what did not end in its first interval."""


class Preconditioner(Protocol):
    """Coordinates in which a risk's Hessian is near the identity, made anew at each point."""

    @property
    def newton_like(self) -> bool:
        """Whether unit gradient steps in them are like Newton's; else L-BFGS is needed."""

    @property
    def intervals(self) -> tuple[int, int]:
        """Steps before they are first rebuilt, and the most to which doubling may bring them."""

    def preconditioned(self, w: Array) -> PreconditionedObjective:
        """Return the risk in coordinates from the curvature at `w`."""


def preconditioners_for(
    risk: EmpiricalRisk, random: np.random.Generator
) -> tuple[Preconditioner, ...]:
    """Return the preconditioners of a risk: each but the last for its first interval of steps."""
    if not is_low_rank(risk):
        return sampled_preconditioners(risk, random)
    low_rank = LowRankRows(risk)
    if not is_costly(risk):
        return (low_rank,)
    trial = max(TRIAL_STEPS, risk.blocks.n_rows // TRIAL_ROWS)
    return LeadingCurvature(risk, random, intervals=(trial, trial)), low_rank


def sampled_preconditioners(
    risk: EmpiricalRisk, random: np.random.Generator
) -> tuple[Preconditioner, ...]:
    """Return those from sampled rows, which suit any number of rows: the last is the finest."""
    if not is_wide(risk):
        return (SubsampledHessian(risk, random),)
    if risk.blocks.sparse:
        return (DiagonalWithHead(risk, random),)
    return LeadingCurvature(risk, random), LeadingCurvature(risk, random, FINER * BUDGET)
