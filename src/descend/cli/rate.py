"""`descend rate`: a learning rate for a formula or a table."""

from typing import Annotated

import typer

from descend.cli.options import AsJson, PlotFile


def rate(
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
    optimizer: Annotated[
        str, typer.Option(metavar="NAME", help="sgd, momentum, adam, ...")
    ] = "sgd",
    start: Annotated[
        str | None, typer.Option(metavar="x=1,y=2", help="Where to begin; random by default.")
    ] = None,
    steps: Annotated[int, typer.Option(min=10, help="How many rates to try.")] = 100,
    seed: Annotated[int, typer.Option(min=0, help="Same seed, same random start.")] = 0,
    plot: PlotFile = None,
    as_json: AsJson = False,
) -> None:
    """Find a learning rate: one run at rising rates, and the bound of the curvature beside it.

    A table is tested on the risk of a linear model of its standardised columns, all rows at once.
    """
    import json
    import sys

    import descend
    from descend.cli.outputs import refuse_outputs
    from descend.cli.pictures import refuse_endings
    from descend.cli.racecourse import course
    from descend.cli.terminal import terminal

    refuse_endings(plot, None)
    refuse_outputs([plot], [problem] if target is not None else [])
    objective, begin = course(problem, target, start, seed)
    found = descend.find_rate(objective, begin, optimizer=optimizer, steps=steps, seed=seed)
    if plot is not None:
        from descend import views

        views.save(found.plot(), plot)
        print(f"wrote {plot}", file=sys.stderr)
    if as_json:
        numbers = found._asdict()
        curves = {name: numbers[name].tolist() for name in ("rates", "values", "smoothed")}
        print(json.dumps({**numbers, **curves, "explanation": str(found)}))
        return
    with terminal() as shown:
        shown.say(str(found))
