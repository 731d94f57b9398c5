"""The record of a descent by batches: the objective's values at its points, and batch losses."""

import pickle

import numpy as np
import pytest

from descend import DescentClassifier, DescentRegressor, DivergenceError

RANDOM = np.random.default_rng(3)
X = RANDOM.standard_normal((41, 2))
Y = X @ [1.0, -2.0] + 0.5 + 0.3 * RANDOM.standard_normal(41)
EPOCHS, BATCH, ALPHA = 4, 8, 0.3
SETTINGS = {"optimizer": "sgd", "batch_size": BATCH, "max_iter": EPOCHS, "tol": 0.0}
SETTINGS |= {"alpha": ALPHA, "learning_rate": 0.05, "random_state": 0}


def objective(w, rows=slice(None)):
    error = X[rows] @ w[:2] + w[2] - Y[rows]
    return np.mean(error**2) / 2 + ALPHA / 2 * np.sum(w[:2] ** 2)


def descent_of(**settings):
    return DescentRegressor(**{**SETTINGS, **settings}).fit(X, Y).descent_


@pytest.mark.parametrize("record", ["epoch", "step", 3, None])
@pytest.mark.parametrize("settings", [{}, {"average": True}, {"optimizer": "saga"}], ids=repr)
def test_a_value_is_the_objectives_at_its_point(record, settings):
    descent = descent_of(record=record, **settings)
    expected = np.full(descent.nit + 1, np.nan)
    expected[0] = objective(np.zeros(3))
    if record is not None:
        expected[descent.point_steps] = [objective(w) for w in descent.points]
    expected[-1] = objective(descent.x)
    np.testing.assert_allclose(descent.values, expected, rtol=1e-12)
    assert descent.fun == descent.values[-1]
    assert descent.best_fun == np.nanmin(descent.values)
    assert objective(descent.best_x) == pytest.approx(descent.best_fun, rel=1e-12)
    assert len(descent.batch_losses) == descent.nit


def test_a_batch_loss_is_that_of_the_batch_where_its_step_begins():
    descent = descent_of(record="step", shuffle=False)
    batches = [slice(first, first + BATCH) for first in range(0, 41, BATCH)] * EPOCHS
    losses = [objective(w, rows) for w, rows in zip(descent.points[:-1], batches, strict=True)]
    np.testing.assert_allclose(descent.batch_losses, losses, rtol=1e-12)
    assert not np.allclose(descent.values[1:], losses, rtol=0.05)


def test_the_loss_of_an_epoch_is_the_mean_met_in_it():
    model = DescentRegressor(**SETTINGS, penalty=None).fit(X, Y)
    steps = DescentRegressor(**SETTINGS, penalty=None, record="step").fit(X, Y).descent_
    sizes = [8] * 5 + [1]
    means = [np.average(part, weights=sizes) for part in np.split(steps.batch_losses, EPOCHS)]
    np.testing.assert_allclose(model.descent_.batch_losses, means, rtol=1e-12)
    np.testing.assert_allclose(model.loss_curve_[1:], means, rtol=1e-12)


def test_a_fit_computes_no_values_until_they_are_read(monkeypatch):
    points = []
    descent = descent_of()
    kind = type(descent.objective)
    value = kind.value
    monkeypatch.setattr(
        kind, "value", lambda self, w: (points.append(np.size(w) // 3), value(self, w))[1]
    )
    descent = descent_of()
    assert (descent.status, descent.nit, sum(points)) == ("stopped", EPOCHS, 1)  # the start's
    assert descent.fun == objective(descent.x)
    assert sum(points) == 2
    assert len(descent.values) == len(descent.values) == EPOCHS + 1
    assert sum(points) == 2 + EPOCHS + 1


def test_with_all_rows_there_are_no_batch_losses():
    assert descent_of(batch_size="full").batch_losses is None


@pytest.mark.parametrize("record", ["epoch", "step", 3, None])
def test_tables_and_pickles_hold_both_curves(record):
    model = DescentRegressor(**SETTINGS, record=record).fit(X, Y)
    frame = model.descent_.to_frame()
    np.testing.assert_array_equal(frame["value"], model.descent_.values)
    np.testing.assert_array_equal(frame["batch_loss"], [np.nan, *model.descent_.batch_losses])
    other = pickle.loads(pickle.dumps(DescentRegressor(**SETTINGS, record=record).fit(X, Y)))
    assert other.descent_.objective is None
    np.testing.assert_array_equal(other.descent_.values, model.descent_.values)
    np.testing.assert_array_equal(other.descent_.batch_losses, model.descent_.batch_losses)


@pytest.mark.parametrize("record", ["epoch", "step", 2, None])
@pytest.mark.parametrize(
    ("fit", "rate"),
    [("fit", 3.0), ("fit", 1e3), ("fit", 1e200), ("partial_fit", 1e3), ("partial_fit", 1e200)],
)
def test_a_fit_that_diverged_leaves_its_record(record, fit, rate):
    model = DescentRegressor(
        **{**SETTINGS, "max_iter": 20, "learning_rate": rate, "record": record}
    )
    with pytest.raises(DivergenceError, match="too large") as raised:
        getattr(model, fit)(X, Y)
    descent = raised.value.descent
    assert descent.status == "diverged"
    assert descent.names == ("x0", "x1", "intercept")
    assert "It diverged" in descent.explain()
    assert f"{rate:.4g} is above it" in descent.explain()
    assert "larger learning rate" not in descent.explain()
    assert len(descent.plot().axes) == 1
    if record == "step":
        assert np.isfinite(descent.points).all()
        path = [objective(w) for w in descent.points if np.abs(w).max() < 1e100]
        np.testing.assert_allclose(descent.values[: len(path)], path, rtol=1e-9)


def test_classes_that_diverge_leave_their_record():
    with pytest.raises(DivergenceError) as raised:
        DescentClassifier(
            "squared_hinge", **{**SETTINGS, "learning_rate": 1e6, "record": "step"}
        ).fit(X, Y > 0)
    assert "It diverged" in raised.value.descent.explain()
