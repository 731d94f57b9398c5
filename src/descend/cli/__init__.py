"""The `descend` command.

Everything heavier than the standard library and typer is imported when a command runs, so that
`descend --help` answers at once.
"""

import sys
from typing import Annotated

import typer

from descend import __version__
from descend.cli.arguments import with_formulas
from descend.cli.derive import derive
from descend.cli.failures import guarded
from descend.cli.fit import fit
from descend.cli.gallery import gallery
from descend.cli.minimize import maximize, minimize
from descend.cli.playground import playground
from descend.cli.predict import predict
from descend.cli.race import race
from descend.cli.rate import rate
from descend.cli.warm import warm

app = typer.Typer(
    name="descend",
    help="Gradient descent: fit models by it, minimise functions with it, and watch it happen.",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
app.command()(fit)
app.command()(predict)
app.command()(minimize)
app.command()(maximize)
app.command()(race)
app.command()(rate)
app.command()(derive)
app.command()(playground)
app.command()(gallery)
app.command()(warm)


def _show_version(asked: bool) -> None:
    """Print the version and leave."""
    if asked:
        print(f"descend {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool,
        typer.Option("--version", help="Print the version.", is_eager=True, callback=_show_version),
    ] = False,
) -> None:
    """Gradient descent: fit models by it, minimise functions with it, and watch it happen."""


def main() -> None:
    """Run the command line, and leave with its exit status."""
    arguments = with_formulas(sys.argv[1:]) or ["--help"]
    sys.exit(guarded(lambda: app(arguments, prog_name="descend", standalone_mode=False)))
