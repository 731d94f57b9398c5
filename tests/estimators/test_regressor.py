"""Regression: the closed form, several outputs, and certified coefficients."""

import numpy as np
import pytest
from linear_fits import BY_METHOD, X, Y, regressor
from sklearn.linear_model import Ridge

from descend import DescentClassifier, DescentRegressor

# what stochastic steps leave is noise, not bias
CLOSE = {"auto": 1e-6, "full": 1e-5, "momentum": 1e-5, "batches": 0.15, "rows": 0.15, "adam": 0.15}


@BY_METHOD
@pytest.mark.parametrize("fit_intercept", [True, False])
def test_regression_reaches_the_closed_form(method, fit_intercept):
    alpha = 0.1
    model = regressor(method, alpha=alpha, fit_intercept=fit_intercept).fit(X, Y)
    closed = Ridge(alpha * len(Y), fit_intercept=fit_intercept).fit(X, Y)
    scale = np.abs(closed.coef_).max()
    np.testing.assert_allclose(model.coef_, closed.coef_, atol=CLOSE[method] * scale)
    within = 10 * CLOSE[method] * scale
    assert model.intercept_ == pytest.approx(closed.intercept_, abs=within)
    assert isinstance(model.intercept_, float)
    assert model.coef_.shape == (4,)
    np.testing.assert_allclose(model.predict(X), X @ model.coef_ + model.intercept_)


def test_without_a_penalty_it_is_least_squares():
    model = regressor(penalty=None, alpha=5.0).fit(X, Y)
    exact = np.linalg.lstsq(np.column_stack([X, np.ones(120)]), Y, rcond=None)[0]
    np.testing.assert_allclose([*model.coef_, model.intercept_], exact, rtol=1e-6)


@pytest.mark.parametrize("method", ["auto", "momentum"])
def test_several_outputs_are_several_fits(method):
    targets = np.column_stack([Y, Y**2 / 10, X[:, 0]])
    together = regressor(method).fit(X, targets)
    assert together.coef_.shape == (3, 4)
    assert together.intercept_.shape == (3,)
    assert together.predict(X).shape == (120, 3)
    for k, target in enumerate(targets.T):
        alone = regressor(method).fit(X, target)
        np.testing.assert_allclose(together.coef_[k], alone.coef_, atol=1e-4)
    column = regressor(method).fit(X, Y[:, None])
    assert column.coef_.shape == (1, 4)
    assert column.predict(X).shape == (120, 1)


@pytest.mark.parametrize("settings", [{}, {"optimizer": "sgd", "max_iter": 3, "tol": 0.0}], ids=str)
def test_one_row_is_enough_for_a_regression(settings):
    model = DescentRegressor(**settings).fit(X[:1], Y[:1])
    assert np.isfinite(model.predict(X)).all()
    with pytest.raises(ValueError, match="y holds only 1 class"):
        DescentClassifier(**settings).fit(X[:1], ["a"])


# data that the National Institute of Standards and Technology certifies coefficients of:
# https://www.itl.nist.gov/div898/strd/lls/lls.shtml; `benchmarks/certified.py` has more of them
POWERS = np.vander(np.arange(21.0), 6, increasing=True)[:, 1:]
NOISE = np.array(
    [759, -2048, 2048, -2048, 2523, -2048, 2048, -2048, 1838, -2048, 2048, -2048, 1838, -2048,
     2048, -2048, 2523, -2048, 2048, -2048, 759]
)  # fmt: skip
TENTHS = 0.1 ** np.arange(6)
SETTINGS = {"penalty": None, "tol": 0.0}


@pytest.mark.parametrize(
    ("name", "X", "y", "certified"),
    [
        ("NoInt1", np.arange(60.0, 71)[:, None], np.arange(130.0, 141), [2.07438016528926]),
        ("NoInt2", np.array([[4.0], [5], [6]]), np.array([3.0, 4, 4]), [0.727272727272727]),
    ],
)
def test_lines_through_the_origin(name, X, y, certified):
    model = DescentRegressor(fit_intercept=False, **SETTINGS).fit(X, y)
    np.testing.assert_allclose(model.coef_, certified, rtol=1e-13)


@pytest.mark.parametrize(
    ("name", "certified", "noise"),
    [("Wampler1", np.ones(6), 0), ("Wampler2", TENTHS, 0), ("Wampler3", np.ones(6), 1),
     ("Wampler4", np.ones(6), 100)],
)  # fmt: skip
def test_quintics_in_their_own_units(name, certified, noise):
    y = certified[0] + POWERS @ certified[1:] + noise * NOISE
    model = DescentRegressor(**SETTINGS).fit(POWERS, y)
    found = np.append(model.intercept_, model.coef_)
    np.testing.assert_allclose(found, certified, rtol=1e-7)
