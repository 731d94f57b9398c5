"""Wrappers do what optax's and PyTorch's do, compose, compile, and answer with their own point."""

import re
from typing import NamedTuple

import jax
import numpy as np
import optax
import pytest
import scipy.sparse
import torch
from conventions import of_optax, of_torch
from optax import contrib
from optimizer_paths import ON, PROBLEMS, largest_difference, optax_path, our_path, torch_path

from descend import DescentRegressor, minimize
from descend.kernels.epochs import descend_rows
from descend.losses import SquaredError
from descend.optimizers import (
    ASGD,
    SAM,
    SGD,
    Adadelta,
    Adam,
    Averaged,
    Clipped,
    ClippedByNorm,
    ClippedByValue,
    Decayed,
    DoG,
    Lookahead,
    Momentum,
    Prodigy,
    ScheduleFree,
    by_name,
    is_rate_free,
    recommended_rate,
)
from descend.optimizers.traits import effective_step_gain, is_elementwise, stable_rate
from descend.penalties import L2
from descend.protocols import Averaging, Optimizer

assert jax.config.jax_enable_x64


def clipped_adam(rate):
    return optax.chain(optax.clip_by_global_norm(0.5), optax.adam(rate))


def value_clipped_sgd(rate):
    return optax.chain(optax.clip(0.5), optax.sgd(rate, momentum=0.9))


def free_adam(rate):
    base = optax.chain(
        optax.scale_by_rms(decay=0.99, eps=1e-8, eps_in_sqrt=False, bias_correction=True),
        optax.scale_by_learning_rate(rate),
    )
    return contrib.schedule_free(base, rate, b1=0.8)


PEERS = [
    (Clipped(Adam(), norm=0.5), None, clipped_adam, 0.002),
    (Clipped(Momentum(), value=0.5), None, value_clipped_sgd, 0.002),
    (
        Decayed(Momentum(), 0.1, decoupled=False),
        of_torch(torch.optim.SGD, momentum=0.9, weight_decay=0.1),
        None,
        1e-4,
    ),
    (
        Decayed(Adam(), 0.1, decoupled=False),
        of_torch(torch.optim.Adam, weight_decay=0.1),
        None,
        0.01,
    ),
    (
        Decayed(Adam(), 0.1),
        of_torch(torch.optim.AdamW, weight_decay=0.1),
        of_optax(optax.adamw, weight_decay=0.1),
        0.01,
    ),
    (ScheduleFree(SGD()), None, of_optax(contrib.schedule_free_sgd), 1e-3),
    (ScheduleFree(Adam(0.0, 0.99), 0.8), None, free_adam, 0.005),
]


@ON
@pytest.mark.parametrize(
    ("ours", "torch_peer", "optax_peer", "rate"), PEERS, ids=[repr(row[0]) for row in PEERS]
)
def test_each_of_1000_steps_is_that_of_the_peer(problem, ours, torch_peer, optax_peer, rate):
    path = our_path(problem, ours, rate)
    if torch_peer is not None:
        assert largest_difference(path, torch_path(problem, torch_peer, rate)) < 1e-10
    if optax_peer is not None:
        assert largest_difference(path, optax_path(problem, optax_peer(rate))) < 1e-10


def test_lookahead_is_optax():
    problem, rate = PROBLEMS[0], 0.01
    transform = optax.lookahead(optax.sgd(rate, momentum=0.9), sync_period=6, slow_step_size=0.4)
    params = optax.LookaheadParams.init_synced(jax.numpy.asarray(problem.start))
    state = transform.init(params)
    ours, w = Lookahead(Momentum(), 6, 0.4), problem.start
    memory = tuple(np.zeros_like(w) for _ in ours.memory)
    for t in range(1, 200):
        g = problem.gradient(np.asarray(params.fast))
        updates, state = transform.update(g, state, params)
        params = optax.apply_updates(params, updates)
        w, memory = ours.step(w, problem.gradient(w), memory, rate, t)
        np.testing.assert_allclose(w, params.fast, rtol=1e-10)
        np.testing.assert_allclose(ours.answer(w, memory, t), params.slow, rtol=1e-10)


def test_schedule_free_answers_as_optax():
    problem, rate = PROBLEMS[0], 1e-3
    transform = contrib.schedule_free_sgd(rate)
    params = jax.numpy.asarray(problem.start)
    state = transform.init(params)
    ours, w = ScheduleFree(SGD()), problem.start
    memory = tuple(np.zeros_like(w) for _ in ours.memory)
    for t in range(1, 100):
        updates, state = transform.update(problem.gradient(np.asarray(params)), state, params)
        params = optax.apply_updates(params, updates)
        w, memory = ours.step(w, problem.gradient(w), memory, rate, t)
        theirs = contrib.schedule_free_eval_params(state, params)
        np.testing.assert_allclose(ours.answer(w, memory, t), theirs, rtol=1e-10)


@pytest.mark.parametrize("decay", [1.0, 0.9])
def test_the_average_is_that_of_the_points(decay):
    descent = minimize(
        "(x - 1)^2 + 3*y^2", [4.0, 2.0], optimizer=Averaged(Momentum(0.5), decay),
        learning_rate=0.1, steps=40, tol=0.0,
    )  # fmt: skip
    mean = np.zeros(2)
    for t, point in enumerate(descent.points[1:], start=1):
        share = max(1 / t, 1 - decay)
        mean = (1 - share) * mean + share * point
    np.testing.assert_allclose(descent.x, mean, rtol=1e-12)
    x, y = descent.x
    assert descent.fun == pytest.approx((x - 1) ** 2 + 3 * y**2)
    np.testing.assert_allclose(descent.jac, [2 * (x - 1), 6 * y], rtol=1e-12)
    if decay == 1.0:
        np.testing.assert_allclose(mean, descent.points[1:].mean(axis=0), rtol=1e-12)


def test_averaging_may_begin_late():
    settings = {"learning_rate": 0.1, "steps": 40, "tol": 0.0}
    late = minimize("(x - 1)^2", [4.0], optimizer=Averaged(Momentum(0.5), t0=9), **settings)
    np.testing.assert_allclose(late.x, late.points[10:].mean(axis=0), rtol=1e-12)
    early = minimize("(x - 1)^2", [4.0], optimizer=Averaged(Momentum(0.5), t0=50), **settings)
    np.testing.assert_allclose(early.x, early.points[-1], rtol=1e-12)


def test_each_run_answers_with_its_own_mean():
    starts = np.array([[1.0], [3.0], [0.0]])  # the last is at the minimum, and rests at once
    settings = {"optimizer": Averaged(SGD()), "learning_rate": 0.1, "steps": 30, "tol": 1e-3}
    together = minimize("x^2", starts, **settings)
    for run, start in enumerate(starts):
        alone = minimize("x^2", start, **settings)
        assert together.x[run] == alone.x
        assert together.fun[run] == alone.fun
        assert together.status[run] == alone.status


def test_a_wrapped_answer_comes_through():
    settings = {"learning_rate": 0.1, "steps": 30, "tol": 0.0}
    plain = minimize("x^2", [1.0], optimizer=Averaged(SGD()), **settings)
    for optimizer in (Clipped(Averaged(SGD()), value=1e9), Decayed(Averaged(SGD()), 0.0)):
        assert minimize("x^2", [1.0], optimizer=optimizer, **settings).x == plain.x


WRAPPED = [
    Decayed(Momentum(), 0.1),
    pytest.param(Clipped(Adam(), value=0.3), marks=pytest.mark.thorough),
    pytest.param(Lookahead(Adam(), 3), marks=pytest.mark.thorough),
    Averaged(Decayed(Momentum(), 0.1, decoupled=False), 0.9),
    pytest.param(ScheduleFree(Adam(0.0)), marks=pytest.mark.thorough),
    # compiling as many as these takes half a minute
    pytest.param(
        Averaged(Lookahead(Decayed(Clipped(Adam(), value=0.5), 0.01), 2)),
        marks=pytest.mark.thorough,
    ),
]


@pytest.mark.parametrize("optimizer", WRAPPED, ids=repr)
def test_wrappers_step_compiled_as_in_arrays(optimizer):
    assert isinstance(optimizer, Optimizer)
    assert isinstance(optimizer, Averaging)
    assert is_elementwise(optimizer)
    random = np.random.default_rng(0)
    X, y, rates = random.standard_normal((9, 3)), random.standard_normal(9), np.full(9, 0.05)
    w, memory = np.zeros(3), tuple(np.zeros(3) for _ in optimizer.memory)
    kept = w.copy(), tuple(array.copy() for array in memory)
    parts = (optimizer, SquaredError(), L2(0.1))
    descend_rows.kept(X, y, None, np.arange(9, dtype=np.int32), w, memory, *parts, rates, 1.0)
    own, remembered = kept
    for t in range(1, 10):
        g = X[t - 1] * (X[t - 1] @ own - y[t - 1]) + 0.1 * own
        own, remembered = optimizer.step(own, g, remembered, 0.05, t)
    np.testing.assert_allclose(w, own, rtol=1e-11)
    for mine, theirs in zip(memory, remembered, strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-11, atol=1e-14)


def test_an_estimator_answers_with_the_average():
    random = np.random.default_rng(0)
    X = random.standard_normal((200, 3))
    y = X @ [1.0, -2.0, 0.5] + random.standard_normal(200)
    settings = {"learning_rate": 0.1, "batch_size": 4, "max_iter": 20, "tol": 0.0, "alpha": 0.0}
    best = np.linalg.lstsq(np.column_stack([X, np.ones(200)]), y, rcond=None)[0][:3]

    def error(optimizer):
        fits = (
            DescentRegressor(optimizer=optimizer, random_state=seed, **settings).fit(X, y)
            for seed in range(5)
        )
        return np.mean([np.linalg.norm(fit.coef_ - best) for fit in fits])

    averaging = Averaged(SGD(), 0.998)
    assert error(averaging) < 0.5 * error("sgd")
    averaged = DescentRegressor(optimizer=averaging, random_state=0, **settings).fit(X, y)
    z = X @ averaged.coef_ + averaged.intercept_
    assert averaged.descent_.fun == pytest.approx(np.mean((z - y) ** 2) / 2)


@pytest.mark.thorough
def test_sparse_rows_have_the_average_of_dense_ones():
    X = np.random.default_rng(0).standard_normal((200, 3))
    dense, sparse = (
        DescentRegressor(optimizer=Averaged(SGD(), 0.998), batch_size=4, random_state=0).fit(
            A, X[:, 0]
        )
        for A in (X, scipy.sparse.csr_matrix(X))
    )
    np.testing.assert_allclose(sparse.coef_, dense.coef_, rtol=1e-10)


def test_the_norm_of_a_gradient_needs_whole_gradients():
    X, y = np.ones((9, 2)), np.arange(9.0)
    clipped = Clipped(Adam(), norm=1.0)
    with pytest.raises(ValueError, match=r"ClippedByNorm looks at the whole gradient.*'full'"):
        DescentRegressor(optimizer=clipped, batch_size=2, learning_rate=0.1).fit(X, y)
    full = DescentRegressor(optimizer=clipped, batch_size="full", learning_rate=0.1, tol=0.0)
    assert full.fit(X, y).coef_.shape == (2,)


class Doubled(NamedTuple):
    """Plain descent at twice the rate."""

    factor: float = 2.0

    @property
    def memory(self):
        return ()

    def step(self, w, g, memory, rate, t):
        return w - self.factor * rate * g, memory


def test_loops_of_a_wrapped_optimizer_from_elsewhere_are_not_kept():
    before = descend_rows.kept.signatures
    own = DescentRegressor(optimizer=Decayed(Doubled(), 0.0), batch_size=1, learning_rate=0.01)
    own.set_params(max_iter=2, tol=0.0).fit(np.ones((9, 1)), np.arange(9.0))
    assert descend_rows.kept.signatures == before


@pytest.mark.parametrize(
    ("wrapped", "inner"),
    [
        (Lookahead(SGD()), SGD()),
        (Lookahead(Momentum(), 7), Momentum()),
        (Averaged(Momentum()), Momentum()),
        (Decayed(Momentum(), 0.0), Momentum()),
    ],
    ids=repr,
)
def test_a_wrapper_is_as_stable_as_what_it_wraps(wrapped, inner):
    assert stable_rate(wrapped, 2.0) == pytest.approx(stable_rate(inner, 2.0))
    assert effective_step_gain(wrapped) == pytest.approx(effective_step_gain(inner), rel=1e-6)
    assert recommended_rate(wrapped) == recommended_rate(inner)


@pytest.mark.parametrize("around", [Averaged, Lookahead, ScheduleFree, SAM])
def test_a_wrapper_is_as_free_of_rates_as_what_it_wraps(around):
    assert is_rate_free(around(DoG()))
    assert is_rate_free(Averaged(around(Prodigy())))
    assert is_rate_free(around(Adadelta()))
    assert not is_rate_free(around(Adam()))


def test_decay_is_no_reason_for_a_larger_rate():
    assert 5 < effective_step_gain(Decayed(Momentum(0.9), 0.01)) <= 10
    assert effective_step_gain(ASGD()) == pytest.approx(1.0, rel=1e-3)
    assert stable_rate(ASGD(), 1.0) <= 2.1


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (Decayed(Adam(beta1=2.0), 0.1), "Adam(beta1=2.0): beta1 must be a number in [0, 1)"),
        (Decayed(SGD(), -1.0), "Decayed(decay=-1.0): decay must be a number at least 0"),
        (ClippedByNorm(SGD(), 0.0), "norm must be a number above 0"),
        (ClippedByValue(SGD(), np.inf), "value must be a number above 0"),
        (Lookahead(SGD(), 2.5), "k must be a whole number at least 1"),
        (Lookahead(SGD(), 2, 0.0), "alpha must be a number in (0, 1]"),
        (ScheduleFree(SGD(), 0.0), "beta must be a number in (0, 1]"),
        (Averaged("sgd"), "Averaged(optimizer='sgd'): give an instance"),
        (Averaged(SGD), "give an instance"),
    ],
    ids=lambda x: x if isinstance(x, str) else "",
)
def test_what_wrappers_cannot_take_is_refused(wrong, told):
    with pytest.raises(ValueError, match=re.escape(told)):
        by_name(wrong)


@pytest.mark.parametrize("options", [{}, {"norm": 1.0, "value": 1.0}])
def test_clipping_is_by_one_measure(options):
    with pytest.raises(ValueError, match="give one of norm and value"):
        Clipped(SGD(), **options)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("lookahead:adam", Lookahead(Adam())),
        ("averaged:sgd", Averaged(SGD())),
        ("sam:momentum", SAM(Momentum())),
        ("Schedule-Free:sgd", ScheduleFree(SGD())),
        ("averaged:look_ahead:adam", Averaged(Lookahead(Adam()))),
    ],
)
def test_a_name_may_go_around_another(name, expected):
    assert repr(by_name(name)) == repr(expected)
    assert np.isfinite(minimize("x^2", [1.0], optimizer=name, steps=5).fun)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("lookahed:adam", "Did you mean 'lookahead'"),
        ("lookahead:adm", "Did you mean 'adam'"),
        ("lookahead", "give 'lookahead:sgd'"),
        ("adam:sgd", "there is no optimizer 'adam:sgd'"),
        ("averaged:", "there is no optimizer ''"),
        ("averaged:saga", "remembers a slope for each row"),
    ],
)
def test_names_around_others_are_corrected(name, told):
    with pytest.raises(ValueError, match=told) as caught:
        by_name(name, rows=True)
    assert "\n" not in str(caught.value)
