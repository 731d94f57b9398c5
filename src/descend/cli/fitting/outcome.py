"""What `descend fit` found, as figures: the same for the terminal, for JSON and for the report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from descend.cli.fitting.comparison import Comparison, Method
from descend.cli.fitting.scores import NAMES
from descend.cli.fitting.training import Training

MOST_WEIGHTS = 20
"""The terminal shows this many weights; JSON and the report have all."""


@dataclass(frozen=True, eq=False)
class Outcome:
    """A trained model, what it was compared with, and what there is to say about it."""

    training: Training
    comparison: Comparison

    @property
    def interrupted(self) -> bool:
        """Whether Ctrl-C ended the training or the comparison."""
        return self.training.interrupted or self.comparison.interrupted

    @property
    def notes(self) -> tuple[str, ...]:
        """What was decided and what to know, a sentence each."""
        training = self.training
        return (*training.problem.notes, *training.notes, *self.comparison.notes)

    @property
    def status(self) -> str:
        """How the descent ended, in a word."""
        return str(self.training.model.trained["status"])

    @property
    def explanation(self) -> str:
        """How the descent went, and why."""
        early = ("Ctrl-C ended the training early.",) if self.training.interrupted else ()
        return " ".join([*early, self.training.estimator.descent_.explain(), *self.loss_units])

    @property
    def loss_units(self) -> tuple[str, ...]:
        """What the loss is measured in, as a sentence, where that is not plain."""
        problem = self.training.problem
        if problem.loss != "squared_error":
            return ()
        deviation = float(problem.target_scaling.scale[0])
        return (
            f"The loss counts errors in standard deviations of {problem.target.name!r}, which are"
            f" {deviation:.4g}: to predict the mean for every row would be a loss of 0.5.",
        )

    @property
    def method(self) -> str:
        """How the model was trained, in one line."""
        options = self.training.problem.options
        penalty = options.penalty_or_none
        strength = f"{penalty} penalty {options.alpha:g}" if penalty else "no penalty"
        rate = options.rate_text
        found = self.training.estimator.learning_rate_
        if rate == "auto" and options.optimizer != "auto" and np.isfinite(found):
            rate = f"auto ({found:.3g} at first)"
        return (
            f"gradient descent on {self.training.model.loss}, {strength}; optimizer"
            f" {options.optimizer}, learning rate {rate}, batch size {options.rows_per_step}"
        )

    def summary(self) -> list[tuple[str, str]]:
        """Return the figures as rows of a name and a text."""
        training = self.training
        problem = training.problem
        names = NAMES[problem.target.task]
        rows = {part: len(chosen) for part, chosen in problem.split._asdict().items()}
        split = ", ".join(f"{count} {part}" for part, count in rows.items() if count)
        features = len(problem.columns.features)
        encoded = len(problem.columns.encoded_names)
        widened = f", {encoded} after encoding" if encoded != features else ""
        scores = [
            (
                f"{part} score",
                f"{names.score_title} {_figure(score.score)},"
                f" {names.error_title} {_figure(score.error)}",
            )
            for part, score in zip(rows, training.scores, strict=True)
            if rows[part]
        ]
        return [
            ("task", f"{problem.target.task}, since {problem.target.reason}"),
            ("rows", f"{sum(rows.values())}: {split}"),
            ("features", f"{features} column{'s' * (features > 1)}{widened}"),
            ("trained by", self.method),
            ("epochs", f"{training.estimator.n_iter_} of at most {problem.options.epochs}"),
            ("status", self.status),
            *scores,
            ("seconds", f"{training.seconds:.3g}"),
        ]

    def comparison_table(self) -> tuple[list[str], list[list[str]]]:
        """Return the header and the rows of the table that compares methods."""
        title = NAMES[self.training.problem.target.task].score_title
        train, _, test = self.training.scores
        own = Method("descend", train, test, self.training.seconds)
        rows = [
            [row.name, _figure(row.train.score), _figure(row.test.score), f"{row.seconds:.3g}"]
            for row in (own, *self.comparison.methods)
        ]
        return ["method", f"train {title}", f"test {title}", "seconds"], rows

    def standardised_weights(self) -> npt.NDArray[np.float64]:
        """Return the weights for a change by one standard deviation of each column, `(k, p)`."""
        return self.training.model.coefficients * self.training.problem.scaling.scale

    def weights_table(self, at_most: int | None = None) -> tuple[list[str], list[list[str]]]:
        """Return the weights in the columns' own units; the intercept is the last row.

        At most so many columns are shown, those of the largest standardised weights.
        """
        model = self.training.model
        names = model.columns.encoded_names
        standardised = self.standardised_weights()
        chosen = np.arange(len(names))
        if at_most is not None and len(names) > at_most:
            chosen = np.argsort(-np.abs(standardised).max(axis=0), kind="stable")[:at_most]
        if len(model.intercept) > 1:
            header = ["column", *model.classes]
            rows = [[names[j], *map(_figure, model.coefficients[:, j])] for j in chosen]
            return header, [*rows, ["(intercept)", *map(_figure, model.intercept)]]
        header = ["column", "weight", "per standard deviation"]
        rows = [
            [names[j], _figure(model.coefficients[0, j]), _figure(standardised[0, j])]
            for j in chosen
        ]
        return header, [*rows, ["(intercept)", _figure(model.intercept[0]), ""]]

    @property
    def weights_note(self) -> str | None:
        """What the weights of a classification add up to."""
        model = self.training.model
        classes = model.classes
        if not classes:
            return None
        if not model.has_probabilities:
            sums = f"the margin of {classes[1]!r}" if len(classes) == 2 else "margins"
            return f"Weights add to {sums}: the loss gives no probabilities."
        if len(classes) == 2:
            return f"Weights add to the log-odds of {classes[1]!r} against {classes[0]!r}."
        return (
            "Weights add to the score of each class; the softmax of the scores is its probability."
        )

    def to_json(self) -> dict[str, Any]:
        """Return everything as plain numbers, texts, lists and dictionaries."""
        training = self.training
        problem, model = training.problem, training.model
        names = NAMES[problem.target.task]
        scores = dict(zip(problem.split._fields, training.scores, strict=True))
        content = {
            "task": problem.target.task,
            "reason": problem.target.reason,
            "target": problem.target.name,
            "rows": len(problem.X),
            "features": len(model.columns.encoded_names),
            "method": self.method,
            "metric": names.score,
            **{f"{part}_rows": len(rows) for part, rows in problem.split._asdict().items()},
            **{f"{part}_score": score.score for part, score in scores.items()},
            **{f"{part}_{names.error}": score.error for part, score in scores.items()},
            "epochs": int(training.estimator.n_iter_),
            "seconds": training.seconds,
            **model.weights_by_name(),
            "status": self.status,
            "explanation": self.explanation,
            "notes": list(self.notes),
        }
        if model.classes:
            content["classes"] = list(model.classes)
        if self.comparison.methods:
            content["comparison"] = [
                {
                    "method": row.name,
                    "train_score": row.train.score,
                    "test_score": row.test.score,
                    "seconds": row.seconds,
                }
                for row in self.comparison.methods
            ]
        return content


def _figure(number: float | None) -> str:
    """Return a number with sensible digits."""
    return "-" if number is None else f"{number:.4g}"
