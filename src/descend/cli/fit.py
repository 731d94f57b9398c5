"""`descend fit`: a table to a model, by gradient descent."""

import typer

from descend.cli.fitting.options import FitOptions
from descend.cli.options import takes


@takes(FitOptions)
def fit(options: FitOptions) -> None:
    """Fit a table by gradient descent, score it on rows held out, and show its weights.

    Features are standardised for the descent, with the penalty on standardised weights; the weights
    shown and saved are in the columns' own units.
    """
    import json

    from descend.cli.failures import INTERRUPTED
    from descend.cli.fitting.comparing import comparison_of
    from descend.cli.fitting.progress import progress_bar
    from descend.cli.interruption import Interruption
    from descend.tables.model_file import write_model
    from descend.tables.outcome import Outcome
    from descend.tables.problem import pose
    from descend.tables.scores import NAMES
    from descend.tables.sources import read_table
    from descend.tables.training import train

    options.refuse_unusable()
    table = read_table(options.data, **options.reading)
    problem = pose(table, options.target, options.settings)
    score_title = NAMES[problem.target.task].score_title
    with (
        Interruption("epoch") as interruption,
        progress_bar(options.epochs, score_title, not options.as_json) as callbacks,
    ):
        training = train(problem, [*callbacks, interruption], watch=options.watch)
    if options.model is not None:
        write_model(training.model, options.model)
    outcome = Outcome(training, comparison_of(training, options.compare))
    if options.report is not None:
        from descend.tables.report import write_outcome

        write_outcome(outcome, options.report, learning_curve=options.learning_curve)
    from descend.cli.fitting.printing import json_of, print_outcome

    if options.as_json:
        print(json.dumps(json_of(outcome), allow_nan=False))
    else:
        print_outcome(outcome, {"model": options.model, "report": options.report})
    if outcome.interrupted or interruption.requested:
        raise typer.Exit(INTERRUPTED)
