"""Tables from files."""

from __future__ import annotations

import gzip
import re
import textwrap
import zlib
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.ipc
import pyarrow.parquet

from descend.data.table import Column, Table, enumerated

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

LARGEST_EXACT_INTEGER = 2**53
"""From here on, float64 cannot tell an integer from the next."""


def read_table(file: str | Path) -> Table:
    """Read a whole table from a CSV, TSV, Parquet, Arrow or Feather file.

    CSV and TSV files may be compressed with gzip; a CSV file may be separated by semicolons or
    tabs. Integers and decimals become float64, dates become days since 1970-01-01, times and
    durations become seconds.
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
        return _table(read, notes, repr(str(file)))
    except UnicodeDecodeError as error:
        raise ValueError(f"{str(file)!r} is no UTF-8 text: save it as UTF-8") from error
    except (_UnevenRowError, pa.ArrowException, OSError, EOFError, zlib.error) as error:
        raise ValueError(f"cannot read {str(file)!r}: {_one_line(error)}") from error


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


def _table(read: pa.Table, notes: list[str], source: str) -> Table:
    """Return what Arrow read as a `Table`."""
    if read.num_columns == 0:
        raise ValueError(f"{source} has no columns")
    if read.num_rows == 0:
        raise ValueError(f"{source} has no rows")
    names = []
    columns = []
    for position, given in enumerate(read.column_names):
        name = given.strip()
        column = _column(name or f"column {position + 1}", read.column(position), notes)
        if _is_row_index(name, column):
            notes.append(f"Column {position + 1} only counts the rows: left out.")
            continue
        if not name:
            name = f"column {position + 1}"
            notes.append(f"Column {position + 1} has no name: called {name!r}.")
        names.append(name)
        columns.append(column)
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        headless = not any(re.search("[A-Za-z]", name) for name in names)
        hint = " (its first line holds numbers: add a header)" if headless else ""
        raise ValueError(f"{source} has several columns named {enumerated(twice)}{hint}")
    return Table(tuple(names), tuple(columns), tuple(notes), source)


def _one_line(error: BaseException) -> str:
    """Return what a reader complained about, without line breaks and not too long."""
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return textwrap.shorten(reason, 160, placeholder=" ...")


def _is_row_index(name: str, column: Column) -> bool:
    """Say whether a column is the index that data frames write beside their own columns."""
    if name not in ("", "__index_level_0__") or column.kind != "number":
        return False
    steps = np.diff(column.values)
    return bool(column.values[0] in (0, 1) and (steps == 1).all())


def _column(name: str, cells: pa.ChunkedArray, notes: list[str]) -> Column:
    """Return a `Column` from one of Arrow's."""
    kind = cells.type
    if pa.types.is_dictionary(kind):
        cells = pa.chunked_array(
            [chunk.dictionary_decode() for chunk in cells.chunks], kind.value_type
        )
        kind = cells.type
        if pa.types.is_integer(kind) or pa.types.is_floating(kind):
            # Someone declared these numbers to be categories.
            return _text(cells.cast(pa.string()))
    if pa.types.is_null(kind):
        return Column("number", np.full(len(cells), np.nan))
    if pa.types.is_boolean(kind):
        return Column("boolean", _floats(cells.cast(pa.uint8())))
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return _text(cells)
    if pa.types.is_integer(kind):
        values = _floats(cells)
        if np.nanmax(np.abs(values), initial=0.0) >= LARGEST_EXACT_INTEGER:
            notes.append(f"Column {name!r} holds integers beyond 2**53: rounded to float64.")
        return Column("number", values)
    if pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return Column("number", _floats(cells))
    if pa.types.is_date(kind) or pa.types.is_timestamp(kind):
        notes.append(f"Column {name!r} holds dates: read as days since 1970-01-01.")
        return Column("number", _floats(cells.cast(pa.timestamp("us"), safe=False)) / 86400e6)
    if pa.types.is_time(kind) or pa.types.is_duration(kind):
        notes.append(f"Column {name!r} holds times: read as seconds.")
        return Column("number", _seconds(cells))
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        raise ValueError(f"column {name!r} holds bytes that are no UTF-8 text: save it as UTF-8")
    raise ValueError(
        f"column {name!r} holds values of type {kind}:"
        " only numbers, booleans, dates and text can be read"
    )


def _floats(cells: pa.ChunkedArray) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return numbers as float64, NaN where null."""
    if not pa.types.is_float64(cells.type):
        cells = cells.cast(pa.int64()) if pa.types.is_timestamp(cells.type) else cells
        cells = cells.cast(pa.float64(), safe=False)
    # A copy, since Arrow's own memory is read-only.
    return np.array(pc.fill_null(cells, float("nan")).to_numpy(), dtype=np.float64)


def _seconds(cells: pa.ChunkedArray) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return durations and times of day in seconds."""
    per_second = {"s": 1.0, "ms": 1e3, "us": 1e6, "ns": 1e9}[cells.type.unit]
    ticks = pa.int32() if cells.type.bit_width == 32 else pa.int64()
    return _floats(cells.cast(ticks)) / per_second


def _text(cells: pa.ChunkedArray) -> Column:
    """Return texts without the blanks around them, None where null or empty."""
    trimmed = pc.utf8_trim_whitespace(cells)
    values = np.array(trimmed.to_pylist(), dtype=object)
    values[values == ""] = None
    return Column("text", values)
