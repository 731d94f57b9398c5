"""Which solver needs no setting: the optimizer "auto" of the estimators."""

from descend.objectives.risks.empirical_risk import EmpiricalRisk
from descend.protocols import Redescending, Smoothable
from descend.solvers.centred import Centred
from descend.solvers.compressed import Compressed
from descend.solvers.contract import Solver
from descend.solvers.convex_start import ConvexStart
from descend.solvers.interior_point import InteriorPoint, has_interior_point
from descend.solvers.smoothing import Smoothing, smooth_solver


def solver_from(risk: EmpiricalRisk) -> Solver:
    """Return the solver to a minimum near where it begins, see `untuned_solver`."""
    if has_interior_point(risk):
        return Compressed(Centred(InteriorPoint()))
    solver = Smoothing() if isinstance(risk.loss, Smoothable) else smooth_solver(risk)
    return Compressed(Centred(solver))


def untuned_solver(risk: EmpiricalRisk) -> Solver:
    """Return the solver for a risk, without its empty columns and with its tight ones centred.

    So each is inside `Compressed` and `Centred`.

    ====================================  =======================================================
    one kink a row, L2 and dense rows     `InteriorPoint`, unless they are very many
    else a loss with kinks                `Smoothing` (around the one of the last two that fits)
    a loss whose slope falls far away     `ConvexStart` (around the one of the last two that fits)
    a penalty with kinks or bounds        `ProximalNewton`
    else                                  `Preconditioned`
    ====================================  =======================================================
    """
    if isinstance(risk.loss, Redescending):
        return Compressed(Centred(ConvexStart()))
    return solver_from(risk)
