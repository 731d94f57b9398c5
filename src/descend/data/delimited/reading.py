"""A delimited text to a table: plain numbers by Arrow's parser, all else as it is written."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import NamedTuple

import pyarrow as pa

from descend.data.arrow import column_from_arrow
from descend.data.containers import Content
from descend.data.delimited.dialect import dialect_of
from descend.data.delimited.parsing import Layout, parse
from descend.data.delimited.quotes import refuse_swallowed_rows
from descend.data.delimited.whole_numbers import numbers_of
from descend.data.encodings import as_utf8
from descend.data.headers import Header, without_last
from descend.data.request import Request
from descend.data.table import Column, Table
from descend.data.written.cells import Cells
from descend.data.written.columns import columns_of, file_locale
from descend.data.written.dates import COMPACT
from descend.data.written.missing import MISSING
from descend.data.written.notation import COMMA, POINT, Notation
from descend.support.threads import pool

SAMPLE = 128_000
"""Bytes at the beginning from which the layout is told; no cell in them is too long for `csv`."""

LARGEST_SAMPLE = 1 << 24
"""Bytes that are looked at where a row is longer."""

TAIL = 65536
"""Bytes at the end in which rows without any value are looked for."""

MARK = b"\xef\xbb\xbf"
"""The byte order mark of UTF-8."""

PLAIN = {
    notation: re.compile(
        rf"\s*[-+]?(?:\d+(?:[{notation.decimal}]\d*)?|[{notation.decimal}]\d+)(?:[eE][-+]?\d+)?\s*"
    )
    for notation in (POINT, COMMA)
}
"""Numbers that a parser reads, without a sign between thousands."""

EITHER = re.compile(r"\s*[-+]?[1-9]\d{0,2}[.,]\d{3}\s*")
"""A number with decimals, or thousands."""

WHOLE = re.compile(r"\s*[-+]?\d+\s*")
"""A number without decimals."""

PADDED = re.compile(r"\s*[-+]?0\d+\s*")
"""A code with leading zeros."""

_ABSENT = frozenset(MISSING)


class Parsed(NamedTuple):
    """Columns of a text by their positions: numbers as Arrow read them, or texts."""

    numbers: dict[int, pa.ChunkedArray]
    texts: dict[int, Cells]


def read_delimited(content: Content, source: str, request: Request) -> Table:
    """Read a text whose cells have a delimiter between them."""
    notes: list[str] = []
    content = as_utf8(content, notes)
    mark, text, whole = _beginning(content)
    dialect = dialect_of(text, whole, source, request.expected or ())
    if dialect.delimiter == " " and not content.quoted and b"  " in content.head(mark + len(text)):
        squeezed = re.sub(rb"(?m)^ +| +$|(?<= ) +", b"", content.read())
        return read_delimited(content._replace(held=squeezed), source, request)
    notes += dialect.notes
    header = Header.of(dialect.header, source, notes)
    layout = Layout(mark + dialect.offset, dialect.delimiter, len(header.names))
    wanted = request.wanted(header.names, source)
    sample = {
        position: [row[position] for row in dialect.sample if position < len(row)]
        for position in wanted
    }
    guess = _guess(sample, dialect.delimiter, request)
    texts = {
        position
        for position in wanted
        if not request.may_be_plain(header.names[position])
        or not _is_plain(sample[position], guess)
    }
    digits = set[int]()
    if request.expected is None:
        digits = {position for position in wanted if _is_whole(sample[position])} - texts
    read = parse(content, layout, wanted, texts | digits, guess.decimal, notes)
    if wanted and len(read[wanted[0]]) == 0:
        raise ValueError(f"{source} has a header and no rows")
    read |= _whole_numbers({position: read[position] for position in digits}, guess)
    parsed = _sorted(read)
    _take_as_texts(parsed, read, content, layout)
    plain = _plain_notation(parsed, guess)
    locale = file_locale(parsed.texts, header.names, request, plain, dialect.delimiter)
    floats = {
        position for position, column in parsed.numbers.items() if pa.types.is_floating(column.type)
    }
    if floats and locale.notation != guess and plain is not None:
        _take_as_texts(parsed, floats, content, layout)
        locale = file_locale(parsed.texts, header.names, request, None, dialect.delimiter)
    for position, cells in parsed.texts.items():
        refuse_swallowed_rows(header.names[position], cells, layout.delimiter, layout.width)
    columns = _numbers(parsed.numbers, header.names, notes)
    columns |= columns_of(parsed.texts, header.names, locale, request, notes)
    columns = without_last(columns, _empty_rows(content, dialect.delimiter), notes)
    return header.table(columns, notes, source)


def _beginning(content: Content) -> tuple[int, str, bool]:
    """Return the length of the byte order mark, the text after it, and whether that is all."""
    size = SAMPLE
    while True:
        head = content.head(size + 1)
        whole = len(head) <= size
        mark = len(MARK) if head.startswith(MARK) else 0
        text = head[mark:size].decode(errors="ignore") if not whole else head[mark:].decode()
        if whole or len(re.findall(r"\r\n|\r|\n", text)) > 3 or size >= LARGEST_SAMPLE:
            return mark, text, whole
        size *= 8


def _guess(sample: dict[int, list[str]], delimiter: str, request: Request) -> Notation:
    """Return the notation in which most of the sample's columns are plain numbers."""
    if request.decimal is not None:
        return COMMA if request.decimal == "," else POINT
    plain = {
        notation: sum(_is_plain(cells, notation) for cells in sample.values())
        for notation in (POINT, COMMA)
    }
    return COMMA if plain[COMMA] > plain[POINT] else POINT


def _is_plain(cells: list[str], notation: Notation) -> bool:
    """Say whether a column's first cells are numbers that any parser reads in one way."""
    numbers = [cell for cell in cells if cell.strip() not in _ABSENT]
    if not numbers:
        return True
    if not all(map(PLAIN[notation].fullmatch, numbers)) or any(map(PADDED.fullmatch, numbers)):
        return False
    compact = re.compile(COMPACT)
    marked = [cell for cell in numbers if "." in cell or "," in cell]
    undecided = bool(marked) and all(map(EITHER.fullmatch, marked))
    return not undecided and not all(compact.match(cell.strip()) for cell in numbers)


def _is_whole(cells: list[str]) -> bool:
    """Say whether a column's first cells are whole numbers, or all missing."""
    return all(cell.strip() in _ABSENT or WHOLE.fullmatch(cell) for cell in cells)


def _sorted(read: dict[int, pa.ChunkedArray]) -> Parsed:
    """Return the columns by their types, and leave in `read` what Arrow took for something else."""
    kinds = {position: column.type for position, column in read.items()}
    numbers = {
        position: read.pop(position)
        for position, kind in kinds.items()
        if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_null(kind)
    }
    texts = [position for position, kind in kinds.items() if pa.types.is_string(kind)]
    return Parsed(numbers, _cells({position: read.pop(position) for position in texts}))


def _cells(read: dict[int, pa.ChunkedArray]) -> dict[int, Cells]:
    """Return the cells of columns of texts, and leave none of Arrow's."""
    positions = list(read)
    cells = pool().map(lambda position: Cells.of(read.pop(position)), positions)
    return dict(zip(positions, cells, strict=True))


def _take_as_texts(
    parsed: Parsed, positions: Collection[int], content: Content, layout: Layout
) -> None:
    """Read columns anew, as they are written."""
    if not positions:
        return
    for position in positions:
        parsed.numbers.pop(position, None)
    parsed.texts.update(_cells(parse(content, layout, positions, positions)))


def _whole_numbers(read: dict[int, pa.ChunkedArray], guess: Notation) -> dict[int, pa.ChunkedArray]:
    """Return the columns that are numbers as such."""
    numbers = pool().map(lambda texts: numbers_of(texts, guess.decimal), read.values())
    found = zip(read, numbers, strict=True)
    return {position: column for position, column in found if column is not None}


def _numbers(
    read: dict[int, pa.ChunkedArray], names: tuple[str, ...], notes: list[str]
) -> dict[int, Column]:
    """Return the columns that were read as numbers, and leave none of Arrow's."""

    def converted(position: int) -> tuple[Column, list[str]]:
        own: list[str] = []
        # taken out, so that its memory serves the next
        return column_from_arrow(names[position], read.pop(position), own), own

    positions = list(read)
    columns: dict[int, Column] = {}
    for position, (column, own) in zip(positions, pool().map(converted, positions), strict=True):
        columns[position] = column
        notes += own
    return columns


def _plain_notation(parsed: Parsed, guess: Notation) -> Notation | None:
    """Return the notation of the columns with decimals that were read as numbers, if any."""
    floats = any(pa.types.is_floating(column.type) for column in parsed.numbers.values())
    return guess if floats else None


def _empty_rows(content: Content, delimiter: str) -> int:
    """Return how many rows at the end of a text have delimiters and nothing else."""
    count = 0
    for line in reversed(content.tail(TAIL).splitlines()):
        bare = line.strip(f' "{delimiter}')
        if bare:
            break
        count += delimiter in line
    return count
