"""What `descend fit` found, as figures: the same for the terminal, for JSON and for the report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from descend.cli.comparison import Compared
from descend.cli.scores import NAMES, Score
from descend.cli.training import Trained

MOST_WEIGHTS = 20
"""The terminal shows this many weights; JSON and the report have all."""


@dataclass(frozen=True, eq=False)
class Outcome:
    """A trained model, what it was compared with, and what there is to say about it."""

    trained: Trained
    compared: tuple[Compared, ...]
    notes: tuple[str, ...]

    @property
    def explanation(self) -> str:
        """How the descent went, and why."""
        early = ("Ctrl-C ended the training early.",) if self.trained.interrupted else ()
        told = self.trained.estimator.descent_.explain()
        return " ".join([*early, told, *self.loss_units])

    @property
    def loss_units(self) -> tuple[str, ...]:
        """What the loss is measured in, as a sentence, where that is not plain."""
        problem = self.trained.problem
        settings = problem.settings
        if problem.target.task == "classification" or settings.loss not in (None, "squared_error"):
            return ()
        deviation = float(problem.target_scaling.scale[0])
        return (
            f"The loss counts errors in standard deviations of {problem.target.name!r}, which are"
            f" {deviation:.4g}: to predict the mean for every row would be a loss of 0.5.",
        )

    @property
    def method(self) -> str:
        """How the model was trained, in one line."""
        settings = self.trained.problem.settings
        penalty = (
            f"{settings.penalty} penalty {settings.alpha:g}" if settings.penalty else "no penalty"
        )
        rate = settings.learning_rate
        rate_told = rate if isinstance(rate, str) else f"{rate:g}"
        found = self.trained.estimator.learning_rate_
        if rate == "auto" and settings.optimizer != "auto" and np.isfinite(found):
            rate_told = f"auto ({found:.3g} at first)"
        return (
            f"gradient descent on {self.trained.model.loss}, {penalty}; optimizer"
            f" {settings.optimizer}, learning rate {rate_told}, batch size {settings.batch_size}"
        )

    def summary(self) -> list[tuple[str, str]]:
        """Return the figures as rows of a name and a text."""
        trained = self.trained
        problem = trained.problem
        names = NAMES[problem.target.task]
        rows = {part: len(chosen) for part, chosen in problem.parts._asdict().items()}
        told = ", ".join(f"{count} {part}" for part, count in rows.items() if count)
        features = len(problem.columns.features)
        encoded = len(problem.columns.encoded_names)
        widened = f", {encoded} after encoding" if encoded != features else ""
        lines = [
            ("task", f"{problem.target.task}, since {problem.target.reason}"),
            ("rows", f"{sum(rows.values())}: {told}"),
            ("features", f"{features} column{'s' * (features > 1)}{widened}"),
            ("trained by", self.method),
            ("epochs", f"{trained.estimator.n_iter_} of at most {problem.settings.epochs}"),
            ("status", self.status),
        ]
        for part, score in zip(rows, trained.scores, strict=True):
            if rows[part]:
                error = f"{names.error_title} {_figure(score.error)}"
                lines.append(
                    (f"{part} score", f"{names.score_title} {_figure(score.score)}, {error}")
                )
        lines.append(("seconds", f"{trained.seconds:.3g}"))
        return lines

    @property
    def status(self) -> str:
        """How the descent ended, in a word."""
        return str(self.trained.model.trained["status"])

    def comparison(self) -> tuple[list[str], list[list[str]]]:
        """Return the header and the rows of the table that compares methods."""
        names = NAMES[self.trained.problem.target.task]
        title = names.score_title
        train, _, test = self.trained.scores
        own = Compared("descend", train, test, self.trained.seconds)
        rows = [
            [row.method, _figure(row.train.score), _figure(row.test.score), f"{row.seconds:.3g}"]
            for row in (own, *self.compared)
        ]
        return ["method", f"train {title}", f"test {title}", "seconds"], rows

    def standardised_weights(self) -> npt.NDArray[np.float64]:
        """Return the weights for a change by one standard deviation of each column, `(k, p)`."""
        return self.trained.model.coefficients * self.trained.problem.scaling.scale

    def weights(self, at_most: int | None = None) -> tuple[list[str], list[list[str]], int]:
        """Return the weights in the columns' own units, as a table.

        Parameters
        ----------
        at_most
            Show only so many columns, those of the largest standardised weights.

        Returns
        -------
        header, rows, left_out
            The intercept is the last row; `left_out` columns are not shown.
        """
        model = self.trained.model
        names = model.columns.encoded_names
        standardised = self.standardised_weights()
        chosen = np.arange(len(names))
        if at_most is not None and len(names) > at_most:
            chosen = np.argsort(-np.abs(standardised).max(axis=0), kind="stable")[:at_most]
        if len(model.intercept) > 1:
            header = ["column", *model.classes]
            rows = [[names[j], *(_figure(w) for w in model.coefficients[:, j])] for j in chosen]
            rows.append(["(intercept)", *(_figure(b) for b in model.intercept)])
        else:
            header = ["column", "weight", "per standard deviation"]
            rows = [
                [names[j], _figure(model.coefficients[0, j]), _figure(standardised[0, j])]
                for j in chosen
            ]
            rows.append(["(intercept)", _figure(model.intercept[0]), ""])
        return header, rows, len(names) - len(chosen)

    def to_json(self) -> dict[str, Any]:
        """Return everything as plain numbers, texts, lists and dictionaries."""
        trained = self.trained
        problem, model = trained.problem, trained.model
        names = NAMES[problem.target.task]
        encoded = model.columns.encoded_names
        parts = dict(zip(problem.parts._fields, trained.scores, strict=True))
        content = {
            "task": problem.target.task,
            "reason": problem.target.reason,
            "target": problem.target.name,
            "rows": len(problem.X),
            "features": len(encoded),
            "method": self.method,
            "metric": names.score,
            **{f"{part}_rows": len(rows) for part, rows in problem.parts._asdict().items()},
            **{f"{part}_score": score.score for part, score in parts.items()},
            **{f"{part}_{names.error}": score.error for part, score in parts.items()},
            "epochs": int(trained.estimator.n_iter_),
            "seconds": trained.seconds,
            "intercept": model.by_output(model.intercept.tolist()),
            "coefficients": model.by_output(
                [dict(zip(encoded, row, strict=True)) for row in model.coefficients.tolist()]
            ),
            "status": self.status,
            "explanation": self.explanation,
            "notes": list(self.notes),
        }
        if model.classes:
            content["classes"] = list(model.classes)
        if self.compared:
            content["comparison"] = [
                {
                    "method": row.method,
                    "train_score": row.train.score,
                    "test_score": row.test.score,
                    "seconds": row.seconds,
                }
                for row in self.compared
            ]
        return content


def weights_note(model_classes: tuple[str, ...], has_probabilities: bool) -> str:
    """Say what the weights of a classification add up to."""
    if not has_probabilities:
        which = f"the margin of {model_classes[1]!r}" if len(model_classes) == 2 else "margins"
        return f"Weights add to {which}: the loss gives no probabilities."
    if len(model_classes) == 2:
        return f"Weights add to the log-odds of {model_classes[1]!r} against {model_classes[0]!r}."
    return "Weights add to the score of each class; the softmax of the scores is its probability."


def _figure(number: Score | float | None) -> str:
    """Return a number with sensible digits."""
    return "-" if number is None else f"{number:.4g}"
