"""What `descend race` runs on, and what it reports."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from descend.cli.problem import Settings, pose
from descend.cli.starting import starting_points
from descend.data.bundled import NAMES, open_table
from descend.objectives.risks.empirical_risk import EmpiricalRisk
from descend.objectives.risks.linear_risk import ALPHA, linear_risk

if TYPE_CHECKING:
    from descend.experiments.race import Race, RaceRate


def course(problem: str, target: str | None, start: str | None, seed: int) -> tuple[Any, Any]:
    """Return the objective and the start of a race.

    Raises
    ------
    ValueError
        If a table is named without its target, a start is given for a table, or either cannot be
        read.
    """
    if target is None:
        if problem in NAMES:
            raise ValueError(f"{problem} is a data set: --target names the column to predict")
        return problem, 1 if start is None else starting_points(problem, start, None, None, seed)
    if start is not None:
        raise ValueError("--start goes with a formula: a table's weights begin at zero")
    risk = table_risk(problem, target, seed)
    return risk, np.zeros(risk.model.n_parameters)


def table_risk(source: str, target: str, seed: int) -> EmpiricalRisk:
    """Return the risk of a linear model on the training rows of a table, columns standardised."""
    settings = Settings(None, None, "l2", ALPHA, "auto", "auto", "auto", 1, 0.2, seed)
    posed = pose(open_table(source), target, settings)
    X, y = posed.features(posed.parts.train), posed.targets(posed.parts.train)
    classes = () if posed.target.task == "regression" else posed.target.classes
    return linear_risk(X, y, len(classes))


def given_race_rate(text: str) -> RaceRate:
    """Return which learning rates to use.

    Raises
    ------
    ValueError
        If it is neither a word that is known nor a positive number.
    """
    if text == "recommended":
        return "recommended"
    if text == "tuned":
        return "tuned"
    try:
        rate = float(text)
    except ValueError:
        rate = math.nan
    if not 0 < rate < math.inf:
        raise ValueError(
            f"--learning-rate must be recommended, tuned or a positive number, not {text!r}"
        )
    return rate


def as_object(race: Race) -> dict[str, Any]:
    """Return a race as what JSON can say."""
    return {
        "goal": _finite(race.goal),
        "tolerance": race.tolerance,
        "rates": race.rates,
        "optimizers": [
            {
                "name": entry.name,
                "learning_rate": entry.rate,
                "value": _finite(float(entry.descent.fun)),
                "steps_to_goal": entry.steps_to_tolerance,
                "steps": int(entry.descent.nit),
                "gradients": entry.evaluations,
                "seconds": entry.seconds,
                "status": entry.descent.status,
            }
            for entry in race.entries
        ],
    }


def _finite(number: float) -> float | None:
    """Return the number, or None for what JSON cannot write."""
    return number if math.isfinite(number) else None
