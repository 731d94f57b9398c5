"""Checks of the files to be written, before hours of work go by."""

import tempfile
from collections.abc import Sequence
from pathlib import Path


def refuse_outputs(outputs: Sequence[str | None], inputs: Sequence[str]) -> None:
    """Refuse files that could not be written at the end, or would replace what is read.

    Each needs a name of its own, other than the inputs', in a folder that can be written to.
    """
    taken = {Path(file).resolve(): file for file in inputs}
    for file in outputs:
        if file is None:
            continue
        if not file.strip():
            raise ValueError("the name of a file to write is empty: give it one")
        path = Path(file)
        if path.resolve() in taken:
            raise ValueError(f"{file!r} is used twice: name another file to write")
        if path.is_dir():
            raise IsADirectoryError(f"cannot write {file!r}: it is a folder")
        if not path.parent.is_dir():
            raise FileNotFoundError(
                f"cannot write {file!r}: the folder {str(path.parent)!r} does not exist"
            )
        _try(path)
        taken[path.resolve()] = file


def _try(path: Path) -> None:
    """Write an empty file beside the one to be written, and remove it."""
    try:
        with tempfile.NamedTemporaryFile(
            prefix=f".{path.stem}-", suffix=path.suffix, dir=path.parent
        ):
            pass
    except OSError as error:
        raise OSError(f"cannot write {str(path)!r}: {error.strerror}") from error
