"""Options that several commands share, and commands whose options are one dataclass."""

import csv
import functools
import inspect
from collections.abc import Callable, Sequence
from typing import Annotated, Any, TypeVar

import typer

Options = TypeVar("Options")

TableFile = Annotated[
    str,
    typer.Argument(
        metavar="DATA",
        help="A CSV, TSV, Parquet or Arrow file, or a data set: breast_cancer, diabetes, digits,"
        " iris, wine.",
    ),
]

ColumnNames = list[str] | None
"""Names of columns, as an option takes them: `names_in` takes them apart."""

DateFormat = Annotated[
    str | None,
    typer.Option(metavar="FORMAT", help="How dates are written: %d/%m/%Y, ...; else found out."),
]

DecimalSign = Annotated[
    str | None,
    typer.Option(metavar="SIGN", help="What decimals follow: a point or a comma; else found out."),
]

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
    typer.Option("--animate", metavar="FILE", help="Animate it: a .html, .gif or .mp4 file."),
]

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]


def names_in(option: str, given: Sequence[str] | None) -> list[str]:
    """Return the names of columns in an option's texts; one with a comma stands in double quotes.

    >>> names_in("--drop", ['id, "weight, kg"', "name"])
    ['id', 'weight, kg', 'name']
    """
    names = [
        name.strip()
        for text in given or ()
        for name in next(csv.reader([text], skipinitialspace=True), []) or [""]
    ]
    if "" in names:
        raise ValueError(f"{option} lacks the name of a column: give it as {option} NAME,NAME")
    return names


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
