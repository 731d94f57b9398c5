"""Steps that wait until their parameter is met end where steps taken at once do."""

from itertools import product
from typing import NamedTuple

import numpy as np
import pytest
import scipy.sparse

from descend import DescentRegressor
from descend.kernels import epochs as walk
from descend.kernels import lazy_rows as sparse
from descend.kernels.rows import compressed
from descend.losses import CrossEntropy, LogLoss, SquaredError
from descend.optimizers import SGD, AdaGrad, Adam, Momentum, Nesterov, SignSGD, by_name, names
from descend.penalties import L1, L2, Box, ElasticNet, NonNegative, NoPenalty
from descend.protocols import verbs
from descend.solvers.stochastic.lazy_updates import may_wait

ROWS, COLUMNS = 60, 12

WAITING = [
    (SGD(), NoPenalty()),
    (SGD(), L2(0.3)),
    (SGD(), L1(0.02)),
    (SGD(), ElasticNet(0.2, 0.3)),
    (SGD(), NonNegative()),
    (SGD(), NonNegative(L2(0.2))),
    (SGD(), Box(-0.05, 0.1, ElasticNet(0.1, 0.2))),
    (SGD(), Box(0.02, 0.2, L1(0.02))),
    (AdaGrad(), NoPenalty()),
    (SignSGD(), NoPenalty()),
]
AT_ONCE = [
    (Momentum(), NoPenalty()),
    (Nesterov(), NoPenalty()),
    (Adam(), L1(0.02)),
    (AdaGrad(), L2(0.3)),
    (AdaGrad(initial=0.1), NoPenalty()),
    (SignSGD(), L2(0.3)),
    (by_name("averaged"), NoPenalty()) if "averaged" in names() else (Adam(), NoPenalty()),
]


@pytest.mark.parametrize(("optimizer", "penalty"), WAITING, ids=repr)
def test_steps_may_wait(optimizer, penalty):
    assert may_wait(optimizer, penalty)


@pytest.mark.parametrize(("optimizer", "penalty"), AT_ONCE, ids=repr)
def test_steps_of_what_moves_without_a_gradient_may_not_wait(optimizer, penalty):
    assert not may_wait(optimizer, penalty)


class Cubic(NamedTuple):
    """A penalty whose gradient is not a multiple of `w`."""

    def value(self, w):
        return np.abs(w) ** 3 / 3

    def gradient(self, w):
        return np.abs(w) * w

    def curvature(self, w):
        return 2 * np.abs(w)

    def prox(self, w, rate):
        return w


class Capped(Cubic):
    """A penalty with a proximal step of its own, and no kink that is told."""

    def gradient(self, w):
        return 0.0 * w

    def prox(self, w, rate):
        return w / (1 + rate)


@pytest.mark.parametrize("penalty", [Cubic(), Capped()], ids=["cubic", "own prox"])
def test_ones_own_penalty_of_another_kind_may_not_wait(penalty):
    assert not may_wait(SGD(), penalty)


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


def walked(kernel, data, parts, rates, batch, *, waiting):
    rows, y, weight, order, start = data
    optimizer, loss, penalty = parts
    w = start.copy()
    memory = tuple(np.zeros_like(w) for _ in optimizer.memory)
    met = ()
    if waiting:
        rough = not isinstance(penalty, NoPenalty | L2)
        met = (np.zeros((len(w), COLUMNS)) if rough else None,)
    total = kernel(
        rows, y, weight, order, w, memory, *met, *parts, rates, 1.0,
        batch, loss.normalised, COLUMNS,
    )  # fmt: skip
    return w, *memory, np.float64(total)


def walked_by_rows(kernel, data, parts, rates):
    rows, y, weight, order, start = data
    optimizer, _, penalty = parts
    w = start[0].copy()
    memory = tuple(np.zeros_like(w) for _ in optimizer.memory)
    met = None if isinstance(penalty, NoPenalty | L2) else np.zeros(COLUMNS)
    total = kernel(
        rows, y[:, 0], weight, order, w, memory, met, *parts, rates, 1.0, COLUMNS
    )  # fmt: skip
    return w[None], *(array[None] for array in memory), np.float64(total)


def assert_same(ours, theirs, dtype=np.float64):
    exact = {"rtol": 1e-10, "atol": 1e-11} if dtype == np.float64 else {"rtol": 1e-3, "atol": 1e-4}
    for one, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(one, other, **exact)


def rates_of(kind, batch):
    steps = -(-ROWS // batch)
    return np.float64(0.2) if kind == "constant" else np.linspace(0.4, 0.01, steps)


@pytest.mark.parametrize(("optimizer", "penalty"), WAITING, ids=repr)
def test_steps_that_wait_end_where_steps_at_once_do(optimizer, penalty):
    losses = ((SquaredError(), 1), (LogLoss(), 2), (CrossEntropy(), 3))
    for (loss, outputs), batch, kind in product(losses, (1, 7), ("constant", "falling")):
        data = problem(loss, outputs, penalty, np.float64)
        run = (data, (optimizer, loss, penalty), rates_of(kind, batch))
        at_once = walked(walk.walk_batches, *run, batch, waiting=False)
        assert_same(walked(sparse.walk_sparse_batches, *run, batch, waiting=True), at_once)
        if batch == outputs == 1:
            assert_same(walked_by_rows(sparse.walk_sparse_rows, *run), at_once)


@pytest.mark.parametrize("penalty", [L2(2.0), ElasticNet(2.0, 0.1)], ids=repr)
def test_scales_that_would_underflow_are_taken_back_on_the_way(penalty):
    data = problem(SquaredError(), 1, penalty, np.float64)
    # a factor of 0.52 or more a step, sixty times: far below the smallest scale
    run = (data, (SGD(), SquaredError(), penalty), np.float64(0.24))
    at_once = walked(walk.walk_batches, *run, 1, waiting=False)
    assert_same(walked_by_rows(sparse.walk_sparse_rows, *run), at_once)
    assert_same(walked(sparse.walk_sparse_batches, *run, 1, waiting=True), at_once)


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
def test_compiled_steps_that_wait_are_those_of_the_plain_functions(
    optimizer, penalty, dtype, indices
):
    data = problem(SquaredError(), 1, penalty, dtype, indices)
    parts, rates = (optimizer, SquaredError(), penalty), rates_of("falling", 1).astype(dtype)
    plain = walked(walk.walk_batches, data, parts, rates, 1, waiting=False)
    by_rows = walked_by_rows(sparse.cached_walk_sparse_rows, data, parts, rates)
    assert_same(by_rows, plain, dtype)
    assert by_rows[0].dtype == dtype
    batches = walked(sparse.cached_walk_sparse_batches, data, parts, rates, 1, waiting=True)
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
