"""Checks of the files to be written, before hours of work go by."""

from collections.abc import Sequence
from pathlib import Path


def refuse_outputs(outputs: Sequence[str | None], inputs: Sequence[str]) -> None:
    """Refuse files that could not be written at the end, or would replace what is read.

    Raises
    ------
    ValueError
        If two outputs are the same file, or one of them is an input.
    OSError
        If the folder of an output does not exist, or it is a folder itself.
    """
    taken = {Path(file).resolve(): file for file in inputs}
    for file in outputs:
        if file is None:
            continue
        path = Path(file)
        if path.resolve() in taken:
            raise ValueError(f"{file!r} is used twice: name another file to write")
        if path.is_dir():
            raise IsADirectoryError(f"cannot write {file!r}: it is a folder")
        if not path.parent.is_dir():
            raise FileNotFoundError(
                f"cannot write {file!r}: the folder {str(path.parent)!r} does not exist"
            )
        taken[path.resolve()] = file
