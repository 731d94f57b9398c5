"""`descend fit`: a table to a model, by gradient descent."""

from enum import StrEnum
from typing import Annotated

import typer

from descend.cli.options import AsJson, OptimizerName


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


def fit(
    data: Annotated[
        str,
        typer.Argument(
            metavar="DATA",
            help="A CSV, TSV, Parquet or Arrow file, or a data set: breast_cancer, diabetes,"
            " digits, iris, wine.",
        ),
    ],
    target: Annotated[str, typer.Option(metavar="COLUMN", help="The column to predict.")],
    task: Annotated[
        TaskName | None, typer.Option(help="Decided from the target by default.")
    ] = None,
    loss: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="squared_error, huber, poisson, ...; log_loss, hinge, ...: by the task.",
        ),
    ] = None,
    penalty: Annotated[
        PenaltyName, typer.Option(help="What keeps weights small.")
    ] = PenaltyName.l2,
    alpha: Annotated[float, typer.Option(min=0, help="How strong the penalty is.")] = 1e-4,
    optimizer: OptimizerName = "auto",
    learning_rate: Annotated[
        str,
        typer.Option(
            metavar="RATE", help="A number, a schedule (cosine:0.1), or auto: found from the data."
        ),
    ] = "auto",
    batch_size: Annotated[
        str, typer.Option(metavar="ROWS", help="Rows a step: a number, full, or auto.")
    ] = "auto",
    epochs: Annotated[int, typer.Option(min=1, help="At most so many passes.")] = 1000,
    test_size: Annotated[
        float, typer.Option(min=0, max=0.9, help="The share of rows held out to score on.")
    ] = 0.2,
    seed: Annotated[int, typer.Option(min=0, max=2**32 - 1, help="Same seed, same result.")] = 0,
    model: Annotated[
        str | None, typer.Option(metavar="FILE.json", help="Save the model, for predict.")
    ] = None,
    report: Annotated[
        str | None, typer.Option(metavar="FILE.html", help="Write a page with pictures.")
    ] = None,
    compare: Annotated[
        bool,
        typer.Option("--compare", help="Train the closed form and scikit-learn's SGD as well."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Fit a table by gradient descent, score it on rows held out, and show its weights.

    Features are standardised for the descent, with the penalty on standardised weights; the weights
    shown and saved are in the columns' own units.
    """
    import json

    from descend.cli.comparison import Compared
    from descend.cli.comparison import compare as trained_otherwise
    from descend.cli.failures import INTERRUPTED
    from descend.cli.outcome import Outcome
    from descend.cli.outputs import refuse_outputs
    from descend.cli.problem import Settings, pose
    from descend.cli.scores import NAMES
    from descend.cli.starting import given_rate
    from descend.cli.training import train
    from descend.cli.watching import Interruption, progress_bar
    from descend.data.bundled import open_table

    settings = Settings(
        None if task is None else task.value,
        loss,
        None if penalty is PenaltyName.none else penalty.value,
        alpha,
        optimizer,
        given_rate(learning_rate),
        _whole_or("--batch-size", batch_size, "auto", "full"),
        epochs,
        test_size,
        seed,
    )
    if optimizer == "auto" and (learning_rate, batch_size) != ("auto", "auto"):
        raise ValueError(
            "--learning-rate and --batch-size need a named optimizer, such as --optimizer sgd:"
            " auto takes all rows at once and finds its own rate"
        )
    refuse_outputs([model, report], [data])
    if report is not None and not report.lower().endswith((".html", ".htm")):
        raise ValueError(f"the report {report!r} is a page: its name must end in .html")
    problem = pose(open_table(data), target, settings)
    score_name = NAMES[problem.target.task].score_title
    with (
        Interruption("epoch") as interruption,
        progress_bar(epochs, score_name, not as_json) as watchers,
    ):
        trained = train(problem, [*watchers, interruption], lambda: interruption.asked)
    interrupted = trained.interrupted
    if model is not None:
        trained.model.save(model)
    compared: list[Compared] = []
    remarks: list[str] = []
    if compare and not interrupted:
        try:
            compared, remarks = trained_otherwise(problem)
        except KeyboardInterrupt:
            interrupted, remarks = True, ["Ctrl-C ended the comparison."]
    outcome = Outcome(trained, tuple(compared), (*problem.notes, *trained.notes, *remarks))
    if report is not None:
        from descend.cli.reporting import report_outcome

        report_outcome(outcome, report)
    if as_json:
        print(json.dumps(outcome.to_json(), allow_nan=False))
    else:
        from descend.cli.printing import print_outcome

        print_outcome(outcome)
    if interrupted:
        raise typer.Exit(INTERRUPTED)


def _whole_or(option: str, given: str, *words: str) -> str | int:
    """Return one of the words, or a whole number from 1."""
    if given in words:
        return given
    if not (given.isascii() and given.isdigit() and int(given) > 0):
        raise ValueError(f"{option} must be {', '.join(words)} or a number from 1, not {given!r}")
    return int(given)
