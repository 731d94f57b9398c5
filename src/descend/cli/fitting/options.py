"""The options of `descend fit`, declared once."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from descend.cli.numbers import rate_or_schedule, whole_or
from descend.cli.options import (
    AsJson,
    ColumnNames,
    DateFormat,
    DecimalSign,
    OptimizerName,
    TableFile,
    names_in,
)
from descend.cli.outputs import refuse_outputs

if TYPE_CHECKING:
    from descend.tables.settings import Settings


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

    data: TableFile
    target: Annotated[str, typer.Option(metavar="COLUMN", help="The column to predict.")]
    use: Annotated[
        ColumnNames, typer.Option(metavar="NAME,NAME", help="The columns to learn from: else all.")
    ] = None
    drop: Annotated[
        ColumnNames,
        typer.Option(metavar="NAME,NAME", help="Columns to leave out; may be given several times."),
    ] = None
    drop_missing_target: Annotated[
        bool, typer.Option("--drop-missing-target", help="Leave out rows without a target.")
    ] = False
    date_format: DateFormat = None
    decimal: DecimalSign = None
    task: Annotated[TaskName | None, typer.Option(help="Decided from the target by default.")] = (
        None
    )
    loss: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="squared_error, huber, poisson, ...; log_loss, hinge, ...: by the task. "
            "Thresholds, as huber's, are in standard deviations of the target.",
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
    learning_curve: Annotated[
        bool,
        typer.Option(
            "--learning-curve", help="Fit shares of the rows as well, for a curve in the report."
        ),
    ] = False
    compare: Annotated[
        bool,
        typer.Option("--compare", help="Train the closed form and scikit-learn's SGD as well."),
    ] = False
    watch: Annotated[
        bool,
        typer.Option("--watch", help="Show the training on a page while it runs, with a button."),
    ] = False
    as_json: AsJson = False

    @property
    def rate(self) -> float | str:
        """The learning rate: a number, "auto", or the text of a schedule or a search."""
        return rate_or_schedule(self.learning_rate)

    @property
    def rows_per_step(self) -> int | str:
        """The batch size: a number, "full" or "auto"."""
        return whole_or("--batch-size", self.batch_size, "auto", "full")

    @property
    def settings(self) -> "Settings":
        """What to fit and how, as the library takes it."""
        from descend.tables.settings import Settings

        return Settings(
            task=None if self.task is None else self.task.value,
            loss=self.loss,
            penalty=None if self.penalty is PenaltyName.none else self.penalty.value,
            alpha=self.alpha,
            optimizer=self.optimizer,
            learning_rate=self.rate,
            batch_size=self.rows_per_step,
            max_iter=self.epochs,
            test_size=self.test_size,
            drop_missing_target=self.drop_missing_target,
            random_state=self.seed,
        )

    @property
    def reading(self) -> dict[str, Any]:
        """What is read of the file and how, as arguments of `descend.read_table`."""
        drop = names_in("--drop", self.drop)
        use = None if self.use is None else [*names_in("--use", self.use), self.target]
        if self.target in drop:
            raise ValueError(f"--drop names the target {self.target!r}: it cannot be left out")
        return {"use": use, "drop": drop, "decimal": self.decimal, "date_format": self.date_format}

    def refuse_unusable(self) -> None:
        """Refuse texts that mean nothing, options that exclude each other, and bad file names."""
        if (self.rate, self.rows_per_step) != ("auto", "auto") and self.optimizer == "auto":
            raise ValueError(
                "--learning-rate and --batch-size need a named optimizer, such as --optimizer sgd:"
                " auto takes all rows at once and finds its own rate"
            )
        if self.learning_curve and self.report is None:
            raise ValueError(
                "--learning-curve is drawn in the report: give --report FILE.html, too"
            )
        refuse_outputs([self.model, self.report], [self.data])
        if self.report is not None and not self.report.lower().endswith((".html", ".htm")):
            raise ValueError(f"the report {self.report!r} is a page: its name must end in .html")
