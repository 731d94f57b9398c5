"""Interpreted steps are those of the compiled loops, and compile nothing."""

import subprocess
import sys

import numpy as np
import pytest
import scipy.sparse
from running import ENVIRONMENT

from descend import DescentClassifier, DescentRegressor
from descend.solvers.stochastic import interpreted

random = np.random.default_rng(0)
X = random.standard_normal((60, 4)) * (random.random((60, 4)) < 0.7)
Y = X @ [1.0, -2.0, 0.5, 0.0] + 1 + 0.1 * random.standard_normal(60)
STORED = {"dense": X, "sparse": scipy.sparse.csr_matrix(X)}
WEIGHTS = random.uniform(0.5, 2.0, 60)

FITS = {
    "regression": (DescentRegressor(loss="huber"), Y),
    "two classes": (DescentClassifier(), Y > 1),
    "softmax": (DescentClassifier(), np.digitize(Y, [0, 2])),
    "several outputs": (DescentRegressor(), np.column_stack([Y, -Y])),
}


def fitted(model, y, rows, weight=None, **settings):
    model.set_params(max_iter=4, tol=0.0, random_state=0, alpha=0.01, **settings)
    return model.fit(rows, y, sample_weight=weight)


SETTINGS = [
    ("regression", {"optimizer": "sgd", "batch_size": 1, "penalty": "l1"}),
    ("softmax", {"optimizer": "adam", "batch_size": 7}),
    ("two classes", {"optimizer": "momentum", "batch_size": 7, "penalty": "elasticnet"}),
    ("several outputs", {"optimizer": "sgd", "batch_size": 7, "fit_intercept": False}),
    ("two classes", {"optimizer": "saga", "batch_size": 1}),
    ("several outputs", {"optimizer": "svrg", "batch_size": 7, "penalty": "l1"}),
]
# each of these compiles; a loop is written once for every precision, so each meets both of them and
# both kinds of storage, though not all four together
SAMPLE = [
    pytest.param(case, settings, dtype, storage, id=f"{case}-{settings['optimizer']}-{storage}")
    for place, (case, settings) in enumerate(SETTINGS)
    for dtype, storage in zip(
        (np.float64, np.float32), list(STORED)[:: 1 - 2 * (place % 2)], strict=True
    )
]


@pytest.mark.parametrize(("case", "settings", "dtype", "storage"), SAMPLE)
def test_they_are_the_compiled_steps_to_rounding(monkeypatch, case, settings, dtype, storage):
    model, y = FITS[case]
    rows = STORED[storage].astype(dtype)
    ours = fitted(model, y, rows, WEIGHTS, **settings)
    coef, losses = np.array(ours.coef_), list(ours.loss_curve_)
    monkeypatch.setattr(interpreted, "STEPS", 0)
    compiled = fitted(model, y, rows, WEIGHTS, **settings)
    precision = 1e3 * np.finfo(dtype).eps
    assert coef.dtype == compiled.coef_.dtype == dtype
    np.testing.assert_allclose(coef, compiled.coef_, rtol=precision, atol=precision)
    np.testing.assert_allclose(losses, compiled.loss_curve_, rtol=precision)


def test_a_run_that_is_compiled_later_goes_on_as_one_that_was_from_the_start(monkeypatch):
    settings = {"optimizer": "adam", "batch_size": 7}
    monkeypatch.setattr(interpreted, "STEPS", 15)
    both = fitted(DescentRegressor(), Y, X, **settings).coef_
    monkeypatch.setattr(interpreted, "STEPS", 0)
    np.testing.assert_allclose(both, fitted(DescentRegressor(), Y, X, **settings).coef_, rtol=1e-12)


SMALL = """
import numba.core.event as event
import numpy as np
from descend import DescentClassifier, DescentRegressor
import descend.kernels

class Counter(event.Listener):
    compiled = 0
    def on_start(self, _):
        Counter.compiled += 1
    def on_end(self, _):
        pass

event.register("numba:compile", Counter())
X = np.random.default_rng(0).standard_normal((50, 3))
for optimizer in ("auto", "sgd", "adam", "saga"):
    DescentRegressor(optimizer=optimizer, max_iter=20, tol=None).fit(X, X.sum(axis=1))
    DescentClassifier(optimizer=optimizer, max_iter=20, tol=None).fit(X, X[:, 0] > 0)
print(Counter.compiled)
"""


def test_small_fits_compile_nothing():
    ran = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", SMALL],
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.split() == ["0"]
