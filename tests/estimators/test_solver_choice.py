"""Coordinates, averages and records of steps with named optimizers."""

import numpy as np
import pytest
from sklearn.linear_model import Lasso, Ridge

from descend import DescentRegressor

RANDOM = np.random.default_rng(0)
X = RANDOM.standard_normal((120, 4)) * [1, 20, 0.05, 3] + [0, 1, 0, 5]
Y = X @ [1.0, -0.2, 30, 0.5] + 4 + 0.5 * RANDOM.standard_normal(120)
RIDGE = Ridge(0.01 * 120).fit(X, Y)


@pytest.mark.parametrize("precondition", ["diagonal", "hessian"])
@pytest.mark.parametrize("optimizer", ["sgd", "momentum"])
def test_coordinates_change_the_speed_and_not_the_answer(precondition, optimizer):
    settings = {"alpha": 0.01, "optimizer": optimizer, "batch_size": "full", "tol": 1e-8}
    model = DescentRegressor(precondition=precondition, max_iter=2000, **settings).fit(X, Y)
    np.testing.assert_allclose(model.coef_, RIDGE.coef_, rtol=1e-4)
    assert model.descent_.points.shape == (model.n_iter_ + 1, 5)
    np.testing.assert_allclose(model.descent_.points[-1][:4], model.coef_)
    with pytest.warns(match="raise max_iter"):
        plain = DescentRegressor(max_iter=model.n_iter_, **settings).fit(X, Y)
    assert plain.loss_curve_[-1] > model.loss_curve_[-1]


IN_UNITS = {"optimizer": "sgd", "precondition": "diagonal", "max_iter": 400, "random_state": 0}


def spread(coef):
    return np.std((X - X.mean(axis=0)) @ coef)


def test_batches_in_units_of_the_features_reach_ridge():
    model = DescentRegressor(alpha=0.01, **IN_UNITS).fit(X, Y)
    assert spread(model.coef_ - RIDGE.coef_) < 0.02 * spread(RIDGE.coef_)


@pytest.mark.thorough
def test_batches_in_units_of_the_features_reach_lasso():
    model = DescentRegressor(penalty="l1", alpha=0.5, **IN_UNITS).fit(X, Y)
    peer = Lasso(0.5).fit(X, Y)
    assert spread(model.coef_ - peer.coef_) < 0.02 * spread(peer.coef_)


def test_mixed_coordinates_refuse_a_penalty_on_single_ones():
    with pytest.raises(ValueError, match=r"precondition='hessian'.*L1 does not act on single"):
        DescentRegressor(
            penalty="l1", optimizer="sgd", batch_size="full", precondition="hessian"
        ).fit(X, Y)


def test_every_step_is_recorded_where_that_is_asked_for():
    settings = {"optimizer": "sgd", "batch_size": 16, "max_iter": 3, "tol": 0.0, "random_state": 0}
    settings["learning_rate"] = lambda t: 1e-4 / t
    model = DescentRegressor(record="step", **settings).fit(X, Y)
    usual = DescentRegressor(**settings).fit(X, Y)
    np.testing.assert_allclose(model.coef_, usual.coef_, rtol=1e-12)
    np.testing.assert_allclose(model.loss_curve_, usual.loss_curve_, rtol=1e-12)
    descent = model.descent_
    assert (model.n_iter_, descent.nit, descent.points.shape) == (3, 24, (25, 5))
    np.testing.assert_allclose(descent.points[8::8], usual.descent_.points[1:], rtol=1e-12)
    np.testing.assert_allclose(descent.learning_rates, 1e-4 / np.arange(1.0, 25))
    mean = np.average(descent.batch_losses[:8], weights=[16] * 7 + [8])
    assert mean == pytest.approx(model.loss_curve_[1], rel=1e-3)  # but for the penalty


@pytest.mark.parametrize(("average", "first"), [(True, 0), (10, 9)])
def test_the_average_is_that_of_the_iterates(average, first):
    settings = {"optimizer": "sgd", "batch_size": 16, "learning_rate": 1e-4, "record": "step"}
    settings |= {"max_iter": 3, "tol": 0.0, "random_state": 0}
    iterates = DescentRegressor(**settings).fit(X, Y).descent_.points[1:]
    model = DescentRegressor(average=average, **settings).fit(X, Y)
    answer = np.append(model.coef_, model.intercept_)
    np.testing.assert_allclose(answer, iterates[first:].mean(axis=0), rtol=1e-9)
