"""Step lengths against closed forms on quadratics, SciPy's Wolfe search, and known convergence."""

import numpy as np
import pytest
import scipy.optimize
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from descend import minimize
from descend.objectives import as_problem
from descend.protocols import Adaptive, Search, Trial
from descend.rates import (
    Armijo,
    BarzilaiBorwein,
    EstimatedPolyak,
    Exact,
    HyperGradient,
    Monotone,
    Plateau,
    Polyak,
    WholeStep,
    Wolfe,
)

SEARCHES = [Monotone(), Armijo(), Wolfe(), Exact()]
FOLLOWERS = [BarzilaiBorwein(), BarzilaiBorwein(short=True), Polyak(), EstimatedPolyak(),
             HyperGradient(1e-3, 1e-7), Plateau(1e-3)]  # fmt: skip
H = np.diag([1.0, 7.0, 30.0])
BOWL = "x^2/2 + 7*y^2/2 + 15*z^2"
START = np.array([3.0, -1.0, 0.5])


def name(rule):
    return type(rule).__name__


def test_searches_try_and_followers_do_not():
    for rule in SEARCHES:
        assert isinstance(rule, Search)
    for rule in FOLLOWERS:
        assert isinstance(rule, Adaptive)
        assert not isinstance(rule, Search)


@pytest.mark.parametrize("rule", SEARCHES + FOLLOWERS, ids=name)
@pytest.mark.parametrize("optimizer", ["sgd", "momentum"])
def test_many_runs_are_each_the_run_alone(rule, optimizer):
    starts = np.array([[-1.2, 1.0], [0.5, 2.0], [1.9, -0.9], [1.0, 3.0]])
    options = {"optimizer": optimizer, "learning_rate": rule, "steps": 40}
    together = minimize("booth", starts, **options)
    for i, start in enumerate(starts):
        alone = minimize("booth", start, **options)
        assert np.array_equal(together.run(i).points, alone.points)
        assert np.array_equal(together.run(i).learning_rates, alone.learning_rates)
        assert together.run(i).nfev == alone.nfev


@pytest.mark.parametrize("rule", SEARCHES + FOLLOWERS, ids=name)
def test_the_recorded_rates_are_those_of_the_steps(rule):
    descent = minimize(BOWL, START, optimizer="sgd", learning_rate=rule, steps=30)
    g = descent.points[:-1] @ H
    np.testing.assert_allclose(
        descent.points[1:], descent.points[:-1] - descent.learning_rates[:, None] * g, atol=1e-12
    )


@pytest.mark.parametrize("rule", SEARCHES + FOLLOWERS, ids=name)
def test_float32_stays_float32(rule):
    seen = set()

    class Bowl:
        def value(self, w):
            return (w * (w @ H.astype(w.dtype))).sum(axis=-1) / 2

        def value_and_gradient(self, w):
            seen.add(w.dtype)
            return self.value(w), w @ H.astype(w.dtype)

        def hessian_product(self, w, v):
            return v @ H.astype(v.dtype)

    start = START.astype(np.float32)
    descent = minimize(Bowl(), start, optimizer="sgd", learning_rate=rule, steps=25)
    assert descent.x.dtype == np.float32
    if rule not in SEARCHES:
        assert seen == {np.dtype(np.float32)}


# searches -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("share", "shrink", "growth"), [(1e-4, 0.5, 2.0), (0.3, 0.8, 1.0)])
def test_armijo_takes_the_first_power_that_falls_enough(share, shrink, growth):
    rule = Armijo(1.0, share, shrink, growth)
    descent = minimize(BOWL, START, optimizer="sgd", learning_rate=rule, steps=20)
    trial, w = 1.0, START
    for used in descent.learning_rates:
        g = w @ H
        value = w @ H @ w / 2
        while (w - trial * g) @ H @ (w - trial * g) / 2 > value - share * trial * g @ g:
            trial *= shrink
        assert used == pytest.approx(trial, rel=1e-12)
        w, trial = w - trial * g, trial * growth


@pytest.mark.parametrize(
    "objective", ["rosenbrock", "himmelblau", "beale", "log(exp(x)+exp(-2*x)+exp(y)+exp(-y/2))"]
)
@pytest.mark.parametrize(("share", "curvature"), [(1e-4, 0.1), (1e-4, 0.9), (0.2, 0.3)])
@pytest.mark.parametrize("initial", [None, 1e-6, 10.0])
def test_every_step_of_wolfe_meets_both_conditions(objective, share, curvature, initial):
    rule = Wolfe(share, curvature, initial)
    starts = np.random.default_rng(0).uniform(-2, 2, size=(8, 2))
    descent = minimize(objective, starts, optimizer="sgd", learning_rate=rule, steps=30)
    assert not set(descent.status) & {"stalled", "diverged"}
    f = as_problem(objective).objective
    for i in range(len(starts)):
        run = descent.run(i)
        value, g = f.value_and_gradient(run.points)
        slope = np.sum(g[:-1] * np.diff(run.points, axis=0), axis=-1)
        new_slope = np.sum(g[1:] * np.diff(run.points, axis=0), axis=-1)
        rounding = 1e-14 * np.abs(value[1:])
        assert (value[1:] <= value[:-1] + share * slope + rounding).all()
        assert (np.abs(new_slope) <= curvature * np.abs(slope) * (1 + 1e-9) + 1e-15).all()


@settings(max_examples=40)
@given(st.integers(0, 10**6))
def test_scipy_finds_that_a_step_of_wolfe_is_one(seed):
    """SciPy's search started beside our rate keeps a rate that the same conditions allow."""
    f = as_problem("rosenbrock").objective
    start = np.random.default_rng(seed).uniform(-2, 2, size=2)
    descent = minimize("rosenbrock", start, optimizer="sgd", learning_rate=Wolfe(), steps=1)
    (rate,) = descent.learning_rates
    g = f.value_and_gradient(start)[1]
    theirs = scipy.optimize.line_search(
        lambda w: float(f.value(w)), lambda w: f.value_and_gradient(w)[1],
        start, -rate * g, c1=1e-4, c2=0.1,
    )[0]  # fmt: skip
    # in units of ours, SciPy's first trial is 1, and it has nothing to object to
    assert theirs == 1.0


def test_wolfe_reaches_far_on_gentle_slopes():
    descent = minimize("1e-8*(x - 1e6)^2", [0.0], learning_rate=Wolfe(initial=1e-3), steps=5)
    assert descent.status == "converged"
    assert descent.x[0] == pytest.approx(1e6)
    assert descent.learning_rates[0] == pytest.approx(0.5e8)


@pytest.mark.parametrize("rule", SEARCHES, ids=name)
def test_a_function_without_a_minimum_is_told_from_a_wall(rule):
    descent = minimize("-x", [1.0], learning_rate=rule, steps=2000)
    assert descent.status == "unbounded"
    assert "no minimum" in descent.message


def test_exact_steps_are_cauchys_on_a_quadratic():
    descent = minimize(BOWL, START, optimizer="sgd", learning_rate=Exact(), steps=20, tol=0)
    g = descent.points[:-1] @ H
    cauchy = np.sum(g * g, axis=-1) / np.sum(g * (g @ H), axis=-1)
    np.testing.assert_allclose(descent.learning_rates, cauchy, rtol=1e-9)
    turned = np.sum(g[1:] * g[:-1], axis=-1) / np.linalg.norm(g[:-1], axis=-1) ** 2
    np.testing.assert_allclose(turned, 0, atol=1e-6)
    assert descent.nfev <= 1 + 2 * descent.nit  # a first trial, and one correction


@pytest.mark.parametrize("ratio", [4.0, 25.0])
def test_exact_steps_converge_as_kantorovich_says(ratio):
    """From the worst start each step leaves ((k - 1) / (k + 1))^2 of the value."""
    descent = minimize(
        f"(x^2 + {ratio}*y^2)/2", [ratio, 1.0], optimizer="sgd", learning_rate=Exact(), steps=15
    )
    shares = descent.values[1:] / descent.values[:-1]
    np.testing.assert_allclose(shares, ((ratio - 1) / (ratio + 1)) ** 2, rtol=1e-6)


def test_an_exact_step_ends_at_the_minimum_along_its_line():
    f = as_problem("rosenbrock").objective
    start = np.array([-1.2, 1.0])
    descent = minimize("rosenbrock", start, optimizer="sgd", learning_rate=Exact(1e-9), steps=1)
    g = f.value_and_gradient(start)[1]
    found = scipy.optimize.minimize_scalar(
        lambda rate: float(f.value(start - rate * g)), bounds=(0, 2e-3), method="bounded",
        options={"xatol": 1e-12},
    )  # fmt: skip
    assert descent.learning_rates[0] == pytest.approx(found.x, rel=1e-4)


@pytest.mark.parametrize("rule", SEARCHES, ids=name)
@pytest.mark.parametrize("optimizer", ["sgd", "momentum"])
@pytest.mark.parametrize("objective", ["himmelblau", "booth", "1e8*x^2 + y^2", "x - log(x) + y^2"])
def test_no_search_ever_goes_up(rule, optimizer, objective):
    starts = np.random.default_rng(1).uniform(0.5, 3, size=(10, 2))
    descent = minimize(objective, starts, optimizer=optimizer, learning_rate=rule, steps=200)
    assert (np.diff(descent.values, axis=0) <= 0).all()
    assert "diverged" not in descent.status
    # at a condition of 1e8 momentum may find nothing lower, far from the minimum
    assert objective.startswith("1e8") or "stalled" not in descent.status
    assert not objective.startswith("1e8") or (descent.fun[descent.success] < 1e-6).all()


# rates from the steps before ----------------------------------------------------------------------


@pytest.mark.parametrize("short", [False, True])
def test_barzilai_borwein_is_its_formula(short):
    rule = BarzilaiBorwein(short=short, initial=0.01)
    descent = minimize(BOWL, START, optimizer="sgd", learning_rate=rule, steps=25, tol=0)
    s = np.diff(descent.points, axis=0)[:-1]
    y = s @ H
    along = np.sum(s * y, axis=-1)
    rates = along / np.sum(y * y, axis=-1) if short else np.sum(s * s, axis=-1) / along
    assert descent.learning_rates[0] == 0.01
    np.testing.assert_allclose(descent.learning_rates[1:], rates, rtol=1e-4)
    assert descent.fun < 1e-10
    if not short:
        assert (np.diff(descent.values) > 0).any()  # it is not monotone, and need not be


def test_barzilai_borwein_keeps_its_rate_where_the_curvature_is_negative():
    descent = minimize("-x^2", [1.0], learning_rate=BarzilaiBorwein(initial=0.1), steps=5)
    assert descent.learning_rates.tolist() == [0.1] * 5


def test_polyaks_rate_is_its_formula_and_its_promise():
    descent = minimize(f"{BOWL} + 3", START, optimizer="sgd", learning_rate=Polyak(3.0), steps=300)
    g = descent.points[:-1] @ H
    rates = (descent.values[:-1] - 3) / np.sum(g * g, axis=-1)
    np.testing.assert_allclose(descent.learning_rates, rates, rtol=1e-9)
    # Polyak (1969): the distance to the minimum falls at each step
    assert (np.diff(np.linalg.norm(descent.points, axis=-1)) < 0).all()
    assert descent.status == "converged"


def test_polyaks_minimum_may_differ_from_run_to_run():
    rule = Polyak(np.array([0.0, -1.0]))
    descent = minimize("x^2", [[1.0], [1.0]], learning_rate=rule, steps=1)
    np.testing.assert_allclose(descent.learning_rates, [[1 / 4, 2 / 4]])


def test_polyaks_rate_is_zero_below_the_minimum_that_was_told():
    descent = minimize("x^2 - 5", [1.0], learning_rate=Polyak(0.0), steps=3)
    assert descent.learning_rates.tolist() == [0, 0, 0]
    assert descent.x.tolist() == [1]


@pytest.mark.parametrize("floor", [-100.0, 0.0, 7.0])
@pytest.mark.parametrize("gap", [None, 1e-3, 1e3])
def test_an_estimated_minimum_leads_to_the_true_one(floor, gap):
    rule = EstimatedPolyak(gap)
    descent = minimize(f"{BOWL} + {floor}", START, optimizer="sgd", learning_rate=rule, steps=600)
    assert descent.best_fun == pytest.approx(floor, abs=1e-5)


def test_hyper_gradients_are_baydins():
    rule = HyperGradient(0.01, beta=1e-5)
    descent = minimize(BOWL, START, optimizer="sgd", learning_rate=rule, steps=30, tol=0)
    rate, w, before = 0.01, START, np.zeros(3)
    for used in descent.learning_rates:
        g = w @ H
        rate += 1e-5 * g @ before
        assert used == pytest.approx(rate, rel=1e-12)
        w, before = w - rate * g, g


def test_a_hyper_gradient_is_the_slope_by_the_rate_for_momentum_too():
    f = as_problem(BOWL).objective

    def after(rate):
        walked = minimize(BOWL, START, optimizer="momentum", learning_rate=lambda t: np.where(
            t < 3, 0.01, rate), steps=3)  # fmt: skip
        return float(f.value(walked.x))

    slope = (after(0.01 + 1e-6) - after(0.01 - 1e-6)) / 2e-6
    rule = HyperGradient(0.01, beta=1e-10)
    rates = minimize(BOWL, START, optimizer="momentum", learning_rate=rule, steps=4).learning_rates
    assert rates[3] - rates[2] == pytest.approx(-1e-10 * slope, rel=1e-3)


def test_hyper_gradients_never_reach_zero():
    rule = HyperGradient(0.2, beta=10.0)
    descent = minimize("8*x^2", [1.0], optimizer="sgd", learning_rate=rule, steps=3)
    assert descent.learning_rates[1] == pytest.approx(0.2 * 0.01)


@pytest.mark.parametrize(
    ("factor", "patience", "threshold", "least"),
    [(0.1, 10, 1e-4, 0.0), (0.5, 2, 0.05, 0.0), (0.3, 0, 1e-2, 0.004)],
)
def test_a_plateau_equals_pytorch(factor, patience, threshold, least):
    bounce = 1 / 15  # the steepest coordinate flips its sign for ever
    rule = Plateau(bounce, factor, patience, threshold, least)
    descent = minimize(BOWL, START, optimizer="sgd", learning_rate=rule, steps=120, tol=0)
    optimizer = torch.optim.SGD([torch.zeros(1)], lr=bounce)
    scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau(
        optimizer, factor=factor, patience=patience, threshold=threshold, min_lr=least, eps=0
    )
    rates = []
    for value in descent.values[1:]:
        rates.append(optimizer.param_groups[0]["lr"])
        scheduler.step(value)
    np.testing.assert_allclose(descent.learning_rates, rates, rtol=1e-12)
    assert len(set(rates)) > 1


@pytest.mark.parametrize(
    ("rule", "word"),
    [
        (Armijo(shrink=1.0), "shrink"),
        (Armijo(growth=0.5), "growth"),
        (Armijo(initial=0.0), "initial"),
        (Monotone(share=0.5), "share"),
        (Wolfe(curvature=1.0), "curvature"),
        (Wolfe(share=0.3, curvature=0.2), "curvature"),
        (Exact(tolerance=0.0), "tolerance"),
        (Polyak(float("nan")), "minimum"),
        (EstimatedPolyak(gap=-1.0), "gap"),
        (HyperGradient(beta=-1.0), "beta"),
        (Plateau(0.0), "initial"),
        (Plateau(0.1, patience=-1), "patience"),
    ],
)
def test_numbers_out_of_range_are_refused(rule, word):
    with pytest.raises(ValueError, match=f"{word} must be"):
        minimize("x^2", [1.0], optimizer="sgd", learning_rate=rule)


SIZES = st.sampled_from([-2.0, -1e-3, -1e-5, 0.0, 1e-5, 1e-3, 1.0, np.inf])
RATES = st.sampled_from([1e-6, 0.5, 0.9996, 1.0, 2.0, 1e13])


@settings(max_examples=200)
@given(st.lists(st.tuples(SIZES, SIZES, SIZES, RATES, RATES, SIZES), min_size=1, max_size=4))
def test_a_whole_step_is_kept_by_its_definition(trials):
    new_value, slope, new_slope, rate, high, far_value = np.array(trials).T
    near, far = np.zeros((2, len(trials), 3))
    near[:, 0], far[:, 0], far[:, 1] = 0.9995 * high, high, far_value
    rule = WholeStep(curvature=0.5)
    kept = rule.accepts(Trial(rate, np.zeros_like(rate), new_value, slope, new_slope), (near, far))
    for i in range(len(trials)):
        falls = new_value[i] <= min(rule.share * slope[i], 0.0)
        narrow = high[i] - near[i, 0] <= 1e-3 * high[i] or np.isinf(far_value[i])
        flat = new_slope[i] >= 0.5 * slope[i]
        assert kept[i] == (falls and (flat or narrow or rate[i] >= 1e12))
