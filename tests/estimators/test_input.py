"""Rows however they are stored: kept as they are, copied only where that is needed."""

import tracemalloc

import numpy as np
import pandas as pd
import pyarrow
import pytest
import scipy.sparse
import torch
from sklearn import config_context

from descend import DescentClassifier, DescentRegressor

RANDOM = np.random.default_rng(0)
X = RANDOM.standard_normal((60, 4))
Y = X @ [1.0, -2, 3, 0.5] + 4 + 0.1 * RANDOM.standard_normal(60)
BRIEF = {"optimizer": "sgd", "batch_size": 8, "max_iter": 3, "tol": 0.0, "random_state": 0}
BY_METHOD = pytest.mark.parametrize("settings", [{}, BRIEF], ids=["auto", "batches"])


def read_only(rows):
    rows = rows.copy()
    rows.flags.writeable = False
    return rows


def wider(rows):
    storage = np.zeros((120, 9))
    view = storage[::2, 1::2]
    view[:] = rows
    return view


STORED = {
    "Fortran": np.asfortranarray,
    "strided": wider,
    "reversed": lambda rows: rows[::-1, ::-1].copy()[::-1, ::-1],
    "read-only": read_only,
    "list": lambda rows: rows.tolist(),
    "pandas": pd.DataFrame,
    "arrow": lambda rows: pyarrow.table({f"c{j}": column for j, column in enumerate(rows.T)}),
    "torch": torch.tensor,
    "csc": scipy.sparse.csc_matrix,
    "coo": scipy.sparse.coo_array,
}


@BY_METHOD
@pytest.mark.parametrize("stored", list(STORED))
def test_the_storage_changes_nothing(settings, stored):
    rows = STORED[stored](X)
    plain = DescentRegressor(**settings).fit(X, Y)
    model = DescentRegressor(**settings).fit(rows, Y)
    np.testing.assert_allclose(model.coef_, plain.coef_, rtol=1e-7)
    np.testing.assert_allclose(model.predict(rows), plain.predict(X), rtol=1e-7)
    assert model.score(rows, Y) == pytest.approx(plain.score(X, Y))


@BY_METHOD
def test_memory_maps_are_read_in_place(settings, tmp_path):
    np.save(tmp_path / "rows.npy", X)
    rows = np.load(tmp_path / "rows.npy", mmap_mode="r")
    model = DescentRegressor(**settings).fit(rows, Y)
    np.testing.assert_array_equal(model.coef_, DescentRegressor(**settings).fit(X, Y).coef_)
    assert np.shares_memory(model.descent_.objective.blocks.X, rows)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_what_fits_is_not_copied(dtype):
    rows = X.astype(dtype)
    for options, stored in ((BRIEF, rows), ({}, rows), ({}, np.asfortranarray(rows))):
        model = DescentRegressor(**options).fit(stored, Y)
        assert np.shares_memory(model.descent_.objective.blocks.X, stored)
        assert model.coef_.dtype == dtype
    sparse = scipy.sparse.csr_matrix(rows)
    model = DescentRegressor(**BRIEF).fit(sparse, Y)
    assert np.shares_memory(model.descent_.objective.blocks.X.data, sparse.data)


@BY_METHOD
def test_a_fit_needs_little_memory_beside_the_rows(settings):
    rows = RANDOM.standard_normal((200_000, 16))
    target = rows.sum(axis=1)
    DescentRegressor(**settings).fit(rows, target)  # what it compiles is no part of a fit
    tracemalloc.start()
    try:
        DescentRegressor(**settings).fit(rows, target)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert most < rows.nbytes / 2


def test_predictions_do_not_copy_sparse_rows():
    rows = scipy.sparse.random(20_000, 200, 0.05, format="csc", random_state=0)
    model = DescentRegressor(**BRIEF | {"max_iter": 1}).fit(rows[:64].tocsr(), np.arange(64.0))
    tracemalloc.start()
    try:
        model.predict(rows)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert most < rows.data.nbytes / 2


@BY_METHOD
def test_sparse_rows_may_have_wide_indices(settings):
    rows = scipy.sparse.csr_array(np.where(RANDOM.random(X.shape) < 0.5, X, 0))
    wide = rows.copy()
    wide.indices, wide.indptr = wide.indices.astype(np.int64), wide.indptr.astype(np.int64)
    usual = DescentRegressor(**settings).fit(rows, Y)
    np.testing.assert_allclose(
        DescentRegressor(**settings).fit(wide, Y).coef_, usual.coef_, rtol=1e-12
    )


def test_weights_of_zero_are_absent_by_batches_too():
    count = RANDOM.integers(0, 2, 60)
    here = count > 0
    weighted = DescentRegressor(**BRIEF).fit(X, Y, sample_weight=count)
    absent = DescentRegressor(**BRIEF).fit(X[here], Y[here])
    np.testing.assert_array_equal(weighted.coef_, absent.coef_)
    labels = np.where(here, (Y > 4).astype(int), 2)
    model = DescentClassifier().fit(X, labels, sample_weight=count)
    assert model.classes_.tolist() == [0, 1]


def test_a_tensor_that_records_gradients_is_refused_with_the_reason():
    with pytest.raises((RuntimeError, TypeError, ValueError), match="detach"):
        DescentRegressor().fit(torch.tensor(X, requires_grad=True), Y)


@BY_METHOD
def test_tensors_are_taken_as_arrays_where_scikit_learn_dispatches(settings):
    plain = DescentRegressor(**settings).fit(X, Y)
    with config_context(array_api_dispatch=True):
        model = DescentRegressor(**settings).fit(torch.tensor(X), torch.tensor(Y))
        predicted = model.predict(torch.tensor(X))
    np.testing.assert_allclose(model.coef_, plain.coef_)
    assert isinstance(predicted, np.ndarray)
