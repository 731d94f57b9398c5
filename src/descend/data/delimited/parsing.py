"""The cells of a delimited text, by Arrow's parser: typed where they are plain, or as texts."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.csv

from descend.data.containers import Content
from descend.data.delimited.dialect import COMMENT
from descend.data.delimited.quotes import find_open_quote
from descend.data.written.missing import MISSING
from descend.data.written.numerals import looks_typed

BLOCK = 1 << 20
"""Bytes that are parsed at a time; a row must fit."""

TAIL = 65536
"""Bytes at the end in which footnotes are looked for."""

NULLS = [*MISSING, *(f" {word}" for word in MISSING), *(f"{word} " for word in MISSING)]
"""What Arrow takes for a missing cell in columns that it types."""


class Layout(NamedTuple):
    """Where the rows of a text begin, the delimiter, and the number of columns."""

    offset: int
    delimiter: str
    width: int


class Leftover(NamedTuple):
    """A line with another number of cells than the header; its row is known on one thread."""

    row: int | None
    cells: int
    text: str


def parse(
    content: Content,
    layout: Layout,
    columns: Collection[int],
    texts: Collection[int],
    decimal: str = ".",
    notes: list[str] | None = None,
) -> dict[int, pa.ChunkedArray]:
    """Return some columns by position: those in `texts` as they are written, others typed."""
    leftovers: list[Leftover] = []
    read = _parse(content, layout, columns, texts, decimal, leftovers, True)
    if read is None or not _are_footers(content, leftovers, notes):
        # only a reader on a single thread can say which row it was
        leftovers.clear()
        _parse(content, layout, columns, texts, decimal, leftovers, False)
        uneven = next(line for line in leftovers if not _is_comment(line))
        found = find_open_quote(content, layout.offset, layout.delimiter)
        if found:
            raise ValueError(found)
        where = "a row" if uneven.row is None else f"row {uneven.row} (the header not counted)"
        raise ValueError(f"{where} has {uneven.cells} cells where the header has {layout.width}")
    return {position: read.column(str(position)) for position in columns}


def _parse(
    content: Content,
    layout: Layout,
    columns: Collection[int],
    texts: Collection[int],
    decimal: str,
    leftovers: list[Leftover],
    threads: bool,
) -> pa.Table | None:
    """Parse once; None if a row is no row of the table, which `leftovers` then hold."""

    def judge(row: Any) -> str:
        if not row.text.strip():
            return "skip"
        leftovers.append(Leftover(row.number, row.actual_columns, row.text))
        footer = row.actual_columns == 1 and not looks_typed(row.text)
        return "skip" if footer or _is_comment(leftovers[-1]) else "error"

    block = BLOCK
    while True:
        leftovers.clear()
        try:
            with content.open() as stream:
                stream.seek(layout.offset)
                return pyarrow.csv.read_csv(
                    stream,
                    pyarrow.csv.ReadOptions(
                        column_names=[str(position) for position in range(layout.width)],
                        block_size=block,
                        use_threads=threads,
                    ),
                    pyarrow.csv.ParseOptions(
                        delimiter=layout.delimiter,
                        newlines_in_values=content.quoted,
                        invalid_row_handler=judge,
                    ),
                    pyarrow.csv.ConvertOptions(
                        check_utf8=False,
                        null_values=NULLS,
                        strings_can_be_null=False,
                        decimal_point=decimal,
                        include_columns=[str(position) for position in columns],
                        column_types={str(position): pa.string() for position in texts},
                    ),
                )
        except pa.ArrowInvalid as error:
            if "straddling" in str(error) and block < 1 << 30:
                block *= 16
            elif leftovers:
                return None
            else:
                raise


def _are_footers(content: Content, leftovers: list[Leftover], notes: list[str] | None) -> bool:
    """Say whether the lines that are no rows are comments, or end the text as footnotes do."""
    comments = [line for line in leftovers if _is_comment(line)]
    footers = [line.text.strip() for line in leftovers if not _is_comment(line)]
    lines = [line.strip() for line in content.tail(TAIL).splitlines() if line.strip()]
    if footers and sorted(lines[-len(footers) :]) != sorted(footers):
        return False
    if notes is not None and comments:
        count = len(comments)
        notes.append(f"{count} line{'s' * (count > 1)} of comment among the rows: left out.")
    if notes is not None and footers:
        some = "line is a footnote" if len(footers) == 1 else f"{len(footers)} lines are footnotes"
        notes.append(f"The last {some} ({lines[-1][:40]!r}): left out.")
    return True


def _is_comment(line: Leftover) -> bool:
    """Say whether a line is a comment."""
    return line.text.lstrip().startswith(COMMENT)
