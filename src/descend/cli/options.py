"""Options that several commands have."""

from typing import Annotated

import typer

OptimizerName = Annotated[
    str, typer.Option("--optimizer", metavar="NAME", help="auto, sgd, momentum, adam, ...")
]

PlotFile = Annotated[
    str | None,
    typer.Option("--plot", metavar="FILE.png", help="Draw it: a .png, .svg or .pdf file."),
]

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]
