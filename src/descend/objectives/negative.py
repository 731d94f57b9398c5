"""Problems with their sign changed: maximising is minimising minus the objective."""

from __future__ import annotations

from dataclasses import dataclass, replace

from descend.objectives import Problem
from descend.objectives.composite import Bounded
from descend.protocols import Array, Objective
from descend.records.descent import Descent


def negative(problem: Problem) -> Problem:
    """Return minus a problem; minus a formula is a formula."""
    formula = None if problem.formula is None else f"-({problem.formula})"
    return problem._replace(objective=opposite(problem.objective, problem.formula), formula=formula)


def opposite(objective: Objective, formula: str | None) -> Objective:
    """Return minus an objective, in the same bounds, which may be a formula."""
    if isinstance(objective, Bounded):
        return replace(objective, objective=opposite(objective.objective, formula))
    if isinstance(objective, Negative):
        return objective.objective
    if formula is not None:
        from descend.objectives.formulas.formula import Formula

        if isinstance(objective, Formula):
            return objective.negative()
    return Negative(objective)


def turned(descent: Descent) -> Descent:
    """Return the record of an ascent as that of the descent of the negative."""
    formula = None if descent.formula is None else f"-({descent.formula})"
    objective = descent.objective
    return descent.upside_down(
        None if objective is None else opposite(objective, descent.formula), formula
    )


@dataclass(frozen=True, eq=False)
class Negative:
    """Minus an objective."""

    objective: Objective

    def value(self, w: Array) -> Array:
        """Return minus the value."""
        return -self.objective.value(w)

    def value_and_gradient(self, w: Array) -> tuple[Array, Array]:
        """Return minus the value and minus the gradient."""
        value, g = self.objective.value_and_gradient(w)
        return -value, -g

    def hessian_product(self, w: Array, v: Array) -> Array:
        """Return minus the Hessian times `v`."""
        return -self.objective.hessian_product(w, v)
