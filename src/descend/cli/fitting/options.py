"""The options of `descend fit`, declared once: the command line fills them, all else reads them."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

import typer

from descend.cli.numbers import rate_or_schedule, whole_or
from descend.cli.options import AsJson, OptimizerName
from descend.cli.outputs import refuse_outputs


class TaskName(StrEnum):
    """What can be learned."""

    regression = "regression"
    classification = "classification"


class PenaltyName(StrEnum):
    """What can be added to the loss."""

    l2 = "l2"
    l1 = "l1"
    elasticnet = "elasticnet"
    none = "none"


@dataclass(frozen=True)
class FitOptions:
    """What to fit and how, as asked for on the command line."""

    data: Annotated[
        str,
        typer.Argument(
            metavar="DATA",
            help="A CSV, TSV, Parquet or Arrow file, or a data set: breast_cancer, diabetes,"
            " digits, iris, wine.",
        ),
    ]
    target: Annotated[str, typer.Option(metavar="COLUMN", help="The column to predict.")]
    drop: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME,NAME", help="Columns to leave out; may be given several times."),
    ] = None
    task: Annotated[TaskName | None, typer.Option(help="Decided from the target by default.")] = (
        None
    )
    loss: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="squared_error, huber, poisson, ...; log_loss, hinge, ...: by the task.",
        ),
    ] = None
    penalty: Annotated[PenaltyName, typer.Option(help="What keeps weights small.")] = PenaltyName.l2
    alpha: Annotated[float, typer.Option(min=0, help="How strong the penalty is.")] = 1e-4
    optimizer: OptimizerName = "auto"
    learning_rate: Annotated[
        str,
        typer.Option(
            metavar="RATE", help="A number, a schedule (cosine:0.1), or auto: found from the data."
        ),
    ] = "auto"
    batch_size: Annotated[
        str, typer.Option(metavar="ROWS", help="Rows a step: a number, full, or auto.")
    ] = "auto"
    epochs: Annotated[int, typer.Option(min=1, help="At most so many passes.")] = 1000
    test_size: Annotated[
        float, typer.Option(min=0, max=0.9, help="The share of rows held out to score on.")
    ] = 0.2
    seed: Annotated[int, typer.Option(min=0, max=2**32 - 1, help="Same seed, same result.")] = 0
    model: Annotated[
        str | None, typer.Option(metavar="FILE.json", help="Save the model, for predict.")
    ] = None
    report: Annotated[
        str | None, typer.Option(metavar="FILE.html", help="Write a page with pictures.")
    ] = None
    compare: Annotated[
        bool,
        typer.Option("--compare", help="Train the closed form and scikit-learn's SGD as well."),
    ] = False
    as_json: AsJson = False

    @property
    def penalty_or_none(self) -> str | None:
        """The penalty as the estimators name it: None for no penalty."""
        return None if self.penalty is PenaltyName.none else self.penalty.value

    @property
    def rate(self) -> float | str:
        """The learning rate: a number, "auto", or the text of a schedule or a search."""
        return rate_or_schedule(self.learning_rate)

    @property
    def rate_text(self) -> str:
        """The learning rate, as messages show it."""
        return self.rate if isinstance(self.rate, str) else f"{self.rate:g}"

    @property
    def rows_per_step(self) -> int | str:
        """The batch size: a number, "full" or "auto"."""
        return whole_or("--batch-size", self.batch_size, "auto", "full")

    def refuse_unusable(self) -> None:
        """Refuse texts that mean nothing, options that exclude each other, and bad file names."""
        if (self.rate, self.rows_per_step) != ("auto", "auto") and self.optimizer == "auto":
            raise ValueError(
                "--learning-rate and --batch-size need a named optimizer, such as --optimizer sgd:"
                " auto takes all rows at once and finds its own rate"
            )
        refuse_outputs([self.model, self.report], [self.data])
        if self.report is not None and not self.report.lower().endswith((".html", ".htm")):
            raise ValueError(f"the report {self.report!r} is a page: its name must end in .html")
