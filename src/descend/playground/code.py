"""`/api/code`: Python that repeats the runs exactly."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from descend.playground.descents import Check, Group, groups_of
from descend.playground.fields import Fields
from descend.playground.questions import Question, read_question
from descend.rates.found import constant_rate
from descend.solvers.array_loop import ArrayLoop
from descend.solvers.batched.runs import Compiled, pays
from descend.solvers.contract import Options

IMPORTS = {
    "np.": "import numpy as np\n",
    "descend.": "import descend",
    "optimizers.": "from descend import optimizers",
    "rates.": "from descend import rates",
    "NoisyGradient(": "from descend.objectives.noisy import NoisyGradient",
    "ArrayLoop(": "from descend.solvers.array_loop import ArrayLoop",
    "Compiled(": "from descend.solvers.batched.runs import Compiled",
    "losses.": "from descend import losses",
    "BatchGradient(": "from descend.playground.batches import BatchGradient",
    "EmpiricalRisk(": "from descend.objectives.risks.empirical_risk import EmpiricalRisk",
    "GradientShrunk(": "from descend.solvers.stopping import GradientShrunk",
    "Linear(": "from descend.models import Linear",
    "NoPenalty(": "from descend.penalties import NoPenalty",
    "Rows(": "from descend.data.rows import Rows",
}
"""What a program imports, by the words that need it."""


def answer(fields: Fields, check: Check) -> dict[str, Any]:
    """Return the code of what is asked for."""
    question = read_question(fields)
    fields.done()
    return {"code": code_of(question, groups_of(question, check))}


def code_of(question: Question, groups: Sequence[Group]) -> str:
    """Return a program that leaves the record of each optimizer's runs in the list `descents`.

    Where `descend.minimize` would take the same steps in another loop, whose sums are rounded
    otherwise, the program names the loop.
    """
    verb = "maximize" if question.ascent else "minimize"
    calls = [
        f"    descend.{verb}(objective, starts, {_how(question, group)}, steps={question.steps}),"
        for group in groups
    ]
    program = "\n".join(
        [
            f"objective = {_objective(question)}",
            f"starts = {question.starts.tolist()!r}",
            "descents = [",
            *calls,
            "]",
            "for descent in descents:",
            "    print(descent)",
            "",
        ]
    )
    return with_imports(program)


def with_imports(program: str) -> str:
    """Return a program with what it imports before it."""
    imports = [line for word, line in IMPORTS.items() if word in program]
    return "\n".join([*imports, "", program])


def _objective(question: Question) -> str:
    formula = question.problem.formula
    if not question.noise:
        return repr(formula)
    return f"NoisyGradient({formula!r}, deviation={question.noise!r}, seed={question.seed!r})"


def _how(question: Question, group: Group) -> str:
    """Return the arguments that choose the solver: the optimizer and rate, or the loop."""
    solver, optimizer = group.solver, f"optimizers.{group.optimizer!r}"
    if isinstance(solver, Compiled):
        return f"optimizer=Compiled({_loop(solver.loop)})"
    assert isinstance(solver, ArrayLoop)
    formula = None if question.noise else question.problem.formula
    options = Options(question.steps, formula=formula)
    if pays(question.problem.objective, question.starts, solver, options):
        return f"optimizer={_loop(solver)}"
    rate = constant_rate(solver.rate)
    is_one = rate is None or np.ndim(rate) == 0
    if question.rate is None and question.schedule is None and is_one:
        return f"optimizer={optimizer}"
    given = _rule(solver.rate) if rate is None else repr(np.asarray(rate).tolist())
    return f"optimizer={optimizer}, learning_rate={given}"


def _loop(loop: ArrayLoop) -> str:
    """Return a loop as the call that makes it."""
    return f"ArrayLoop(optimizers.{loop.optimizer!r}, {_rule(loop.rate)})"


def _rule(rule: Any) -> str:
    """Return a rule for the rate as the call that makes it."""
    rate = constant_rate(rule)
    if rate is None or np.ndim(rate) == 0:
        return f"rates.{rule!r}"
    return f"rates.Constant(np.array({np.asarray(rate).tolist()!r}))"
