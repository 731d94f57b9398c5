"""`descend minimize`: a formula to its minima, by gradient descent."""

from typing import Annotated

import typer

from descend.cli.options import AsJson, OptimizerName, PlotFile


def minimize(
    formula: Annotated[
        str,
        typer.Argument(
            metavar="FORMULA",
            help="A formula, 'sin(x)*sin(y)', or a landmark: rosenbrock, himmelblau, ...",
        ),
    ],
    start: Annotated[
        str | None, typer.Option(metavar="x=1,y=2", help="Where to begin, from one start.")
    ] = None,
    starts: Annotated[
        int | None,
        typer.Option(metavar="COUNT", min=1, help="Random starts: 20 unless said otherwise."),
    ] = None,
    optimizer: OptimizerName = "auto",
    learning_rate: Annotated[
        str,
        typer.Option(
            metavar="RATE",
            help="A number, a schedule (cosine:0.1), a search (wolfe), or auto: safe, found while"
            " descending.",
        ),
    ] = "auto",
    steps: Annotated[int, typer.Option(min=0, help="At most so many steps.")] = 10_000,
    seed: Annotated[int, typer.Option(min=0, help="Same seed, same starts.")] = 0,
    window: Annotated[
        str | None,
        typer.Option(
            metavar="LOW,HIGH",
            help="Where random starts lie and pictures look, in each variable: by default the"
            " landmark's own, or -5,5 and where the descent went.",
        ),
    ] = None,
    plot: PlotFile = None,
    animate: Annotated[
        str | None, typer.Option(metavar="FILE.gif", help="Animate it: a .gif or .mp4 file.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Find the minima of a formula by gradient descent, from one start or from many.

    Prints each distinct minimum, its value, and how many starts reached it.
    """
    import json
    import sys
    from time import perf_counter

    import descend
    from descend.cli.failures import INTERRUPTED
    from descend.cli.functions.pictures import refuse_pictures, write_pictures
    from descend.cli.functions.results import Results
    from descend.cli.functions.starts import posed_with_start
    from descend.cli.interruption import Interruption
    from descend.cli.numbers import ends_of, rate_or_schedule

    formula = formula.strip()
    refuse_pictures(plot, animate, [])
    bounds = None if window is None else ends_of(window)
    problem, begin, count = posed_with_start(formula, start, starts, bounds)
    rate = rate_or_schedule(learning_rate)
    drawn = plot is not None or animate is not None
    started = perf_counter()
    with Interruption("step") as interruption:
        descent = descend.minimize(
            problem,
            begin,
            starts=count,
            optimizer=optimizer,
            learning_rate=rate,
            steps=steps,
            seed=seed,
            callback=interruption,
            # the first point says how wide the search was, which tells minima apart
            record="all" if drawn else max(steps, 1),
            progress=not as_json and sys.stderr.isatty(),
        )
    results = Results.of(descent, perf_counter() - started)
    if as_json:
        print(json.dumps(results.to_json(), allow_nan=False))
    else:
        results.print()
    write_pictures(descent, plot, animate, bounds)
    if interruption.requested:
        raise typer.Exit(INTERRUPTED)
