"""The endings of an animation's name, which are its formats."""

import os
import shutil
from pathlib import Path

from descend.views.figures.files import checked_path

PAGE = ".html"
"""The ending of a page that plays by itself."""

ENDINGS = (".gif", ".mp4", PAGE)
"""The endings of an animation's name."""


def checked_ending(file: str | os.PathLike[str]) -> Path:
    """Return the path, if its ending is known and the program that it needs is installed."""
    path = checked_path(file, "an animation", ENDINGS)
    if path.suffix.lower() == ".mp4" and shutil.which("ffmpeg") is None:
        raise ValueError(
            f"cannot write {path.name!r}: the program ffmpeg is not installed; "
            "names that end in .html or .gif need no such program"
        )
    return path
