"""Another solver's descent, with the columns centred that lie far from zero for their spread."""

from __future__ import annotations

from dataclasses import dataclass

from descend.objectives.risks.centring import centring_of
from descend.objectives.risks.empirical_risk import EmpiricalRisk
from descend.protocols import Array
from descend.records.descent import Descent
from descend.solvers.contract import SILENT, Observer, Options, Solver, Transformed


@dataclass(frozen=True)
class Centred:
    """A solver's descent of a risk with its tight columns centred: see `Centring`.

    The record is in the risk's own parameters; gradient norms are by the centred ones.
    """

    solver: Solver

    def solve(
        self, objective: EmpiricalRisk, start: Array, options: Options, observer: Observer = SILENT
    ) -> Descent:
        """Descend from a start `(d,)`: see `descend.solvers.contract.Solver`."""
        centring = centring_of(objective)
        if centring is None:
            return self.solver.solve(objective, start, options, observer)
        told = Transformed(observer, centring.to_w) if observer.active else observer
        descent = self.solver.solve(centring.risk, centring.from_w(start), options, told)
        return descent.changed(
            x=centring.to_w(descent.x),
            best_x=centring.to_w(descent.best_x),
            points=None if descent.points is None else centring.to_w(descent.points),
            jac=None if descent.jac is None else centring.gradient_to_w(descent.jac),
            objective=objective,
        )
