"""Long vectors are stepped compiled where that pays, to the same points as by NumPy."""

import tracemalloc
from operator import itemgetter

import numpy as np
import pytest

import descend
from descend.optimizers import LARS, SGD, Adam, Averaged, Momentum
from descend.penalties import L1, NoPenalty
from descend.protocols import verbs
from descend.solvers import updates
from descend.solvers.updates import PART, CompiledSteps, update_for

SIZE = 12_345
MANY_STEPS = 10**6


def descent_of(optimizer, step, kind, steps=5, length=3 * PART + 5):
    """Return the points of two runs, long enough for three threads, by gradients of chance."""
    random = np.random.default_rng(0)
    w = random.standard_normal((2, length)).astype(kind)
    memory = tuple(np.zeros_like(w) for _ in optimizer.memory)
    rates = np.array([[0.05], [0.01]], dtype=kind)
    for t in range(1, steps + 1):
        g = random.standard_normal(w.shape).astype(kind)
        w, memory = step(optimizer, w, g, memory, rates, t)
        yield w


@pytest.mark.parametrize(("kind", "tolerance"), [(np.float64, 1e-12), (np.float32, 2e-5)])
@pytest.mark.parametrize("optimizer", [Adam(), Averaged(SGD())], ids=["adam", "averaged"])
def test_compiled_steps_are_those_of_numpy_by_any_number_of_threads(
    optimizer, kind, tolerance, monkeypatch
):
    *_, slow = descent_of(optimizer, verbs.step, kind)
    ends = []
    for threads in ("1", "2", "3"):
        monkeypatch.setenv("OMP_NUM_THREADS", threads)
        *_, end = descent_of(optimizer, CompiledSteps(), kind)
        ends.append(end)
        np.testing.assert_array_equal(ends[-1], ends[0])
    assert ends[0].dtype == kind
    np.testing.assert_allclose(ends[0], slow, rtol=0, atol=tolerance)


def test_compiled_steps_make_no_arrays():
    optimizer, update = Adam(), CompiledSteps()
    w, *memory = np.ones((3, 2, 345_678))
    for t in range(1, 10):
        before = w  # as the loop looks back a step
        w, memory = update(optimizer, w, before, tuple(memory), np.full((2, 1), 0.1), t)
        if t == 3:
            tracemalloc.start()
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < w[0].nbytes / 10


HELD = {"points": lambda w: w, "views": itemgetter(1), "parts of views": lambda w: w[1][5:][::2]}


@pytest.mark.parametrize("part", HELD.values(), ids=HELD.keys())
def test_what_anybody_holds_of_a_point_stays(part):
    held, copies = [], []
    for w in descent_of(Adam(), CompiledSteps(), np.float64, steps=9, length=50):
        held.append(part(w))
        copies.append(part(w).copy())
    np.testing.assert_array_equal(held, copies)


class Keeping:
    """An objective of one's own, half the sum of squares, that keeps the points it is asked at."""

    def __init__(self):
        self.points = []

    def value(self, w):
        return 0.5 * np.vecdot(w, w)

    def value_and_gradient(self, w):
        self.points.append(w)
        return self.value(w), w.copy()

    def hessian_product(self, w, v):
        return v


def test_an_objective_may_keep_the_points_of_a_long_descent(monkeypatch):
    monkeypatch.setattr(updates, "WORTH_LOADING", 0)
    objective = Keeping()
    found = descend.minimize(
        objective, np.linspace(1, 2, SIZE), optimizer="adam", learning_rate=0.01, steps=20
    )
    asked = {point.tobytes() for point in objective.points}
    assert {point.tobytes() for point in found.points} <= asked


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
    assert isinstance(found, CompiledSteps) is serves


def test_few_steps_do_not_pay_for_loading():
    found = update_for(Adam(), NoPenalty(), np.zeros((1, SIZE)), steps=10)
    assert not isinstance(found, CompiledSteps)


def test_bounds_hold_for_long_vectors():
    start = np.ones(SIZE)
    settings = {"optimizer": "adam", "learning_rate": 0.1, "steps": 60, "bounds": [(0.5, 2)] * SIZE}
    found = descend.minimize(lambda w: 0.5 * w @ w, start, gradient=lambda w: w, **settings)
    np.testing.assert_allclose(found.x, 0.5)


@pytest.mark.parametrize("bad", [np.inf, -np.inf, np.nan, 1e300, -1e300])
@pytest.mark.parametrize("place", [0, SIZE - 1])
def test_long_runs_that_leave_the_numbers_end_alone(bad, place):
    start = np.ones((2, SIZE))
    start[1, place] = 2.0

    class Ending(Keeping):
        def value_and_gradient(self, w):
            g = w.copy()
            g[w == 1.9] = bad
            return self.value(w), g

    found = descend.minimize(Ending(), start, optimizer="sgd", learning_rate=0.05, steps=3)
    assert [str(each) for each in found.status] == ["stopped", "diverged"]
