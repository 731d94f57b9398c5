"""Explanations: their bounds are right, their rates work, and their numbers are the record's."""

import re
from dataclasses import replace

import numpy as np
import pytest
from bowls import Quadratic
from sklearn.datasets import make_regression

from descend import Descent, DescentRegressor, diagnose, minimize
from descend.optimizers import SGD, Momentum

CURVATURES = [
    [5.0, 1.0],
    [1e-3, 1e-4, 1e-3],
    [4e4, 1.0, 2.0, 3.0],
    np.linspace(1, 100, 20),
]
ABOVE = [1.05, 1.5, 10.0, 1e4]


@pytest.mark.parametrize("curvatures", CURVATURES, ids=["5", "1e-3", "4e4", "100"])
@pytest.mark.parametrize(
    "factor", [ABOVE[0], *(pytest.param(f, marks=pytest.mark.thorough) for f in ABOVE[1:])]
)
@pytest.mark.parametrize(
    ("optimizer", "rule", "numerator"),
    [(SGD(), "2/L", 2), (Momentum(0.9), "3.8/L", 3.8), (Momentum(0.5), "3/L", 3)],
    ids=["sgd", "momentum", "momentum-half"],
)
def test_the_named_bound_is_right_and_the_suggested_rate_works(
    curvatures, factor, optimizer, rule, numerator
):
    objective, start = Quadratic(curvatures), np.zeros(len(curvatures))
    L = float(np.max(curvatures))
    rate = factor * numerator / L
    run = minimize(objective, start, optimizer=optimizer, learning_rate=rate, steps=3000)
    told = diagnose(run)
    assert told.status == "diverged"
    assert told.curvature == pytest.approx(L, rel=1e-6)
    assert told.stable_rate == pytest.approx(numerator / L, rel=1e-6)
    assert f"is stable below {rule} = {numerator / L:.4g}." in str(told)
    assert f"{rate:.4g} is above it" in str(told)
    assert f"A rate of {told.working_rate:.3g} works" in str(told)
    said = float(re.search(r"A rate of (\S+) works", str(told))[1])
    assert said == pytest.approx(told.working_rate, rel=1e-2)
    again = minimize(objective, start, optimizer=optimizer, learning_rate=said, steps=3000)
    assert again.status != "diverged"
    assert again.fun < 1e-2 * run.values[0]


@pytest.mark.parametrize(
    ("formula", "start", "rate"),
    [("x^4", [2.0], 1.0), ("rosenbrock", [-1.5, 2.0], 0.01), ("beale", [4.0, 4.0], 0.01)],
)
def test_the_suggested_rate_works_where_the_curvature_changes(formula, start, rate):
    run = minimize(formula, start, optimizer="sgd", learning_rate=rate)
    told = diagnose(run)
    assert told.status == "diverged"
    again = minimize(formula, start, optimizer="sgd", learning_rate=told.working_rate)
    assert again.status != "diverged"
    assert again.fun < run.values[0]


@pytest.mark.parametrize(
    "run",
    [
        lambda: minimize("saddle", [1.0, 0.5]),
        lambda: minimize("saddle", [0.0, -1.0]),
        lambda: minimize("x^2 - y^2", [1, 0.5], optimizer="sgd", learning_rate=0.1, steps=5000),
        lambda: minimize("-x", [1.0]),
        lambda: minimize("-x^2", [1.0], optimizer="momentum", learning_rate=0.1, steps=5000),
        lambda: minimize("-exp(x)", [1.0], optimizer="sgd", learning_rate=0.1),
    ],
    ids=["saddle", "axis", "saddle-sgd", "line", "hill-momentum", "exponential"],
)
def test_a_function_without_a_floor_is_not_blamed_on_the_rate(run):
    descent = run()
    told = diagnose(descent)
    assert told.status == "diverged"
    assert (told.stable_rate, told.working_rate) == (None, None)
    assert "the function has no minimum this way" in str(told)
    assert f"from {descent.values[0]:.4g} to {descent.fun:.4g} in {descent.nit} steps" in str(told)
    for wrong in ("above it", "stable below", "works"):
        assert wrong not in str(told)


def test_leaving_the_domain_is_no_bottomless_fall():
    # the value falls twice, then the third step lands left of zero, where there is no logarithm
    descent = minimize("x - log(x)", [10.0], optimizer="sgd", learning_rate=5.0)
    told = diagnose(descent)
    assert (descent.status, descent.nit) == ("diverged", 3)
    assert descent.fun < descent.values[0]
    assert "no minimum" not in str(told)
    again = minimize("x - log(x)", [10.0], optimizer="sgd", learning_rate=told.working_rate)
    assert again.status != "diverged"


def test_a_saddle_is_no_minimum():
    told = diagnose(minimize("saddle", [1.0, 0.0]))
    assert told.status == "converged"
    assert "This is no minimum" in str(told)
    assert "(curvature -2)" in str(told)


@pytest.mark.parametrize("formula", ["sphere", "x^4 + y^2", "(x + y)^2"])
def test_a_minimum_is_not_called_a_saddle(formula):
    told = diagnose(minimize(formula, [1.0, 0.5], steps=5000))
    assert told.status == "converged"
    assert "no minimum" not in str(told)


def test_convergence_is_told_in_the_numbers_of_the_record():
    descent = minimize("rosenbrock", [-1.2, 1.0])
    norms = descent.gradient_norms
    assert str(diagnose(descent)) == (
        f"It converged after {descent.nit} steps to the value {descent.fun:.6g}: "
        f"{descent.message}. "
        f"The gradient's norm fell from {norms[0]:.3g} to {norms[-1]:.3g}."
    )
    assert descent.explain() == str(diagnose(descent))


def test_a_slow_descent_is_told_to_go_on():
    descent = minimize("sphere", [3.0, 4.0], optimizer="sgd", learning_rate=1e-3, steps=100)
    told = diagnose(descent)
    fall = descent.values[-10] - descent.values[-1]
    assert told.status == "stopped"
    assert f"after 100 steps at the value {descent.fun:.6g}" in str(told)
    assert f"still falling, by {fall:.3g} in the last 9 steps" in str(told)
    assert "The learning rate was 0.001; at the end, rates up to 1 are stable" in str(told)
    assert told.stable_rate == pytest.approx(1, rel=1e-6)


def test_a_descent_that_swings_is_told_so():
    class Kink:
        def value(self, w):
            return np.abs(w).sum(axis=-1)

        def value_and_gradient(self, w):
            return self.value(w), np.sign(w)

        def hessian_product(self, w, v):
            return 0 * v

    descent = minimize(Kink(), [0.93], optimizer="sgd", learning_rate=0.1, steps=50)
    assert "goes up and down: a smaller learning rate would settle" in str(diagnose(descent))


def test_a_descent_that_rises_is_told_so():
    descent = minimize("sphere", [1.0, 1.0], optimizer="sgd", learning_rate=1.01, steps=30)
    assert descent.status == "stopped"
    assert "The value was rising: a smaller learning rate would make it fall" in str(
        diagnose(descent)
    )


def test_a_wrong_gradient_is_suspected_when_a_search_stalls():
    descent = minimize(lambda w: w @ w, [0.0, 0.0], gradient=lambda w: w + 1)
    told = diagnose(descent)
    assert told.status == "stalled"
    assert "gradient does not belong to it" in str(told)


def test_each_of_several_runs_is_told_by_its_own_rate():
    rates = [0.1, 0.3, 3.0]
    descent = minimize("x^2 + y^2/2", np.ones((3, 2)), optimizer="sgd", learning_rate=rates)
    told = diagnose(descent)
    assert told.status == "diverged"
    assert str(told).startswith(
        "Of 3 runs, 2 converged, 1 diverged. SGD is stable below 2/L = 1, where L = 2 is the "
        "largest curvature: 3 passes it, 0.1 and 0.3 do not. Run 2, for one:"
    )
    assert "learning rate 3." in str(told)
    alone = diagnose(descent.run(2))
    assert (alone.stable_rate, alone.working_rate) == (told.stable_rate, told.working_rate)
    slow = minimize(
        "sphere", np.ones((2, 2)), optimizer="sgd", learning_rate=[1e-3, 2e-3], steps=20
    )
    assert "The learning rate was 0.002;" in str(diagnose(slow.run(1)))


def test_several_runs_that_converged_are_told_by_the_slowest():
    descent = minimize("sphere", [[1.0, 1.0], [100.0, 3.0]])
    assert str(diagnose(descent)) == (
        f"Of 2 runs, 2 converged. The slowest took {descent.nit.max()} steps."
    )


@pytest.mark.parametrize("record", ["all", 7, "values", None])
@pytest.mark.parametrize("rate", [0.1, 1.5])
def test_every_record_can_be_explained(record, rate, tmp_path):
    descent = minimize("sphere", [1.0, 2.0], optimizer="sgd", learning_rate=rate, record=record)
    told = str(diagnose(descent))
    assert told.startswith("It diverged" if rate == 1.5 else "It converged")
    assert "nan" not in told
    descent.save(tmp_path / "walk.npz")
    read = Descent.load(tmp_path / "walk.npz")
    again = str(diagnose(read))
    assert again.startswith("It diverged" if rate == 1.5 else "It converged")
    assert "nan" not in again


@pytest.mark.parametrize("batch_size", [8, "full"])
def test_fits_are_explained(batch_size):
    random = np.random.default_rng(0)
    X = random.standard_normal((60, 2))
    y = X @ [1.0, 2.0] + 0.1 * random.standard_normal(60)
    model = DescentRegressor(optimizer="sgd", batch_size=batch_size, max_iter=500, random_state=0)
    descent = model.fit(X, y).descent_
    told = str(diagnose(descent))
    unit = "epoch" if batch_size == 8 else "step"
    assert f"It converged after {descent.nit} {unit}s to the value {descent.fun:.6g}" in told


def test_the_worst_run_speaks_for_all():
    descent = minimize("sphere", [[1.0, 1.0], [2.0, 2.0]])
    for worst in ("stopped", "stalled"):
        mixed = replace(descent, status=np.array(["converged", worst]))
        assert diagnose(mixed).status == worst


@pytest.mark.parametrize("d", [2, 3, 30])
@pytest.mark.parametrize("factor", [1.02, 1.3, 4.0])
def test_the_measured_growth_and_its_direction_are_the_steepest_curvatures(d, factor):
    L, j = 8.0, d // 2
    curvatures = np.linspace(0.1, 0.5, d)
    curvatures[j] = L
    run = minimize(
        lambda w: (curvatures * w * w).sum() / 2,
        np.ones(d),
        optimizer="sgd",
        learning_rate=factor * 2 / L,
        steps=1000,
    )
    told = diagnose(run)
    assert told.status == "diverged"
    assert told.growth == pytest.approx(2 * factor - 1, rel=1e-6)  # |1 - rate L|
    assert told.coordinates == (f"w[{j}]",)
    assert f"along w[{j}], the gradient grows {told.growth:.3g} times a step" in str(told)


def test_which_of_several_rates_pass_the_bound():
    """The lesson of the hills: (5x^2 + y^2)/2, whose bound is 2/5."""
    rates = np.array([0.02, 0.3, 0.38, 0.41, 0.5])
    run = minimize(
        "(5*x^2 + y^2)/2", np.ones((5, 2)), optimizer="sgd", learning_rate=rates, steps=2000
    )
    told = str(diagnose(run))
    assert "SGD is stable below 2/L = 0.4, where L = 5 is the largest curvature" in told
    assert "0.41 and 0.5 pass it, 0.02, 0.3 and 0.38 do not." in told
    np.testing.assert_array_equal(run.status == "diverged", rates > 0.4)
    calm = diagnose(
        minimize("(5*x^2 + y^2)/2", np.ones((2, 2)), optimizer="sgd", learning_rate=[0.1, 0.3])
    )
    assert "none pass it, 0.1 and 0.3 do not." in str(calm)
    many = np.geomspace(0.1, 0.9, 30)
    crowd = minimize("(5*x^2+y^2)/2", np.ones((30, 2)), optimizer="sgd", learning_rate=many)
    assert f"{(many > 0.4).sum()} rates from" in str(diagnose(crowd))


@pytest.mark.parametrize("share", [0.9, 0.975, 0.999])
def test_a_walk_to_and_fro_is_told_with_its_share_of_the_bound(share):
    run = minimize(
        "(y^2 + 5*x^2)/2", [1.0, 1.0], optimizer="sgd", learning_rate=0.4 * share, steps=60
    )
    told = diagnose(run)
    assert told.cosine < -0.9
    assert told.coordinates == ("x",)
    assert f"go to and fro along x (cosine {told.cosine:.2g})" in str(told)
    assert f"is {share:.3g} times the largest that is stable, 2/L = 0.4" in str(told)
    assert "a larger learning rate" not in str(told)
    slow = diagnose(
        minimize("(y^2 + 5*x^2)/2", [1.0, 1.0], optimizer="sgd", learning_rate=0.05, steps=60)
    )
    assert slow.cosine > 0.9
    assert "to and fro" not in str(slow)


@pytest.mark.parametrize("kappa", [100.0, 1e3])
def test_a_ravine_is_told_with_the_steps_that_it_takes(kappa):
    formula = f"(x^2 + {kappa:g}*y^2)/2"
    run = minimize(formula, [1.0, 1.0], optimizer="sgd", learning_rate=1 / kappa, steps=50)
    told = diagnose(run)
    assert told.condition == pytest.approx(kappa, rel=1e-9)
    assert (told.end_curvature, told.lowest_curvature) == pytest.approx((kappa, 1.0))
    said = re.search(r"one direction bends (\S+) times .* about (\S+) steps at its best", str(told))
    assert float(said[1]) == pytest.approx(kappa, rel=1e-2)
    # walked at the best rate, that many steps do it, and a tenth fewer do not
    steps = int(said[2].replace(",", ""))
    best = 2 / (kappa + 1)
    for count, near in [(steps, True), (int(0.9 * steps), False)]:
        end = minimize(
            formula, [1.0, 1.0], optimizer="sgd", learning_rate=best, steps=count, tol=0
        ).x
        assert (np.linalg.norm(end) <= 1.0001e-6 * np.sqrt(2)) == near
    assert "ravine" not in str(diagnose(minimize(formula, [1.0, 1.0])))


@pytest.mark.parametrize(
    ("formula", "start", "flat"),
    [
        ("-exp(-x^2)", 5.0, True),
        ("1/(1 + exp(x))", -20.0, True),
        ("1/(1 + exp(x))", 20.0, True),
        ("max(0, x)", -1.0, True),
        ("-exp(-x^2)", 1.0, False),
        ("x^4", 0.02, False),
        ("x^2/2", 1e-5, False),
        ("1e-3*x^2", 1e-3, False),
    ],
)
def test_a_plateau_is_told_from_a_minimum(formula, start, flat):
    run = minimize(formula, [start], optimizer="sgd", learning_rate=0.1, steps=30)
    told = str(diagnose(run))
    assert ("It is on a plateau" in told) == flat, told


def test_where_a_formula_is_not_finite_and_which_part_of_it():
    run = minimize("x - log(x)", [10.0], optimizer="sgd", learning_rate=5.0)
    told = diagnose(run)
    # by hand: w - 5 (1 - 1/w), three times from 10
    w = 10.0
    for _ in range(3):
        w -= 5 * (1 - 1 / w)
    assert told.not_finite_at == pytest.approx([w])
    assert f"Step 3 went to x={w:.4g}, where log(x) of {w:.5g} is not a number." in str(told)
    overflowed = diagnose(minimize("x^2", [1.0], optimizer="sgd", learning_rate=3.0))
    assert overflowed.not_finite_at is None


def test_a_saddles_direction_is_named():
    told = diagnose(minimize("x^2 - 3*y^2 + (z - 1)^2", [1.0, 0.0, 0.0]))
    assert told.coordinates == ("y",)
    assert told.lowest_curvature == pytest.approx(-6)
    assert "bends downwards there (curvature -6) along y" in str(told)


@pytest.mark.parametrize(
    ("name", "start", "where"),
    [
        ("mccormick", [30.0, 1.0], "outside the window -1.5 to 4"),
        ("mccormick", [-0.5, -1.5], ""),
        ("booth", [5.0, 5.0], ""),
    ],
)
def test_an_end_outside_the_window_is_told(name, start, where):
    told = str(diagnose(minimize(name, start)))
    assert ("window" in told) == bool(where)
    assert where in told


def test_an_end_at_the_edge_of_the_window_is_told():
    run = minimize("sphere", [1.0, 1.0])
    at_edge = replace(run, x=np.array([5.0, 0.0]))
    assert "at x = 5, at the edge of the window -5 to 5" in str(diagnose(at_edge))


@pytest.mark.parametrize("name", ["signsgd", "signum", "lion"])
def test_steps_of_one_length_are_told_to_fall(name):
    run = minimize("x^2", [2.03], optimizer=name, learning_rate=0.1, steps=80)
    kind = type(run.optimizer).__name__
    assert f"Steps of {kind} are about 0.1 long" in str(diagnose(run))
    assert diagnose(run).stable_rate is None


def test_the_rates_of_one_line_on_data():
    """The lesson of one line: y = m x + c, mean squared error, rates 0.1, 0.6, 0.8 and beyond."""
    X, y = make_regression(n_samples=100, n_features=1, n_informative=1, noise=5, random_state=2)
    A = np.column_stack([X[:, 0], np.ones(100)])
    bound = 2 / np.linalg.eigvalsh(2 * A.T @ A / 100)[-1]
    rates = np.array([0.1, 0.6, 0.8, 1.1 * bound])
    run = minimize(
        lambda w: np.mean((A @ w - y) ** 2),
        np.tile([-10.0, 9.0], (4, 1)),
        optimizer="sgd",
        learning_rate=rates,
        steps=500,
    )
    told = str(diagnose(run))
    assert f"SGD is stable below 2/L = {bound:.4g}" in told
    passing = [f"{rate:.4g}" for rate in rates if rate > bound]
    assert f"{' and '.join(passing)} pass" in told
    np.testing.assert_array_equal(run.status == "diverged", rates > bound)


def test_batches_that_end_above_their_start_are_told_the_bound():
    X, y = make_regression(n_samples=100, n_features=1, n_informative=1, noise=5, random_state=2)
    A = np.column_stack([X[:, 0], np.ones(100)])
    bound = 2 / np.linalg.eigvalsh(A.T @ A / 100 + np.diag([1e-4, 0]))[-1]
    fitted = DescentRegressor(
        optimizer="sgd", learning_rate=0.1, batch_size=32, max_iter=3, random_state=0, tol=0
    )
    descent = fitted.fit(X, y).descent_
    above = replace(
        descent,
        status="converged",
        fun=2 * descent.values[0],
        learning_rates=np.full(descent.nit, 1.9),
    )
    told = diagnose(above)
    assert told.stable_rate == pytest.approx(bound, rel=1e-6)
    assert f"the rate 1.9 is above 2/L = {bound:.4g}" in str(told)
    assert "above its start" not in str(diagnose(replace(descent, status="converged")))


def test_what_is_no_record_is_refused():
    with pytest.raises(TypeError, match=r"diagnose takes a Descent, .* not 'x\^2'"):
        diagnose("x^2")
