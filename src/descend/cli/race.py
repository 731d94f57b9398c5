"""`descend race`: optimizers side by side, on a formula or on a table."""

from typing import Annotated, cast

import typer

from descend.cli.options import (
    AnimationFile,
    AsJson,
    FormulaOrData,
    PlotFile,
    StartPoint,
    StartSeed,
    TableTarget,
)


def race(
    problem: FormulaOrData,
    target: TableTarget = None,
    optimizers: Annotated[
        str | None, typer.Option(metavar="NAME,NAME", help="Which to compare: all by default.")
    ] = None,
    start: StartPoint = None,
    learning_rate: Annotated[
        str,
        typer.Option(
            metavar="RATE",
            help="recommended: each at its paper's rate. tuned: each at the best of 25. Or one"
            " number for all.",
        ),
    ] = "recommended",
    steps: Annotated[int, typer.Option(min=1, help="The steps that each takes at most.")] = 1000,
    seed: StartSeed = 0,
    plot: PlotFile = None,
    animate: AnimationFile = None,
    as_json: AsJson = False,
) -> None:
    """Run optimizers on the same problem from the same start, and compare them.

    A table is raced on the risk of a linear model of its standardised columns, all rows at once.
    The exit status is 1 if every optimizer diverged.
    """
    import json

    import descend
    from descend.cli.failures import DIVERGED
    from descend.cli.functions.objectives import objective_and_start
    from descend.cli.functions.pictures import refuse_pictures, write_animation, write_plot
    from descend.cli.functions.race import race_to_json
    from descend.cli.numbers import positive_or
    from descend.cli.terminal import terminal
    from descend.experiments.race import HEADER, RaceRate
    from descend.protocols.status import ENDLESS

    rate = positive_or("--learning-rate", learning_rate, "recommended", "tuned")
    names = None if optimizers is None else [name.strip() for name in optimizers.split(",")]
    refuse_pictures(plot, animate, [problem] if target is not None else [])
    objective, begin = objective_and_start(problem, target, start, seed)
    result = descend.race(
        objective,
        begin,
        optimizers=names,
        learning_rate=cast(RaceRate, rate),
        steps=steps,
        seed=seed,
    )
    if as_json:
        print(json.dumps(race_to_json(result)))
    else:
        with terminal() as screen:
            screen.table(HEADER, result.rows())
            screen.say(
                f"{result.rates} The goal is {result.goal:.6g}, the lowest value that any met."
            )
    write_plot(result, plot)
    write_animation(result, animate)
    if all(entry.descent.status in ENDLESS for entry in result.entries):
        raise typer.Exit(DIVERGED)
