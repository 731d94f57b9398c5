"""Safe rates do not diverge."""

from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pytest
import scipy.sparse
from risks import risk_of
from solving import array_loop, by_batches, untuned

from descend import minimize
from descend.curvature.safe_rate import (
    gradient_scale,
    largest_row_curvature,
    safe_rate,
)
from descend.losses import CLASSIFICATION, REGRESSION, CrossEntropy, LogLoss, SquaredError
from descend.optimizers import SGD, Adam, Momentum
from descend.optimizers.traits import stable_rate
from descend.penalties import L2, NoPenalty
from descend.rates import Constant
from descend.solvers.stopping import GradientShrunk


def data_set(kind, seed, n=300, d=4):
    """Return rows and a target for them, hostile in one way or another."""
    random = np.random.default_rng(seed)
    X = random.standard_normal((n, d))
    if kind == "tiny":
        X *= 1e-3
    elif kind == "huge":
        X *= 1e3
    elif kind == "mixed":
        X *= np.logspace(-3, 3, d)
    elif kind == "correlated":
        X = X[:, :1] + 1e-3 * X
    elif kind == "outliers":
        X[random.integers(n, size=3)] *= 1e3
    elif kind == "offset":
        X += 100
    elif kind == "rare":
        X[:, 1] = 0
        X[5, 1] = 50
    return X, random


KINDS = ["plain", "tiny", "huge", "mixed", "correlated", "outliers", "offset", "rare"]


def hostile_risk(kind, loss, penalty, weighted, seed):
    X, random = data_set(kind, seed)
    noise = 0.3 * random.standard_normal(len(X))
    y = X @ random.standard_normal(X.shape[1]) / np.abs(X).max() * 3 + noise
    y = (y > 0).astype(float) if isinstance(loss, LogLoss) else y
    weight = random.exponential(size=len(X)) ** 2 if weighted else None
    if weight is not None:
        weight /= weight.mean()
    return risk_of(X, y, loss, penalty, weight), (X, y[:, None], weight)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("batch_size", [1, 32, 300])
@pytest.mark.parametrize("optimizer", [SGD(), Momentum(), Adam()], ids=["sgd", "momentum", "adam"])
@pytest.mark.parametrize(
    ("loss", "penalty", "weighted"),
    [(SquaredError(), NoPenalty(), False), (LogLoss(), L2(0.01), True)],
    ids=["squared", "logistic"],
)
def test_safe_rates_do_not_diverge(kind, batch_size, optimizer, loss, penalty, weighted):
    risk, _ = hostile_risk(kind, loss, penalty, weighted, seed=len(kind))
    start = np.zeros(risk.model.n_parameters)
    rate = safe_rate(risk, start, optimizer, batch_size)
    assert np.isfinite(rate)
    assert rate > 0
    if batch_size == 300:
        full = array_loop(
            risk, start, optimizer, Constant(rate), steps=300, stopping=GradientShrunk(1e-12)
        )
        assert full.status != "diverged"
        assert full.fun <= full.values[0]
        return
    # the rate bounds Adam's steps, not its loss: it is quartered during the run, as in a fit
    adam = isinstance(optimizer, Adam)
    walked = by_batches(
        risk,
        start,
        optimizer,
        Constant(rate),
        adaptive=adam,
        epochs=40,
        tol=0.0,
        batch_size=batch_size,
    )
    assert walked.status in ("stopped", "converged")
    assert np.isfinite(walked.batch_losses).all()
    if not adam:
        assert walked.batch_losses.max() <= 3 * walked.values[0]
    assert risk.value(walked.x) <= 3 * walked.values[0]


@pytest.mark.parametrize("optimizer", [SGD(), Momentum()], ids=["sgd", "momentum"])
def test_the_full_rate_is_half_of_what_is_stable(optimizer):
    risk, (X, _, _) = hostile_risk("mixed", SquaredError(), L2(0.5), False, 0)
    rows = np.column_stack([X, np.ones(len(X))])
    H = rows.T @ rows / len(X) + np.diag([0.5, 0.5, 0.5, 0.5, 0])
    bound = stable_rate(optimizer, np.linalg.eigvalsh(H)[-1])
    rate = safe_rate(risk, np.zeros(5), optimizer, len(X))
    assert rate == pytest.approx(bound / 2, rel=1e-6)
    # and the bound is the real one: a little above it, descent diverges
    too_far = array_loop(
        risk, np.ones(5), optimizer, Constant(1.02 * bound), steps=3000, stopping=GradientShrunk(0)
    )
    assert too_far.status == "diverged"


def test_the_rate_of_a_row_is_that_of_its_largest_curvature():
    risk, (X, _, weight) = hostile_risk("outliers", LogLoss(), L2(0.01), True, 0)
    squares = (np.sum(X**2, axis=1) + 1) * weight
    start = np.zeros(5)
    assert largest_row_curvature(risk, start, at_start=True) == pytest.approx(
        0.25 * squares.max() + 0.01
    )
    assert safe_rate(risk, start, SGD(), 1) == pytest.approx(
        1 / (2 * largest_row_curvature(risk, start, at_start=True))
    )


@pytest.mark.parametrize("batch_size", [1, 10, 300])
def test_sparse_rows_allow_the_same_rate(batch_size):
    X, random = data_set("mixed", 0)
    X[random.random(X.shape) < 0.7] = 0
    y = np.eye(3)[random.integers(3, size=len(X))]
    w = random.standard_normal(15)
    for optimizer in (SGD(), Momentum(), Adam()):
        rates = [
            safe_rate(risk_of(rows, y, CrossEntropy(), L2(0.1)), w, optimizer, batch_size)
            for rows in (X, scipy.sparse.csr_matrix(X))
        ]
        assert rates[0] == pytest.approx(rates[1], rel=1e-9)


def test_the_gradient_scale_is_the_spread_over_batches():
    risk, (X, y, _) = hostile_risk("plain", SquaredError(), NoPenalty(), False, 0)
    w = np.random.default_rng(1).standard_normal(5)
    rows = np.column_stack([X, np.ones(len(X))])
    each = rows * (rows @ w - y[:, 0])[:, None]
    block = next(iter(risk.blocks))
    alone = gradient_scale(risk, w, block, 1)
    np.testing.assert_allclose(alone, np.sqrt(np.mean(each**2, axis=0)))
    full = gradient_scale(risk, w, block, len(X))
    np.testing.assert_allclose(full, np.abs(each.mean(axis=0)))


def fit_for(name, kind):
    """Return a risk of a loss by name, and its rows."""
    random = np.random.default_rng(len(name))
    X, size = random.standard_normal((200, 3)), {"large": 1e3, "small": 1e-2}.get(kind, 1.0)
    trend = X @ np.array([1.0, -0.5, 0.2])
    if name in CLASSIFICATION:
        y = (trend + 0.5 * random.standard_normal(200) > (1 if kind == "large" else 0)).astype(
            float
        )
    elif name in ("poisson", "gamma", "tweedie"):
        y = size * random.gamma(2.0, np.exp(trend))
    else:
        y = size * (trend + 0.3 * random.standard_normal(200) + 1)
    loss = {**REGRESSION, **CLASSIFICATION}[name]
    return risk_of(X, y, loss, L2(1e-3)), (X, y[:, None], None)


BY_NAME = pytest.mark.parametrize("name", [*REGRESSION, *CLASSIFICATION])
BY_SIZE = pytest.mark.parametrize("kind", ["plain", "large", "small"])


@BY_NAME
@BY_SIZE
def test_the_full_rate_of_every_loss_does_not_diverge(name, kind):
    risk, _ = fit_for(name, kind)
    start = risk.initial_parameters(float)
    rate = safe_rate(risk, start, SGD(), 200)
    full = array_loop(
        risk, start, SGD(), Constant(rate), steps=100, stopping=GradientShrunk(1e-12), record="all"
    )
    assert full.status != "diverged"
    # the perceptron begins at its minimum
    assert full.fun <= full.values[0] or name == "perceptron"


def walk_by_batches(name, kind, optimizer, batch_size):
    """Return the start's value, the end's, and the lowest known."""
    risk, _ = fit_for(name, kind)
    start = risk.initial_parameters(float)
    rate = safe_rate(risk, start, optimizer, batch_size)
    walked = by_batches(
        risk,
        start,
        optimizer,
        Constant(rate),
        adaptive=True,
        epochs=1000,
        tol=1e-6,
        batch_size=batch_size,
    )
    assert walked.status in ("stopped", "converged")
    assert np.isfinite(walked.batch_losses).all()
    if name == "cauchy":  # it has minima beside the lowest: what counts is the nearest
        best = minimize(risk, walked.x, record="values")
    else:
        best = untuned(risk, start, tol=1e-6, record="values")
    return float(risk.value(start)), float(risk.value(walked.x)), best.fun


def assert_near_the_optimum(name, kind, optimizer, batch_size):
    begin, end, best = walk_by_batches(name, kind, optimizer, batch_size)
    if name == "perceptron":
        assert end <= max(best, 0.05)
    else:
        assert end <= best + 0.03 * abs(best) + 0.01 * (begin - best)


@BY_SIZE
def test_batches_end_near_the_optimum_where_the_curvature_has_no_bound(kind):
    assert_near_the_optimum("poisson", kind, SGD(), 32)


# Each loss compiles a loop for each of these. How an optimizer and a batch enter a rate is the same
# for every loss (`safe_rate`): so each meets both optimizers and both sizes, though not all four.
WALKS = [
    pytest.param(name, optimizer, batch_size, id=f"{name}-{type(optimizer).__name__}-{batch_size}")
    for place, name in enumerate([*REGRESSION, *CLASSIFICATION])
    for optimizer, batch_size in zip((SGD(), Adam()), (1, 32)[:: 1 - 2 * (place % 2)], strict=True)
]


@pytest.mark.thorough
@BY_SIZE
@pytest.mark.parametrize(("name", "optimizer", "batch_size"), WALKS)
def test_batches_end_near_the_optimum_of_every_loss(name, kind, optimizer, batch_size):
    assert_near_the_optimum(name, kind, optimizer, batch_size)


class OwnAbsolute(NamedTuple):
    """An absolute error of one's own, which does not say how it is rounded."""

    normalised: bool = False
    largest_curvature: float = np.inf

    def value(self, y, z):
        return np.abs(z - y)

    def slope(self, y, z):
        return np.sign(z - y)

    def curvature(self, y, z):
        return 0 * z

    def mean(self, z):
        return z


@pytest.mark.parametrize("batch_size", [1, 32])
def test_ones_own_kinks_have_a_rate(batch_size):
    risk, _ = fit_for("absolute_error", "large")
    own = replace(risk, loss=OwnAbsolute())
    rate = safe_rate(own, np.zeros(4), SGD(), batch_size)
    known = safe_rate(risk, np.zeros(4), SGD(), batch_size)
    assert known / 10 < rate < 10 * known
