"""Passes over many sparse rows, compiled and by threads, against those by NumPy."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
import scipy.sparse

from descend.data.rows import Rows
from descend.kernels import sparse_passes as passes
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
from descend.objectives.risks import sums as parts
from descend.objectives.risks.empirical_risk import EmpiricalRisk
from descend.penalties import L2

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
    return EmpiricalRisk(model, loss, L2(0.3), Rows(rows, y, weight)), w


def compiled_and_plain(risk, w, monkeypatch):
    """Return the value and gradient by the compiled pass, and by NumPy's."""
    monkeypatch.setattr(parts, "WORTH_LOADING", 0)
    assert parts.many_sparse_rows(risk.model, risk.loss, risk.blocks, w) is not None
    ours = risk.value_and_gradient(w)
    monkeypatch.setattr(parts, "WORTH_LOADING", np.inf)
    assert parts.many_sparse_rows(risk.model, risk.loss, risk.blocks, w) is None
    return ours, risk.value_and_gradient(w)


def assert_same(ours, plain, dtype):
    digits = 64 * float(np.finfo(dtype).eps)
    assert ours[0] == pytest.approx(plain[0], rel=digits)
    assert ours[1].dtype == plain[1].dtype == dtype
    np.testing.assert_allclose(ours[1], plain[1], rtol=0, atol=digits * np.abs(plain[1]).max())


@BY_LOSS
@pytest.mark.parametrize("weighted", [False, True], ids=["equal", "weighted"])
def test_the_pass_as_it_is_written_is_numpys(loss, weighted):
    outputs = OUTPUTS if loss.normalised else 1
    risk, w = make(loss, weighted=weighted, outputs=outputs)
    X, y, weight = next(iter(risk.blocks))
    point = w.reshape(outputs, -1)
    g = np.zeros_like(point)
    rows = CSR(X.data, X.indices, X.indptr)
    total = 0.0
    for begin, end in ((0, 100), (100, N)):
        total += passes.add_rows(
            rows, y, weight, point, loss, loss.normalised, D, begin, end, g
        )  # fmt: skip
    value, gradient = replace(risk, penalty=L2(0.0)).value_and_gradient(w)
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
def test_the_compiled_pass_is_numpys(loss, options, monkeypatch):
    risk, w = make(loss, **options)
    ours, plain = compiled_and_plain(risk, w, monkeypatch)
    assert_same(ours, plain, w.dtype)


@BY_LOSS
@pytest.mark.thorough
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("weighted", [False, True], ids=["equal", "weighted"])
def test_the_compiled_pass_is_numpys_for_every_loss(loss, dtype, weighted, monkeypatch):
    outputs = OUTPUTS if loss.normalised else 1
    risk, w = make(loss, dtype=dtype, weighted=weighted, outputs=outputs)
    ours, plain = compiled_and_plain(risk, w, monkeypatch)
    assert_same(ours, plain, w.dtype)


@pytest.mark.parametrize("stored", ["sparse", "dense"])
def test_no_result_depends_on_the_number_of_threads(stored, monkeypatch):
    risk, w = make(LogLoss(), weighted=True)
    if stored == "dense":
        blocks = Rows(risk.blocks.X.toarray(), risk.blocks.y, risk.blocks.weight)
        risk = replace(risk, blocks=blocks)
    plain = risk.value_and_gradient(w)
    for name in ("WORTH_LOADING", "PART", "DENSE_PART"):
        monkeypatch.setattr(parts, name, 500)
    found = []
    for threads in (1, 2, 5):
        with ThreadPoolExecutor(threads) as pool:
            monkeypatch.setattr(parts, "pool", lambda pool=pool: pool)
            found.append(risk.value_and_gradient(w))
            if stored == "sparse":
                found[-1] += (parts.squares(risk.model, risk.blocks, np.ones((N, 1))),)
    assert_same(found[0], plain, float)
    for each in found[1:]:
        assert all(map(np.array_equal, each, found[0]))


@pytest.mark.parametrize(
    ("part", "width", "count"), [(1, 10, 16), (1, 150, 8), (10**6, 10, 1), (1_000, 300, 4)]
)
def test_parts_hold_each_row_once_and_about_as_many_numbers(part, width, count, monkeypatch):
    monkeypatch.setattr(parts, "PART", part)
    X = make(LogLoss())[0].blocks.X
    edges = parts.sparse_edges(X, width)
    assert len(edges) == count + 1
    assert (edges[0], edges[-1]) == (0, N)
    assert (np.diff(edges) > 0).all()
    assert np.diff(X.indptr[edges]).max() < 1.2 * X.nnz / count


def test_many_dense_rows_are_summed_in_parts(monkeypatch):
    monkeypatch.setattr(parts, "DENSE_PART", 2_000)
    risk, w = make(CrossEntropy(), outputs=OUTPUTS, weighted=True)
    rows = Rows(risk.blocks.X.toarray(), risk.blocks.y, risk.blocks.weight)
    dense = replace(risk, blocks=rows)
    assert parts.many_dense_rows(rows) is rows
    assert parts.dense_edges(rows) == [0, 87, 175, 262, 350, 437, 525, 612, N]
    several = np.stack([w, 2 * w])
    for point in (w, several):
        ours, plain = dense.value_and_gradient(point), risk.value_and_gradient(point)
        np.testing.assert_allclose(ours[0], plain[0], rtol=1e-13)
        np.testing.assert_allclose(ours[1], plain[1], rtol=1e-11, atol=1e-15)
    monkeypatch.setattr(parts, "WIDEST", D - 1)
    assert parts.many_dense_rows(rows) is None


def test_parts_that_overflow_warn_in_no_thread(monkeypatch):
    monkeypatch.setattr(parts, "DENSE_PART", 2_000)
    X = np.random.default_rng(0).standard_normal((N, D))
    risk = EmpiricalRisk(Linear(D), SquaredError(), L2(0.1), Rows(X, X[:, :1]))
    value, g = risk.value_and_gradient(np.full(D + 1, 1e200))
    assert not np.isfinite(value)
    assert g.shape == (D + 1,)


def test_squares_bear_their_curvatures():
    risk, _ = make(SquaredError(), outputs=2)
    c = np.random.default_rng(0).exponential(size=(N, 2))
    X = risk.blocks.X.toarray()
    expected = np.column_stack([c.T @ X**2, c.sum(axis=0)])
    np.testing.assert_allclose(
        parts.squares(risk.model, risk.blocks, c).reshape(2, -1), expected, rtol=1e-12
    )


def test_a_pass_that_overflows_says_so(monkeypatch):
    monkeypatch.setattr(parts, "WORTH_LOADING", 0)
    risk, w = make(LogLoss())
    value, _ = risk.value_and_gradient(np.full_like(w, 1e308))
    assert not np.isfinite(value)
    value, g = risk.value_and_gradient(np.full_like(w, np.nan))
    assert np.isnan(value)
    assert np.isnan(g).any()


class OwnLoss(LogLoss):
    """A loss from outside the library: it would be compiled anew in each process."""


def test_few_rows_runs_at_once_dense_rows_and_ones_own_losses_are_left_to_numpy(monkeypatch):
    risk, w = make(LogLoss())
    assert parts.many_sparse_rows(risk.model, risk.loss, risk.blocks, w) is None
    monkeypatch.setattr(parts, "WORTH_LOADING", 0)
    assert parts.many_sparse_rows(risk.model, risk.loss, risk.blocks, w) is risk.blocks
    two = np.stack([w, w])
    assert parts.many_sparse_rows(risk.model, risk.loss, risk.blocks, two) is None
    assert parts.many_sparse_rows(risk.model, OwnLoss(), risk.blocks, w) is None
    assert parts.many_sparse_rows(risk.model, risk.loss, risk.blocks, w.astype("f4")) is None
    dense = Rows(risk.blocks.X.toarray(), risk.blocks.y)
    assert parts.many_sparse_rows(risk.model, risk.loss, dense, w) is None
    np.testing.assert_allclose(risk.value_and_gradient(two)[1][0], risk.value_and_gradient(w)[1])
