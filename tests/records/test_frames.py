"""Histories as frames, with pandas and without it."""

import sys

import numpy as np
import pyarrow as pa
import pytest

import descend
from descend.optimizers import Adam

RECORDS = {
    "one run": lambda: descend.minimize("x^2 + y^2", [1.0, 2.0], steps=3),
    "runs": lambda: descend.minimize("x^2 + y^2", [[1.0, 2.0], [3.0, 1.0]], steps=3),
    "no values": lambda: descend.minimize("x^2", 1.0, steps=3, record=None),
    "batches": lambda: (
        descend.DescentRegressor(optimizer="sgd", max_iter=3, tol=None)
        .fit(np.arange(8.0)[:, None] / 8, np.arange(8.0))
        .descent_
    ),
    "sweep": lambda: descend.sweep(
        "x^2", 1.0, optimizer=["adam", Adam(0.5)], learning_rate=[0.1, 0.2], steps=3
    ),
}


@pytest.mark.parametrize("kind", RECORDS)
def test_without_pandas_a_frame_is_a_table_of_pyarrow_with_the_same_columns(kind, monkeypatch):
    record = RECORDS[kind]()
    frame = record.to_frame()
    monkeypatch.setitem(sys.modules, "pandas", None)
    table = record.to_frame()
    assert isinstance(table, pa.Table)
    assert table.column_names == list(frame.columns)
    assert table.num_rows == len(frame)
    for name in table.column_names:
        theirs, own = frame[name].to_list(), table[name].to_pylist()
        if theirs and isinstance(theirs[0], float | int):
            np.testing.assert_array_equal(np.array(own, dtype=float), np.array(theirs, dtype=float))
        else:
            assert own == list(map(str, theirs))
