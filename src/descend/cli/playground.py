"""`descend playground`: a page on which balls roll down a function."""

from typing import Annotated

import typer


def playground(
    formula: Annotated[
        str | None,
        typer.Argument(
            metavar="FORMULA",
            help="What the page shows first: 'sin(x)*sin(y)', or a landmark: rosenbrock, ...",
        ),
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(metavar="N", help="Where to serve; the first free port from 8765 by default."),
    ] = None,
    browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help="Open the page in the browser.")
    ] = True,
) -> None:
    """Open a page in the browser on which balls roll down a function, until Ctrl-C.

    The page is served to this machine alone.
    """
    import descend

    descend.playground(None if formula is None else formula.strip(), port=port, browser=browser)
