"""The array loop: runs side by side are runs alone, and a search never goes up."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from solving import array_loop

import descend
from descend.objectives import as_problem
from descend.optimizers import SGD, Adam, Momentum
from descend.rates import Armijo, Constant, Monotone, WholeStep
from descend.solvers.stopping import GradientShrunk

ROSENBROCK = as_problem("rosenbrock").objective
HIMMELBLAU = as_problem("himmelblau").objective
STARTS = np.array([[-1.2, 1.0], [0.5, 2.0], [1.9, -0.9], [0.0, 0.0], [-2.0, 3.0]])


def go(objective, start, optimizer, rate, **options):
    settings = {"steps": 60, "stopping": GradientShrunk(1e-8), **options}
    return array_loop(objective, np.asarray(start), optimizer, rate, **settings)


RULES = [
    (SGD(), Constant(1e-3)),
    (SGD(), Monotone()),
    (Momentum(), Constant(2e-4)),
    (Momentum(), Monotone()),
    (Adam(), Constant(0.05)),
    (Adam(), Monotone()),
    (SGD(), lambda t: 1e-3 / np.sqrt(t)),
]
RULE_NAMES = ["sgd", "search", "momentum", "momentum-search", "adam", "adam-search", "schedule"]
BY_RULE = pytest.mark.parametrize(("optimizer", "rate"), RULES, ids=RULE_NAMES)


def assert_same_run(run, alone):
    assert (run.nit, run.nfev) == (alone.nit, alone.nfev)
    assert (run.status, run.message) == (alone.status, alone.message)
    for name in ("x", "fun", "jac", "best_x", "best_fun", "points", "point_steps", "values"):
        assert np.array_equal(getattr(run, name), getattr(alone, name)), name
    assert np.array_equal(run.gradient_norms, alone.gradient_norms)
    assert np.array_equal(run.learning_rates, alone.learning_rates)


@BY_RULE
@pytest.mark.parametrize("objective", [ROSENBROCK, HIMMELBLAU], ids=["rosenbrock", "himmelblau"])
@pytest.mark.parametrize("record", ["all", 7])
def test_many_runs_are_each_exactly_the_run_alone(objective, optimizer, rate, record):
    together = go(objective, STARTS, optimizer, rate, record=record, steps=70)
    assert together.n_runs == len(STARTS)
    for i, start in enumerate(STARTS):
        alone = go(objective, start, optimizer, rate, record=record, steps=70)
        assert_same_run(together.run(i), alone)


def test_each_run_has_its_own_rate():
    rates = np.array([1e-4, 2e-4, 5e-4, 1e-3, 2e-3])
    together = go(ROSENBROCK, STARTS, SGD(), Constant(rates))
    for i, start in enumerate(STARTS):
        assert_same_run(together.run(i), go(ROSENBROCK, start, SGD(), Constant(rates[i].item())))


@pytest.mark.parametrize("optimizer", [SGD(), Momentum()], ids=["sgd", "momentum"])
def test_a_run_that_diverges_freezes_and_the_others_go_on(optimizer):
    rates = np.array([1e-4, 1.0, 2e-4, 50.0, 3e-4])
    with np.errstate(all="raise"):  # the loop keeps overflow to itself
        together = go(ROSENBROCK, STARTS + 0.1, optimizer, Constant(rates), steps=100)
    assert together.status.tolist() == ["stopped", "diverged", "stopped", "diverged", "stopped"]
    for i, start in enumerate(STARTS + 0.1):
        alone = go(ROSENBROCK, start, optimizer, Constant(rates[i].item()), steps=100)
        assert_same_run(together.run(i), alone)
    for lost in (1, 3):
        end = together.nit[lost]
        assert end < 100
        assert np.isfinite(together.points).all()
        assert (together.points[end:, lost] == together.x[lost]).all()
        assert (together.learning_rates[end:, lost] == 0).all()
        assert f"step {end} " in together.message[lost]


@pytest.mark.parametrize("steps", [0, 1, 5, 20])
@pytest.mark.parametrize("runs", [None, 3])
@pytest.mark.parametrize(
    ("record", "kept"),
    [
        ("all", lambda n: list(range(n + 1))),
        (1, lambda n: list(range(n + 1))),
        (4, lambda n: sorted({*range(0, n + 1, 4), n})),
        (100, lambda n: sorted({0, n})),
        ("values", None),
        (None, None),
    ],
)
def test_the_record_holds_what_was_asked_for(steps, runs, record, kept):
    start = STARTS[0] if runs is None else STARTS[:runs]
    descent = go(ROSENBROCK, start, SGD(), Constant(1e-3), steps=steps, record=record)
    lanes = () if runs is None else (runs,)
    full = go(ROSENBROCK, start, SGD(), Constant(1e-3), steps=steps)
    assert np.array_equal(descent.x, full.x)
    assert np.array_equal(descent.best_fun, full.values.min(axis=0))
    rows = 0 if record is None else steps + 1
    assert descent.values.shape == (rows, *lanes)
    assert descent.gradient_norms.shape == (rows, *lanes)
    assert descent.learning_rates.shape == (max(0, rows - 1), *lanes)
    assert descent.seconds.shape == (rows,)
    assert (np.diff(descent.seconds) >= 0).all()
    assert np.all(np.asarray(descent.nit) == steps)
    assert np.all(np.asarray(descent.nfev) == steps + 1)
    if kept is None:
        assert descent.points is None
        assert len(descent.point_steps) == 0
    else:
        assert descent.point_steps.tolist() == kept(steps)
        assert descent.points.shape == (len(kept(steps)), *lanes, 2)
        assert np.array_equal(descent.points, full.points[kept(steps)])
        assert np.array_equal(descent.points[-1], descent.x)
    if record is not None:
        assert np.array_equal(descent.values, full.values)


def test_values_norms_and_rates_belong_to_their_points():
    descent = go(HIMMELBLAU, STARTS[1], SGD(), Monotone(), steps=50)
    value, g = HIMMELBLAU.value_and_gradient(descent.points)
    assert np.array_equal(descent.values, value)
    np.testing.assert_allclose(descent.gradient_norms, np.linalg.norm(g, axis=-1), rtol=1e-14)
    steps = descent.points[:-1] - descent.learning_rates[:, None] * g[:-1]
    np.testing.assert_allclose(descent.points[1:], steps, rtol=0, atol=1e-13)
    assert descent.best_fun == descent.values.min()


def test_a_plain_loop_takes_the_same_steps():
    descent = go(ROSENBROCK, STARTS[0], SGD(), Constant(1e-3), steps=50)
    w = STARTS[0]
    for t in range(50):
        assert np.array_equal(descent.points[t], w)
        w = w - 1e-3 * ROSENBROCK.value_and_gradient(w)[1]


def test_a_schedule_is_asked_for_each_step_counted_from_one():
    asked = []

    def schedule(t):
        asked.append(float(t))
        return 1e-3 / t

    descent = go(ROSENBROCK, STARTS[0], SGD(), schedule, steps=5)
    assert asked == [1, 2, 3, 4, 5]
    np.testing.assert_allclose(descent.learning_rates, 1e-3 / np.arange(1, 6))


numbers = st.floats(-3, 3, allow_nan=False, width=32)


@settings(max_examples=20)
@given(start=arrays(float, (3, 2), elements=numbers))
@pytest.mark.parametrize("optimizer", [SGD(), Momentum(), Adam()], ids=["sgd", "momentum", "adam"])
def test_a_search_never_goes_up_a_valley(optimizer, start):
    descent = go(ROSENBROCK, start, optimizer, Monotone(), steps=60)
    assert (np.diff(descent.values, axis=0) <= 0).all()
    assert "diverged" not in descent.status


@settings(max_examples=60)
@given(
    root=arrays(float, (3, 3), elements=numbers),
    target=arrays(float, 3, elements=numbers),
    start=arrays(float, (2, 3), elements=numbers),
    scale=st.sampled_from([1e-6, 1.0, 1e6]),
    floor=st.sampled_from([0.0, -5.0, 1e6]),
)
@example(
    root=np.array([[2.0, 0, 0], [0, 0, 0], [1.68666196, 0, 0]]),
    target=np.array([0.5, 0, -0.75]),
    start=np.array([[1.0, 1.9e-28, 1.9e-28], [1.9e-28, 1.9e-28, 1.9e-28]]),
    scale=1e6,
    floor=0.0,
)
def test_a_search_never_goes_up_a_parabola(root, target, start, scale, floor):
    H = scale * root @ root.T

    class Parabola:
        def value(self, w):
            return np.sum((w - target) * ((w - target) @ H), axis=-1) / 2 + floor

        def value_and_gradient(self, w):
            return self.value(w), (w - target) @ H

        def hessian_product(self, w, v):
            return v @ H

    descent = go(Parabola(), start, SGD(), Monotone(), steps=100)
    assert (np.diff(descent.values, axis=0) <= 0).all()
    assert not set(descent.status) & {"diverged", "stalled"}


@pytest.mark.parametrize("tol", [1e-2, 1e-5])
def test_a_run_converges_when_its_gradient_has_shrunk(tol):
    descent = go(ROSENBROCK, STARTS, SGD(), Monotone(), steps=5000, stopping=GradientShrunk(tol))
    assert (descent.status == "converged").all()
    steepest = np.maximum.accumulate(descent.gradient_norms)
    for i, last in enumerate(descent.nit):
        norms = descent.gradient_norms[: last + 1, i]
        moved = np.abs(np.diff(descent.points[: last + 1, i], axis=0))
        short = (moved <= tol * np.maximum(np.abs(descent.points[1 : last + 1, i]), 1)).all(axis=-1)
        arrived = (norms[1:] <= tol * steepest[1 : last + 1, i]) & short
        assert arrived.tolist() == [False] * (last - 1) + [True]


def test_a_start_at_the_minimum_takes_no_step():
    descent = go(ROSENBROCK, [1.0, 1.0], SGD(), Monotone())
    assert (descent.status, descent.nit, descent.nfev) == ("converged", 0, 1)
    assert descent.points.tolist() == [[1, 1]]


def test_tolerance_zero_goes_on_to_the_bottom():
    descent = go(as_problem("x^2 + y^2 + 7").objective, [3.0, 4.0], SGD(), Monotone(), steps=500,
                 stopping=GradientShrunk(0.0))  # fmt: skip
    assert descent.status == "converged"
    assert descent.fun == 7


def test_float32_stays_float32():
    for optimizer, rate in RULES:
        descent = go(as_problem("sphere").objective, STARTS.astype(np.float32), optimizer, rate)
        assert descent.x.dtype == np.float32
        assert descent.points.dtype == np.float32


@BY_RULE
def test_a_callback_is_called_once_a_step(optimizer, rate):
    for start in ([-1.2, 1.0], STARTS):
        values = []
        descent = go(
            as_problem("x**2 + 10*y**2").objective, start, optimizer, rate,
            steps=300, callback=lambda step, values=values: values.append(step.value.copy()),
        )  # fmt: skip
        assert len(values) == np.max(descent.nit)
        np.testing.assert_array_equal(np.squeeze(values), descent.values[1:])


def test_a_callback_is_not_called_for_a_last_step_that_is_not_taken():
    calls = []
    descent = go(
        as_problem("abs(x)").objective, [1.7], SGD(), Monotone(),
        callback=lambda step: calls.append(step),
    )  # fmt: skip
    assert descent.status == "stalled"
    assert len(calls) == descent.nit


def test_a_callback_sees_all_runs_and_ends_them():
    seen = []

    def callback(step):
        seen.append((step.w.copy(), step.value.copy()))
        if len(seen) == 4:
            raise StopIteration

    descent = go(ROSENBROCK, STARTS, SGD(), Constant(1e-4), callback=callback)
    assert len(seen) == 4
    assert set(descent.status) == {"stopped"}
    assert set(descent.message) == {"the callback ended it"}
    assert (descent.nit == 4).all()
    assert np.array_equal(np.stack([w for w, _ in seen]), descent.points[1:])
    assert np.array_equal(np.stack([value for _, value in seen]), descent.values[1:])


def test_inertia_that_points_uphill_is_dropped_by_a_search():
    descent = go(HIMMELBLAU, STARTS, Momentum(0.99), Monotone(), steps=300)
    assert (np.diff(descent.values, axis=0) <= 0).all()
    assert (descent.fun < 0.05).all()


def test_the_start_is_left_alone():
    start = STARTS.copy()
    go(ROSENBROCK, start, Momentum(), Constant(1e-3))
    assert np.array_equal(start, STARTS)


def test_a_gradient_that_points_uphill_stalls_where_it_starts():
    # once taken for the bottom, since ever shorter steps promise ever less
    descent = descend.minimize(lambda w: w @ w, [1.0, 2.0], gradient=lambda w: -w)
    assert descent.status == "stalled"
    assert descent.x.tolist() == [1, 2]
    assert "gradient does not belong to it" in descent.explain()


@pytest.mark.parametrize("offset", [0.0, 1.0, 1e6, -1e9])
def test_the_bottom_under_rounding_counts_as_reached(offset):
    descent = descend.minimize(f"{offset!r} + (x - 1)^2", [3.0])
    assert descent.status == "converged"
    assert descent.fun == pytest.approx(offset, abs=1e-9 * max(1, abs(offset)))


@pytest.mark.parametrize("beyond", [np.nan, np.inf])
@pytest.mark.parametrize("rate", ["auto", Monotone(), Armijo(), WholeStep()], ids=str)
def test_a_run_rests_at_the_edge_of_where_the_function_is_finite(beyond, rate):
    # once it crept towards the edge for all its steps
    def walled(w):
        return w @ w if w[0] >= 0.5 else beyond

    descent = descend.minimize(walled, [1.0, 2.0], learning_rate=rate)
    assert descent.status == "stalled"
    assert "finite" in descent.message
    assert "kink" not in descent.explain()
    assert descent.x[0] == pytest.approx(0.5, abs=1e-6)
    assert descent.nit < 100
