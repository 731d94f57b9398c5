"""Coefficients, weights, records and the rest of what fits leave behind."""

import re
from itertools import product

import numpy as np
import pandas as pd
import pytest
import scipy.sparse
from sklearn.datasets import load_iris
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression, Ridge

from descend import DescentClassifier, DescentRegressor, DivergenceError
from descend.optimizers import Adam, Momentum
from descend.penalties import L1, L2, Box, ElasticNet, NonNegative, NoPenalty

RANDOM = np.random.default_rng(0)
X = RANDOM.standard_normal((120, 4)) * [1, 2, 0.5, 3] + [0, 1, -1, 5]
Y = X @ [1.0, -2, 3, 0.5] + 4 + 0.5 * RANDOM.standard_normal(120)
THREE = np.digitize(Y, np.quantile(Y, [1 / 3, 2 / 3]))
NOISY = (Y + 3 * RANDOM.standard_normal(120) > np.median(Y)).astype(int)

WAYS = {
    "auto": {},
    "full": {"optimizer": "sgd", "batch_size": "full", "max_iter": 50_000, "tol": 1e-9},
    "momentum": {"optimizer": "momentum", "batch_size": "full", "max_iter": 5000, "tol": 1e-9},
    "batches": {"optimizer": "sgd", "batch_size": 16, "max_iter": 3000, "n_iter_no_change": 10},
    "rows": {"optimizer": "sgd", "batch_size": 1, "max_iter": 3000, "n_iter_no_change": 10},
    "adam": {"optimizer": "adam", "max_iter": 3000, "n_iter_no_change": 10},
}
# what stochastic steps leave is noise, not bias
CLOSE = {"auto": 1e-6, "full": 1e-5, "momentum": 1e-5, "batches": 0.15, "rows": 0.15, "adam": 0.15}
PENALTIES = {
    "none": NoPenalty(),
    "l2": L2(0.02),
    "l1": L1(0.02),
    "elastic net": ElasticNet(0.02, l1_ratio=0.5),
    "non-negative": NonNegative(),
    "non-negative l1": NonNegative(L1(0.02)),
    "box": Box(-0.1, 0.2),
}
BY_WAY = pytest.mark.parametrize("way", list(WAYS))
# one combination more to compile
THOROUGH = pytest.mark.thorough
# a few epochs that end as they will
BRIEF = {"max_iter": 4, "tol": 0.0, "random_state": 0}


def regressor(way="auto", **options):
    return DescentRegressor(**{"random_state": 0, **WAYS[way], **options})


def classifier(way="auto", **options):
    return DescentClassifier(**{"random_state": 0, **WAYS[way], **options})


@BY_WAY
@pytest.mark.parametrize("fit_intercept", [True, False])
def test_regression_reaches_the_closed_form(way, fit_intercept):
    alpha = 0.1
    model = regressor(way, alpha=alpha, fit_intercept=fit_intercept).fit(X, Y)
    closed = Ridge(alpha * len(Y), fit_intercept=fit_intercept).fit(X, Y)
    scale = np.abs(closed.coef_).max()
    np.testing.assert_allclose(model.coef_, closed.coef_, atol=CLOSE[way] * scale)
    within = 10 * CLOSE[way] * scale
    assert model.intercept_ == pytest.approx(closed.intercept_, abs=within)
    assert isinstance(model.intercept_, float)
    assert model.coef_.shape == (4,)
    np.testing.assert_allclose(model.predict(X), X @ model.coef_ + model.intercept_)


@pytest.mark.parametrize(
    "way", [pytest.param(way, marks=THOROUGH if way == "full" else ()) for way in WAYS]
)
@pytest.mark.parametrize("labels", [NOISY, THREE], ids=["two", "three"])
def test_classification_reaches_the_same_probabilities(way, labels):
    alpha = 0.1
    model = classifier(way, alpha=alpha).fit(X, labels)
    peer = LogisticRegression(C=1 / (alpha * len(Y)), tol=1e-10, max_iter=10_000).fit(X, labels)
    ours, theirs = model.predict_proba(X), peer.predict_proba(X)
    np.testing.assert_allclose(ours, theirs, atol=max(1e-5, CLOSE[way]))
    np.testing.assert_allclose(ours.sum(axis=1), 1)
    np.testing.assert_allclose(np.exp(model.predict_log_proba(X)), ours, atol=1e-12)
    if way in ("auto", "full", "momentum"):
        assert np.array_equal(model.predict(X), peer.predict(X))
        np.testing.assert_allclose(model.coef_, peer.coef_, atol=1e-3)
        np.testing.assert_allclose(model.decision_function(X), peer.decision_function(X), atol=1e-2)


def test_without_a_penalty_it_is_least_squares():
    model = regressor(penalty=None, alpha=5.0).fit(X, Y)
    exact = np.linalg.lstsq(np.column_stack([X, np.ones(120)]), Y, rcond=None)[0]
    np.testing.assert_allclose([*model.coef_, model.intercept_], exact, rtol=1e-6)


@pytest.mark.parametrize("penalty", list(PENALTIES))
@pytest.mark.parametrize("labels", [NOISY, THREE], ids=["two", "three"])
def test_classes_keep_the_optimum_of_each_penalty(labels, penalty):
    model = classifier(penalty=PENALTIES[penalty], tol=1e-9).fit(X, labels)
    p = model.predict_proba(X)
    missing = p - np.eye(p.shape[1])[labels]
    r = missing[:, 1:] if p.shape[1] == 2 else missing
    g = r.T @ X / len(X) + PENALTIES[penalty].gradient(model.coef_)
    # a proximal step from the minimum ends there
    stepped = PENALTIES[penalty].prox(model.coef_ - g, 1.0)
    np.testing.assert_allclose(stepped, model.coef_, atol=1e-6)
    assert np.array_equal(stepped == 0, model.coef_ == 0)
    np.testing.assert_allclose(r.mean(axis=0), 0, atol=1e-6)


def test_several_classes_stay_between_bounds_by_batches():
    model = classifier(penalty=Box(-0.1, 0.2), optimizer="sgd", **BRIEF).fit(X, THREE)
    assert model.coef_.min() >= -0.1
    assert model.coef_.max() <= 0.2
    model.partial_fit(X, THREE)
    assert model.coef_.min() >= -0.1


@pytest.mark.parametrize(
    ("fit", "target"), [(regressor, Y), (classifier, NOISY), (classifier, THREE)]
)
def test_weights_are_repetitions_and_zero_is_absence(fit, target):
    count = RANDOM.integers(0, 4, 120)
    weighted = fit(tol=1e-9).fit(X, target, sample_weight=count)
    repeated = fit(tol=1e-9).fit(np.repeat(X, count, axis=0), np.repeat(target, count))
    np.testing.assert_allclose(weighted.coef_, repeated.coef_, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(weighted.intercept_, repeated.intercept_, rtol=1e-5, atol=1e-5)
    absent = fit(tol=1e-9).fit(X[count > 0], target[count > 0], sample_weight=count[count > 0])
    np.testing.assert_allclose(weighted.coef_, absent.coef_, rtol=1e-5, atol=1e-6)
    doubled = fit(tol=1e-9).fit(X, target, sample_weight=2.0 * count)
    np.testing.assert_allclose(weighted.coef_, doubled.coef_, rtol=1e-7)


@pytest.mark.parametrize("batch_size", [1, 16])
def test_a_weight_of_one_is_no_weight_in_batches(batch_size):
    settings = {"optimizer": "sgd", "batch_size": batch_size, **BRIEF}
    plain = DescentRegressor(**settings).fit(X, Y)
    ones = DescentRegressor(**settings).fit(X, Y, sample_weight=np.full(120, 3.0))
    np.testing.assert_allclose(plain.coef_, ones.coef_, rtol=1e-12)


def test_class_weights_are_sample_weights():
    own = {0: 1.0, 1: 5.0}
    by_class = classifier(class_weight=own).fit(X, NOISY)
    by_row = classifier().fit(X, NOISY, sample_weight=np.where(NOISY == 1, 5.0, 1.0))
    np.testing.assert_allclose(by_class.coef_, by_row.coef_, rtol=1e-9)
    rare = np.where(np.arange(120) % 4 == 0, NOISY, 0)
    balanced = classifier(class_weight="balanced").fit(X, rare)
    assert balanced.predict(X).mean() > classifier().fit(X, rare).predict(X).mean()


@pytest.mark.parametrize("labels", [["no", "yes"], [-1, 1], [False, True], [2.0, 7.0]], ids=repr)
def test_labels_may_be_anything(labels):
    names = np.array(labels)[NOISY]
    model = classifier().fit(X, names)
    assert model.classes_.tolist() == labels
    assert set(model.predict(X).tolist()) <= set(labels)
    np.testing.assert_allclose(model.coef_, classifier().fit(X, NOISY).coef_)


def test_data_frames_bring_names():
    frame = pd.DataFrame(X, columns=["age", "height", "rooms", "tax"])
    model = regressor().fit(frame, pd.Series(Y))
    assert model.feature_names_in_.tolist() == ["age", "height", "rooms", "tax"]
    assert model.descent_.names == ("age", "height", "rooms", "tax", "intercept")
    np.testing.assert_allclose(model.coef_, regressor().fit(X, Y).coef_)
    with pytest.raises(ValueError, match="feature names"):
        model.predict(frame[["height", "age", "rooms", "tax"]])
    several = regressor(fit_intercept=False).fit(frame[["age", "tax"]], np.column_stack([Y, -Y]))
    assert several.descent_.names == ("age[0]", "tax[0]", "age[1]", "tax[1]")


@pytest.mark.parametrize(
    ("optimizer", "batch_size"),
    [
        ("auto", "full"),
        *product(["sgd", "momentum", "adam"], ["full"]),
        ("sgd", 16),
        *(pytest.param(name, 16, marks=THOROUGH) for name in ("momentum", "adam")),
        *(
            pytest.param(name, 1, marks=pytest.mark.thorough)
            for name in ("sgd", "momentum", "adam")
        ),
    ],
)
def test_sparse_rows_give_the_dense_answer(optimizer, batch_size):
    rows = np.where(RANDOM.random(X.shape) < 0.5, X, 0)
    settings = {"optimizer": optimizer, "random_state": 0, "learning_rate": 1e-3, "max_iter": 5}
    settings |= {"batch_size": batch_size, "tol": 0.0}
    if optimizer == "auto":
        settings = {"tol": 1e-9}
    for model, target in ((DescentRegressor, Y), (DescentClassifier, THREE)):
        dense = model(**settings).fit(rows, target)
        for stored in (scipy.sparse.csr_matrix(rows), scipy.sparse.csc_array(rows)):
            sparse = model(**settings).fit(stored, target)
            np.testing.assert_allclose(sparse.coef_, dense.coef_, rtol=1e-8, atol=1e-9)
            np.testing.assert_allclose(sparse.intercept_, dense.intercept_, rtol=1e-8, atol=1e-9)
            assert np.array_equal(sparse.predict(stored) > 0, dense.predict(rows) > 0)


@pytest.mark.parametrize(
    "way",
    ["auto", "batches", *(pytest.param(each, marks=THOROUGH) for each in ("rows", "adam"))],
)
def test_float32_is_kept(way):
    settings = {} if way == "auto" else BRIEF
    rows = X.astype(np.float32)
    model = regressor(way, **settings).fit(rows, Y.astype(np.float32))
    assert model.coef_.dtype == np.float32
    assert model.predict(rows).dtype == np.float32
    np.testing.assert_allclose(model.coef_, regressor(way, **settings).fit(X, Y).coef_, rtol=2e-3)
    chosen = classifier(way, **settings).fit(rows, THREE)
    assert chosen.coef_.dtype == np.float32
    assert chosen.predict_proba(rows).dtype == np.float32


@pytest.mark.parametrize("way", ["auto", "momentum"])
def test_several_outputs_are_several_fits(way):
    targets = np.column_stack([Y, Y**2 / 10, X[:, 0]])
    together = regressor(way).fit(X, targets)
    assert together.coef_.shape == (3, 4)
    assert together.intercept_.shape == (3,)
    assert together.predict(X).shape == (120, 3)
    for k, target in enumerate(targets.T):
        alone = regressor(way).fit(X, target)
        np.testing.assert_allclose(together.coef_[k], alone.coef_, atol=1e-4)
    column = regressor(way).fit(X, Y[:, None])
    assert column.coef_.shape == (1, 4)
    assert column.predict(X).shape == (120, 1)


@pytest.mark.parametrize("model", [DescentRegressor, DescentClassifier])
def test_a_warm_start_goes_on(model):
    target = Y if model is DescentRegressor else NOISY
    settings = {"optimizer": "sgd", "learning_rate": 0.01, "shuffle": False, "tol": 0.0}
    settings |= {"batch_size": 30}
    whole = model(max_iter=6, **settings).fit(X, target)
    parts = model(max_iter=2, warm_start=True, **settings)
    for _ in range(3):
        parts.fit(X, target)
    np.testing.assert_allclose(parts.coef_, whole.coef_, rtol=1e-12)
    cold = model(max_iter=2, **settings).fit(X, target)
    assert np.array_equal(cold.coef_, cold.fit(X, target).coef_)
    with pytest.raises(ValueError, match=r"warm_start.*4 features"):
        parts.fit(X[:, :2], target)


def test_a_warm_start_at_the_optimum_stays_there():
    model = regressor(warm_start=True).fit(X, Y)
    first = model.coef_.copy()
    assert model.fit(X, Y).descent_.nit <= 1
    np.testing.assert_allclose(model.coef_, first, rtol=1e-6)


def test_early_stopping_keeps_the_best_parameters():
    random = np.random.default_rng(1)
    rows = random.standard_normal((60, 40))
    target = rows[:, 0] + 2 * random.standard_normal(60)
    model = regressor(
        "batches", early_stopping=True, validation_fraction=0.3, learning_rate=0.005, tol=0.0
    ).fit(rows, target)
    curve = model.validation_curve_
    assert len(curve) == model.n_iter_ < 3000
    assert curve.argmax() == len(curve) - 1 - 10  # n_iter_no_change
    best = model.descent_.points[1 + curve.argmax()]
    assert np.array_equal(np.append(model.coef_, model.intercept_), best)


@pytest.mark.parametrize("way", ["auto", "batches"])
def test_the_validation_curve_is_the_score_of_the_rows_given(way):
    fit, rest = slice(0, 80), slice(80, 120)
    settings = {"max_iter": 6, "tol": 0.0} if way == "batches" else {}
    for model, target in ((regressor, Y), (classifier, THREE)):
        fitted = model(way, **settings).fit(X[fit], target[fit], X_val=X[rest], y_val=target[rest])
        assert len(fitted.validation_curve_) == fitted.n_iter_
        score = fitted.score(X[rest], target[rest])
        assert fitted.validation_curve_[-1] == pytest.approx(score)
        assert model(way, **settings).fit(X, target).validation_curve_ is None
    with pytest.raises(ValueError, match="X_val and y_val go together"):
        regressor().fit(X, Y, X_val=X)
    with pytest.raises(ValueError, match="X_val has 120 rows, but y_val has 5"):
        regressor().fit(X, Y, X_val=X, y_val=Y[:5])


@BY_WAY
def test_callbacks_are_told_and_can_end_the_fit(way):
    told = []

    def callback(progress):
        told.append(progress)
        if progress.epoch == 3:
            raise StopIteration

    # from afar, so that three steps do not arrive
    model = classifier(way, alpha=1e-6, callbacks=callback).fit(X, NOISY)
    assert [progress.epoch for progress in told] == [1, 2, 3]
    assert model.n_iter_ == 3
    assert model.descent_.status == "stopped"
    assert "callback ended it" in model.descent_.message
    np.testing.assert_allclose([p.loss for p in told], model.loss_curve_[1:])
    assert all(progress.validation_score is None for progress in told)


def test_several_callbacks_are_all_called():
    counts = [0, 0]

    def counter(i):
        def count(progress):
            counts[i] += 1

        return count

    regressor("batches", callbacks=[counter(0), counter(1)], **BRIEF).fit(X, Y)
    assert counts == [4, 4]


def test_verbose_prints_a_line_an_epoch(capsys):
    regressor("batches", verbose=1, **BRIEF).fit(X, Y)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 4
    assert lines[0].startswith("epoch 1: loss ")


def test_verbose_fills_a_bar_on_a_terminal(capsys, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    regressor("momentum", verbose=1).fit(X, Y)
    shown = capsys.readouterr().out
    assert re.search(r"epoch \d+: loss .*100%", shown.splitlines()[-2])


@pytest.mark.parametrize("way", ["batches", "rows", "full", "auto"])
@pytest.mark.parametrize(("record", "kept"), [("epoch", 1), (3, 3), (None, None)])
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_the_record_holds_what_was_asked_for(way, record, kept):
    settings = {**WAYS[way], "max_iter": 7, "tol": 0.0, "random_state": 0, "record": record}
    model = DescentClassifier(**settings).fit(X, NOISY)
    descent = model.descent_
    assert len(model.loss_curve_) == model.n_iter_ + 1 == descent.nit + 1
    if kept is None:
        assert descent.points is None
    else:
        steps = descent.point_steps.tolist()
        assert steps[0] == 0
        assert steps[-1] == descent.nit
        if way != "auto":  # its parts each keep their ends
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


def test_softmax_coefficients_are_centred():
    rows, labels = load_iris(return_X_y=True)
    model = DescentClassifier(alpha=0.01).fit(rows, labels)
    np.testing.assert_allclose(model.coef_.sum(axis=0), 0, atol=1e-9)
    np.testing.assert_allclose(model.intercept_.sum(), 0, atol=1e-9)


@pytest.mark.parametrize("scale", [1.0, 100.0])
@pytest.mark.parametrize("batch_size", [1, 16, "full"])
@pytest.mark.parametrize("optimizer", ["sgd", "momentum", Momentum(0.5)], ids=repr)
def test_a_rate_too_large_is_refused_with_one_that_works(scale, batch_size, optimizer):
    settings = {"optimizer": optimizer, "batch_size": batch_size, "random_state": 0}
    rows = X * scale
    with pytest.raises(DivergenceError) as caught:
        DescentRegressor(learning_rate=50.0, **settings).fit(rows, Y)
    assert "\n" not in str(caught.value)
    assert "learning_rate=50 is too large for this data" in str(caught.value)
    rate = float(re.search(r"learning_rate=(\S+) is safe", str(caught.value))[1])
    works = DescentRegressor(learning_rate=rate, max_iter=40, tol=0.0, **settings)
    works.fit(rows, Y)
    assert works.descent_.status in ("stopped", "converged")
    assert works.loss_curve_[-1] < 0.9 * works.loss_curve_[0]


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
