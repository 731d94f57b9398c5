"""SVRG and SAGA reach the optimum itself, at a rate at which plain descent keeps its noise."""

import numpy as np
import pytest
import scipy.sparse
from sklearn.linear_model import LogisticRegression, Ridge

from descend import DescentClassifier, DescentRegressor, minimize
from descend.kernels import variance_reduction as variance
from descend.kernels import variance_reduction_sparse as variance_rows
from descend.kernels.rows import CSR
from descend.losses import SquaredError
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


def by_hand(order, renewing, penalty, rate, batch_size, known, mean):
    """Walk as the papers say, with whole vectors."""
    w, total = np.array([0.5, -1.0, 0.0, 2.0, 0.1, 0.3]), 0.0
    rows = np.column_stack([X, np.ones(N)])
    free = np.array([1.0, 1, 1, 1, 1, 0])
    for begin in range(0, len(order), batch_size):
        batch = order[begin : begin + batch_size]
        r = rows[batch] @ w - Y[batch]
        total += np.sum(r * r) / 2
        news = (r - known[batch]) @ rows[batch]
        g = news / len(batch) + mean
        moved = w - rate * (g + free * penalty.gradient(w))
        w = np.where(free > 0, penalty.prox(moved, rate), moved)
        if renewing:
            mean = mean + news / N
            known = known.copy()
            known[batch] = r
    return w, known, mean, total


@pytest.mark.parametrize("penalty", [NoPenalty(), L2(0.3), L1(0.2), ElasticNet(0.4, 0.5)], ids=repr)
@pytest.mark.parametrize("renewing", [True, False])
@pytest.mark.parametrize("batch_size", [1, 4])
def test_each_walk_is_that_of_the_papers_on_any_rows(penalty, renewing, batch_size):
    """Sparse rows that wait, and dense rows, step as whole vectors do."""
    order = np.random.default_rng(1).permutation(N)[:60].astype(np.int32)
    known = np.random.default_rng(2).standard_normal(N)
    mean = known @ np.column_stack([X, np.ones(N)]) / N
    expected = by_hand(order, renewing, penalty, 0.05, batch_size, known, mean)
    csr = STORED["sparse"]
    for rows in (X, CSR(csr.data, csr.indices, csr.indptr)):
        w, own_known = np.array([[0.5, -1.0, 0.0, 2.0, 0.1, 0.3]]), known[:, None].copy()
        own_mean = mean[None].copy()
        total = variance.walk_known(
            rows, Y[:, None], None, order, w, own_known, own_mean, renewing, SquaredError(),
            penalty, 0.05, batch_size, False, 5, quadratic_strength(penalty),
        )  # fmt: skip
        for mine, theirs in zip((w[0], own_known[:, 0], own_mean[0], total), expected, strict=True):
            np.testing.assert_allclose(mine, theirs, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("penalty", [NoPenalty(), L2(0.3), L2(8.0)], ids=repr)
@pytest.mark.parametrize("renewing", [True, False])
def test_sparse_rows_that_move_their_own_coordinates_walk_as_the_papers_say(penalty, renewing):
    """At the largest strength, all coordinates are brought back to the scale one on the way."""
    order = np.random.default_rng(1).permutation(N)[:60].astype(np.int32)
    known = np.random.default_rng(2).standard_normal(N)
    mean = known @ np.column_stack([X, np.ones(N)]) / N
    expected = by_hand(order, renewing, penalty, 0.05, 1, known, mean)
    assert penalty != L2(8.0) or (1 - 0.05 * 8.0) ** len(order) < variance_rows.SMALLEST_SCALE
    csr = STORED["sparse"]
    w, own_known = np.array([[0.5, -1.0, 0.0, 2.0, 0.1, 0.3]]), known[:, None].copy()
    own_mean = mean[None].copy()
    total = variance_rows.walk_known_sparse_rows(
        CSR(csr.data, csr.indices, csr.indptr), Y[:, None], None, order, w, own_known, own_mean,
        renewing, SquaredError(), 0.05, quadratic_strength(penalty), False, 5,
    )  # fmt: skip
    for mine, theirs in zip((w[0], own_known[:, 0], own_mean[0], total), expected, strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("penalty", [L1(0.2), ElasticNet(0.4, 0.5)], ids=repr)
def test_steps_on_one_side_of_a_kink_are_one(penalty):
    """And those past it are as they are one by one, wherever they begin and lead."""
    rate, alpha = 0.05, quadratic_strength(penalty)
    times = variance.lengths(40, rate, alpha, np.float64)
    for w in (-1.5, -0.02, 0.0, 0.01, 0.3):
        for g in (-1.0, -0.1, 0.0, 0.15, 0.5):
            one_by_one = w
            for steps in range(41):
                ours = variance.coast(w, g, penalty, rate, alpha, times, steps)
                np.testing.assert_allclose(ours, one_by_one, rtol=1e-12, atol=1e-14)
                one_by_one = variance.take(one_by_one, g, penalty, rate)


def test_a_strong_penalty_and_a_large_rate_walk_on_sparse_rows_too():
    """Where a step shrinks by more than half, those that wait are not put off by a scale."""
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
    ("settings", "told"),
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
def test_what_they_cannot_do_is_refused(settings, told):
    with pytest.raises(ValueError, match=told):
        DescentRegressor(**{"optimizer": "saga", **settings}).fit(X, Y)


def test_partial_fit_has_no_rows_to_remember():
    with pytest.raises(ValueError, match="remembers a slope for each row"):
        DescentRegressor(optimizer="saga").partial_fit(X, Y)


def test_names_are_known_where_there_are_rows():
    assert by_name("Saga", rows=True) == SAGA()
    assert by_name("svrg", rows=True) == SVRG()
    with pytest.raises(ValueError, match="Did you mean 'saga'"):
        by_name("sagaa")
