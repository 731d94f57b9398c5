"""Columns as a data frame: pandas', or pyarrow's table where pandas is not installed."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np


def frame_of(columns: Mapping[str, Sequence[Any] | np.ndarray[Any, Any]]) -> Any:
    """Return columns of equal length, by name, as a pandas data frame, or else a pyarrow table.

    In the table, whose columns have one type each, what is neither number nor text is its text.

    >>> frame_of({"step": [0, 1], "value": [2.0, 0.5]})["value"].to_numpy()
    array([2. , 0.5])
    """
    try:
        import pandas as pd
    except ModuleNotFoundError:
        import pyarrow as pa

        return pa.table({name: _plain(column) for name, column in columns.items()})
    return pd.DataFrame(dict(columns))


def _plain(column: Sequence[Any] | np.ndarray[Any, Any]) -> Any:
    """Return a column that pyarrow can read: numbers as they are, else texts and None."""
    if isinstance(column, np.ndarray):
        return column
    numbers = all(each is None or isinstance(each, int | float | np.number) for each in column)
    return list(column) if numbers else [None if each is None else str(each) for each in column]
