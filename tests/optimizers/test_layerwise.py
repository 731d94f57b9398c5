"""Optimizers that look at whole vectors step as optax's, keep runs apart, and stay out of loops."""

import numpy as np
import optax
import pytest
from conventions import of_optax
from optax import contrib
from optimizer_paths import ON, PROBLEMS, largest_difference, optax_path, our_path

from descend import DescentRegressor, minimize
from descend.optimizers import (
    LAMB,
    LARS,
    LBFGS,
    DAdaptAdam,
    DAdaptSGD,
    DoG,
    DoWG,
    MoMo,
    MoMoAdam,
    NoisySGD,
    NovoGrad,
    Prodigy,
    by_name,
    names,
)
from descend.optimizers.traits import is_elementwise
from descend.protocols import verbs

OWN = {"betas": (0.8, 0.99), "eps": 1e-6, "estim_lr0": 1e-4}

# the rates are those on the three problems, such that no path becomes chaotic
PEERS = [
    (LARS(), of_optax(optax.lars), (0.1, 0.3, 0.1)),
    (
        LARS(0.01, 0.5),
        of_optax(optax.lars, trust_coefficient=0.01, momentum=0.5),
        (0.03, 0.1, 0.1),
    ),
    (LAMB(), of_optax(optax.lamb), (0.003, 0.003, 0.003)),
    (
        LAMB(0.8, 0.99, 1e-3, 0.1),
        of_optax(optax.lamb, b1=0.8, b2=0.99, eps=1e-3, weight_decay=0.1),
        (0.001, 0.003, 0.003),
    ),
    (NovoGrad(), of_optax(optax.novograd), (3e-4, 3e-4, 3e-4)),
    (
        NovoGrad(0.95, 0.98, 1e-3),
        of_optax(optax.novograd, b1=0.95, b2=0.98, eps=1e-3),
        (3e-4, 3e-4, 3e-4),
    ),
    (DoG(), of_optax(contrib.dog), (1.0, 1.0, 1.0)),
    (
        DoG(1e-3, 1e-4),
        of_optax(contrib.dog, init_step=("heuristic", 1e-3), eps=1e-4),
        (0.5, 0.5, 0.5),
    ),
    (DoWG(), of_optax(contrib.dowg), (0.1, 0.1, 0.1)),
    (DAdaptAdam(), of_optax(contrib.dadapt_adamw), (0.1, 0.1, 0.1)),
    (
        DAdaptAdam(0.8, 0.99, 1e-6, 1e-4),
        of_optax(contrib.dadapt_adamw, **OWN),
        (0.03, 0.03, 0.03),
    ),
    (Prodigy(), of_optax(contrib.prodigy), (0.03, 0.03, 0.03)),
    (Prodigy(0.8, 0.99, 1e-6, 1e-4), of_optax(contrib.prodigy, **OWN), (0.01, 0.01, 0.01)),
]
# met by their peers in files of their own
OURS = [*(row[0] for row in PEERS), LBFGS(), DAdaptSGD(), MoMo(), MoMoAdam(lower=-1.0)]
EACH = pytest.mark.parametrize("optimizer", OURS, ids=repr)


@ON
@pytest.mark.parametrize(("ours", "peer", "rates"), PEERS, ids=[repr(row[0]) for row in PEERS])
def test_each_of_1000_steps_is_that_of_optax(problem, ours, peer, rates):
    rate = rates[PROBLEMS.index(problem)]
    path = our_path(problem, ours, rate)
    assert np.abs(path[-1] - path[0]).max() > 0.05  # it went somewhere
    assert largest_difference(path, optax_path(problem, peer(rate))) < 1e-10


def test_the_table_meets_every_optimizer_that_is_not_elementwise():
    whole = {type(by_name(name)) for name in names() if not is_elementwise(by_name(name))}
    assert {type(optimizer) for optimizer in [*OURS, NoisySGD()]} == whole


@EACH
def test_many_runs_step_as_each_alone(optimizer):
    random = np.random.default_rng(0)
    start, rate = random.standard_normal((4, 3)), random.uniform(0.1, 1.0, (4, 1))
    gradients, values = random.standard_normal((6, 4, 3)), random.random((6, 4, 1))
    w, memory = start, tuple(np.zeros((4, 3)) for _ in optimizer.memory)
    for t, (g, value) in enumerate(zip(gradients, values, strict=True), start=1):
        w, memory = verbs.at(optimizer, value).step(w, g, memory, rate, t)
    for run in range(4):
        alone, kept = start[run], tuple(np.zeros(3) for _ in optimizer.memory)
        for t, (g, value) in enumerate(zip(gradients, values, strict=True), start=1):
            own = verbs.at(optimizer, value[run])
            alone, kept = own.step(alone, g[run], kept, rate[run], t)
        np.testing.assert_allclose(w[run], alone, rtol=1e-12)


@EACH
def test_float32_stays_float32(optimizer):
    assert our_path(PROBLEMS[2], optimizer, 0.01, np.float32, steps=20).dtype == np.float32


@EACH
def test_nothing_happens_without_a_gradient(optimizer):
    w, memory = np.zeros(3), tuple(np.zeros(3) for _ in optimizer.memory)
    for t in (1, 2):
        own = verbs.at(optimizer, np.ones(1))
        w, memory = own.step(w, np.zeros(3), memory, 1.0, t)
    assert w.tolist() == [0, 0, 0]


@EACH
def test_the_loop_over_examples_refuses_it_and_all_rows_do_not(optimizer):
    X, y = np.ones((9, 2)), np.arange(9.0)
    with pytest.raises(ValueError, match=r"looks at the whole gradient.*batch_size='full'"):
        DescentRegressor(optimizer=optimizer, batch_size=1, learning_rate=0.1).fit(X, y)
    fit = DescentRegressor(
        optimizer=optimizer, batch_size="full", learning_rate=0.1, tol=0.0, max_iter=5
    ).fit(X, y)
    assert np.isfinite(fit.coef_).all()


@pytest.mark.parametrize("name", ["dog", "dowg", "dadaptsgd", "dadaptadam", "prodigy", "cocob"])
@pytest.mark.parametrize("scale", [pytest.param(0.01, marks=pytest.mark.thorough), 1.0, 100.0])
def test_learning_rate_free_methods_find_the_minimum_at_any_scale(name, scale):
    descent = minimize(
        f"(x/{scale} - 3)^2 + 2*(y/{scale} + 1)^2",
        [0.0, 0.0],
        optimizer=name,
        steps=5000,
        tol=0.0,
        record=None,
    )
    np.testing.assert_allclose(descent.x / scale, [3, -1], atol=0.02)
