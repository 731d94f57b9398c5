"""Arrow's arrays as NumPy's, by their memory: Arrow's own way imports pandas, which takes long."""

from __future__ import annotations

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
    copied = np.frombuffer(pa.allocate_buffer(8 * len(values)), dtype=np.float64)
    start = 0
    for chunk in chunks:
        floats = chunk if pa.types.is_float64(chunk.type) else chunk.cast(pa.float64(), safe=False)
        copied[start : start + len(chunk)] = np.from_dlpack(_filled(floats, float("nan")))
        start += len(chunk)
    return copied


def as_integers(values: pa.Array) -> npt.NDArray[np.intp]:
    """Return integers, -1 where null."""
    return np.from_dlpack(_filled(values, -1)).astype(np.intp)


def as_mask(values: pa.Array) -> npt.NDArray[np.bool_]:
    """Return booleans, false where null."""
    return np.from_dlpack(_filled(values, False).cast(pa.uint8())).astype(np.bool_)


def _filled(values: pa.Array, filling: float) -> pa.Array:
    """Return an array without nulls."""
    return pc.fill_null(values, filling) if values.null_count else values
