"""`descend race`: optimizers side by side, on a formula or on a table."""

from typing import Annotated

import typer

from descend.cli.options import AsJson, PlotFile


def race(
    problem: Annotated[
        str,
        typer.Argument(
            metavar="FORMULA_OR_DATA",
            help="A formula or a landmark; or, with --target, a table or a data set.",
        ),
    ],
    target: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="The column to predict, of a table.")
    ] = None,
    optimizers: Annotated[
        str | None, typer.Option(metavar="NAME,NAME", help="Which to compare: all by default.")
    ] = None,
    start: Annotated[
        str | None, typer.Option(metavar="x=1,y=2", help="Where to begin; random by default.")
    ] = None,
    learning_rate: Annotated[
        str,
        typer.Option(
            metavar="RATE",
            help="recommended: each at its paper's rate. tuned: each at the best of 25. Or one"
            " number for all.",
        ),
    ] = "recommended",
    steps: Annotated[int, typer.Option(min=1, help="The steps that each takes at most.")] = 1000,
    seed: Annotated[int, typer.Option(min=0, help="Same seed, same random start.")] = 0,
    plot: PlotFile = None,
    as_json: AsJson = False,
) -> None:
    """Run optimizers on the same problem from the same start, and compare them.

    A table is raced on the risk of a linear model of its standardised columns, all rows at once.
    """
    import json
    import sys

    import descend
    from descend.cli.outputs import refuse_outputs
    from descend.cli.pictures import refuse_endings
    from descend.cli.racecourse import as_object, course, given_race_rate
    from descend.cli.terminal import terminal
    from descend.experiments.race import HEADER

    refuse_endings(plot, None)
    refuse_outputs([plot], [problem] if target is not None else [])
    objective, begin = course(problem, target, start, seed)
    result = descend.race(
        objective,
        begin,
        optimizers=None if optimizers is None else [name.strip() for name in optimizers.split(",")],
        learning_rate=given_race_rate(learning_rate),
        steps=steps,
        seed=seed,
    )
    if plot is not None:
        from descend import views

        views.save(result.plot(), plot)
        print(f"wrote {plot}", file=sys.stderr)
    if as_json:
        print(json.dumps(as_object(result)))
        return
    with terminal() as shown:
        shown.table(HEADER, result.rows())
        shown.say(f"{result.rates} The goal is {result.goal:.6g}, the lowest value that any met.")
