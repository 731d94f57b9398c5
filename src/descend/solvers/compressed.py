"""Another solver's descent of sparse rows, without the columns that are empty."""

from __future__ import annotations

from dataclasses import dataclass, replace

from descend.objectives.risks.empirical_risk import EmpiricalRisk
from descend.objectives.risks.occurring import occurring_in
from descend.protocols import Array
from descend.records.descent import Descent
from descend.solvers.contract import SILENT, Observer, Options, Solver, Transformed


@dataclass(frozen=True)
class Compressed:
    """A solver's descent of a risk without its empty columns: see `Occurring`.

    The record is in all parameters.
    """

    solver: Solver

    def solve(
        self, objective: EmpiricalRisk, start: Array, options: Options, observer: Observer = SILENT
    ) -> Descent:
        """Descend from a start `(d,)`: see `descend.solvers.contract.Solver`."""
        occurring = occurring_in(objective, start)
        if occurring is None:
            return self.solver.solve(objective, start, options, observer)
        told = Transformed(observer, occurring.to_w) if observer.active else observer
        names = options.names_of(start)
        within = replace(options, names=tuple(names[j] for j in occurring.positions.tolist()))
        descent = self.solver.solve(occurring.risk, occurring.from_w(start), within, told)
        return descent.changed(
            x=occurring.to_w(descent.x),
            best_x=occurring.to_w(descent.best_x),
            points=None if descent.points is None else occurring.to_w(descent.points),
            jac=None if descent.jac is None else occurring.to_w(descent.jac),
            names=names,
            objective=objective,
        )
