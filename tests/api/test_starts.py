"""Where descents begin: by name, by number, at random inside the domain."""

# ruff: noqa: RUF001  (names are typed with such letters)

import numpy as np
import pandas as pd
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

import descend
from descend import Descent, check_gradient, find_rate, maximize, minimize, race, sweep
from descend.objectives.formulas.formula import Formula


@pytest.mark.parametrize("number", [5, 5.0, np.int64(5), np.float64(5), np.array(5.0)], ids=repr)
@pytest.mark.parametrize(
    "objective",
    ["x^2", lambda w: w[0] ** 2, sympy.Symbol("x") ** 2],
    ids=["text", "python", "sympy"],
)
def test_a_number_is_the_point_of_one_variable(objective, number):
    descent = minimize(objective, number, steps=0)
    np.testing.assert_array_equal(descent.x, [5.0])
    assert descent.n_runs is None
    assert descent.notes == ()


@pytest.mark.parametrize("verb", [minimize, maximize])
def test_a_number_of_several_variables_counts_and_the_record_says_so(verb, tmp_path):
    counted = verb("sin(x)*sin(y)", 5, seed=0, steps=0)
    np.testing.assert_array_equal(counted.x, minimize("x*y", starts=5, seed=0, steps=0).x)
    (note,) = counted.notes
    assert "write starts=5" in note
    assert counted.explain().endswith(note)
    assert counted.explain().count(note) == 1
    counted.save(tmp_path / "counted.npz")
    assert Descent.load(tmp_path / "counted.npz").notes == (note,)
    assert verb("sin(x)*sin(y)", starts=5, seed=0, steps=0).notes == ()
    with pytest.raises(ValueError, match="1 coordinate, but the objective has 2: x, y"):
        verb("sin(x)*sin(y)", 5.0)


# what is finite on a part of the window only
DOMAINS = {
    "x - log(x)": lambda w: w[..., 0] > 0,
    "sqrt(x - 4) + y^2": lambda w: w[..., 0] > 4,
    "log(x*y - 9)": lambda w: w[..., 0] * w[..., 1] > 9,
    "asin(x/2) + acosh(y)": lambda w: (abs(w[..., 0]) < 2) & (w[..., 1] > 1),
}


@pytest.mark.parametrize("formula", DOMAINS)
@pytest.mark.parametrize("seed", range(3))
def test_random_starts_outside_the_domain_are_drawn_anew(formula, seed):
    for verb in (minimize, maximize):
        starts = verb(formula, starts=20, seed=seed, steps=0).x
        assert len(starts) == 20
        assert DOMAINS[formula](starts).all()
    assert DOMAINS[formula](find_rate_start(formula, seed))
    inside = minimize("x - log(x)", starts=20, seed=0)
    np.testing.assert_allclose(inside.x, 1, atol=1e-6)


def find_rate_start(formula, seed):
    return race(formula, optimizers=["auto"], steps=1, seed=seed).entries[0].descent.points[0]


def test_random_starts_stay_where_they_were_if_all_are_inside():
    expected = np.random.default_rng(3).uniform(-5, 5, size=(4, 2))
    np.testing.assert_array_equal(minimize("x*y", starts=4, seed=3, steps=0).x, expected)


def test_an_empty_domain_is_told():
    with pytest.raises(
        ValueError,
        match=r"none of 3 random starts lie inside .* 1,000 draws of each with x in \[-5, 5\]: "
        r"at x=.*, log\(x - 9\) of .* is not a number; give start=",
    ):
        minimize("log(x - 9)", starts=3, seed=0)
    within = minimize("log(x - 9)", starts=3, seed=0, steps=0, bounds={"x": (8, 20)})
    assert (within.x > 9).all()


NAMES = {"α": "alpha", "θ₂": "theta2", "x₁": "x1", "x": "x", "λ": "lamda", "w_1": "w_1"}


@given(st.permutations(list(NAMES)), st.data())
def test_names_are_alike_in_formulas_starts_and_bounds(typed, data):
    """However a name is typed, and in whatever order, a number goes to its own variable."""

    def spelled(name):
        return data.draw(st.sampled_from([name, NAMES[name]]))

    formula = " + ".join(f"({spelled(name)} - {i})^2" for i, name in enumerate(typed))
    order = data.draw(st.permutations(typed))
    start = {spelled(name): float(typed.index(name)) for name in order}
    for problem in (formula, Formula(formula)):
        descent = minimize(problem, start, steps=0)
        assert descent.fun == 0
        assert set(descent.names) == set(NAMES.values())
    bounds = {spelled(name): (10 + i, None) for i, name in enumerate(typed)}
    bounded = minimize(formula, start, bounds=bounds, steps=0)
    at = dict(zip(bounded.names, bounded.x, strict=True))
    assert at == {NAMES[name]: 10 + i for i, name in enumerate(typed)}


@pytest.mark.parametrize("make", [dict, pd.Series], ids=["mapping", "series"])
def test_an_objective_keeps_its_own_order(make):
    descent = minimize(Formula("a^2 + (b - 3)^2"), make({"b": 1.0, "a": 2.0}), steps=0)
    assert descent.names == ("a", "b")
    np.testing.assert_array_equal(descent.x, [2, 1])


@pytest.mark.parametrize(
    ("objective", "start", "told"),
    [
        ("x + y^2", {"x": 1}, "the start lacks y"),
        ("width*height", {"width": 1}, "the start lacks height"),
        (
            "x^2 + width",
            {"x": 1, "witdh": 1},
            r"lacks width and names witdh \(did you mean 'width'",
        ),
        ("rosenbrock", {"x": 1}, "the start lacks y"),
        ("θ^2 + x", {"x": 1}, "the start lacks theta"),
        (sympy.sympify("x + y"), {"x": 1}, "the start lacks y"),
        (Formula("x + y"), {"x": 1}, "the start lacks y"),
        ("x^2", {"x": 1, "y": 2}, "the start names y"),
        ("sinx + x", {"x": 1}, r"unknown name 'sinx' \(did you mean sin\(x\)"),
        ("x^2", {"x": 1, "ξ": 2}, "the start names ξ"),
        ("α", {"α": 1, "alpha": 2}, "must differ"),
        ("rosenbrok", {"x": 1, "y": 1}, "rosenbrock"),
    ],
)
def test_a_start_names_just_the_variables(objective, start, told):
    for verb in (minimize, maximize, find_rate, race, check_gradient, sweep):
        with pytest.raises(ValueError, match=told) as refusal:
            verb(objective, start)
        assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    ("bounds", "told"),
    [
        ({"z": (0, 1)}, "there are bounds for 'z', but the names are theta, x"),
        ({"thet": (0, 1)}, "did you mean 'theta'"),
        ({"θ": (0, 1), "theta": (0, 2)}, "bounds for theta twice"),
    ],
)
def test_bounds_name_variables(bounds, told):
    with pytest.raises(ValueError, match=told):
        minimize("θ^2 + x", {"theta": 1, "x": 1}, bounds=bounds)


def test_races_and_tests_of_rates_start_at_random_by_themselves():
    first, second = (race("x^2 + x", optimizers=["sgd"], steps=2, seed=s) for s in (1, 2))
    begun = [result.entries[0].descent.points[0] for result in (first, second)]
    assert not np.array_equal(*begun)
    at_one = race("x^2 + x", 1, optimizers=["sgd"], steps=2)
    np.testing.assert_array_equal(at_one.entries[0].descent.points[0], [1.0])
    assert find_rate("x^2 + x", seed=1).suggestion > 0
    assert descend.check_gradient("x^2 + x", 3.0).ok
    with pytest.raises(ValueError, match="1 coordinate, but the objective has 2"):
        descend.check_gradient("x*y", 3)
    assert len(sweep("x*y", starts=3, learning_rate=[0.1], optimizer="sgd", steps=2)) == 3
