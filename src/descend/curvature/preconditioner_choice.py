"""Which preconditioners suit a risk."""

from typing import Protocol

import numpy as np

from descend.curvature.diagonal import DiagonalWithHead
from descend.curvature.low_rank import LowRankRows, is_costly, is_low_rank
from descend.curvature.preconditioning import PreconditionedObjective
from descend.curvature.subsampling import SubsampledHessian, is_wide
from descend.objectives.risks.empirical_risk import EmpiricalRisk
from descend.protocols import Array

TRIAL_STEPS, TRIAL_ROWS = 24, 32
"""L-BFGS steps by which easy problems end before a costly factor is made: one for so many rows, but
no fewer than these."""


class Preconditioner(Protocol):
    """Coordinates in which a risk's Hessian is near the identity, made anew at each point."""

    @property
    def newton_like(self) -> bool:
        """Whether unit gradient steps in them are like Newton's; else L-BFGS is needed."""

    @property
    def intervals(self) -> tuple[int, int]:
        """Steps before they are first rebuilt, and the most to which doubling may bring them."""

    @property
    def matrix_size(self) -> int:
        """The rows of the largest matrix that is multiplied: what BLAS's threads depend on."""

    def preconditioned(self, w: Array) -> PreconditionedObjective:
        """Return the risk in coordinates from the curvature at `w`."""


def preconditioners_for(
    risk: EmpiricalRisk, random: np.random.Generator
) -> tuple[Preconditioner, ...]:
    """Return the preconditioners of a risk: each but the last for its first interval of steps."""
    if is_low_rank(risk):
        low_rank = LowRankRows(risk)
        if not is_costly(risk):
            return (low_rank,)
        trial = max(TRIAL_STEPS, risk.blocks.n_rows // TRIAL_ROWS)
        return DiagonalWithHead(risk, random, (trial, trial)), low_rank
    return (subsampled_for(risk, random),)


def subsampled_for(
    risk: EmpiricalRisk, random: np.random.Generator
) -> SubsampledHessian | DiagonalWithHead:
    """Return the preconditioner from sampled rows that suits a risk of any number of rows."""
    return (DiagonalWithHead if is_wide(risk) else SubsampledHessian)(risk, random)
