"""`descend minimize` and `descend maximize`: a formula to its minima or maxima, step by step."""

from descend.cli.functions.options import DescentOptions
from descend.cli.options import takes


@takes(DescentOptions)
def minimize(options: DescentOptions) -> None:
    """Find the minima of a formula by gradient descent, from one start or from many.

    Prints each distinct minimum, its value, and how many starts reached it. The exit status is 1 if
    every run diverged.
    """
    _run(options, upwards=False)


@takes(DescentOptions)
def maximize(options: DescentOptions) -> None:
    """Find the maxima of a formula by gradient ascent, from one start or from many.

    Prints each distinct maximum, its value, and how many starts reached it. The exit status is 1 if
    every run diverged.
    """
    _run(options, upwards=True)


def _run(options: DescentOptions, *, upwards: bool) -> None:
    """Descend or ascend, and show what came of it."""
    import json
    import sys
    from time import perf_counter

    import typer

    import descend
    from descend.cli.failures import DIVERGED, INTERRUPTED
    from descend.cli.functions.pictures import refuse_pictures, write_pictures
    from descend.cli.functions.results import Results
    from descend.cli.functions.starts import posed_with_start
    from descend.cli.interruption import Interruption
    from descend.protocols.status import ENDLESS

    window, bounds, rate = options.ends, options.bounds_by_name, options.rate
    refuse_pictures(options.plot, options.animate, [])
    problem, begin, count = posed_with_start(
        options.formula.strip(), options.start, options.starts, window
    )
    drawn = options.plot is not None or options.animate is not None
    started = perf_counter()
    with Interruption("step") as interruption:
        descent = (descend.maximize if upwards else descend.minimize)(
            problem,
            begin,
            starts=count,
            optimizer=options.optimizer,
            learning_rate=rate,
            steps=options.steps,
            bounds=bounds,
            seed=options.seed,
            callback=interruption,
            # the first point says how wide the search was, which tells minima apart
            record="all" if drawn else max(options.steps, 1),
            progress=not options.as_json and sys.stderr.isatty(),
        )
    results = Results.of(descent, perf_counter() - started)
    if options.as_json:
        print(json.dumps(results.to_json(), allow_nan=False))
    else:
        results.print()
    write_pictures(descent, options.plot, options.animate, window)
    if interruption.requested:
        raise typer.Exit(INTERRUPTED)
    if set(results.statuses) <= set(ENDLESS):
        raise typer.Exit(DIVERGED)
