"""How the scores of a table's model rise with the rows that it is trained on."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from descend.data.splitting import hold_out
from descend.tables.problem import TableProblem
from descend.tables.scores import score_of
from descend.tables.training import train

DRAWS = 3
"""Each number of rows is drawn so often: what differs between the draws is chance."""

COUNTS = 7
"""Numbers of rows, from few to all, each a like multiple of the one before."""

FEWEST_ROWS = 10
"""The first of them at least."""


class LearningCurve(NamedTuple):
    """Scores `(m, draws)` on the rows trained on and on those held out, by the number of rows."""

    rows: npt.NDArray[np.intp]
    training: npt.NDArray[np.float64]
    held_out: npt.NDArray[np.float64]
    held_out_name: str


def learning_curve(problem: TableProblem) -> LearningCurve:
    """Fit growing shares of the training rows, and score each on the rows that were held out."""
    part, held_out = problem.split.held_out
    rows = problem.split.train
    if part == "training":
        raise ValueError(
            "a learning curve needs rows that were held out: fit with test_size=0.2, say"
        )
    classes = problem.target.y if problem.target.task == "classification" else None
    fewest = max(FEWEST_ROWS, 2 * len(problem.target.classes))
    if len(rows) < 2 * fewest:
        raise ValueError(f"a learning curve needs at least {2 * fewest} rows to train on")
    counts = np.unique(
        np.geomspace(max(fewest, len(rows) // 50), len(rows), COUNTS).astype(np.intp)
    )
    scores = np.full((2, len(counts), DRAWS), np.nan)
    for draw in range(DRAWS):
        generator = np.random.default_rng([problem.settings.random_state, draw])
        for place, count in enumerate(counts):
            some, _ = hold_out(rows, 1.0 - count / len(rows), generator, classes)
            split = problem.split._replace(train=some, validation=rows[:0])
            model = train(problem._replace(split=split)).model
            for which, chosen in enumerate((some, held_out)):
                score = score_of(model, problem.X[chosen], problem.target.y[chosen]).score
                scores[which, place, draw] = np.nan if score is None else score
    return LearningCurve(counts, scores[0], scores[1], part)
