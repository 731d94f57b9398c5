"""Arrow's arrays as NumPy's and from Python's lists, by their memory.

Arrow's own ways, `to_numpy`, `pa.array` and `pa.scalar`, import pandas where it is installed, which
takes half a second.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc


def as_floats(values: pa.Array | pa.ChunkedArray) -> npt.NDArray[np.float64]:
    """Return a copy of numbers as float64, NaN where null.

    >>> import pyarrow as pa
    >>> as_floats(pa.chunked_array([[1, None], [3]]))
    array([ 1., nan,  3.])
    """
    chunks = values.chunks if isinstance(values, pa.ChunkedArray) else [values]
    # Arrow's pool has the memory of columns that were read before: pages new to the process cost
    # more than the copy
    nan = _single(np.array([float("nan")]), pa.float64())
    copied = np.frombuffer(pa.allocate_buffer(8 * len(values)), dtype=np.float64)
    start = 0
    for chunk in chunks:
        floats = chunk if pa.types.is_float64(chunk.type) else chunk.cast(pa.float64(), safe=False)
        copied[start : start + len(chunk)] = np.from_dlpack(_filled(floats, nan))
        start += len(chunk)
    return copied


def as_integers(values: pa.Array) -> npt.NDArray[np.intp]:
    """Return integers, -1 where null."""
    missing = _single(np.array([-1]), pa.int64()).cast(values.type)
    return np.from_dlpack(_filled(values, missing)).astype(np.intp)


def as_mask(values: pa.Array) -> npt.NDArray[np.bool_]:
    """Return booleans, false where null."""
    missing = booleans_of(np.array([False]))[0]
    return np.from_dlpack(_filled(values, missing).cast(pa.uint8())).astype(np.bool_)


def texts_of(words: Sequence[str | None]) -> pa.Array:
    """Return texts as Arrow's, null where None.

    >>> texts_of(["red", None, ""]).to_pylist()
    ['red', None, '']
    """
    encoded = [b"" if word is None else word.encode() for word in words]
    ends = np.cumsum([0, *map(len, encoded)], dtype=np.int64)
    valid = _bits(np.array([word is not None for word in words], dtype=np.bool_))
    return pa.LargeStringArray.from_buffers(
        len(words), pa.py_buffer(ends), pa.py_buffer(b"".join(encoded)), valid
    )


def text_of(word: str | None) -> pa.Scalar:
    """Return a text as Arrow's."""
    return texts_of([word])[0]


def booleans_of(mask: npt.NDArray[np.bool_]) -> pa.Array:
    """Return booleans as Arrow's.

    >>> booleans_of(np.array([True, False])).to_pylist()
    [True, False]
    """
    return pa.Array.from_buffers(pa.bool_(), len(mask), [None, _bits(mask)])


def _bits(mask: npt.NDArray[np.bool_]) -> pa.Buffer:
    """Return a bit for each boolean."""
    return pa.py_buffer(np.packbits(mask, bitorder="little"))


def _single(value: npt.NDArray[Any], kind: pa.DataType) -> pa.Scalar:
    """Return an array's one number as Arrow's."""
    return pa.Array.from_buffers(kind, 1, [None, pa.py_buffer(value)])[0]


def _filled(values: pa.Array, filling: pa.Scalar) -> pa.Array:
    """Return an array without nulls."""
    return pc.fill_null(values, filling) if values.null_count else values


EMPTY = text_of("")
"""The empty text."""
