"""The tutorials' loss without a half: their rates hold as printed, with every optimizer."""

import numpy as np
import pytest
from sklearn.datasets import make_regression

from descend import DescentRegressor

X, Y = make_regression(n_samples=100, n_features=1, noise=5, random_state=2)
FULL = {"loss": "mean_squared_error", "alpha": 0.0, "batch_size": "full", "tol": 0}


@pytest.mark.parametrize("rate", [0.1, 0.6, 0.8])
def test_a_tutorials_loop_is_followed_step_for_step(rate):
    m, c = -10.0, 9.0
    path = [(m, c)]
    for _ in range(10):
        error = Y - (m * X[:, 0] + c)
        m, c = m + rate * np.mean(2 * X[:, 0] * error), c + rate * np.mean(2 * error)
        path.append((m, c))
    model = DescentRegressor(
        **FULL, optimizer="sgd", learning_rate=rate, max_iter=10, record="step"
    )
    descent = model.fit(X, Y, coef_init=[-10.0], intercept_init=9.0).descent_
    np.testing.assert_allclose(descent.points, path, rtol=1e-9)
    expected = [np.mean((Y - (m * X[:, 0] + c)) ** 2) for m, c in path]
    np.testing.assert_allclose(descent.values, expected, rtol=1e-9)


def test_untuned_it_ends_at_least_squares():
    model = DescentRegressor(loss="mean_squared_error", alpha=0.0).fit(X, Y)
    (slope, intercept), (residual,), *_ = np.linalg.lstsq(np.column_stack([X, np.ones(100)]), Y)
    np.testing.assert_allclose([model.coef_[0], model.intercept_], [slope, intercept], rtol=1e-7)
    assert model.descent_.fun == pytest.approx(residual / 100)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize(
    "chosen",
    [
        {},
        {"optimizer": "sgd", "precondition": "diagonal"},
        {"penalty": "l1", "alpha": 1e-3},
        {"optimizer": "sgd"},
        {"optimizer": "sgd", "batch_size": 32},
        {"optimizer": "sgd", "batch_size": 1, "record": "step"},
        {"optimizer": "adam"},
        {"optimizer": "lbfgs"},
        {"optimizer": "svrg"},
        {"optimizer": "saga"},
    ],
    ids=repr,
)
def test_each_optimizer_starts_where_it_is_told(chosen):
    model = DescentRegressor(
        **{"loss": "mean_squared_error", "alpha": 0.0, "max_iter": 30, "random_state": 0, **chosen}
    )
    model.fit(X, Y, coef_init=[-10.0], intercept_init=9.0)
    np.testing.assert_allclose(model.descent_.points[0], [-10.0, 9.0], rtol=1e-12)
    end = [model.coef_[0], model.intercept_]
    np.testing.assert_allclose(model.descent_.points[-1], end, rtol=1e-12)
    assert model.descent_.values[0] == pytest.approx(np.mean((Y + 10 * X[:, 0] - 9) ** 2), abs=0.02)
