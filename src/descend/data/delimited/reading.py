"""A delimited text to a table: plain numbers by Arrow's parser, all else as it is written."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import NamedTuple

import pyarrow as pa

from descend.data.arrow import column_from_arrow
from descend.data.containers import Content
from descend.data.delimited.dialect import dialect_of
from descend.data.delimited.padding import has_padded_numbers
from descend.data.delimited.parsing import Layout, parse
from descend.data.delimited.quotes import refuse_swallowed_rows
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
    read = parse(content, layout, wanted, texts, guess.decimal, notes)
    if wanted and len(read[wanted[0]]) == 0:
        raise ValueError(f"{source} has a header and no rows")
    parsed = Parsed({}, {})
    for position in wanted:
        _sort_in(parsed, position, read.pop(position))
    mistyped = {
        position
        for position in wanted
        if position not in parsed.numbers and position not in parsed.texts
    }
    if request.expected is None:
        mistyped |= _padded(parsed, content, layout)
    _take_as_texts(parsed, mistyped, content, layout)
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


def _sort_in(parsed: Parsed, position: int, column: pa.ChunkedArray) -> None:
    """Sort a column in by its type; one that Arrow took for something else is left out."""
    kind = column.type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        parsed.texts[position] = Cells.of(column)
    elif pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_null(kind):
        parsed.numbers[position] = column


def _take_as_texts(
    parsed: Parsed, positions: Collection[int], content: Content, layout: Layout
) -> None:
    """Read columns anew, as they are written."""
    if not positions:
        return
    for position, column in parse(content, layout, positions, positions).items():
        parsed.numbers.pop(position, None)
        parsed.texts[position] = Cells.of(column)


def _padded(parsed: Parsed, content: Content, layout: Layout) -> set[int]:
    """Return the columns of whole numbers, if some of the cells have leading zeros."""
    whole = {
        position for position, column in parsed.numbers.items() if pa.types.is_integer(column.type)
    }
    if whole and has_padded_numbers(content, layout.offset, layout.delimiter):
        return whole
    return set()


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
