"""`descend derive`: a formula's derivatives."""

from typing import Annotated

import typer

from descend.cli.options import AsJson


def derive(
    formula: Annotated[
        str,
        typer.Argument(
            metavar="FORMULA", help="A formula, '(y - (m*x + c))^2', or a landmark: rosenbrock, ..."
        ),
    ],
    by: Annotated[
        str | None,
        typer.Option(metavar="m,c", help="The variables to derive by: all by default."),
    ] = None,
    latex: Annotated[bool, typer.Option("--latex", help="Print equations in LaTeX.")] = False,
    code: Annotated[
        bool, typer.Option("--code", help="Print Python functions that use NumPy.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Derive a formula: its partial derivatives and second derivatives, simplified."""
    import json

    import descend

    if latex + code + as_json > 1:
        raise ValueError("--latex, --code and --json exclude each other: give one of them")
    wrt = None if by is None else [name.strip() for name in by.split(",")]
    found = descend.derive(formula, wrt=wrt)
    if as_json:
        print(json.dumps(found.to_json()))
    elif latex:
        print(found.latex())
    elif code:
        print(found.code(), end="")
    else:
        print(found)
