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
    from descend.cli.fitting.comparison import Comparison, compare
    from descend.cli.fitting.outcome import Outcome
    from descend.cli.fitting.problem import pose
    from descend.cli.fitting.training import train
    from descend.data.bundled import open_table

    options.refuse_unusable()
    problem = pose(open_table(options.data), options)
    training = train(problem)
    if options.model is not None:
        training.model.save(options.model)
    wanted = options.compare and not training.interrupted
    outcome = Outcome(training, compare(problem) if wanted else Comparison())
    if options.report is not None:
        from descend.cli.fitting.report import report_outcome

        report_outcome(outcome, options.report)
    if options.as_json:
        print(json.dumps(outcome.to_json(), allow_nan=False))
    else:
        from descend.cli.fitting.printing import print_outcome

        print_outcome(outcome)
    if outcome.interrupted:
        raise typer.Exit(INTERRUPTED)
