"""What a fit records, and what it says of its end."""

import numpy as np
import pytest
from linear_fits import BRIEF, METHODS, NOISY, THREE, X, Y, classifier, regressor
from sklearn.exceptions import ConvergenceWarning

from descend import DescentClassifier, DescentRegressor
from descend.optimizers import Adam


@pytest.mark.parametrize("method", ["batches", "rows", "full", "auto"])
@pytest.mark.parametrize(("record", "kept"), [("epoch", 1), (3, 3), (None, None)])
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_the_record_holds_what_was_asked_for(method, record, kept):
    settings = {**METHODS[method], "max_iter": 7, "tol": 0.0, "random_state": 0, "record": record}
    model = DescentClassifier(**settings).fit(X, NOISY)
    descent = model.descent_
    assert len(model.loss_curve_) == model.n_iter_ + 1 == descent.nit + 1
    if kept is None:
        assert descent.points is None
    else:
        steps = descent.point_steps.tolist()
        assert steps[0] == 0
        assert steps[-1] == descent.nit
        if method != "auto":  # its parts each keep their ends
            assert steps == sorted({*range(0, 8, kept), 7})
        assert descent.points.shape == (len(steps), 5)
        end = np.append(model.coef_, model.intercept_)
        np.testing.assert_allclose(descent.points[-1], end)
    assert model.learning_rate_ == descent.learning_rates[0]


def test_the_loss_curve_is_the_objective():
    model = regressor(alpha=0.3).fit(X, Y)
    for w, value in zip(model.descent_.points, model.loss_curve_, strict=True):
        error = X @ w[:4] + w[4] - Y
        assert value == pytest.approx(np.mean(error**2) / 2 + 0.15 * np.sum(w[:4] ** 2))
    batches = regressor("batches", batch_size=7, alpha=0.3, **BRIEF).fit(X, Y)
    assert batches.loss_curve_[0] == pytest.approx(np.mean(Y**2) / 2)
    assert (np.diff(batches.loss_curve_) < 0).all()


def test_a_fit_that_has_not_converged_warns():
    with pytest.warns(ConvergenceWarning, match="all 2 epochs were run.*raise max_iter"):
        regressor("batches", max_iter=2).fit(X, Y)
    with pytest.warns(ConvergenceWarning, match="all 3 steps were taken.*raise max_iter"):
        regressor("full", max_iter=3).fit(X, Y)
    with pytest.warns(ConvergenceWarning, match="all 3 steps were taken.*raise max_iter"):
        classifier(max_iter=3, tol=1e-12).fit(X, THREE)


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam"])
def test_schedules_and_own_hyper_parameters_are_used(optimizer):
    asked = []

    def schedule(t):
        asked.append(np.max(t))
        return 0.01 / np.sqrt(t)

    regressor("batches", learning_rate=schedule, **BRIEF).fit(X, Y)
    assert max(asked) == 4 * 8  # four epochs of 120 rows by 16
    own = regressor("batches", optimizer=Adam(0.5, 0.9), learning_rate=0.01, **BRIEF).fit(X, Y)
    usual = regressor("batches", optimizer=Adam(), learning_rate=0.01, **BRIEF).fit(X, Y)
    assert not np.allclose(own.coef_, usual.coef_)


BEYOND = [
    {},
    {"penalty": "l1"},
    {"penalty": None},
    {"optimizer": "adam", "batch_size": 8},
]


@pytest.mark.filterwarnings("ignore:the penalty outweighs the loss")
@pytest.mark.parametrize("settings", BEYOND, ids=str)
@pytest.mark.parametrize("size", [1e155, 1e200, 1e300])
def test_targets_whose_loss_overflows_are_refused(settings, size):
    with pytest.raises(ValueError, match=r"y reaches 1e\+\d+; give y in larger units"):
        DescentRegressor(**settings).fit(X, Y / np.abs(Y).max() * size)
    robust = DescentRegressor(loss="absolute_error").fit(X, Y / np.abs(Y).max() * size)
    assert np.isfinite(robust.predict(X)).all()


BY_MODEL = pytest.mark.parametrize(
    ("model", "target"),
    [(DescentRegressor, Y), (DescentClassifier, NOISY)],
    ids=["regressor", "classifier"],
)


@BY_MODEL
@pytest.mark.parametrize("settings", [{}, {"penalty": "l1"}, {"penalty": None}], ids=str)
@pytest.mark.parametrize("size", [1e160, 1e300])
def test_columns_whose_squares_overflow_are_refused(model, target, settings, size):
    with pytest.raises(ValueError, match="give its columns in larger units"):
        model(**settings).fit(X * size, target)
