"""Names of the files that views are written to."""

import os
from collections.abc import Sequence
from pathlib import Path


def checked_path(file: str | os.PathLike[str], kind: str, endings: Sequence[str]) -> Path:
    """Return the path of a file; a ValueError if its ending, the format, is none of a few.

    >>> checked_path("loss.bmp", "a picture", [".png", ".svg"])
    Traceback (most recent call last):
        ...
    ValueError: cannot write 'loss.bmp': a picture's name must end in .png or .svg
    """
    path = Path(file)
    if path.suffix.lower() not in endings:
        known = " or ".join(filter(None, (", ".join(endings[:-1]), endings[-1])))
        raise ValueError(f"cannot write {path.name!r}: {kind}'s name must end in {known}")
    return path
