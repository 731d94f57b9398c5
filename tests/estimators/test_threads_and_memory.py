"""No fit depends on the number of threads; none copies its rows."""

import tracemalloc

import numpy as np
import pytest
import scipy.sparse
from threadpoolctl import threadpool_limits

from descend import DescentClassifier, DescentRegressor
from descend.support import threads

N, D = 100_000, 30
SAMPLE = 10_000
"""Rows at most whose curvature is looked at, and from which the coordinates follow."""

RANDOM = np.random.default_rng(0)
X = RANDOM.standard_normal((N, D))
SCORES = X @ RANDOM.standard_normal(D) + 2 * RANDOM.standard_normal(N)

ROWS = {
    "C": X,
    "F": np.asfortranarray(X),
    "float32": np.asfortranarray(X.astype(np.float32)),
    "CSR": scipy.sparse.csr_array(X * (RANDOM.random((N, D)) < 0.3)),
}

FITS = {
    "logistic": (DescentClassifier, {}),
    "squared error": (DescentRegressor, {}),
    "huber": (DescentRegressor, {"loss": "huber"}),
    "smoothed hinge": (DescentClassifier, {"loss": "hinge", "max_iter": 5}),
    "proximal Newton": (DescentRegressor, {"penalty": "l1", "alpha": 0.1}),
    "gradient descent": (DescentClassifier, {"optimizer": "sgd", "batch_size": "full"}),
}


BY_BATCHES = {
    "Adam by batches": (DescentClassifier, {"optimizer": "adam", "max_iter": 2, "tol": None}),
    "SGD by large batches": (
        DescentClassifier,
        {"optimizer": "sgd", "batch_size": 4096, "max_iter": 2, "tol": None},
    ),
    "SAGA": (DescentClassifier, {"optimizer": "saga", "max_iter": 2, "tol": None}),
}

WIDE = RANDOM.standard_normal((2_000, 1_200))


def fitted(fit, rows):
    kind, options = (FITS | BY_BATCHES)[fit]
    settings = {"max_iter": 5, "random_state": 0, "record": None} | options
    y = SCORES if kind is DescentRegressor else SCORES > 0
    return kind(**settings).fit(rows, y[: rows.shape[0]])


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("rows", ROWS)
@pytest.mark.parametrize("fit", FITS)
def test_one_and_three_threads_give_the_same_bits(fit, rows, monkeypatch):
    found = []
    for count in ("1", "3"):
        monkeypatch.setenv("OMP_NUM_THREADS", count)
        threads._pool_of.cache_clear()
        model = fitted(fit, ROWS[rows])
        found.append(np.append(model.coef_, model.intercept_))
    threads._pool_of.cache_clear()
    np.testing.assert_array_equal(*found)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("rows", [X, WIDE], ids=["30 columns", "1,200 columns"])
@pytest.mark.parametrize("fit", [*FITS, *BY_BATCHES])
def test_one_and_two_threads_of_blas_give_the_same_bits(fit, rows):
    found = []
    for count in (1, 2):
        with threadpool_limits(count, user_api="blas"):
            model = fitted(fit, rows)
        found.append(np.append(model.coef_, model.intercept_))
    np.testing.assert_array_equal(*found)


def numbers(rows):
    if scipy.sparse.issparse(rows):
        return rows.data.nbytes + rows.indices.nbytes + rows.indptr.nbytes
    return rows.nbytes


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("rows", ROWS)
@pytest.mark.parametrize("fit", ["logistic", "squared error", "huber", "gradient descent"])
def test_a_fit_holds_samples_of_the_rows_and_no_copy(fit, rows):
    X = ROWS[rows]
    fitted(fit, X)  # what is imported and compiled stays
    tracemalloc.start()
    try:
        fitted(fit, X)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    # a sample, its scaled copy and what is summed of it, dense; and a few numbers a row
    assert peak < 0.1 * numbers(X) + 3 * SAMPLE * D * 8 + 5 * N * 8
