"""`descend gallery`: the lessons as a site."""

from functools import partial
from typing import Annotated

import typer


def gallery(
    out: Annotated[
        str, typer.Option(metavar="DIR", help="The folder to write: a new or an empty one.")
    ] = "gallery",
    lesson: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="A lesson to write; again for more. All by default."),
    ] = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace what the folder holds of the same name.")
    ] = False,
) -> None:
    """Run the lessons, and write them as a site with pictures and films, which needs no network."""
    from descend.gallery import chosen, write_gallery

    # a line as soon as a lesson is written: all of them take a minute
    index = write_gallery(
        chosen(lesson or []), out, overwrite=overwrite, told=partial(print, flush=True)
    )
    print(f"open {index}")
