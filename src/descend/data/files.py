"""Tables from files."""

from __future__ import annotations

import gzip
import re
import textwrap
import zlib
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.csv
import pyarrow.ipc
import pyarrow.parquet

from descend.data.arrow import table_from_arrow
from descend.data.table import Table

if TYPE_CHECKING:
    from descend.data.columns import Columns

ENDINGS = (".csv", ".tsv", ".parquet", ".arrow", ".feather", ".csv.gz", ".tsv.gz")

MISSING = (
    *(
        "",
        "?",
        "#N/A",
        "#N/A N/A",
        "#NA",
        "-1.#IND",
        "-1.#QNAN",
        "-NaN",
        "-nan",
        "1.#IND",
        "1.#QNAN",
    ),
    *("<NA>", "N/A", "NA", "NULL", "NaN", "None", "n/a", "nan", "null", "NaT"),
)
"""What stands for a missing cell in a text file: the list of pandas, and the question mark."""

DECIMAL_COMMA = re.compile(rb"(?:^|;)\s*-?\d+,\d+\s*(?:;|\r?$)", re.MULTILINE)


def read_table(
    file: str | Path,
    *,
    expected: Columns | None = None,
    use: Collection[str] | None = None,
    drop: Collection[str] = (),
    decimal: str | None = None,
    date_format: str | None = None,
) -> Table:
    """Read a whole table from a CSV, TSV, Parquet, Arrow or Feather file.

    CSV and TSV files may be compressed with gzip; a CSV file may be separated by semicolons or
    tabs. Integers and decimals become float64, dates become days since 1970-01-01, times and
    durations become seconds. Of the columns, only those to `use` are kept, without those to `drop`.
    """
    path = Path(file)
    if not path.exists():
        raise FileNotFoundError(f"there is no file {str(file)!r}")
    if path.is_dir():
        raise IsADirectoryError(f"{str(file)!r} is a folder, not a file")
    ending = "".join(path.suffixes[-2:] if path.suffix.lower() == ".gz" else path.suffixes[-1:])
    ending = ending.lower()
    if ending not in ENDINGS:
        raise ValueError(f"cannot read {str(file)!r}: its name must end in {', '.join(ENDINGS)}")
    if path.stat().st_size == 0:
        raise ValueError(f"{str(file)!r} is empty")
    notes: list[str] = []
    try:
        if ending == ".parquet":
            read = pyarrow.parquet.ParquetFile(path).read()
        elif ending in (".arrow", ".feather"):
            read = _read_arrow(path)
        else:
            read = _read_text(path, ending, notes)
        table = table_from_arrow(read, repr(str(file)), notes)
    except UnicodeDecodeError as error:
        raise ValueError(f"{str(file)!r} is no UTF-8 text: save it as UTF-8") from error
    except (_UnevenRowError, pa.ArrowException, OSError, EOFError, zlib.error) as error:
        raise ValueError(f"cannot read {str(file)!r}: {_one_line(error)}") from error
    for name in () if use is None else use:
        table[name]  # refuses what it does not have
    unused = () if use is None else [name for name in table.names if name not in use]
    return table.without({*drop, *unused})


def _read_arrow(path: Path) -> pa.Table:
    """Read an Arrow IPC file, or the stream that some programs write under the same ending."""
    with path.open("rb") as stream:
        is_file = stream.read(6) == b"ARROW1"
        stream.seek(0)
        opened = pyarrow.ipc.open_file(stream) if is_file else pyarrow.ipc.open_stream(stream)
        return opened.read_all()


def _read_text(path: Path, ending: str, notes: list[str]) -> pa.Table:
    """Read a CSV or TSV file, and note what was decided."""
    content = path.read_bytes()
    if ending.endswith(".gz"):
        content = gzip.decompress(content)
    if not content.strip():
        raise ValueError(f"{str(path)!r} is empty")
    if not re.search(rb"[\r\n]", content.strip()):
        raise ValueError(f"{str(path)!r} has a header and no rows")
    delimiter, decimal_point = "\t", "."
    if ending.startswith(".csv"):
        delimiter = _delimiter(content.split(b"\n", 1)[0])
        if delimiter != ",":
            name = {"\t": "tabs", ";": "semicolons"}[delimiter]
            notes.append(f"The columns of {path.name} are separated by {name}.")
        if delimiter == ";" and DECIMAL_COMMA.search(content, 0, 100_000):
            decimal_point = ","
            notes.append(f"The decimals of {path.name} follow a comma.")
    try:
        return _parse(content, delimiter, decimal_point)
    except _UnevenRowError:
        # Only a reader on a single thread can say which row it was.
        return _parse(content, delimiter, decimal_point, use_threads=False)


class _UnevenRowError(ValueError):
    """A row has more or fewer cells than the header."""


def _parse(
    content: bytes, delimiter: str, decimal_point: str, use_threads: bool = True
) -> pa.Table:
    """Parse the text of a CSV or TSV file."""
    uneven: list[pyarrow.csv.InvalidRow] = []

    def refuse(row: pyarrow.csv.InvalidRow) -> str:
        uneven.append(row)
        return "error"

    try:
        return pyarrow.csv.read_csv(
            pa.BufferReader(content),
            # A column's type is found in the first block, and a later cell that does not fit it is
            # an error: so there is one block.
            read_options=pyarrow.csv.ReadOptions(
                block_size=min(len(content) + 1, 2**31 - 1), use_threads=use_threads
            ),
            parse_options=pyarrow.csv.ParseOptions(
                delimiter=delimiter, newlines_in_values=True, invalid_row_handler=refuse
            ),
            convert_options=pyarrow.csv.ConvertOptions(
                null_values=[*MISSING, *(f" {word}" for word in MISSING if word)],
                strings_can_be_null=True,
                decimal_point=decimal_point,
            ),
        )
    except pa.ArrowInvalid as error:
        if not uneven:
            raise
        row = uneven[0]
        where = "a row" if row.number is None else f"row {row.number - 1} (the header not counted)"
        raise _UnevenRowError(
            f"{where} has {row.actual_columns} cells where the header has {row.expected_columns}"
        ) from error


def _delimiter(header: bytes) -> str:
    """Return what separates the names of a CSV file's header."""
    bare = re.sub(rb'"[^"]*"', b"", header)
    if b"," in bare:
        return ","
    return ";" if b";" in bare else "\t" if b"\t" in bare else ","


def _one_line(error: BaseException) -> str:
    """Return what a reader complained about, without line breaks and not too long."""
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return textwrap.shorten(reason, 160, placeholder=" ...")
