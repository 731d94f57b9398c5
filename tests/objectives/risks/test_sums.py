"""Sums over many rows, compiled and by threads, against those by NumPy over a few."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import scipy.sparse

from descend.data.rows import Rows
from descend.kernels import sparse_passes
from descend.kernels.rows import CSR
from descend.losses import (
    CLASSIFICATION,
    REGRESSION,
    CrossEntropy,
    Hinge,
    LogLoss,
    SquaredError,
)
from descend.models import Linear
from descend.objectives.risks import sums
from descend.objectives.risks.empirical_risk import EmpiricalRisk
from descend.penalties import L2, NoPenalty

N, D = 700, 30
LOSSES = [*REGRESSION.values(), *CLASSIFICATION.values(), CrossEntropy(), Hinge().smoothed(0.5)]
BY_LOSS = pytest.mark.parametrize("loss", LOSSES, ids=repr)
OUTPUTS = 3


def make(loss, *, dtype="float64", indices="int32", weighted=False, intercept=True, outputs=1):
    """Return the risk of sparse rows, some of them and one column without a number."""
    random = np.random.default_rng(4)
    X = random.standard_normal((N, D)) * (random.random((N, D)) < 0.3)
    X[::50], X[:, 3] = 0, 0
    rows = scipy.sparse.csr_array(X.astype(dtype))
    rows.indices, rows.indptr = rows.indices.astype(indices), rows.indptr.astype(indices)
    y = random.integers(0, 2, (N, outputs)).astype(dtype)
    if loss in REGRESSION.values():
        y = random.exponential(size=(N, outputs)).astype(dtype)
    elif loss.normalised:
        y = np.eye(outputs, dtype=dtype)[random.integers(outputs, size=N)]
    weight = random.exponential(size=N).astype(dtype) if weighted else None
    model = Linear(D, outputs, intercept)
    w = (0.3 * random.standard_normal(model.n_parameters)).astype(dtype)
    return EmpiricalRisk(model, loss, NoPenalty(), Rows(rows, y, weight)), w


def many_sparse(numbers=3_000_000, columns=40):
    """Return the risk of sparse rows in several parts, twenty numbers in each row."""
    random = np.random.default_rng(0)
    n = numbers // 20
    indptr = np.arange(0, 20 * n + 1, 20, dtype=np.int32)
    indices = random.integers(0, columns, 20 * n).astype(np.int32)
    X = scipy.sparse.csr_array((random.standard_normal(20 * n), indices, indptr), (n, columns))
    y = random.integers(0, 2, (n, 1)).astype(float)
    w = 0.1 * random.standard_normal(columns + 1)
    return EmpiricalRisk(Linear(columns), LogLoss(), L2(0.1), Rows(X, y)), w


def many_dense():
    """Return the risk of dense rows in several parts."""
    random = np.random.default_rng(0)
    X = random.standard_normal((300_000, D), dtype=np.float32)
    y = random.integers(0, 2, (len(X), 1)).astype(np.float32)
    w = 0.1 * random.standard_normal(D + 1, dtype=np.float32)
    return EmpiricalRisk(Linear(D), LogLoss(), L2(0.1), Rows(X, y)), w


def assert_compiled_as_numpy(risk, w):
    total, g = sums.compiled_sums(risk.model, risk.loss, risk.blocks, w)
    value, gradient = risk.value_and_gradient(w)
    digits = 64 * float(np.finfo(w.dtype).eps)
    assert total / N == pytest.approx(value, rel=digits)
    assert g.dtype == gradient.dtype == w.dtype
    np.testing.assert_allclose(g / N, gradient, rtol=0, atol=digits * np.abs(gradient).max())


@BY_LOSS
@pytest.mark.parametrize("weighted", [False, True], ids=["equal", "weighted"])
def test_the_pass_as_it_is_written_is_numpys(loss, weighted):
    outputs = OUTPUTS if loss.normalised else 1
    risk, w = make(loss, weighted=weighted, outputs=outputs)
    X, y, weight = risk.blocks.X, risk.blocks.y, risk.blocks.weight
    point = w.reshape(outputs, -1)
    g = np.zeros_like(point)
    rows = CSR(X.data, X.indices, X.indptr)
    total = sum(
        sparse_passes.add_rows(rows, y, weight, point, loss, loss.normalised, D, begin, end, g)
        for begin, end in ((0, 100), (100, N))
    )
    value, gradient = risk.value_and_gradient(w)
    assert total / N == pytest.approx(value, rel=1e-12)
    np.testing.assert_allclose(g.ravel() / N, gradient, rtol=1e-10, atol=1e-14)


@pytest.mark.parametrize(
    ("loss", "options"),
    [
        (LogLoss(), {}),
        (LogLoss(), {"dtype": "float32", "indices": "int64", "weighted": True}),
        (CrossEntropy(), {"outputs": OUTPUTS, "weighted": True}),
        (SquaredError(), {"outputs": OUTPUTS, "intercept": False}),
    ],
    ids=["log", "float32-int64-weighted", "softmax", "outputs"],
)
def test_the_compiled_pass_is_numpys(loss, options):
    assert_compiled_as_numpy(*make(loss, **options))


@BY_LOSS
@pytest.mark.thorough
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("weighted", [False, True], ids=["equal", "weighted"])
def test_the_compiled_pass_is_numpys_for_every_loss(loss, dtype, weighted):
    outputs = OUTPUTS if loss.normalised else 1
    assert_compiled_as_numpy(*make(loss, dtype=dtype, weighted=weighted, outputs=outputs))


@pytest.mark.parametrize("make_many", [many_sparse, many_dense])
def test_no_result_depends_on_the_number_of_threads(make_many, monkeypatch):
    risk, w = make_many()
    found = []
    for threads in (1, 2, 5):
        with ThreadPoolExecutor(threads) as pool:
            monkeypatch.setattr(sums, "pool", lambda pool=pool: pool)
            if risk.blocks.sparse:
                found.append(sums.compiled_sums(risk.model, risk.loss, risk.blocks, w))
                ones = np.ones((risk.blocks.n_rows, 1))
                found[-1] += (sums.compiled_squares(risk.model, risk.blocks, ones),)
            else:
                found.append(risk.value_and_gradient(w))
    for each in found[1:]:
        assert all(map(np.array_equal, each, found[0]))


@pytest.mark.parametrize(
    ("numbers", "width", "n_parts"),
    [(10**8, 10, 16), (2**22, 10, 8), (10**6, 10, 1), (2**24, 2**20, 4)],
)
def test_parts_hold_each_row_once_and_about_as_many_numbers(numbers, width, n_parts):
    shares = np.random.default_rng(0).exponential(size=N)
    indptr = np.append(0, np.cumsum(numbers / shares.sum() * shares).astype(int))
    X = SimpleNamespace(nnz=indptr[-1] + numbers % 2, indptr=indptr, shape=(N, width))
    boundaries = sums.sparse_boundaries(X, width)
    assert len(boundaries) == n_parts + 1
    assert (boundaries[0], boundaries[-1]) == (0, N)
    assert (np.diff(boundaries) > 0).all()
    assert np.diff(indptr[boundaries]).max() < 1.2 * X.nnz / n_parts


def test_many_rows_are_summed_in_parts():
    risk, w = many_dense()
    assert sums.threadable(risk.blocks) is risk.blocks
    assert sums.dense_boundaries(risk.blocks) == [0, 150_000, 300_000]
    halves = [
        replace(risk, blocks=risk.blocks.at(half)).value_and_gradient(w)
        for half in (slice(0, 150_000), slice(150_000, None))
    ]
    value, g = risk.value_and_gradient(w)
    assert value == pytest.approx((halves[0][0] + halves[1][0]) / 2, rel=1e-6)
    np.testing.assert_allclose(g, (halves[0][1] + halves[1][1]) / 2, rtol=1e-4, atol=1e-6)
    values, _ = risk.value_and_gradient(np.stack([w, 2 * w]))
    assert values[0] == pytest.approx(value, rel=1e-6)


def test_parts_that_overflow_warn_in_no_thread():
    risk, w = many_dense()
    value, g = replace(risk, loss=SquaredError()).value_and_gradient(np.full_like(w, 1e38))
    assert not np.isfinite(value)
    assert g.shape == w.shape


def test_squares_are_weighted_by_their_curvatures():
    risk, _ = make(SquaredError(), outputs=2)
    c = np.random.default_rng(0).exponential(size=(N, 2))
    X = risk.blocks.X.toarray()
    expected = np.column_stack([c.T @ X**2, c.sum(axis=0)])
    found = sums.compiled_squares(risk.model, risk.blocks, c)
    np.testing.assert_allclose(found.reshape(2, -1), expected, rtol=1e-12)


def test_a_compiled_pass_that_overflows_is_not_finite():
    risk, w = make(LogLoss())
    total, _ = sums.compiled_sums(risk.model, risk.loss, risk.blocks, np.full_like(w, 1e308))
    assert not np.isfinite(total)
    total, g = sums.compiled_sums(risk.model, risk.loss, risk.blocks, np.full_like(w, np.nan))
    assert np.isnan(total)
    assert np.isnan(g).any()


class OwnLoss(LogLoss):
    """A loss from outside the library: it would be compiled anew in each process."""


def test_many_sparse_rows_of_one_run_are_compiled_and_no_others():
    risk, w = many_sparse(5_000_000)
    rows = risk.blocks
    assert sums.compilable(risk.model, risk.loss, rows, w) is rows
    assert sums.compilable(risk.model, risk.loss, rows, np.stack([w, w])) is None
    assert sums.compilable(risk.model, OwnLoss(), rows, w) is None
    assert sums.compilable(risk.model, risk.loss, rows, w.astype("f4")) is None
    few = rows.at(slice(0, 1000))
    assert sums.compilable(risk.model, risk.loss, few, w) is None
    assert sums.compilable(risk.model, risk.loss, few.densified(), w) is None
    value, g = risk.value_and_gradient(w)
    values, gradients = risk.value_and_gradient(np.stack([w, w]))
    assert values[0] == pytest.approx(value, rel=1e-12)
    np.testing.assert_allclose(gradients[0], g, rtol=1e-10, atol=1e-14)
