"""Long vectors are stepped compiled where that pays, to the same points as by NumPy."""

import numpy as np
import pytest

import descend
from descend.objectives.composite import Bounded
from descend.optimizers import LARS, SGD, Adam, Averaged, Momentum
from descend.penalties import L1, NoPenalty
from descend.solvers import updates as stepping
from descend.solvers.updates import compiled, update_for

SIZE = 12_345


@pytest.fixture
def _always(monkeypatch):
    monkeypatch.setattr(stepping, "WORTH_LOADING", 0)


class Bowl:
    """A quadratic whose coordinates bend between 1 and 10, and lean on one another a little."""

    curvature = np.linspace(1, 10, SIZE)

    def value(self, w):
        return 0.5 * np.sum(self.curvature * w * w, axis=-1) + 0.05 * np.sum(w, axis=-1) ** 2 / SIZE

    def value_and_gradient(self, w):
        mean = np.sum(w, axis=-1, keepdims=True) / SIZE
        return self.value(w), (self.curvature * w + 0.1 * mean).astype(w.dtype)

    def hessian_product(self, w, v):
        return self.curvature * v + 0.1 * np.mean(v, axis=-1, keepdims=True)


@pytest.mark.usefixtures("_always")
@pytest.mark.parametrize(("kind", "tolerance"), [(np.float64, 1e-12), (np.float32, 2e-5)])
@pytest.mark.parametrize("optimizer", [Adam(), Averaged(SGD())], ids=["adam", "averaged"])
@pytest.mark.parametrize("threads", [1, 3])
def test_long_vectors_go_the_same_way_compiled(optimizer, kind, tolerance, threads, monkeypatch):
    start = np.random.default_rng(0).standard_normal((2, SIZE)).astype(kind)
    options = {"optimizer": optimizer, "learning_rate": 0.05, "steps": 12, "record": "values"}
    monkeypatch.setattr(stepping, "PART", SIZE // threads)
    monkeypatch.setattr(stepping, "workers", lambda: 3)
    fast = descend.minimize(Bowl(), start, **options)
    monkeypatch.setattr(stepping, "LONG", SIZE + 1)
    slow = descend.minimize(Bowl(), start, **options)
    assert fast.x.dtype == kind
    np.testing.assert_allclose(fast.x, slow.x, rtol=0, atol=tolerance)
    np.testing.assert_allclose(fast.values, slow.values, rtol=1e3 * tolerance)


CASES = {
    "serves": (Adam(), NoPenalty(), (1, SIZE), True),
    "short": (Adam(), NoPenalty(), (100, 50), False),
    "kink": (Adam(), L1(0.1), (1, SIZE), False),
    "norms": (LARS(), NoPenalty(), (1, SIZE), False),
    "own for each run": (Momentum(mu=np.full((2, 1), 0.5)), NoPenalty(), (2, SIZE), False),
}


@pytest.mark.usefixtures("_always")
@pytest.mark.parametrize(
    ("optimizer", "penalty", "shape", "serves"), CASES.values(), ids=CASES.keys()
)
def test_where_the_compiled_step_serves(optimizer, penalty, shape, serves):
    found = update_for(optimizer, penalty, np.zeros(shape), steps=10)
    assert (found is compiled) is serves


def test_few_steps_do_not_pay_for_loading():
    assert update_for(Adam(), NoPenalty(), np.zeros((1, SIZE)), steps=10) is not compiled


@pytest.mark.usefixtures("_always")
def test_bounds_hold_for_long_vectors():
    low = Bounded(Bowl(), np.full(SIZE, 0.5), np.full(SIZE, 2.0))
    found = descend.minimize(low, np.ones(SIZE), optimizer="adam", learning_rate=0.1, steps=60)
    np.testing.assert_allclose(found.x, 0.5)
