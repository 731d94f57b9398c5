"""Anything that can be minimised becomes a problem; anything else is refused."""

import functools
import subprocess
import sys

import numpy as np
import pytest
import sympy
import torch

from descend.objectives import as_problem
from descend.objectives.formulas.formula import Formula
from descend.objectives.functions.function import Function
from descend.objectives.landmarks import LANDMARKS


class Bowl:
    def value(self, w):
        return (w * w).sum(axis=-1)

    def value_and_gradient(self, w):
        return self.value(w), 2 * w

    def hessian_product(self, w, v):
        return 2 * v + 0 * w


def test_formula_text():
    problem = as_problem("a*b**2")
    assert isinstance(problem.objective, Formula)
    assert problem[1:] == (("a", "b"), None, "a*b**2")
    assert as_problem("a + b", names=("b", "a")).names == ("b", "a")


@pytest.mark.parametrize("given", ["rosenbrock", "Rosenbrock", LANDMARKS["rosenbrock"]])
def test_landmark(given):
    problem = as_problem(given)
    assert problem.names == ("x", "y")
    assert problem.window == ((-2, 2), (-1, 3))
    assert problem.objective.value(np.array([1.0, 1.0])) == 0
    assert problem.formula == LANDMARKS["rosenbrock"].formula


def test_a_landmarks_window_follows_its_names():
    problem = as_problem("rosenbrock", names=("y", "x"))
    assert problem.window == ((-1, 3), (-2, 2))
    assert problem.objective.value(np.array([2.0, 1.0])) == 100


def test_sympy_expression():
    u, v = sympy.symbols("u v")
    problem = as_problem(u**2 + v)
    assert problem.names == ("u", "v")
    assert problem.objective.value(np.array([3.0, 1.0])) == 10


def test_python_function():
    problem = as_problem(lambda w: w @ w, gradient=lambda w: 2 * w, names=["p", "q"])
    assert isinstance(problem.objective, Function)
    assert problem[1:] == (("p", "q"), None, None)
    assert as_problem(np.linalg.norm).objective.value(np.array([3.0, 4.0])) == 5


def test_objective_as_it_is():
    bowl = Bowl()
    assert as_problem(bowl).objective is bowl


def test_complaint():
    problem = as_problem("log(x)")
    told = "log(x) of -1 is not a number"
    assert problem.complaint(np.array([-1.0])) == told
    negative = problem._replace(objective=Bowl(), formula="-(log(x))")
    assert negative.complaint(np.array([-1.0])) == told
    assert as_problem(Bowl()).complaint(np.array([np.nan])) is None


@pytest.mark.parametrize(
    ("objective", "options", "why"),
    [
        (3, {}, "3 cannot be minimised"),
        (None, {}, "cannot be minimised"),
        (Bowl, {}, "cannot be minimised"),
        (np.ones(2), {}, "cannot be minimised"),
        ("x**2", {"gradient": lambda w: w}, "a formula was given"),
        ("sphere", {"gradient": lambda w: w}, "the landmark sphere was given"),
        (sympy.Symbol("x"), {"gradient": lambda w: w}, "a SymPy expression was given"),
        (Bowl(), {"gradient": lambda w: w}, "an objective, which"),
        (lambda _: 0.0, {"gradient": 3}, "gradient=3 is not a function"),
        (lambda x, y: x + y, {}, "does not take one argument"),
        (lambda: 1.0, {}, "does not take one argument"),
        (torch.nn.Linear(2, 1), {}, r"descend.ModuleRisk\(module, loss, \(X, y\)\)"),
        ("sphere", {"names": ("a", "b")}, "has the variables x, y, not a, b"),
        ("rosenbrok", {}, "unknown name 'rosenbrok'.*did you mean rosenbrock?"),
    ],
)
def test_refuses(objective, options, why):
    with pytest.raises(ValueError, match=why) as refusal:
        as_problem(objective, **options)
    assert "\n" not in str(refusal.value)


class Spread:
    def __init__(self, scale):
        self.scale = scale

    def at(self, w):
        return self.scale * w @ w

    def nowhere(self):
        return self.scale

    def __call__(self, w):
        return self.at(w)


@pytest.mark.parametrize(
    ("function", "accepted"),
    [
        (lambda w: w @ w, True),
        (lambda w, scale=2.0: scale * w @ w, True),
        (lambda w, *, scale=2.0: scale * w @ w, True),
        (lambda *arguments: arguments[0] @ arguments[0], True),
        (functools.partial(lambda scale, w: scale * w @ w, 2.0), True),
        (Spread(2.0).at, True),
        (Spread(2.0), True),
        (functools.partial(Spread.at, Spread(2.0)), True),
        (lambda w, *, scale: scale * w @ w, False),
        (functools.partial(lambda w: w @ w, np.ones(2)), False),
        (Spread(2.0).nowhere, False),
        (Spread.at, False),
    ],
)
def test_functions_that_can_be_called_with_one_array_are_taken(function, accepted):
    if accepted:
        assert as_problem(function).objective.value(np.ones(2)) > 0
        return
    with pytest.raises(ValueError, match="does not take one argument"):
        as_problem(function)


def test_importing_loads_nothing_heavy():
    code = (
        "import sys, descend.objectives, descend.objectives.landmarks;"
        "heavy = {'sympy', 'autograd', 'scipy', 'matplotlib'} & set(sys.modules);"
        "descend.objectives.as_problem(lambda w: w @ w);"
        "heavy |= {'sympy', 'autograd'} & set(sys.modules);"
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
