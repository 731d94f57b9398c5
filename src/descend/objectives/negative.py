"""Problems upside down."""

from __future__ import annotations

from descend.objectives import Problem
from descend.typing import Array, Objective


def negative(problem: Problem) -> Problem:
    """Return minus a problem; minus a formula is a formula.

    Examples
    --------
    >>> from descend.objectives import as_problem
    >>> negative(as_problem("x^2 - y")).formula
    '-(x^2 - y)'
    """
    if problem.formula is not None:
        from descend.objectives.formula import Formula

        if isinstance(problem.objective, Formula):
            upside_down = problem.objective.negative()
            return problem._replace(objective=upside_down, formula=upside_down.text)
    formula = None if problem.formula is None else f"-({problem.formula})"
    return problem._replace(objective=Negative(problem.objective), formula=formula)


class Negative:
    """An objective upside down."""

    def __init__(self, objective: Objective) -> None:
        self.objective = objective

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
