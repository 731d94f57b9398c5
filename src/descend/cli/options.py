"""Options that several commands share, and commands whose options are one dataclass."""

import functools
import inspect
from collections.abc import Callable
from typing import Annotated, Any, TypeVar

import typer

Options = TypeVar("Options")

OptimizerName = Annotated[
    str, typer.Option("--optimizer", metavar="NAME", help="auto, sgd, momentum, adam, ...")
]

FormulaOrData = Annotated[
    str,
    typer.Argument(
        metavar="FORMULA_OR_DATA",
        help="A formula or a landmark; or, with --target, a table or a data set.",
    ),
]

TableTarget = Annotated[
    str | None,
    typer.Option("--target", metavar="COLUMN", help="The column to predict, of a table."),
]

StartPoint = Annotated[
    str | None,
    typer.Option("--start", metavar="x=1,y=2", help="Where to begin; random by default."),
]

StartSeed = Annotated[int, typer.Option("--seed", min=0, help="Same seed, same random start.")]

PlotFile = Annotated[
    str | None,
    typer.Option("--plot", metavar="FILE.png", help="Draw it: a .png, .svg or .pdf file."),
]

AnimationFile = Annotated[
    str | None,
    typer.Option("--animate", metavar="FILE.gif", help="Animate it: a .gif or .mp4 file."),
]

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]


def takes(kind: type[Options]) -> Callable[[Callable[[Options], None]], Callable[..., None]]:
    """Make a command of a function whose only argument is a dataclass of options.

    The fields of the dataclass are the command's arguments and options, each declared there alone.
    """

    def decorate(run: Callable[[Options], None]) -> Callable[..., None]:
        @functools.wraps(run)
        def command(**options: Any) -> None:
            run(kind(**options))

        command.__annotations__ = inspect.get_annotations(kind)
        vars(command)["__signature__"] = inspect.signature(kind)
        return command

    return decorate
