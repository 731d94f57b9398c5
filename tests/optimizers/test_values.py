"""Optimizers that look at values step as optax's, and are told them wherever they walk."""

import jax
import numpy as np
import optax
import pytest
from optax import contrib
from optimizer_paths import ON, PROBLEMS, largest_difference, our_path

from descend import minimize
from descend.optimizers import Averaged, Clipped, MoMo, MoMoAdam
from descend.protocols import verbs
from descend.rates import Wolfe

# rates on the three problems, and for how many steps: where models hold steps back for long, paths
# become chaotic, and the last digit decides
PEERS = [
    (MoMo(), contrib.momo, {}, (0.01, 1e-3, 1.0), 1000),
    (MoMo(), contrib.momo, {}, (1.0, 1.0, 10.0), 60),
    (MoMo(0.5, 0.1), contrib.momo, {"beta": 0.5, "lower_bound": 0.1}, (0.01, 1e-3, 1.0), 1000),
    (
        MoMo(0.8, -5.0, estimated=True),
        contrib.momo,
        {"beta": 0.8, "lower_bound": -5.0, "adapt_lower_bound": True},
        (0.01, 1e-3, 1.0),
        100,
    ),
    (MoMoAdam(), contrib.momo_adam, {}, (0.01, 0.01, 0.01), 1000),
    (
        MoMoAdam(0.8, 0.99, 1e-4, -2.0, estimated=True),
        contrib.momo_adam,
        {"b1": 0.8, "b2": 0.99, "eps": 1e-4, "lower_bound": -2.0, "adapt_lower_bound": True},
        (0.01, 0.01, 0.01),
        100,
    ),
]


def optax_path(problem, transform, steps):
    w = jax.numpy.asarray(problem.start)
    state = transform.init(w)

    @jax.jit
    def advance(w, g, value, state):
        updates, state = transform.update(g, state, w, value=value)
        return optax.apply_updates(w, updates), state

    path = [np.asarray(w)]
    for _ in range(steps):
        here = np.asarray(w)
        w, state = advance(w, problem.gradient(here), problem.value(here), state)
        path.append(np.asarray(w))
    return np.array(path)


@ON
@pytest.mark.parametrize(
    ("ours", "peer", "options", "rates", "steps"),
    PEERS,
    ids=[f"{row[0]!r}, {row[4]} steps" for row in PEERS],
)
def test_each_step_is_that_of_optax(problem, ours, peer, options, rates, steps):
    rate = rates[PROBLEMS.index(problem)]
    theirs = optax_path(problem, peer(rate, **options), steps)
    path = our_path(problem, ours, rate, steps=steps)
    assert np.abs(path[-1] - path[0]).max() > 0.05  # it went somewhere
    assert largest_difference(path, theirs) < 1e-10


def test_wrappers_hand_values_on():
    alone = minimize("(x - 3)^2 + y^2", [0.0, 1.0], optimizer=MoMo(), learning_rate=1.0)
    for wrapped in (Clipped(MoMo(), norm=1e9), Averaged(MoMo(), 0.0)):
        within = minimize("(x - 3)^2 + y^2", [0.0, 1.0], optimizer=wrapped, learning_rate=1.0)
        np.testing.assert_allclose(within.x, alone.x, rtol=1e-12)


def test_runs_side_by_side_know_their_own_values():
    starts = np.array([[1.0, 2.0], [3.0, -1.0], [0.0, 0.0]])
    settings = {"optimizer": MoMoAdam(), "learning_rate": 0.5, "steps": 60}
    together = minimize("x^2 + 3*y^2", starts, **settings)
    for run, start in enumerate(starts):
        alone = minimize("x^2 + 3*y^2", start, **settings)
        np.testing.assert_array_equal(together.x[run], alone.x)


def test_a_search_tells_values_too():
    found = minimize("(x - 3)^2 + y^2", [0.0, 1.0], optimizer=MoMo(), learning_rate=Wolfe())
    assert found.fun < 1e-6


@pytest.mark.parametrize("optimizer", [MoMo(), MoMoAdam()], ids=repr)
def test_a_step_without_the_value_is_refused(optimizer):
    memory = tuple(np.zeros(1) for _ in optimizer.memory)
    with pytest.raises(ValueError, match=r"at\(value\)"):
        verbs.step(optimizer, np.ones(1), np.ones(1), memory, 0.1, 1)
