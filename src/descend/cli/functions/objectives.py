"""The objective and the start of `descend race` and `descend rate`: a formula's or a table's."""

from __future__ import annotations

from typing import Any

import numpy as np

from descend.cli.functions.starts import named_start
from descend.data.bundled import NAMES
from descend.objectives.risks.empirical_risk import EmpiricalRisk
from descend.objectives.risks.linear_risk import linear_risk
from descend.tables.problem import pose
from descend.tables.settings import Settings
from descend.tables.sources import read_table


def objective_and_start(
    source: str, target: str | None, start: str | None, seed: int
) -> tuple[Any, Any]:
    """Return the objective and the start as `descend.race` takes them; a table needs its target."""
    if target is None:
        if source in NAMES:
            raise ValueError(f"{source} is a data set: --target names the column to predict")
        return source, None if start is None else named_start(start)
    if start is not None:
        raise ValueError("--start goes with a formula: a table's weights begin at zero")
    risk = table_risk(source, target, seed)
    return risk, np.zeros(risk.model.n_parameters)


def table_risk(source: str, target: str, seed: int) -> EmpiricalRisk:
    """Return the risk of a linear model on the training rows of a table, columns standardised."""
    problem = pose(read_table(source), target, Settings(random_state=seed))
    X, y = problem.examples(problem.split.train)
    classes = () if problem.target.task == "regression" else problem.target.classes
    return linear_risk(X, y, len(classes))
