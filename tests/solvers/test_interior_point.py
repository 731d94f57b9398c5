"""Losses with one kink a row and L2: the minimum of other libraries, proven by the dual."""

import numpy as np
import pytest
from risks import risk_of
from sklearn.datasets import load_breast_cancer, make_classification
from sklearn.svm import SVC, SVR

from descend.data.rows import Rows
from descend.losses import AbsoluteError, EpsilonInsensitive, Hinge, Perceptron, Quantile
from descend.models import Linear
from descend.objectives.risks.empirical_risk import EmpiricalRisk
from descend.penalties import L1, L2
from descend.solvers import interior_point
from descend.solvers.contract import Observer, Options
from descend.solvers.interior_point import MOST_SHARE, SAMPLE, InteriorPoint, has_interior_point
from descend.solvers.smoothing import Smoothing

LOSSES = [Hinge(), AbsoluteError(), Quantile(0.1)]
N, D = 150, 4


def rows_for(kind):
    """Return rows, two classes and targets."""
    random = np.random.default_rng(7)
    X = random.standard_normal((N, D))
    if kind == "scaled":
        X = X * np.logspace(-3, 3, D) + 1
    if kind == "dependent":
        X[:, 1] = X[:, 0]
    if kind == "constant":
        X[:, 1], X[:, 2] = 0.0, 1.0
    trend = X @ (random.standard_normal(D) / np.maximum(X.std(axis=0), 0.1))
    labels = trend + random.standard_normal(N) > (np.quantile(trend, 0.9) if kind == "rare" else 0)
    noise = random.standard_cauchy(N) if kind == "outliers" else random.standard_normal(N)
    return X, labels.astype(float), 10 + trend + noise


def problem(loss, kind="plain", alpha=1e-2):
    X, labels, numbers = rows_for(kind)
    y = labels if isinstance(loss, Hinge) else numbers
    return risk_of(X, y, loss, L2(alpha))


def solve(risk, start=None, tol=1e-8, **options):
    start = np.zeros(risk.model.n_parameters) if start is None else start
    return InteriorPoint().solve(risk, start, Options(tol=tol, **options))


KINDS = ["plain", "scaled", "dependent", "constant", "rare", "outliers"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("alpha", [1.0, 1e-2])
def test_hinge_and_absolute_error_reach_the_minimum_of_support_vector_machines(kind, alpha):
    X, labels, numbers = rows_for(kind)
    common = {"kernel": "linear", "C": 1 / (alpha * N), "tol": 1e-6, "max_iter": 200_000}
    for loss, y, theirs in (
        (Hinge(), labels, SVC(**common)),
        (AbsoluteError(), numbers, SVR(epsilon=0.0, **common)),
    ):
        if kind == "scaled":  # theirs would not end
            continue
        risk = problem(loss, kind, alpha)
        theirs.fit(X, y)
        best = float(risk.value(np.append(theirs.coef_, theirs.intercept_)))
        descent = solve(risk)
        assert descent.ending == "duality gap"
        assert best * (1 - 1e-4) <= descent.fun <= best * (1 + 1e-7)
        assert descent.nit < 40


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("loss", LOSSES, ids=repr)
def test_a_gap_is_never_less_than_what_is_left(loss, kind):
    risk = problem(loss, kind)
    best = solve(risk, tol=0.0)
    assert best.status == "converged"
    smoothed = Smoothing().solve(risk, np.zeros(D + 1), Options(tol=1e-6, steps=500))
    assert best.fun <= smoothed.fun * (1 + 1e-10)
    values = [solve(risk, tol=tol).fun for tol in (1e-1, 1e-2, 1e-3, 1e-6)]
    for tol, value in zip((1e-1, 1e-2, 1e-3, 1e-6), values, strict=True):
        assert value <= best.fun * (1 + tol)
    assert values == sorted(values, reverse=True)


def test_a_bound_is_below_every_value():
    random = np.random.default_rng(0)
    for loss in LOSSES:
        risk = problem(loss)
        best = solve(risk, tol=1e-9)
        others = best.x + random.standard_normal((2000, D + 1)) * np.logspace(-6, 2, 2000)[:, None]
        assert risk.value(others).min() >= best.fun * (1 - 1e-9)


@pytest.mark.parametrize("loss", LOSSES, ids=repr)
def test_weights_are_repeated_rows(loss):
    risk = problem(loss)
    X, y = risk.blocks.X, risk.blocks.y
    counts = np.random.default_rng(0).integers(0, 3, N)
    weighted = EmpiricalRisk(risk.model, loss, L2(1e-2), Rows(X, y, counts / counts.mean()))
    which = np.repeat(np.arange(N), counts)
    repeated = EmpiricalRisk(risk.model, loss, L2(1e-2), Rows(X[which], y[which]))
    assert solve(weighted).fun == pytest.approx(solve(repeated).fun, rel=1e-7)


@pytest.mark.parametrize(
    "kind", ["plain", "outliers", "rare", "sorted", "weights", "zero weights", "tiny weights"]
)
@pytest.mark.parametrize("loss", LOSSES, ids=repr)
def test_the_start_from_a_sample_changes_nothing_but_the_way(loss, kind, monkeypatch):
    random = np.random.default_rng(1)
    n = 2 * MOST_SHARE * SAMPLE * 3
    X = random.standard_normal((n, 2))
    y = X @ [1.0, -2.0] + random.standard_normal(n)
    if kind == "outliers":
        y[random.choice(n, 30)] *= 1e12
    if isinstance(loss, Hinge):
        y = (y > np.quantile(y, 1 - 3 / n if kind == "rare" else 0.5)).astype(float)
    if kind == "sorted":
        order = np.argsort(y)
        X, y = X[order], y[order]
    weight = None
    if kind.endswith("weights"):
        weight = random.exponential(1, n) ** 4
        if kind != "weights":
            weight[20:] *= {"zero weights": 0.0, "tiny weights": 1e-12}[kind]
        weight /= weight.mean()
    risk = EmpiricalRisk(Linear(2, 1, True), loss, L2(1e-3), Rows(X, y[:, None], weight))
    descent = solve(risk, np.zeros(3), tol=1e-7)
    monkeypatch.setattr(interior_point, "SAMPLE", n)
    alone = solve(risk, np.zeros(3), tol=1e-7)
    assert (descent.status, alone.status) == ("converged", "converged")
    assert descent.fun == pytest.approx(alone.fun, rel=2e-7)


@pytest.mark.parametrize("small", [0.0, 1e-12])
def test_rows_of_little_weight_do_not_hold_back_the_others(small):
    X, labels, _ = rows_for("plain")
    heavy = np.arange(N) < 20
    weight = np.where(heavy, 1.0, small)
    risk = EmpiricalRisk(
        Linear(D, 1, True), Hinge(), L2(1e-3), Rows(X, labels[:, None], weight / weight.mean())
    )
    descent = solve(risk)
    theirs = SVC(kernel="linear", C=1 / (1e-3 * 20), tol=1e-8).fit(X[heavy], labels[heavy])
    best = float(risk.value(np.append(theirs.coef_, theirs.intercept_)))
    assert descent.ending == "duality gap"
    assert best * (1 - 1e-5) <= descent.fun <= best * (1 + 1e-7)


def test_many_rows_take_fewer_steps_than_their_sample():
    X, y = make_classification(40_000, 10, flip_y=0.1, random_state=0)
    few = slice(None, 40_000 // MOST_SHARE)
    all_rows, sample = (
        solve(risk_of(X[which], y[which].astype(float), Hinge(), L2(1e-4)), np.zeros(11), tol=1e-6)
        for which in (slice(None), few)
    )
    assert all_rows.ending == "duality gap"
    assert all_rows.nit < sample.nit


@pytest.mark.parametrize("intercept", [True, False])
@pytest.mark.parametrize("loss", LOSSES, ids=repr)
def test_several_outputs_are_each_alone(loss, intercept):
    X, _, numbers = rows_for("plain")
    y = np.column_stack([numbers, 1e-3 * numbers[::-1]])
    y = (y > np.median(y, axis=0)).astype(float) if isinstance(loss, Hinge) else y
    both, *each = (
        solve(EmpiricalRisk(Linear(D, k, intercept), loss, L2(1e-2), Rows(X, targets)))
        for k, targets in ((2, y), (1, y[:, :1]), (1, y[:, 1:]))
    )
    assert both.ending == "duality gap"
    assert both.fun == pytest.approx(sum(one.fun for one in each), rel=2e-8)


def test_blocks_of_rows_are_all_rows():
    X, y = make_classification(15_000, 40, random_state=0)
    risk = risk_of(X, y.astype(float), Hinge(), L2(1e-3))
    assert len(list(risk.blocks)) > 1
    descent = solve(risk, tol=1e-6)
    assert descent.ending == "duality gap"
    smoothed = Smoothing().solve(risk, np.zeros(41), Options(tol=1e-5))
    assert descent.fun <= smoothed.fun * (1 + 1e-6)


@pytest.mark.parametrize("loss", LOSSES, ids=repr)
def test_it_goes_on_from_anywhere_and_never_rises(loss):
    risk = problem(loss)
    best = solve(risk)
    random = np.random.default_rng(0)
    for start in (best.x, best.x + 0.1, 1e4 * random.standard_normal(D + 1)):
        descent = solve(risk, start, tol=1e-6)
        assert descent.ending == "duality gap"
        assert descent.fun <= min(best.fun * (1 + 1e-6), float(risk.value(start)))
        assert (np.diff(descent.values) <= 0).all()
        np.testing.assert_allclose(descent.values, risk.value(descent.points), rtol=1e-12)


@pytest.mark.parametrize("loss", LOSSES, ids=repr)
def test_float32_reaches_its_own_precision(loss):
    risk = problem(loss)
    rows = risk.blocks
    half = EmpiricalRisk(
        risk.model, loss, L2(1e-2), Rows(rows.X.astype(np.float32), rows.y.astype(np.float32))
    )
    descent = solve(half, np.zeros(D + 1, dtype=np.float32), tol=1e-6)
    assert descent.x.dtype == np.float32
    assert descent.status == "converged"
    assert float(risk.value(descent.x.astype(float))) <= solve(risk).fun * (1 + 1e-5)


def test_columns_as_they_come_take_twenty_steps():
    X, y = load_breast_cancer(return_X_y=True)
    descent = solve(risk_of(X, y.astype(float), Hinge(), L2(1e-3)), tol=1e-6)
    assert descent.ending == "duality gap"
    assert descent.nit < 30


def test_a_perfect_start_stays():
    X = rows_for("plain")[0]
    risk = risk_of(X, np.full(N, 3.0), AbsoluteError(), L2(1e-2))
    truth = np.append(np.zeros(D), 3.0)
    descent = solve(risk, truth)
    assert (descent.nit, descent.fun, descent.status) == (0, 0.0, "converged")
    assert solve(risk).fun <= 1e-12


@pytest.mark.parametrize("steps", [1, 4])
def test_it_ends_when_told(steps):
    risk = problem(Hinge())
    assert (solve(risk, steps=steps).nit, solve(risk, steps=steps).status) == (steps, "stopped")
    told = []

    def stop(step):
        told.append(step.w[0].copy())
        if len(told) == steps:
            raise StopIteration

    descent = InteriorPoint().solve(risk, np.zeros(D + 1), Options(), Observer(stop))
    assert (descent.nit, descent.ending) == (steps, "callback")
    np.testing.assert_array_equal(told, descent.points[1:])


def test_columns_whose_squares_overflow_are_refused():
    risk = problem(Hinge())
    risk.blocks.X[0, 0] = 1e300
    with pytest.raises(ValueError, match="overflow"):
        solve(risk)


@pytest.mark.parametrize(
    ("loss", "penalty", "takes"),
    [
        (Hinge(), L2(1e-3), True),
        (Hinge(), L2(0.0), False),
        (Hinge(), L1(1e-3), False),
        (Perceptron(), L2(1e-3), False),
        (EpsilonInsensitive(), L2(1e-3), False),
    ],
    ids=repr,
)
def test_what_it_takes(loss, penalty, takes):
    X, labels, _ = rows_for("plain")
    assert has_interior_point(risk_of(X, labels, loss, penalty)) is takes
