"""How a delimited text is laid out: what separates its cells, and where its rows begin."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Collection
from typing import NamedTuple

from descend.data.written.numerals import looks_numeric, looks_typed, looks_unit

DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars", " ": "blanks"}
"""What may separate cells, and its name."""

DECLARED = re.compile(r"sep=(.)", re.IGNORECASE)
"""The first line by which some spreadsheets are told the delimiter."""

COMMENT = ("#", "%", "//", "!")
"""How a comment line begins."""


class Dialect(NamedTuple):
    """How a text is laid out.

    `header` holds the names, and `sample` the cells of the first rows, which begin after `offset`
    characters. A header that lacks the name of the rows' own names, or has no cell for a delimiter
    at the end of each row, is completed by empty names.
    """

    delimiter: str
    header: tuple[str, ...]
    offset: int
    sample: tuple[list[str], ...]
    notes: tuple[str, ...] = ()


class Record(NamedTuple):
    """The cells of one row, and the number of lines of the text up to its end."""

    cells: list[str]
    end: int


def records_of(text: str, delimiter: str, at_most: int | None = None) -> list[Record]:
    """Return the rows of a text, those without any character left out."""
    reader = csv.reader(_lines(text), delimiter=delimiter, skipinitialspace=delimiter == " ")
    records: list[Record] = []
    try:
        for cells in reader:
            if any(cells) or len(cells) > 1:
                records.append(Record(cells, reader.line_num))
            if len(records) == at_most:
                break
    except csv.Error:
        pass  # a quote that is never closed makes a cell too long; the rows up to it tell enough
    return records


def _lines(text: str) -> list[str]:
    """Return the lines with their ends; text after a quote keeps its own."""
    return re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z", text)


def dialect_of(
    text: str, whole: bool, source: str, known: Collection[str] = frozenset()
) -> Dialect:
    """Return the layout that the beginning of a text shows; `whole` if that is all of it.

    Of names that are `known`, as a model knows them, the header has as many as it can.
    """
    lines = _lines(text)
    if not whole and len(lines) > 1:
        lines = lines[:-1]
    notes: list[str] = []
    skipped, declared = _preamble(lines, notes)
    body = "".join(lines[skipped:])
    if not body.strip():
        raise ValueError(f"{source} is empty")
    delimiter = declared or _delimiter(body, known)
    records = records_of(body, delimiter)
    titles = titles_before([record.cells for record in records])
    if titles:
        some = "line is a title" if titles == 1 else f"{titles} lines are titles"
        notes.append(f"The first {some} and no part of the table: left out.")
        records = records[titles:]
    begin, rows = records[0], records[1:]
    if delimiter != "," and len(begin.cells) > 1:
        notes.append(f"The columns are separated by {DELIMITERS.get(delimiter, repr(delimiter))}.")
    if not rows:
        raise ValueError(f"{source} has a header and no rows")
    header = _completed(begin.cells, rows, notes)
    if holds_units([record.cells for record in rows]):
        begin, rows = rows[0], rows[1:]
        notes.append("The row below the names holds units: left out.")
    before = "".join(lines[: skipped + begin.end])
    sample = tuple(record.cells for record in rows)
    return Dialect(delimiter, header, len(before.encode()), sample, tuple(notes))


def _preamble(lines: list[str], notes: list[str]) -> tuple[int, str | None]:
    """Return how many lines come before the table, and the delimiter if they declare one."""
    count, declared, comments = 0, None, 0
    for line in lines:
        bare = line.strip().strip('"')
        found = DECLARED.fullmatch(line.rstrip("\r\n").strip('" '))
        if found and declared is None:
            declared = found.group(1)
        elif bare.startswith(COMMENT) and _is_comment(bare, lines[count + 1 :]):
            comments += 1
        elif bare:
            break
        count += 1
    if comments:
        notes.append(
            f"{comments} line{'s' * (comments > 1)} of comment before the table: left out."
        )
    return count, declared


def _is_comment(line: str, following: list[str]) -> bool:
    """Say whether a line is a comment, or a header whose first name begins like one: `#,x`."""
    after = next((other for other in following if other.strip()), "")
    if after.startswith(COMMENT):
        return True
    for delimiter in ",;\t|":
        if line.count(delimiter) == after.count(delimiter) > 0:
            return not any(map(looks_numeric, after.split(delimiter)))
    return True


def _delimiter(body: str, known: Collection[str] = frozenset()) -> str:
    """Return what separates the cells: what gives all rows as many, most of them numbers."""
    best, best_score = "", (0, 0.0, 0.0, 0)
    for delimiter in DELIMITERS:
        if delimiter not in body or (delimiter == " " and best_score[1] > 0.9):
            continue
        records = [record.cells for record in records_of(body, delimiter, 200)]
        # a blank is no delimiter where a line has none
        names = records[0 if delimiter == " " else titles_before(records)]
        header = len(names)
        agreeing = sum(len(cells) in (header, header + 1) for cells in records)
        if header < 2 or (delimiter == " " and agreeing < len(records)):
            continue
        cells = [cell for row in records[1:] for cell in row]
        typed = sum(map(looks_typed, cells)) / max(1, len(cells))
        named = len({name.strip() for name in names} & set(known))
        score = (named, agreeing / len(records), typed, header)
        if score > best_score:
            best, best_score = delimiter, score
    if best:
        return best
    # one column: its commas are those of decimals, or else make uneven rows, which are refused
    with_commas = [line for line in _lines(body)[1:] if "," in line]
    free = next((sign for sign in ";\t|" if sign not in body), ",")
    return free if all(map(looks_numeric, with_commas)) and with_commas else ","


def titles_before(records: list[list[str]]) -> int:
    """Return how many rows before the header hold a single text, as a title does."""
    widths = Counter(len(cells) for cells in records)
    width = widths.most_common(1)[0][0]
    if width < 2:
        return 0
    for place, cells in enumerate(records):
        filled = [bool(cell.strip()) for cell in cells]
        # a header may name its first column alone only where it has two
        title = len(cells) == 1 or (width > 2 and len(cells) <= width and not any(filled[1:]))
        if any(filled) and not title:
            return 0 if all(map(looks_numeric, filter(str.strip, cells))) else place
    return 0


def _completed(names: list[str], rows: list[Record], notes: list[str]) -> tuple[str, ...]:
    """Return the header with an empty name more where all rows have a cell more."""
    header = tuple(name.strip() for name in names)
    if len(header) < 2 or any(len(row.cells) != len(header) + 1 for row in rows):
        return header
    if all(not row.cells[-1].strip() for row in rows):
        return (*header, "")
    first = [row.cells[0].strip() for row in rows]
    counted = first == [str(number) for number in range(1, len(first) + 1)]
    if len(set(first)) < len(first) or (not counted and any(map(looks_numeric, first))):
        return header
    notes.append("The rows begin with a cell more than the header: taken for their names.")
    return ("", *header)


def holds_units(rows: list[list[str]]) -> bool:
    """Say whether the first row holds text above columns of numbers, and no number itself."""
    if len(rows) < 2 or any(looks_numeric(cell) for cell in rows[0]):
        return False
    width = len(rows[0])
    others = [row for row in rows[1:] if len(row) == width]
    numeric = named = units = 0
    for position, unit in enumerate(rows[0]):
        cells = [row[position].strip() for row in others]
        present = [cell for cell in cells if cell]
        if present and all(looks_numeric(cell) for cell in present):
            numeric += 1
            named += bool(unit.strip())
            units += looks_unit(unit)
    return units > 0 and (units == named or (2 * units >= named and 2 * named >= numeric))
