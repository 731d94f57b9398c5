"""Which solver needs no setting: the optimizer "auto" of the estimators."""

from descend.objectives.risks.empirical_risk import EmpiricalRisk
from descend.protocols import Redescending, Smoothable
from descend.solvers.centred import Centred
from descend.solvers.contract import Solver
from descend.solvers.convex_start import ConvexStart
from descend.solvers.smoothing import Smoothing, smooth_solver


def untuned_solver(risk: EmpiricalRisk) -> Solver:
    """Return the solver for a risk, with its tight columns `Centred`.

    ====================================  =======================================================
    a loss with kinks                     `Smoothing` (around the one of the last two that fits)
    a loss whose slope falls far away     `ConvexStart` (around the one of the last two that fits)
    a penalty with kinks or bounds        `ProximalNewton`
    else                                  `Preconditioned`
    ====================================  =======================================================
    """
    if isinstance(risk.loss, Smoothable):
        return Centred(Smoothing())
    if isinstance(risk.loss, Redescending):
        return Centred(ConvexStart())
    return Centred(smooth_solver(risk))
