"""Steps that are deferred until their parameter is read end where steps taken at once do."""

from itertools import product

import numpy as np
import pytest
import scipy.sparse
from deferring import DEFERRED

from descend import DescentRegressor
from descend.kernels.epochs import descend_batches, room_for_batches
from descend.kernels.lazy_rows import descend_lazy_batches, descend_lazy_rows
from descend.kernels.rows import compressed
from descend.losses import CrossEntropy, LogLoss, SquaredError
from descend.optimizers import SGD, AdaGrad
from descend.penalties import L1, L2, Box, ElasticNet, NoPenalty
from descend.protocols import verbs

ROWS, COLUMNS = 60, 12


def problem(loss, outputs, penalty, dtype, indices=np.int32):
    random = np.random.default_rng(outputs)
    X = scipy.sparse.random(ROWS, COLUMNS, 0.2, format="csr", random_state=1, dtype=dtype)
    if loss.normalised:
        y = np.eye(outputs)[random.integers(outputs, size=ROWS)]
    else:
        y = (random.random((ROWS, outputs)) < 0.5).astype(float)
    X.indices, X.indptr = X.indices.astype(indices), X.indptr.astype(indices)
    rows = compressed(X)
    start = random.standard_normal((outputs, COLUMNS + 1)) / 3
    start[:, :COLUMNS] = verbs.prox(penalty, start[:, :COLUMNS], 0.0)
    weight = random.uniform(0.5, 1.5, ROWS)
    order = random.permutation(ROWS).astype(np.int32)
    return rows, y.astype(dtype), weight.astype(dtype), order, start.astype(dtype)


def stepped(kernel, data, parts, rates, batch, *, lazy):
    rows, y, weight, order, start = data
    optimizer, loss, penalty = parts
    w = start.copy()
    memory = tuple(np.zeros_like(w) for _ in optimizer.memory)
    applied, room = (), (room_for_batches(w, batch),)
    if lazy:
        room = ()
        smooth = isinstance(penalty, NoPenalty | L2)
        applied = (None if smooth else np.zeros((len(w), COLUMNS)),)
    total = kernel(
        rows, y, weight, order, w, memory, *applied, *parts, rates, 1.0,
        batch, loss.normalised or None, COLUMNS, *room,
    )  # fmt: skip
    return w, *memory, np.float64(total)


def stepped_by_rows(kernel, data, parts, rates):
    rows, y, weight, order, start = data
    optimizer, _, penalty = parts
    w = start[0].copy()
    memory = tuple(np.zeros_like(w) for _ in optimizer.memory)
    applied = None if isinstance(penalty, NoPenalty | L2) else np.zeros(COLUMNS)
    total = kernel(
        rows, y[:, 0], weight, order, w, memory, applied, *parts, rates, 1.0, COLUMNS
    )  # fmt: skip
    return w[None], *(array[None] for array in memory), np.float64(total)


def assert_same(ours, theirs, dtype=np.float64):
    exact = {"rtol": 1e-10, "atol": 1e-11} if dtype == np.float64 else {"rtol": 1e-3, "atol": 1e-4}
    for one, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(one, other, **exact)


def rates_of(kind, batch):
    steps = -(-ROWS // batch)
    return np.float64(0.2) if kind == "constant" else np.linspace(0.4, 0.01, steps)


@pytest.mark.parametrize(("optimizer", "penalty"), DEFERRED, ids=repr)
def test_deferred_steps_end_where_steps_at_once_do(optimizer, penalty):
    losses = ((SquaredError(), 1), (LogLoss(), 2), (CrossEntropy(), 3))
    for (loss, outputs), batch, kind in product(losses, (1, 7), ("constant", "falling")):
        data = problem(loss, outputs, penalty, np.float64)
        run = (data, (optimizer, loss, penalty), rates_of(kind, batch))
        at_once = stepped(descend_batches.plain, *run, batch, lazy=False)
        assert_same(stepped(descend_lazy_batches.plain, *run, batch, lazy=True), at_once)
        if batch == outputs == 1:
            assert_same(stepped_by_rows(descend_lazy_rows.plain, *run), at_once)


@pytest.mark.parametrize("penalty", [L2(2.0), ElasticNet(2.0, 0.1)], ids=repr)
def test_scales_that_would_underflow_return_to_one(penalty):
    data = problem(SquaredError(), 1, penalty, np.float64)
    # a factor of 0.52 or more a step, sixty times: far below the smallest scale
    run = (data, (SGD(), SquaredError(), penalty), np.float64(0.24))
    at_once = stepped(descend_batches.plain, *run, 1, lazy=False)
    assert_same(stepped_by_rows(descend_lazy_rows.plain, *run), at_once)
    assert_same(stepped(descend_lazy_batches.plain, *run, 1, lazy=True), at_once)


# each of these compiles
COMPILED = [
    (SGD(), L2(0.3), np.float32, np.int64),
    (SGD(), ElasticNet(0.2, 0.3), np.float64, np.int32),
    pytest.param(
        SGD(), Box(-0.05, 0.1, L1(0.02)), np.float64, np.int32, marks=pytest.mark.thorough
    ),
    pytest.param(AdaGrad(), NoPenalty(), np.float64, np.int32, marks=pytest.mark.thorough),
]


@pytest.mark.parametrize(("optimizer", "penalty", "dtype", "indices"), COMPILED, ids=repr)
def test_compiled_deferred_steps_are_those_of_the_plain_functions(
    optimizer, penalty, dtype, indices
):
    data = problem(SquaredError(), 1, penalty, dtype, indices)
    parts, rates = (optimizer, SquaredError(), penalty), rates_of("falling", 1).astype(dtype)
    plain = stepped(descend_batches.plain, data, parts, rates, 1, lazy=False)
    by_rows = stepped_by_rows(descend_lazy_rows.kept, data, parts, rates)
    assert_same(by_rows, plain, dtype)
    assert by_rows[0].dtype == dtype
    batches = stepped(descend_lazy_batches.kept, data, parts, rates, 1, lazy=True)
    assert_same(batches, plain, dtype)


@pytest.mark.parametrize(("batch_size", "penalty"), [(1, "elasticnet"), (8, "l1")])
def test_sparse_rows_are_fitted_as_dense_ones(batch_size, penalty):
    X = scipy.sparse.random(300, 20, 0.1, format="csr", random_state=0)
    y = X @ np.arange(20.0) + 1
    settings = {"optimizer": "sgd", "learning_rate": 0.05, "max_iter": 5, "tol": 0.0}
    settings |= {"batch_size": batch_size, "penalty": penalty, "alpha": 0.3, "random_state": 0}
    dense = DescentRegressor(**settings).fit(X.toarray(), y)
    for rows in (X, X.tocsc(), twice(X), long(X)):
        fitted = DescentRegressor(**settings).fit(rows, y)
        np.testing.assert_allclose(fitted.coef_, dense.coef_, rtol=1e-10, atol=1e-12)
        np.testing.assert_allclose(fitted.intercept_, dense.intercept_, rtol=1e-10)
    assert penalty != "l1" or (dense.coef_ == 0).any()


def twice(X):
    """Return the matrix with every number given as two halves."""
    data, indices = np.repeat(X.data / 2, 2), np.repeat(X.indices, 2)
    return scipy.sparse.csr_matrix((data, indices, 2 * X.indptr), shape=X.shape)


def long(X):
    """Return the matrix with 64-bit indices, read-only."""
    wide = X.copy()
    wide.indices, wide.indptr = X.indices.astype(np.int64), X.indptr.astype(np.int64)
    for array in (wide.data, wide.indices, wide.indptr):
        array.flags.writeable = False
    return wide
