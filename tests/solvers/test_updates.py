"""Long vectors are stepped compiled where that pays, to the same points as by NumPy."""

import numpy as np
import pytest

import descend
from descend.optimizers import LARS, SGD, Adam, Averaged, Momentum
from descend.penalties import L1, NoPenalty
from descend.protocols import verbs
from descend.solvers.updates import compiled, update_for

SIZE = 12_345
MANY_STEPS = 10**6


@pytest.mark.parametrize(("kind", "tolerance"), [(np.float64, 1e-12), (np.float32, 2e-5)])
@pytest.mark.parametrize("optimizer", [Adam(), Averaged(SGD())], ids=["adam", "averaged"])
@pytest.mark.parametrize("threads", ["1", "3"])
def test_compiled_steps_are_those_of_numpy(optimizer, kind, tolerance, threads, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", threads)
    random = np.random.default_rng(0)
    w = random.standard_normal((2, 345_678)).astype(kind)  # long enough for a part a thread
    memory = tuple(np.zeros_like(w) for _ in optimizer.memory)
    rates = np.array([0.05, 0.01], dtype=kind)
    fast = slow = (w, memory)
    for t in range(1, 13):
        g = random.standard_normal(w.shape).astype(kind)
        fast = compiled(optimizer, fast[0], g, fast[1], rates, t)
        slow = verbs.step(optimizer, slow[0], g, slow[1], rates[:, None], t)
    assert fast[0].dtype == kind
    np.testing.assert_allclose(fast[0], slow[0], rtol=0, atol=tolerance)


CASES = {
    "serves": (Adam(), NoPenalty(), (1, SIZE), True),
    "short": (Adam(), NoPenalty(), (100, 50), False),
    "kink": (Adam(), L1(0.1), (1, SIZE), False),
    "norms": (LARS(), NoPenalty(), (1, SIZE), False),
    "own for each run": (Momentum(mu=np.full((2, 1), 0.5)), NoPenalty(), (2, SIZE), False),
}


@pytest.mark.parametrize(
    ("optimizer", "penalty", "shape", "serves"), CASES.values(), ids=CASES.keys()
)
def test_where_the_compiled_step_serves(optimizer, penalty, shape, serves):
    found = update_for(optimizer, penalty, np.zeros(shape), MANY_STEPS)
    assert (found is compiled) is serves


def test_few_steps_do_not_pay_for_loading():
    assert update_for(Adam(), NoPenalty(), np.zeros((1, SIZE)), steps=10) is not compiled


def test_bounds_hold_for_long_vectors():
    start = np.ones(SIZE)
    settings = {"optimizer": "adam", "learning_rate": 0.1, "steps": 60, "bounds": [(0.5, 2)] * SIZE}
    found = descend.minimize(lambda w: 0.5 * w @ w, start, gradient=lambda w: w, **settings)
    np.testing.assert_allclose(found.x, 0.5)
