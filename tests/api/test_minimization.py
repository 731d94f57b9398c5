"""The front door for functions: what it takes, what it returns, what it refuses."""

import numpy as np
import pandas as pd
import pytest
import sympy
import torch
from scipy.optimize import OptimizeResult
from scipy.optimize import minimize as scipy_minimize

from descend import Descent, maximize, minimize
from descend.objectives import as_problem
from descend.optimizers import Adam, Momentum
from descend.rates import Constant, Monotone


@pytest.mark.parametrize(
    "objective",
    [
        "(x - 1)^2 + 10*(y + 2)^2",
        sympy.sympify("(x - 1)**2 + 10*(y + 2)**2"),
        lambda w: (w[0] - 1) ** 2 + 10 * (w[1] + 2) ** 2,
        as_problem("(x - 1)^2 + 10*(y + 2)^2").objective,
    ],
    ids=["formula", "sympy", "function", "objective"],
)
@pytest.mark.parametrize("start", [[5.0, 5.0], np.array([5, 5]), (5, 5)], ids=str)
def test_anything_can_be_minimised(objective, start):
    descent = minimize(objective, start)
    assert descent.status == "converged"
    np.testing.assert_allclose(descent.x, [1, -2], atol=1e-6)


@pytest.mark.parametrize("name", ["rosenbrock", "booth", "himmelblau", "matyas", "beale"])
def test_it_finds_what_scipy_finds(name):
    start = np.array([1.5, 0.5])
    ours = minimize(name, start, steps=5000)
    objective = as_problem(name).objective
    theirs = scipy_minimize(
        lambda w: objective.value(w).item(), start, jac=lambda w: objective.value_and_gradient(w)[1]
    )
    assert ours.fun == pytest.approx(theirs.fun, abs=1e-8)


def test_a_mapping_names_the_coordinates():
    descent = minimize("a^2 + (b - 3)^2", {"b": 1, "a": 2})
    assert descent.names == ("b", "a")
    np.testing.assert_allclose(descent.x, [3, 0], atol=1e-7)


@pytest.mark.parametrize("b", [1.0, [1.0, 2.0, 3.0]])
def test_a_mapping_to_arrays_begins_many_runs(b):
    descent = minimize("a^2 + (b - 3)^2", {"b": b, "a": [2.0, 3.0, 4.0]}, steps=0)
    expected = np.stack([np.broadcast_to(b, 3), [2.0, 3.0, 4.0]], axis=-1)
    np.testing.assert_array_equal(descent.x, expected)


@pytest.mark.parametrize("function", ["b^2 + (a - 3)^2", lambda w: (w[0] - 3) ** 2 + w[1] ** 2])
def test_a_labelled_series_names_the_coordinates(function):
    descent = minimize(function, pd.Series({"a": 1.0, "b": 2.0}))
    assert descent.names == ("a", "b")
    np.testing.assert_allclose(descent.x, [3, 0], atol=1e-7)
    frame = pd.DataFrame({"a": [1.0, 2.0], "b": [2.0, 0.0]})
    np.testing.assert_allclose(minimize(function, frame).x, [[3, 0], [3, 0]], atol=1e-7)
    unlabelled = minimize(lambda w: w @ w, pd.Series([1.0, 2.0]))
    assert unlabelled.names == ("w[0]", "w[1]")


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_a_tensor_is_a_start(dtype):
    start = torch.tensor([1.0, 2.0], dtype=dtype, requires_grad=True)
    descent = minimize(lambda w: ((w - 3) ** 2).sum(), start)
    np.testing.assert_allclose(descent.x, [3, 3], atol=1e-6)
    assert str(descent.x.dtype) in str(dtype)


def test_a_generator_is_a_seed():
    random = np.random.default_rng(3)
    first, second = (minimize("booth", 2, seed=random, steps=0).x for _ in range(2))
    np.testing.assert_array_equal(first, minimize("booth", 2, seed=3, steps=0).x)
    assert not np.array_equal(first, second)


def test_a_count_starts_at_random_in_the_window():
    descent = minimize("branin", 200, seed=1, steps=0)
    low, high = np.array([-5, 0]), np.array([10, 15])
    assert descent.points.shape == (1, 200, 2)
    assert ((descent.x >= low) & (descent.x <= high)).all()
    assert np.ptp(descent.x, axis=0).min() > 13
    again = minimize("branin", 200, seed=1, steps=0)
    assert np.array_equal(descent.x, again.x)
    assert not np.array_equal(descent.x, minimize("branin", 200, seed=2, steps=0).x)
    formula = minimize("a^2 + b^2 + c^2", 300, seed=0, steps=0)
    assert formula.x.shape == (300, 3)
    assert np.abs(formula.x).max() <= 5
    assert np.abs(formula.x).max() > 4.8


@pytest.mark.parametrize("optimizer", ["auto", "sgd", "momentum", "adam", Adam(0.8), Momentum(0.5)])
@pytest.mark.parametrize("learning_rate", ["auto", 1e-3, lambda t: 1e-3 / t, Monotone()])
def test_every_optimizer_goes_down_at_every_kind_of_rate(optimizer, learning_rate):
    descent = minimize(
        "himmelblau", [-1.2, 1.0], optimizer=optimizer, learning_rate=learning_rate, steps=100
    )
    assert descent.fun < descent.values[0]
    assert np.isfinite(descent.points).all()


def test_auto_never_ends_above_its_start():
    descent = minimize("goldstein_price", 100, seed=0, steps=50)
    assert (np.diff(descent.values, axis=0) <= 0).all()


def test_maximize_is_minimize_upside_down():
    up = maximize("sin(x)*sin(y)", [1.0, 1.2])
    down = minimize("-(sin(x)*sin(y))", [1.0, 1.2])
    np.testing.assert_allclose(up.x, [np.pi / 2, np.pi / 2], atol=1e-6)
    np.testing.assert_allclose(up.points, down.points, atol=1e-12)
    assert up.maximised
    assert (up.fun, up.best_fun) == (pytest.approx(1), pytest.approx(1))
    np.testing.assert_allclose(up.values, -down.values, atol=1e-12)
    np.testing.assert_allclose(up.gradient_norms, down.gradient_norms, atol=1e-12)
    assert up.formula == "sin(x)*sin(y)"
    np.testing.assert_allclose(
        up.objective.hessian_product(up.x, np.array([1.0, 2.0])), [-1, -2], atol=1e-6
    )
    assert up.explain().endswith(down.explain())


@pytest.mark.parametrize(
    "function", ["3 - (x - 1)^2", lambda w: 3 - (w[0] - 1) ** 2], ids=["formula", "function"]
)
@pytest.mark.parametrize("bounds", [None, [(-5, 0.5)]], ids=["free", "bounded"])
def test_the_record_of_an_ascent_is_the_functions_own(function, bounds, tmp_path):
    told = []

    def callback(intermediate_result):
        told.append(intermediate_result.fun)

    up = maximize(function, [[0.0], [-4.0]], bounds=bounds, callback=callback)
    top = 1.0 if bounds is None else 0.5
    np.testing.assert_allclose(up.fun, 3 - (top - 1) ** 2)
    np.testing.assert_allclose(up.values[0], [2, -22])
    np.testing.assert_allclose(told[-1], up.fun)
    np.testing.assert_allclose(up.objective.value(np.array([[top]])), [3 - (top - 1) ** 2])
    assert repr(up).startswith("Ascent of 2 runs")
    assert "descent of the negative" in up.explain()
    assert up.run(1).maximised
    up.save(tmp_path / "up.npz")
    assert Descent.load(tmp_path / "up.npz").maximised


def test_a_given_gradient_is_used():
    calls = []

    def gradient(w):
        calls.append(w)
        return 2 * w

    descent = minimize(lambda w: float(w @ w), [1.0, 2.0], gradient=gradient)
    assert descent.status == "converged"
    assert calls


def test_callbacks_follow_scipys_conventions():
    plain, named = [], []

    def by_result(*, intermediate_result):
        named.append(intermediate_result)

    descent = minimize("rosenbrock", [-1.2, 1.0], steps=6, callback=plain.append)
    minimize("rosenbrock", [-1.2, 1.0], steps=6, callback=by_result)
    np.testing.assert_array_equal(plain, descent.points[1:])
    assert all(isinstance(result, OptimizeResult) for result in named)
    np.testing.assert_array_equal([result.x for result in named], descent.points[1:])
    np.testing.assert_array_equal([result.fun for result in named], descent.values[1:])
    assert [result.nit for result in named] == [1, 2, 3, 4, 5, 6]
    shapes = []
    minimize("rosenbrock", 3, steps=2, seed=0, callback=lambda x: shapes.append(x.shape))
    assert shapes == [(3, 2), (3, 2)]


def test_stop_iteration_ends_the_descent():
    def callback(x):
        raise StopIteration

    descent = minimize("rosenbrock", [-1.2, 1.0], callback=callback)
    assert (descent.nit, descent.status) == (1, "stopped")
    assert "callback" in descent.message


def test_what_a_callback_keeps_does_not_change():
    kept = []
    descent = minimize("rosenbrock", [-1.2, 1.0], steps=5, callback=lambda x: kept.append(x))
    np.testing.assert_array_equal(kept, descent.points[1:])
    for x in kept:
        x[:] = 0
    assert descent.x.any()


def test_steps_zero_looks_only():
    descent = minimize("sphere", [3.0, 4.0], steps=0)
    assert (descent.nit, descent.nfev, descent.fun) == (0, 1, 25)
    np.testing.assert_array_equal(descent.jac, [6, 8])


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"steps": -1}, "steps=-1"),
        ({"steps": 1.5}, "steps=1.5"),
        ({"steps": True}, "steps=True"),
        ({"tol": -1e-3}, "tol=-0.001"),
        ({"tol": "small"}, "tol='small'"),
        ({"tol": float("nan")}, "tol=nan"),
        ({"record": "some"}, "record='some'"),
        ({"record": 0}, "record=0"),
        ({"record": True}, "record=True"),
        ({"learning_rate": 0}, "learning_rate=0"),
        ({"learning_rate": -1.0}, "learning_rate=-1.0"),
        ({"learning_rate": float("nan")}, "learning_rate=nan"),
        ({"learning_rate": "fast"}, "learning_rate='fast'"),
        ({"learning_rate": Constant}, "is a class"),
        ({"learning_rate": [0.1, 0.2]}, "there are 2 learning rates for 1 run"),
        ({"optimizer": "adm"}, "Did you mean 'adam'"),
        ({"gradient": lambda w: w}, "gradient= goes with a Python function"),
        ({"start": [1.0]}, "the start has 1 coordinate, but the objective has 2: x, y"),
        ({"start": [[[1.0]]]}, "the start has shape (1, 1, 1)"),
        ({"start": []}, "the start has shape (0,)"),
        ({"start": "here"}, "the start 'here' is not an array of numbers"),
        ({"start": [1.0, float("nan")]}, "the start holds nan"),
        ({"start": {"x": 1.0, "y": "two"}}, "is not an array of numbers"),
        ({"start": 0}, "start=0 must be a whole number, at least 1"),
        ({"start": True}, "the start True is not an array"),
        ({"start": 1.0}, "the start has 1 coordinate, but the objective has 2: x, y"),
        ({"start": np.array([1.0, 2.0j])}, "is not an array of numbers"),
        ({"start": None}, "where to begin? Give start=, a point, or starts=, a count"),
        ({"starts": 3}, "start=[1.0, 2.0] and starts=3 exclude each other"),
        ({"start": None, "starts": 0}, "starts=0 must be a whole number, at least 1"),
        ({"start": None, "starts": True}, "starts=True must be a whole number"),
        ({"start": None, "starts": 2.0}, "starts=2.0 must be a whole number"),
        ({"start": {"x": 1.0}}, "the start lacks y: the variables are x, y"),
        ({"start": {"x": 1, "z": 1}}, "the start lacks y and names z"),
        ({"start": {"x": 1, "y": 1, "t": 1}}, "the start names t: the variables are x, y"),
        ({"start": {1: 1.0}}, "its keys must be texts"),
        ({"start": {"x": [1.0, 2.0], "y": [1.0, 2.0, 3.0]}}, "is not an array of numbers"),
        ({"start": 2, "seed": -1}, "seed=-1 must be a whole number"),
        ({"start": 2, "seed": "lucky"}, "seed='lucky' must be a whole number"),
        ({"learning_rate": True}, "learning_rate=True must be positive"),
        ({"learning_rate": None}, "learning_rate=None must be positive"),
        ({"callback": 3}, "callback=3 is not a function"),
    ],
    ids=lambda x: x if isinstance(x, str) else "",
)
def test_a_wrong_argument_is_named(arguments, told):
    given = {"objective": "x^2 + y^2", "start": [1.0, 2.0], **arguments}
    with pytest.raises(ValueError, match=r".") as caught:
        minimize(**given)
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("steps", [10, 100_000], ids=["loop", "lanes"])
@pytest.mark.parametrize(
    ("schedule", "told"),
    [
        (lambda t: 0.1 * (1 - t / 5), "of step 6 is .*-0.0"),
        (lambda t: np.nan, "of step 1 is nan"),
        (lambda t: np.inf, "of step 1 is inf"),
        (lambda t: None, "of step 1 is None"),
        (lambda t: "small", "of step 1 is 'small'"),
        (lambda t: np.array([0.1, 0.2]), "of step 1 is array"),
    ],
)
def test_a_schedule_of_ones_own_must_give_rates(schedule, told, steps):
    with pytest.raises(ValueError, match=f"the learning rate {told}.*: let the schedule return"):
        minimize("rosenbrock", [0.0, 3.0], optimizer="adam", learning_rate=schedule, steps=steps)


def test_a_start_outside_the_domain_is_told_with_the_part_that_fails():
    with pytest.raises(ValueError, match=r"not finite at the start x=-1, y=2: .*log.*domain"):
        minimize("log(x) + y", {"x": -1, "y": 2})
    with pytest.raises(ValueError, match=r"not finite at the start w\[0\]=0"):
        minimize(lambda w: 1 / w[0] ** 2, [0.0])
    with pytest.raises(ValueError, match="x=-3"):
        minimize("sqrt(x)", [[1.0], [2.0], [-3.0]])


def test_random_starts_need_to_know_how_many_variables_there_are():
    with pytest.raises(ValueError, match="random starts need a formula or a landmark"):
        minimize(lambda w: w @ w, starts=5)


def test_float32_starts_stay_float32():
    descent = minimize("sphere", np.array([1, 2], dtype=np.float32))
    assert descent.x.dtype == np.float32
    assert minimize("sphere", np.array([1, 2])).x.dtype == np.float64


def test_the_progress_bar_leaves_standard_output_alone(capsys):
    descent = minimize("rosenbrock", [-1.2, 1.0], steps=20, progress=True)
    assert descent.nit == 20
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("optimizer", "searches"), [("sgd", True), ("lbfgs", True), ("signsgd", False), ("adam", False)]
)
def test_only_plain_descent_searches_for_its_rate_by_itself(optimizer, searches):
    descent = minimize("rosenbrock", [1.0, 2.0], optimizer=optimizer, steps=5)
    assert (len(set(descent.learning_rates)) > 1) == searches


@pytest.mark.parametrize("call", [minimize, lambda f, *a, **k: maximize(f"-({f})", *a, **k)])
def test_without_a_tolerance_no_rule_of_convergence_ends_a_run(call):
    ended = call("x^2 + y^2", [1.0, 1.0], optimizer="adam", steps=400)
    assert ended.status == "converged"
    for tol in (None, 0, 0.0):
        going = call("x^2 + y^2", [1.0, 1.0], optimizer="adam", steps=400, tol=tol)
        assert (going.status, going.nit) == ("stopped", 400)
    for tol in (-1, "small", float("nan")):
        with pytest.raises(ValueError, match=r"tol=.* must be a number, at least 0, or None"):
            call("x^2", [1.0], tol=tol)
