"""The options of `descend minimize` and `descend maximize`, declared once."""

from dataclasses import dataclass
from typing import Annotated

import typer

from descend.cli.functions.bounds import named_bounds
from descend.cli.numbers import ends_of, rate_or_schedule
from descend.cli.options import AnimationFile, AsJson, OptimizerName, PlotFile


@dataclass(frozen=True)
class DescentOptions:
    """Which formula to descend or ascend, and how, as asked for on the command line."""

    formula: Annotated[
        str,
        typer.Argument(
            metavar="FORMULA",
            help="A formula, 'sin(x)*sin(y)', or a landmark: rosenbrock, himmelblau, ...",
        ),
    ]
    start: Annotated[
        str | None, typer.Option(metavar="x=1,y=2", help="Where to begin, from one start.")
    ] = None
    starts: Annotated[
        int | None,
        typer.Option(metavar="COUNT", min=1, help="Random starts: 20 unless said otherwise."),
    ] = None
    optimizer: OptimizerName = "auto"
    learning_rate: Annotated[
        str,
        typer.Option(
            metavar="RATE",
            help="A number, a schedule (cosine:0.1), a search (wolfe), or auto: safe, found while"
            " descending, or for a named optimizer by trials.",
        ),
    ] = "auto"
    steps: Annotated[int, typer.Option(min=0, help="At most so many steps.")] = 10_000
    bounds: Annotated[
        str | None,
        typer.Option(
            metavar="x=0:5,y=:3", help="Between which numbers variables stay; a side may be empty."
        ),
    ] = None
    seed: Annotated[int, typer.Option(min=0, help="Same seed, same starts.")] = 0
    window: Annotated[
        str | None,
        typer.Option(
            metavar="LOW,HIGH",
            help="Where random starts lie and pictures look, in each variable: by default the"
            " landmark's own, or -5,5 and where the descent went.",
        ),
    ] = None
    plot: PlotFile = None
    animate: AnimationFile = None
    as_json: AsJson = False

    @property
    def rate(self) -> float | str:
        """The learning rate: a number, "auto", or the text of a schedule or a search."""
        return rate_or_schedule(self.learning_rate)

    @property
    def ends(self) -> tuple[float, float] | None:
        """The ends of the window, if there is one."""
        return None if self.window is None else ends_of(self.window)

    @property
    def bounds_by_name(self) -> dict[str, tuple[float | None, float | None]] | None:
        """The bounds of the variables that have any, None if there are none."""
        return None if self.bounds is None else named_bounds(self.bounds)
