"""`/api/line/code`: Python that repeats the fit exactly."""

from __future__ import annotations

from typing import Any

from descend.playground.code import with_imports
from descend.playground.descents import Check
from descend.playground.fields import Fields
from descend.playground.fits import Fit, Line, fitted
from descend.playground.lines import read_seen_line
from descend.solvers.array_loop import ArrayLoop

PROGRAM = """x, y = np.array({points}).T
powers = x[:, None] ** np.arange(1, {degree} + 1)
X = {features}
risk = EmpiricalRisk(Linear({degree}), losses.{loss!r}, NoPenalty(), Rows(X, y[:, None]))
start = np.array({start})  # the constant last
descent = descend.minimize({objective}, start, {how}, steps={steps})
print(descent)
"""


def answer(fields: Fields, check: Check) -> dict[str, Any]:
    """Return the code of what is asked for."""
    line, _, _ = read_seen_line(fields)
    fields.done()
    return {"code": code_of(line, fitted(line, check))}


def code_of(line: Line, fit: Fit) -> str:
    """Return a program that leaves the record of the fit in `descent`."""
    objective = "risk"
    if line.batch_size is not None:
        objective = f"BatchGradient(risk, batch_size={line.batch_size}, seed={line.seed})"
    scaled = "(powers - powers.mean(axis=0)) / powers.std(axis=0)"
    return with_imports(
        PROGRAM.format(
            points=list(zip(line.x.tolist(), line.y.tolist(), strict=True)),
            degree=line.degree,
            features=scaled if line.scaling else "powers",
            loss=line.loss,
            start=line.start.tolist(),
            objective=objective,
            how=_how(line, fit),
            steps=line.steps,
        )
    )


def _how(line: Line, fit: Fit) -> str:
    """Return the arguments that choose the solver."""
    optimizer = f"optimizers.{line.optimizer!r}"
    if line.batch_size is not None:
        rate: Any = fit.descent.learning_rate
        loop = f"{ArrayLoop.__name__}(optimizers.{line.optimizer!r}, rates.{rate!r}"
        return f"optimizer={loop}, stopping=GradientShrunk(tol=0.0))"
    if line.rate is None:
        return f"optimizer={optimizer}"
    return f"optimizer={optimizer}, learning_rate={line.rate!r}"
