"""A centred risk is the same risk, in parameters that say where each column lies."""

import numpy as np
import pytest
from risks import risk_of
from scipy.sparse import csr_array

from descend.losses import CrossEntropy, Huber, LogLoss
from descend.objectives.risks.centring import centring_of
from descend.penalties import L1, L2

RANDOM = np.random.default_rng(0)
N = 40
PLAIN = RANDOM.standard_normal((N, 2))
TIMES = 1.7e12 + 1e6 * RANDOM.random(N)
COLUMNS = {
    "beside others": np.column_stack([PLAIN[:, 0], TIMES, PLAIN[:, 1]]),
    "alone": TIMES[:, None],
    "several": np.column_stack([TIMES, -2 * TIMES + 1e6 * PLAIN[:, 0]]),
}
LOSSES = {
    "huber": (Huber(), RANDOM.standard_normal((N, 1))),
    "two outputs": (Huber(), RANDOM.standard_normal((N, 2))),
    "log loss": (LogLoss(), (RANDOM.random((N, 1)) > 0.5).astype(float)),
    "softmax": (CrossEntropy(), np.eye(3)[RANDOM.integers(3, size=N)]),
}


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("kind", COLUMNS)
@pytest.mark.parametrize("penalty", [L1(0.1), L2(0.1)], ids=repr)
def test_values_and_gradients_are_those_of_the_risk_itself(kind, loss, penalty):
    X, (own, y) = COLUMNS[kind], LOSSES[loss]
    risk = risk_of(X, y, own, penalty)
    centring = centring_of(risk)
    v = RANDOM.standard_normal(risk.model.n_parameters) / np.tile(
        np.append(X.std(axis=0), 1), risk.model.n_outputs
    )
    w = centring.to_w(v)
    np.testing.assert_allclose(centring.from_w(w), v, rtol=1e-6, atol=1e-6)
    value, g = centring.risk.value_and_gradient(v)
    np.testing.assert_allclose(value, risk.value(w), rtol=1e-6)
    # the chain rule: g_v @ dv = g_w @ dw
    moved = RANDOM.standard_normal(v.shape) * np.abs(v)
    along = centring.gradient_to_w(g) @ (centring.to_w(v + moved) - w)
    size = np.abs(centring.gradient_to_w(g)) @ np.abs(centring.to_w(v + moved) - w)
    assert along == pytest.approx(g @ moved, abs=1e-9 * size)
    tight = np.abs(X.mean(axis=0)) > 1e5
    offsets = np.where(tight, X.mean(axis=0), 0.0)
    np.testing.assert_allclose(centring.offset, offsets)


@pytest.mark.parametrize(
    ("X", "intercept"),
    [
        (PLAIN, True),
        (PLAIN + 100.0, True),
        (np.column_stack([PLAIN, np.full(N, 1e12)]), True),  # constant: the intercept once more
        (np.where(RANDOM.random((N, 2)) < 0.5, 0.0, 1e12), True),
        (TIMES[:, None], False),
        (csr_array(np.column_stack([PLAIN, np.where(np.arange(N) == 3, 0, TIMES)])), True),
    ],
    ids=["plain", "near", "constant", "spread", "no intercept", "sparse with a zero"],
)
def test_columns_that_are_not_tight_are_left_as_they_are(X, intercept):
    assert centring_of(risk_of(X, np.zeros(N), intercept=intercept)) is None


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_full_columns_of_sparse_rows_are_centred_in_place_of_their_elements(dtype):
    X = np.column_stack([PLAIN * (RANDOM.random((N, 2)) < 0.3), 1e9 + 1e4 * PLAIN[:, 0]])
    dense = centring_of(risk_of(X.astype(dtype), np.zeros(N)))
    sparse = centring_of(risk_of(csr_array(X.astype(dtype)), np.zeros(N)))
    np.testing.assert_array_equal(sparse.risk.blocks.X.toarray(), dense.risk.blocks.X)
    assert sparse.risk.blocks.X.nnz == np.count_nonzero(X)
    assert dense.risk.blocks.X.dtype == dtype


def test_the_weighted_rows_say_where_a_column_lies():
    X = np.append(TIMES, np.zeros(N))[:, None]
    weight = np.append(np.full(N, 2.0), np.full(N, 1e-30))
    assert centring_of(risk_of(X, np.zeros(2 * N))) is None
    centring = centring_of(risk_of(X, np.zeros(2 * N), weight=weight))
    np.testing.assert_allclose(centring.offset, TIMES.mean())
