"""`/api/derivatives`: a formula and its derivatives, typeset."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from descend.api.derivation import derive
from descend.objectives.formulas.mathml import mathml
from descend.objectives.formulas.vocabulary import written
from descend.playground.descents import Check
from descend.playground.fields import Fields
from descend.playground.questions import problem_of, read_problem

KEPT_DERIVATIVES = 64


def answer(fields: Fields, check: Check) -> dict[str, Any]:
    """Return the derivatives that are asked for."""
    problem = read_problem(fields)
    fields.done()
    assert problem.formula is not None
    check()
    return {"formula": problem.formula, "names": problem.names, **typeset(problem.formula)}


@lru_cache(KEPT_DERIVATIVES)
def typeset(formula: str) -> dict[str, Any]:
    """Return a formula and its derivatives as text and as MathML, none if they would fill pages."""
    objective: Any = problem_of(formula).objective
    try:
        found = derive(formula)
        gradient = [
            {"name": name, "text": written(slope), "mathml": mathml(slope)}
            for name, slope in found.gradient.items()
        ]
        entries = {pair: _entry(entry) for pair, entry in found.hessian.items()}
        hessian = [[entries[row, column] for column in found.wrt] for row in found.wrt]
        return {"mathml": mathml(found.expression), "gradient": gradient, "hessian": hessian}
    except ValueError:
        return {"mathml": mathml(objective.expression), "gradient": [], "hessian": []}


def _entry(entry: Any) -> dict[str, str]:
    return {"text": written(entry), "mathml": mathml(entry)}
