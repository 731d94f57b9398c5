"""Files appear whole or not at all."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def replacing(file: str | os.PathLike[str]) -> Iterator[Path]:
    """Yield a temporary path beside `file`, and rename it to `file` when the block ends well.

    It keeps the ending of `file`, since writers choose their format by it. If the block raises, the
    temporary file is removed and an older `file` stays.
    """
    target = Path(file)
    if not target.parent.is_dir():
        raise FileNotFoundError(
            f"cannot write {str(file)!r}: the folder {str(target.parent)!r} does not exist"
        )
    if target.is_dir():
        raise IsADirectoryError(f"cannot write {str(file)!r}: it is a folder")
    try:
        handle, name = tempfile.mkstemp(
            prefix=f".{target.stem}-", suffix=target.suffix, dir=target.parent
        )
    except OSError as error:
        raise type(error)(f"cannot write {str(file)!r}: {error.strerror}") from error
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        temporary.chmod(_permissions(target))
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _permissions(target: Path) -> int:
    """Return the mode that `target` has, or that a new file would get here."""
    if target.exists():
        return target.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
