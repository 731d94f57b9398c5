"""SVRG and SAGA reach the optimum itself, at a rate at which plain descent keeps its noise."""

import numpy as np
import pytest
import scipy.sparse
from sklearn.linear_model import LogisticRegression, Ridge

from descend import DescentClassifier, DescentRegressor, minimize
from descend.optimizers import SAGA, SVRG, Averaged, by_name
from descend.penalties import L1, L2, ElasticNet, NonNegative, NoPenalty
from descend.solvers.stochastic.variance_reduction import quadratic_strength

N, ALPHA = 300, 0.02
random = np.random.default_rng(0)
X = random.standard_normal((N, 5)) * (random.random((N, 5)) < 0.6)
Y = X @ [1.0, -2.0, 0.5, 0.0, 3.0] + 1 + random.standard_normal(N)
STORED = {"dense": X, "sparse": scipy.sparse.csr_matrix(X)}
FIT = {"alpha": ALPHA, "tol": 0.0, "max_iter": 150, "random_state": 0}

REDUCED = pytest.mark.parametrize("optimizer", ["saga", "svrg"])
STORAGE = pytest.mark.parametrize("storage", STORED)
BATCH = pytest.mark.parametrize("batch_size", [1, 7])


def distance(w, best):
    return np.abs(w - best).max() / np.abs(best).max()


@REDUCED
@STORAGE
@BATCH
def test_ridge_is_reached_where_plain_descent_stays_noisy(optimizer, storage, batch_size):
    rows = STORED[storage]
    best = Ridge(alpha=ALPHA * N, tol=1e-15).fit(X, Y).coef_
    ours = DescentRegressor(optimizer=optimizer, batch_size=batch_size, **FIT).fit(rows, Y)
    assert distance(ours.coef_, best) < 1e-8
    plain = DescentRegressor(
        optimizer="sgd", batch_size=batch_size, learning_rate=ours.learning_rate_, **FIT
    ).fit(rows, Y)
    assert distance(plain.coef_, best) > 1e-3


@REDUCED
@STORAGE
def test_logistic_regression_is_reached(optimizer, storage):
    labels = Y > 1
    best = (
        LogisticRegression(C=1 / (ALPHA * N), solver="newton-cholesky", tol=1e-13)
        .fit(X, labels)
        .coef_
    )
    ours = DescentClassifier(optimizer=optimizer, batch_size=1, **FIT).fit(STORED[storage], labels)
    assert distance(ours.coef_, best) < 1e-8
    plain = DescentClassifier(
        optimizer="sgd", batch_size=1, learning_rate=ours.learning_rate_, **FIT
    ).fit(STORED[storage], labels)
    assert distance(plain.coef_, best) > 1e-3


@REDUCED
def test_classes_and_weights_are_seen(optimizer):
    labels, weight = np.digitize(Y, [-1, 2]), random.random(N)
    settings = {**FIT, "fit_intercept": False}
    ours = DescentClassifier(optimizer=optimizer, batch_size=3, **settings)
    ours.fit(X, labels, sample_weight=weight)
    best = DescentClassifier(alpha=ALPHA, tol=1e-13, fit_intercept=False)
    best.fit(X, labels, sample_weight=weight)
    assert distance(ours.coef_, best.coef_) < 1e-7


@REDUCED
def test_classes_and_weights_are_seen_on_sparse_rows_as_on_dense(optimizer):
    labels, weight = np.digitize(Y, [-1, 2]), random.random(N)
    settings = {**FIT, "max_iter": 3, "optimizer": optimizer, "batch_size": 1}
    fits = [
        DescentClassifier(**settings).fit(rows, labels, sample_weight=weight)
        for rows in STORED.values()
    ]
    assert distance(fits[1].coef_, fits[0].coef_) < 1e-10
    assert distance(fits[1].intercept_, fits[0].intercept_) < 1e-10


def test_a_strong_penalty_and_a_large_rate_walk_on_sparse_rows_too():
    """Where a step shrinks by more than half, steps are deferred without a scale."""
    settings = {**FIT, "alpha": 30.0, "max_iter": 40, "learning_rate": 0.02, "batch_size": 1}
    fits = [DescentRegressor(optimizer="saga", **settings).fit(X, Y) for X in STORED.values()]
    assert distance(fits[1].coef_, fits[0].coef_) < 1e-9


@REDUCED
@pytest.mark.parametrize("storage", ["dense", pytest.param("sparse", marks=pytest.mark.thorough)])
def test_a_lasso_has_exact_zeros(optimizer, storage):
    settings = {**FIT, "alpha": 0.3, "penalty": "l1"}
    ours = DescentRegressor(optimizer=optimizer, batch_size=1, **settings).fit(STORED[storage], Y)
    best = DescentRegressor(alpha=0.3, penalty="l1", tol=1e-12).fit(X, Y)
    assert distance(ours.coef_, best.coef_) < 1e-8
    assert (ours.coef_ == 0).any()


@pytest.mark.thorough
def test_single_precision_stays():
    ours = DescentRegressor(optimizer="saga", batch_size=1, **FIT).fit(X.astype(np.float32), Y)
    assert ours.coef_.dtype == np.float32
    best = Ridge(alpha=ALPHA * N).fit(X, Y).coef_
    assert distance(ours.coef_, best) < 1e-4


@pytest.mark.parametrize(
    ("penalty", "strength"),
    [
        (NoPenalty(), 0.0),
        (L2(0.3), 0.3),
        (L1(0.3), 0.0),
        (ElasticNet(0.4, 0.5), 0.2),
        (NonNegative(L2(0.3)), -1.0),
    ],
    ids=repr,
)
def test_squares_and_kinks_are_quadratic_and_bounds_are_not(penalty, strength):
    assert quadratic_strength(penalty) == strength


@pytest.mark.parametrize("wrong", ["saga", "SVRG", SAGA(), SVRG(every=3)], ids=repr)
def test_a_function_has_no_rows(wrong):
    with pytest.raises(ValueError, match=r"remembers a slope for each row.*'sgd'"):
        minimize("x^2", [1.0], optimizer=wrong)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"batch_size": "full"}, "remembers a slope for each row"),
        ({"average": True}, "remembers a slope for each row"),
        ({"precondition": "diagonal"}, "remembers a slope for each row"),
        ({"optimizer": Averaged(SAGA())}, "remembers a slope for each row"),
        ({"optimizer": SVRG(every=0)}, "every must be a whole number at least 1"),
        ({"learning_rate": "cosine:0.1"}, "walk at one rate"),
    ],
    ids=repr,
)
def test_what_they_cannot_do_is_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        DescentRegressor(**{"optimizer": "saga", **settings}).fit(X, Y)


def test_partial_fit_has_no_rows_to_remember():
    with pytest.raises(ValueError, match="remembers a slope for each row"):
        DescentRegressor(optimizer="saga").partial_fit(X, Y)


def test_names_are_known_where_there_are_rows():
    assert by_name("Saga", rows=True) == SAGA()
    assert by_name("svrg", rows=True) == SVRG()
    with pytest.raises(ValueError, match="Did you mean 'saga'"):
        by_name("sagaa")
