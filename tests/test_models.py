"""Predictions are sums over the features, and the pullback is their transpose."""

import numpy as np
import pytest
import scipy.sparse

from descend.models import Linear

X = np.random.default_rng(0).standard_normal((7, 3)) * (np.arange(21).reshape(7, 3) % 2)
STORED = pytest.mark.parametrize(
    "stored", [np.asarray, scipy.sparse.csr_matrix], ids=["dense", "csr"]
)
SHAPES = pytest.mark.parametrize(
    ("outputs", "intercept"), [(1, True), (1, False), (4, True), (4, False)]
)
RUNS = pytest.mark.parametrize("runs", [(), (5,), (2, 3)], ids=str)


@STORED
@SHAPES
@RUNS
def test_predictions_are_weighted_sums(stored, outputs, intercept, runs):
    model = Linear(3, outputs, intercept)
    assert model.n_parameters == outputs * (3 + intercept)
    w = np.random.default_rng(1).standard_normal((*runs, model.n_parameters))
    z = model.predict(w, stored(X))
    assert z.shape == (7, *runs, outputs)
    for run in np.ndindex(*runs):
        own = w[run].reshape(outputs, 3 + intercept)
        for i in range(7):
            for k in range(outputs):
                alone = X[i] @ own[k, :3] + (own[k, 3] if intercept else 0)
                assert z[(i, *run, k)] == pytest.approx(alone)


@STORED
@SHAPES
@RUNS
def test_the_pullback_is_the_transpose_of_the_prediction(stored, outputs, intercept, runs):
    model, random = Linear(3, outputs, intercept), np.random.default_rng(2)
    w = random.standard_normal((*runs, model.n_parameters))
    r = random.standard_normal((7, *runs, outputs))
    g = model.pullback(w, stored(X), r)
    assert g.shape == w.shape
    # <predict(w), r> = <w, pullback(r)>, run by run
    there = np.sum(model.predict(w, stored(X)) * r, axis=(0, -1))
    np.testing.assert_allclose(there, np.sum(w * g, axis=-1))


@SHAPES
def test_zeros_predict_zeros_of_the_same_shape(outputs, intercept):
    model = Linear(3, outputs, intercept)
    for runs in ((), (5,)):
        w = np.zeros((*runs, model.n_parameters), dtype=np.float32)
        z = model.predict(w, X.astype(np.float32))
        assert z.shape == (7, *runs, outputs)
        assert z.dtype == np.float32
        assert not z.any()


@SHAPES
def test_intercepts_are_not_penalised(outputs, intercept):
    model = Linear(3, outputs, intercept)
    w = np.arange(1.0, 1 + 2 * model.n_parameters).reshape(2, -1)
    kept = model.penalised(w)
    by_output = kept.reshape(2, outputs, 3 + intercept)
    assert (by_output[..., :3] == model.by_output(w)[..., :3]).all()
    assert not by_output[..., 3:].any()
    assert w.all()
    assert not np.shares_memory(kept, w)


def test_float32_rows_and_parameters_give_float32():
    model = Linear(3, 2)
    w = np.ones(8, dtype=np.float32)
    for rows in (X.astype(np.float32), scipy.sparse.csr_matrix(X.astype(np.float32))):
        z = model.predict(w, rows)
        assert z.dtype == np.float32
        assert model.pullback(w, rows, z).dtype == np.float32
