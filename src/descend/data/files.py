"""Tables from files, told by their content and not by their names."""

from __future__ import annotations

import textwrap
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.ipc
import pyarrow.parquet

from descend.data.arrow import table_from_arrow
from descend.data.containers import UNPACKING_ERRORS, Content, format_of, unpacked
from descend.data.delimited.reading import read_delimited
from descend.data.json_lines import read_json
from descend.data.request import Request
from descend.data.sheets import read_workbook
from descend.data.table import Table

if TYPE_CHECKING:
    from descend.data.columns import Columns


BINARY = (".gz", ".zip", ".zst", ".parquet", ".arrow", ".feather", ".xlsx")
"""Endings of the names of files that hold no text."""


def read_table(
    file: str | Path,
    *,
    expected: Columns | None = None,
    use: Collection[str] | None = None,
    drop: Collection[str] = (),
    decimal: str | None = None,
    date_format: str | None = None,
) -> Table:
    r"""Read a whole table from a file: CSV and its kin, Excel, Parquet, Arrow, Feather, JSON lines.

    What a file holds is told by its content: its format, compression (gzip, zip, zstd, bz2, xz),
    encoding, delimiter, the signs of its decimals and thousands, and the order of its dates. Each
    decision that is not plain is one of the table's notes.

    Parameters
    ----------
    file
        The path.
    expected
        The columns of a model: this file is read by their types, whatever it happens to hold.
        Other columns are not converted.
    use, drop
        The columns to read (None: all), and those of them to leave out.
    decimal
        The sign before decimals, a point or a comma, where the file leaves it in doubt.
    date_format
        How dates are written, in the signs of `datetime.strptime`.

    Raises
    ------
    ValueError
        If the file cannot be read, with the cell, row or line.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "prices.csv")
    ...     _ = path.write_text("price;size\n1.234,5;70 kg\n2.345,5;80 kg\n")
    ...     table = read_table(path)
    >>> table["price"].values, table["size"].values
    (array([1234.5, 2345.5]), array([70., 80.]))
    """
    path = Path(file)
    if not path.exists():
        raise FileNotFoundError(f"there is no file {str(file)!r}")
    if path.is_dir():
        raise IsADirectoryError(f"{str(file)!r} is a folder, not a file")
    if path.stat().st_size == 0:
        raise ValueError(f"{str(file)!r} is empty")
    request = Request(use, drop, decimal, date_format)
    if expected is not None:
        request = request.expecting(expected)
    source = repr(str(file))
    try:
        return _read(path, source, request)
    except (pa.ArrowException, ValueError, *UNPACKING_ERRORS) as error:
        reason = _one_line(error)
        whole = reason if source in reason else f"cannot read {source}: {reason}"
        raise ValueError(f"{whole}{_other_content(path)}") from error


def _read(path: Path, source: str, request: Request) -> Table:
    """Read a file by the format of its content."""
    content = unpacked(path)
    kind = format_of(content)
    if kind == "excel":
        return read_workbook(content, source, request)
    if kind == "json":
        return read_json(content, source, request)
    if kind == "text":
        return read_delimited(content, source, request)
    return table_from_arrow(_arrow(content, kind), source, request=request)


def _arrow(content: Content, kind: str) -> pa.Table:
    """Read a Parquet file, or an Arrow one: a file, or the stream that some programs write."""
    with content.open() as stream:
        if kind == "parquet":
            return pyarrow.parquet.ParquetFile(stream).read()
        opened = pyarrow.ipc.open_file if kind == "arrow file" else pyarrow.ipc.open_stream
        return opened(stream).read_all()


def _other_content(path: Path) -> str:
    """Say so if the name of a file that cannot be read promises what its content is not."""
    if path.suffix.lower() not in BINARY:
        return ""
    try:
        is_text = format_of(Content(path)) == "text"
    except ValueError:
        return ""
    return " (it holds text, and not what its name says)" if is_text else ""


def _one_line(error: BaseException) -> str:
    """Return what a reader complained about, without line breaks and not too long."""
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return textwrap.shorten(reason, 300, placeholder=" ...")
