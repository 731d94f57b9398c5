"""What a fit found, as figures: the same for text, for JSON and for the report."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from descend.protocols import Ending
from descend.support.numbers import counted, written
from descend.tables.comparison import NOT_COMPARED, Comparison
from descend.tables.scores import NAMES, figure
from descend.tables.training import Training
from descend.tables.uncertainty import Uncertainty, uncertainty_of

NOT_COMPILING = "loading and compiling code not counted"
"""What the seconds are of."""


@dataclass(frozen=True, eq=False)
class Outcome:
    """A trained model, what it was compared with, and what there is to say about it."""

    training: Training
    comparison: Comparison = NOT_COMPARED

    @cached_property
    def uncertainty(self) -> Uncertainty:
        """How certain the weights are."""
        return uncertainty_of(self.training)

    @property
    def interrupted(self) -> bool:
        """Whether somebody ended the training or the comparison early."""
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
        descent = self.training.estimator.descent_
        on_page = descent.ending == Ending.USER
        told = "Its page stopped the training." if on_page else "Ctrl-C ended the training early."
        early = (told,) if self.training.interrupted else ()
        return " ".join([*early, descent.explain(), *self.loss_units])

    @property
    def loss_units(self) -> tuple[str, ...]:
        """What the loss is measured in, as a sentence, where that is not plain."""
        problem = self.training.problem
        of_mean = {"squared_error": 0.5, "mean_squared_error": 1}.get(problem.loss)
        if of_mean is None:
            return ()
        deviation = float(problem.target_scaling.scale[0])
        return (
            f"The loss counts errors in standard deviations of {problem.target.name!r}, which are"
            f" {deviation:.4g}: to predict the mean for every row would be a loss of {of_mean}.",
        )

    @property
    def method(self) -> str:
        """How the model was trained, in one line."""
        settings = self.training.problem.settings
        penalty = settings.penalty
        strength = f"{penalty} penalty {settings.alpha:g}" if penalty else "no penalty"
        rate = settings.rate_text
        found = self.training.estimator.learning_rate_
        if rate == "auto" and settings.optimizer != "auto" and np.isfinite(found):
            rate = f"auto ({found:.3g} at first)"
        return (
            f"gradient descent on {self.training.model.loss}, {strength}; optimizer"
            f" {settings.optimizer}, learning rate {rate}, batch size {settings.batch_size}"
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
                f"{names.score_title} {figure(score.score)},"
                f" {names.error_title} {figure(score.error)}",
            )
            for part, score in zip(rows, training.scores, strict=True)
            if rows[part]
        ]
        return [
            ("task", f"{problem.target.task}, since {problem.target.reason}"),
            ("rows", f"{sum(rows.values())}: {split}"),
            ("features", f"{counted(features, 'column')}{widened}"),
            ("trained by", self.method),
            ("epochs", f"{training.estimator.n_iter_:,} of at most {problem.settings.max_iter:,}"),
            ("status", self.status),
            *scores,
            ("seconds", f"{written(training.seconds)}, {NOT_COMPILING}"),
        ]

    def standardised_weights(self) -> npt.NDArray[np.float64]:
        """Return the weights for a change by one standard deviation of each column, `(k, p)`."""
        return self.training.model.coefficients * self.training.problem.scaling.scale

    def standardised_errors(self) -> npt.NDArray[np.float64] | None:
        """Return the standard errors of the standardised weights, `(k, p)`, if they are known."""
        errors = self.uncertainty.errors
        return None if errors is None else errors[:, :-1] * self.training.problem.scaling.scale

    def weights_table(self, at_most: int | None = None) -> tuple[list[str], list[list[str]]]:
        """Return `at_most` so many weights in the columns' units, the largest standardised ones."""
        model = self.training.model
        names = (*model.columns.encoded_names, "(intercept)")
        standardised = self.standardised_weights()
        chosen = np.arange(len(names) - 1)
        if at_most is not None and len(chosen) > at_most:
            chosen = np.argsort(-np.abs(standardised).max(axis=0), kind="stable")[:at_most]
        weights = np.column_stack([model.coefficients, model.intercept])
        chosen = np.append(chosen, len(names) - 1)
        if len(weights) > 1:
            rows = [[names[j], *map(figure, weights[:, j])] for j in chosen]
            return ["column", *model.classes], rows
        header = ["column", "weight", "standard error", "per standard deviation"]
        shares = [*map(figure, standardised[0]), ""]
        errors = self.uncertainty.errors
        if errors is None:
            rows = [[names[j], figure(weights[0, j]), shares[j]] for j in chosen]
            return [header[0], header[1], header[3]], rows
        return header, [
            [names[j], figure(weights[0, j]), figure(errors[0, j]), shares[j]] for j in chosen
        ]

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
            "standard_errors": self._errors_by_name(),
            "status": self.status,
            "explanation": self.explanation,
            "notes": list(self.notes),
        }
        if model.classes:
            content["classes"] = list(model.classes)
        if self.comparison.methods:
            content["comparison"] = [row.to_json() for row in self.comparison.methods[1:]]
        return content

    def _errors_by_name(self) -> Any:
        """Return the standard errors by column, as the weights are, if they are known."""
        errors = self.uncertainty.errors
        if errors is None:
            return None
        model = self.training.model
        names = (*model.columns.encoded_names, "(intercept)")
        return model.by_output([dict(zip(names, row, strict=True)) for row in errors.tolist()])
