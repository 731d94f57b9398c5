"""`descend rate`: a learning rate for a formula or a table."""

from typing import Annotated

import typer

from descend.cli.options import AsJson, FormulaOrData, PlotFile, StartPoint, StartSeed, TableTarget


def rate(
    problem: FormulaOrData,
    target: TableTarget = None,
    optimizer: Annotated[
        str, typer.Option(metavar="NAME", help="sgd, momentum, adam, ...")
    ] = "sgd",
    start: StartPoint = None,
    steps: Annotated[int, typer.Option(min=10, help="How many rates to try.")] = 100,
    seed: StartSeed = 0,
    plot: PlotFile = None,
    as_json: AsJson = False,
) -> None:
    """Find a learning rate: one run at rising rates, and the bound of the curvature beside it.

    A table is tested on the risk of a linear model of its standardised columns, all rows at once.
    """
    import json

    import descend
    from descend.cli.functions.objectives import objective_and_start
    from descend.cli.functions.pictures import refuse_pictures, write_plot
    from descend.cli.terminal import terminal

    refuse_pictures(plot, None, [problem] if target is not None else [])
    objective, begin = objective_and_start(problem, target, start, seed)
    found = descend.find_rate(objective, begin, optimizer=optimizer, steps=steps, seed=seed)
    write_plot(found, plot)
    if as_json:
        numbers = found._asdict()
        curves = {name: numbers[name].tolist() for name in ("rates", "values", "smoothed")}
        print(json.dumps({**numbers, **curves, "explanation": str(found)}))
        return
    with terminal() as screen:
        screen.say(str(found))
