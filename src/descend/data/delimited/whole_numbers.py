"""Whole numbers from their texts: a parser of numbers would take `01` for `1` without a word."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from descend.data.arrow_arrays import text_of, texts_of
from descend.data.written.missing import MISSING


def numbers_of(texts: pa.ChunkedArray, decimal: str) -> pa.ChunkedArray | None:
    """Return cells that should be whole numbers as integers, else as floats, null where missing.

    None if they are codes, as leading zeros tell, or if some are no plain numbers.

    >>> import pyarrow as pa
    >>> column = pa.chunked_array([["1", "20", "NA", " 3"]])
    >>> numbers_of(column, ".").to_pylist()
    [1, 20, None, 3]
    >>> numbers_of(pa.chunked_array([["01", "20"]]), ".") is None
    True
    """
    try:
        return _integers(texts)
    except pa.ArrowInvalid:
        cells = _without_missing(pc.utf8_trim_whitespace(texts))
    try:
        return _integers(cells)
    except pa.ArrowInvalid:
        return _floats(cells) if decimal == "." else None


def _integers(cells: pa.ChunkedArray) -> pa.ChunkedArray | None:
    """Return integers, None if one has a leading zero; an error if a cell is no integer."""
    integers = cells.cast(pa.int64())
    padded = pc.and_(pc.starts_with(cells, "0"), pc.not_equal(cells, text_of("0").cast(cells.type)))
    return None if pc.any(padded).as_py() else integers


def _without_missing(cells: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return null in place of the marks of what is missing."""
    missing = pc.is_in(cells, texts_of([*MISSING]).cast(cells.type))
    return pc.if_else(missing, text_of(None).cast(cells.type), cells)


def _floats(cells: pa.ChunkedArray) -> pa.ChunkedArray | None:
    """Return floats, None if a cell is no number."""
    try:
        return cells.cast(pa.float64())
    except pa.ArrowInvalid:
        return None
