"""Every optimizer ends at the minimum of a risk with a kinked penalty, with the same zeros."""

from typing import NamedTuple

import numpy as np
import pytest
from risks import risk_of
from scipy.optimize import lsq_linear, nnls
from sklearn.linear_model import ElasticNet as PeerElasticNet
from sklearn.linear_model import Lasso
from solving import array_loop

from descend import DescentRegressor
from descend.objectives.composite import MaskedPenalty
from descend.optimizers import QHM, SGD, Adam, Lookahead, Momentum, by_name
from descend.penalties import L1, Box, ElasticNet, NonNegative, NoPenalty
from descend.protocols import Averaging
from descend.rates import Armijo, Constant, Monotone
from descend.solvers.stopping import GradientShrunk
from descend.solvers.subgradients import minimum_norm_subgradient

random = np.random.default_rng(0)
N = 120
X = random.standard_normal((N, 6)) * np.linspace(0.6, 1.4, 6)
X[:, 1] += 0.7 * X[:, 0]
Y = X @ [2, -1, 0, 0, 1.5, 0.2] + 0.7 + 0.3 * random.standard_normal(N)


def peers(model):
    found = model.fit(X, Y)
    return np.append(found.coef_, found.intercept_)


WITH_ONES = np.column_stack([X, np.ones(N)])
TIGHT = {"tol": 1e-14, "max_iter": 100_000}
LOW = np.append(np.full(6, -0.5), -np.inf)
HIGH = np.append(np.full(6, 0.9), np.inf)
# penalty, and the minimum that another solver finds
PROBLEMS = [
    (L1(0.3), peers(Lasso(alpha=0.3, **TIGHT))),
    (ElasticNet(0.4, 0.7), peers(PeerElasticNet(alpha=0.4, l1_ratio=0.7, **TIGHT))),
    (Box(-0.5, 0.9), lsq_linear(WITH_ONES, Y, (LOW, HIGH), tol=1e-14, method="bvls").x),
    (NonNegative(), lsq_linear(WITH_ONES, Y, ([0] * 6 + [-9], np.inf), method="bvls").x),
    (NonNegative(L1(0.1)), peers(Lasso(alpha=0.1, positive=True, **TIGHT))),
]
BY_PROBLEM = pytest.mark.parametrize(
    ("penalty", "best"), PROBLEMS, ids=[repr(row[0]) for row in PROBLEMS]
)


def falling(rate):
    """Return a rate that falls to next to nothing, for optimizers that step by a fixed length."""
    return lambda t: rate * np.clip(2 - t / 350, 1e-7, 1)


# optimizer, rate, how near it comes
WALKS = [
    ("sgd", 0.2, 1e-9),
    ("momentum", 0.05, 1e-9),
    ("nesterov", 0.05, 1e-9),
    (QHM(beta=0.9), 0.1, 1e-6),
    ("adagrad", 0.5, 1e-9),
    ("rmsprop", falling(0.01), 1e-6),
    ("adadelta", 1.0, 1e-6),
    ("ftrl", 0.5, 1e-6),
    ("adam", falling(0.03), 1e-6),
    ("amsgrad", falling(0.03), 1e-6),
    ("adamax", falling(0.03), 1e-6),
    ("nadam", falling(0.03), 1e-6),
    ("radam", falling(0.03), 1e-6),
    ("adabelief", falling(0.03), 1e-6),
    ("yogi", falling(0.03), 1e-6),
    ("adan", falling(0.1), 1e-4),
    ("adopt", falling(0.03), 1e-4),
    ("signsgd", falling(0.01), 1e-4),
    ("signum", falling(0.01), 1e-3),
    ("lion", falling(0.01), 1e-3),
    ("rprop", falling(0.01), 1e-4),
    (Lookahead(Momentum()), 0.05, 1e-9),
]


# all optimizers on one problem, and on the others those that differ most
CASES = [
    pytest.param(*walked, *problem, id=f"{str(walked[0]).partition('(')[0]}-{problem[0]!r}")
    for problem in PROBLEMS
    for walked in WALKS
    if isinstance(problem[0], ElasticNet) or walked[0] in ("sgd", "momentum", "adam", "ftrl")
]


@pytest.mark.parametrize(("optimizer", "rate", "near", "penalty", "best"), CASES)
def test_every_optimizer_ends_at_the_minimum(optimizer, rate, near, penalty, best):
    schedule = Constant(rate) if isinstance(rate, float) else rate
    found = array_loop(
        risk_of(X, Y, penalty=penalty),
        np.zeros(7),
        by_name(optimizer),
        schedule,
        steps=700,
        stopping=GradientShrunk(1e-13),
        record=None,
    )
    np.testing.assert_allclose(found.x, best, atol=near)
    held = found.x == penalty.prox(np.nextafter(found.x, -np.inf), 0.0)
    if near <= 1e-6:
        at_kink = np.abs(best[:6]) < 1e-12
        # an answer that is a mean of points has their rounding
        rounding = 1e-15 if isinstance(optimizer, Averaging) else 0.0
        assert ((np.abs(found.x[:6]) <= rounding) == at_kink).all()
        at_bound = penalty.prox(best[:6] * (1 + 1e-6), 0.0) != best[:6] * (1 + 1e-6)
        assert held[:6][at_bound & (best[:6] < 0)].all()


@BY_PROBLEM
@pytest.mark.parametrize("optimizer", [SGD(), Momentum(), Adam()], ids=repr)
@pytest.mark.parametrize("search", [Monotone(), Armijo()], ids=["monotone", "armijo"])
def test_searches_fall_to_the_minimum(search, optimizer, penalty, best):
    found = array_loop(
        risk_of(X, Y, penalty=penalty),
        np.full(7, 0.3),
        optimizer,
        search,
        steps=3000,
        stopping=GradientShrunk(1e-9),
        record="values",
    )
    assert found.status == "converged"
    assert (np.diff(found.values) <= 0).all()
    np.testing.assert_allclose(found.x, best, atol=1e-6)
    # the norm told is that of the smallest subgradient
    assert found.gradient_norms[-1] <= 1e-6


def test_non_negative_least_squares():
    exact, _ = nnls(X, Y)
    risk = risk_of(X, Y, penalty=NonNegative(), intercept=False)
    start = np.zeros(6)
    stop = GradientShrunk(1e-12)
    found = array_loop(risk, start, SGD(), Monotone(), steps=2000, stopping=stop)
    np.testing.assert_allclose(found.x, exact, atol=1e-9)
    assert ((found.x == 0) == (exact == 0)).all()


def test_types_are_kept():
    risk = risk_of(X.astype(np.float32), Y, penalty=L1(0.3))
    start = np.zeros(7, dtype=np.float32)
    stop = GradientShrunk(1e-6)
    for rate in (Constant(0.1), Monotone()):
        found = array_loop(risk, start, Momentum(), rate, steps=20, stopping=stop)
        assert found.points.dtype == np.float32


def test_several_runs_are_each_the_run_alone():
    starts = random.standard_normal((3, 7))
    for rate in (Constant(0.05), Monotone()):
        settings = {"steps": 30, "stopping": GradientShrunk(1e-9)}
        together = array_loop(risk_of(X, Y, penalty=L1(0.3)), starts, Momentum(), rate, **settings)
        for i, start in enumerate(starts):
            alone = array_loop(risk_of(X, Y, penalty=L1(0.3)), start, Momentum(), rate, **settings)
            np.testing.assert_allclose(together.run(i).points, alone.points, atol=1e-12)


class Untold(NamedTuple):
    """The lasso, as someone writes it who does not know of `kink`."""

    alpha: float

    def value(self, w):
        return self.alpha * np.abs(w)

    def gradient(self, w):
        return 0.0 * w

    def curvature(self, w):
        return 0.0 * w

    def prox(self, w, rate):
        return np.sign(w) * np.maximum(np.abs(w) - rate * self.alpha, 0)


@pytest.mark.parametrize("intercept", [True, False])
@pytest.mark.parametrize("around", [lambda own: own, NonNegative, lambda own: Box(-9.0, 9.0, own)])
def test_a_penalty_that_does_not_tell_its_kink_arrives_as_one_that_does(around, intercept):
    settings = {"optimizer": "sgd", "batch_size": "full", "fit_intercept": intercept}
    own, told = (
        DescentRegressor(penalty=around(kind(0.3)), **settings).fit(X, Y) for kind in (Untold, L1)
    )
    assert own.descent_.status == "converged"
    np.testing.assert_allclose(own.coef_, told.coef_, atol=1e-4)


@pytest.mark.parametrize(
    ("penalty", "w", "g", "left"),
    [
        (MaskedPenalty(Untold(1.0), np.ones(1)), 0.0, 0.3, 0.0),
        (MaskedPenalty(Untold(1.0), np.zeros(1)), 0.0, 0.3, 0.3),
        (NonNegative(Untold(1.0)), 0.0, -2.0, -1.0),
        (NoPenalty(), 0.0, 0.3, 0.3),
        (L1(1.0), 0.0, 0.3, 0.0),
        (L1(1.0), 0.0, -1.5, -0.5),
        (L1(1.0), 2.0, 0.3, 1.3),
        (L1(1.0), -2.0, 0.3, -0.7),
        (Box(-1.0, 1.0), 1.0, -0.3, 0.0),
        (Box(-1.0, 1.0), 1.0, 0.3, 0.3),
        (Box(-1.0, 1.0), -1.0, 0.3, 0.0),
        (Box(-1.0, 1.0), 0.5, 0.3, 0.3),
        (NonNegative(L1(1.0)), 0.0, -0.3, 0.0),
        (NonNegative(L1(1.0)), 0.0, 2.3, 0.0),
        (NonNegative(L1(1.0)), 0.0, -2.0, -1.0),
        (Box(1.0, 2.0, L1(1.0)), 1.0, -0.5, 0.0),
    ],
    ids=str,
)
def test_what_is_left_to_descend(penalty, w, g, left):
    found = minimum_norm_subgradient(penalty, np.array([w]), np.array([g]))
    np.testing.assert_allclose(found, [left], atol=1e-15)
