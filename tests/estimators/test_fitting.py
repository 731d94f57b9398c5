"""Learning part by part, and going on from where a fit ended."""

import pickle
import re

import numpy as np
import pytest

from descend import DescentClassifier, DescentRegressor, DivergenceError

RANDOM = np.random.default_rng(0)
X = RANDOM.standard_normal((96, 3)) * [1, 2, 0.5] + [0, 1, -1]
Y = X @ [1.0, -2, 3] + 4 + 0.5 * RANDOM.standard_normal(96)
LABELS = np.digitize(Y, np.quantile(Y, [1 / 3, 2 / 3]))
WEIGHT = RANDOM.random(96) + 0.5
WEIGHT /= WEIGHT.mean()
ONCE = {"batch_size": 8, "shuffle": False, "max_iter": 1, "tol": 0.0, "learning_rate": 0.01}


def parts(fitted, n_parts, target, weight=None, **more):
    for rows in np.split(np.arange(96), n_parts):
        own = {} if weight is None else {"sample_weight": weight[rows]}
        fitted.partial_fit(X[rows], target[rows], **own, **more)
    return fitted


@pytest.mark.parametrize("n_parts", [2, 12])
@pytest.mark.parametrize(
    "settings",
    [
        {"optimizer": "sgd"},
        {"optimizer": "sgd", "learning_rate": lambda t: 0.01 * np.cos(t / 20)},
        {"optimizer": "sgd", "precondition": "diagonal"},
        {"optimizer": "sgd", "average": 4},
    ],
    ids=["sgd", "schedule", "diagonal", "averaged"],
)
def test_parts_in_turn_are_an_epoch(n_parts, settings):
    settings = ONCE | settings
    if "precondition" in settings:
        n_parts = 1  # the units are those of the first part
    whole = DescentRegressor(**settings).fit(X, Y, sample_weight=WEIGHT)
    partial = parts(DescentRegressor(**settings), n_parts, Y, WEIGHT)
    np.testing.assert_allclose(partial.coef_, whole.coef_, rtol=1e-12)
    assert partial.intercept_ == pytest.approx(whole.intercept_, rel=1e-12)
    assert partial.n_iter_ == n_parts == len(partial.loss_curve_) - 1


def test_parts_of_a_classification_are_an_epoch():
    whole = DescentClassifier(optimizer="sgd", **ONCE).fit(X, LABELS)
    classes = np.unique(LABELS)
    partial = parts(DescentClassifier(optimizer="sgd", **ONCE), 4, LABELS, classes=classes)
    np.testing.assert_allclose(partial.coef_, whole.coef_, rtol=1e-10)
    sorted_rows = np.argsort(LABELS, kind="stable")
    model = DescentClassifier(optimizer="sgd", batch_size=8)
    model.partial_fit(X[sorted_rows[:8]], LABELS[sorted_rows[:8]], classes=classes)
    assert model.classes_.tolist() == [0, 1, 2]
    assert model.predict_proba(X).shape == (96, 3)


@pytest.mark.parametrize("settings", [{}, {"optimizer": "sgd"}], ids=["auto", "sgd"])
def test_parts_untuned_come_near_the_optimum(settings):
    best = DescentRegressor().fit(X, Y)
    model = DescentRegressor(random_state=0, **settings)
    for _ in range(30):
        parts(model, 3, Y)
    assert model.score(X, Y) > best.score(X, Y) - 0.02
    # features a thousand times larger, which the first rate was not for
    steep = DescentRegressor(random_state=0, **settings).partial_fit(X[:8], Y[:8])
    for _ in range(3):
        steep.partial_fit(1000 * X, Y)
    assert np.isfinite(steep.coef_).all()
    assert steep.loss_curve_[-1] < 1e6


def test_one_row_at_a_time_works():
    model = DescentRegressor(optimizer="adagrad")
    for row, target in zip(X, Y, strict=True):
        model.partial_fit(row[None], [target])
    assert model.n_iter_ == 96
    assert model.score(X, Y) > 0.5


def test_a_model_goes_on_after_a_pickle_and_after_fit():
    model = DescentRegressor(optimizer="adam", **ONCE).fit(X[:48], Y[:48])
    read = pickle.loads(pickle.dumps(model))
    whole = DescentRegressor(optimizer="adam", **ONCE).fit(X, Y)
    for each in (model, read):
        each.partial_fit(X[48:], Y[48:])
        np.testing.assert_allclose(each.coef_, whole.coef_, rtol=1e-12)


@pytest.mark.parametrize(("learning_rate", "epochs"), [(0.01, 3), ("auto", 2)])
def test_a_warm_start_goes_on_exactly(learning_rate, epochs):
    settings = {
        "optimizer": "adam",
        "batch_size": 16,
        "tol": 0.0,
        "random_state": 3,
        "learning_rate": learning_rate,
    }
    whole = DescentRegressor(max_iter=2 * epochs, **settings).fit(X, Y)
    halves = DescentRegressor(max_iter=epochs, warm_start=True, **settings).fit(X, Y)
    np.testing.assert_array_equal(halves.fit(X, Y).coef_, whole.coef_)
    changed = DescentRegressor(max_iter=epochs, warm_start=True, **settings).fit(X, Y)
    changed.coef_ = np.zeros(3)
    assert not np.allclose(changed.fit(X, Y).coef_, whole.coef_)


def test_early_stopping_part_by_part_shows_the_best():
    model = DescentRegressor(
        optimizer="sgd", learning_rate=0.05, batch_size=4, early_stopping=True, n_iter_no_change=4
    )
    noisy = Y + 3 * RANDOM.standard_normal(96)
    scores = []
    for i in range(200):
        rows = np.arange(8) + 8 * (i % 8)
        model.partial_fit(X[rows], noisy[rows], X_val=X[64:], y_val=noisy[64:])
        scores.append(model.score(X[64:], noisy[64:]))
        if "has not improved" in model.descent_.message:
            break
    curve = model.validation_curve_
    assert len(curve) == model.n_iter_ < 200
    assert curve.argmax() == len(curve) - 1 - 4
    assert model.validation_metric_ == "R²"
    np.testing.assert_allclose(scores[:-1], np.maximum.accumulate(curve), atol=1e-5)
    with pytest.raises(ValueError, match="early_stopping=True needs validation rows"):
        DescentRegressor(early_stopping=True).partial_fit(X, Y)


def test_a_part_that_diverges_leaves_the_model_as_it_was():
    model = DescentRegressor(optimizer="sgd", learning_rate=0.05, batch_size=8)
    model.partial_fit(X, Y)
    coef, curve = model.coef_.copy(), model.loss_curve_.copy()
    copy = pickle.loads(pickle.dumps(model))
    with pytest.raises(DivergenceError, match=r"learning_rate=\S+ is safe") as caught:
        model.partial_fit(1e3 * X, Y)
    rate = float(re.search(r"learning_rate=(\S+) is safe", str(caught.value))[1])
    np.testing.assert_array_equal(model.coef_, coef)
    np.testing.assert_array_equal(model.loss_curve_, curve)
    np.testing.assert_array_equal(model.partial_fit(X, Y).coef_, copy.partial_fit(X, Y).coef_)
    works = DescentRegressor(optimizer="sgd", learning_rate=rate, batch_size=8)
    assert np.isfinite(works.partial_fit(1e3 * X, Y).coef_).all()


def test_a_schedule_at_its_end_begins_anew():
    settings = {"optimizer": "sgd", "learning_rate": "cosine:0.01", "max_iter": 2}
    model = DescentRegressor(warm_start=True, **settings).fit(X, Y)
    first = model.coef_.copy()
    assert not np.allclose(model.fit(X, Y).coef_, first)


def test_a_schedule_in_words_lasts_for_max_iter_calls():
    model = DescentRegressor(optimizer="sgd", learning_rate="cosine:0.01", max_iter=40)
    rates = [model.partial_fit(X, Y).learning_rate_ for _ in range(40)]
    before = 3 * np.arange(40) + 2  # a call takes 96 rows by 32, and shows its last step
    np.testing.assert_allclose(rates, 0.005 * (1 + np.cos(np.pi * before / 120)))


def test_one_row_held_out_scores_nothing():
    message = "early_stopping holds out 1 of 9 rows, and R² needs at least 2: raise"
    with pytest.raises(ValueError, match=message):
        DescentRegressor(early_stopping=True).fit(X[:9], Y[:9])
