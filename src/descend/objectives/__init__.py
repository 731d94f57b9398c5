"""What is minimised: formulas, Python functions, landmarks, and the risk of a model on data."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from types import FunctionType
from typing import Any, NamedTuple

from descend.objectives.functions.function import Function, Gradient
from descend.objectives.functions.pointwise import name_of
from descend.objectives.landmarks import LANDMARKS, Landmark, find
from descend.protocols import Array, Named, Objective
from descend.support.suggestions import nearest

__all__ = ["Gradient", "Problem", "as_problem", "is_sympy"]


class Problem(NamedTuple):
    """What is to be minimised, with the names and `(lowest, highest)` of its coordinates, if known.

    `formula` is the function as text, if it is one.
    """

    objective: Objective
    names: tuple[str, ...] | None
    window: tuple[tuple[float, float], ...] | None
    formula: str | None

    def complaint(self, w: Array) -> str | None:
        """Say which part of the formula is not finite at a point `(d,)`; None if none is known."""
        if self.formula is None:
            return None
        from descend.objectives.formulas.formula import Formula

        if isinstance(self.objective, Formula):
            return self.objective.complaint(w)
        return Formula(self.formula, self.names).complaint(w)


def as_problem(
    objective: Any,
    gradient: Gradient = None,
    names: Sequence[str] | None = None,
) -> Problem:
    """Return anything that can be minimised as a problem.

    Parameters
    ----------
    objective
        A problem, which is returned as it is; a landmark or its name, a formula's text, a SymPy
        expression, a Python function of one array `(d,)`, or an `Objective`.
    gradient
        As in `Function`; only for a Python function.

    Examples
    --------
    >>> as_problem("a**2 + b").names
    ('a', 'b')
    >>> as_problem("rosenbrock").window
    ((-2, 2), (-1, 3))
    """
    if isinstance(objective, Problem):
        return objective
    landmark = find(objective) if isinstance(objective, str) else objective
    if isinstance(landmark, Landmark):
        _refuse_gradient(gradient, f"the landmark {landmark.name}")
        return _of_landmark(landmark, names)
    if isinstance(objective, str):
        _refuse_gradient(gradient, "a formula")
        return _of_text(objective, names)
    if is_sympy(objective):
        from descend.objectives.formulas.formula import Formula

        _refuse_gradient(gradient, "a SymPy expression")
        formula = Formula.from_expression(objective, names)
        return Problem(formula, formula.names, None, formula.text)
    function = _objective(objective, gradient)
    if isinstance(function, Named):
        names = function.names
    return Problem(function, None if names is None else tuple(names), None, None)


def _of_text(text: str, names: Sequence[str] | None) -> Problem:
    """Return a formula's text as a problem; suggest a landmark where it may be one misspelled."""
    from descend.objectives.formulas.formula import Formula

    try:
        formula = Formula(text, names)
    except ValueError as error:
        near = nearest(text.strip().lower(), LANDMARKS) if text.strip().isidentifier() else None
        if near is None:
            raise
        raise ValueError(f"{error}; or did you mean {near}?") from None
    return Problem(formula, formula.names, None, formula.text)


def _of_landmark(landmark: Landmark, names: Sequence[str] | None) -> Problem:
    """Return a landmark as a problem, its variables in the order of the names."""
    from descend.objectives.formulas.formula import Formula

    windows = dict(zip(("x", "y"), landmark.window, strict=True))
    order = ("x", "y") if names is None else tuple(names)
    if sorted(order) != ["x", "y"]:
        raise ValueError(
            f"the landmark {landmark.name} has the variables x, y, not {', '.join(order)}"
        )
    formula = Formula(landmark.formula, order)
    return Problem(formula, order, tuple(windows[name] for name in order), landmark.formula)


def _objective(objective: Any, gradient: Gradient) -> Objective:
    """Return an objective as it is, or a Python function as one."""
    is_class = isinstance(objective, type)
    if _is_trainable(objective):
        raise ValueError(
            "a torch.nn.Module with parameters has a loss only on data: give "
            "descend.ModuleRisk(module, loss, (X, y)); or lambda w: module(w), if w is its input"
        )
    if isinstance(objective, Objective) and not is_class:
        _refuse_gradient(gradient, "an objective, which brings its own,")
        return objective
    if not callable(objective) or is_class:
        raise ValueError(
            f"{objective!r} cannot be minimised: give a formula's text, a landmark's name, a SymPy "
            "expression, a Python function of one array, or an object with the methods value, "
            "value_and_gradient and hessian_product"
        )
    if not _takes_one(objective):
        raise ValueError(
            f"{name_of(objective)} does not take one argument: it is called with one array of all "
            "coordinates; lambda w: f(*w) hands them to an f(x, y) one by one"
        )
    return Function(objective, gradient)


def _refuse_gradient(gradient: object, what: str) -> None:
    """Refuse a gradient where the exact one is known."""
    if gradient is not None:
        raise ValueError(
            f"gradient= goes with a Python function, but {what} was given: leave it out"
        )


def _takes_one(function: Callable[..., Any]) -> bool:
    """Say whether a function can be called with one argument."""
    if isinstance(function, FunctionType):
        # the usual case: to make a signature takes as long as a step
        code = function.__code__
        if code.co_argcount == 1 and code.co_kwonlyargcount == 0:
            return True
    try:
        inspect.signature(function).bind(None)
    except TypeError:
        return False
    except ValueError:  # some compiled functions have no signature
        return True
    return True


def is_sympy(objective: object) -> bool:
    """Say whether an object is SymPy's, without importing SymPy."""
    return any(base.__module__.partition(".")[0] == "sympy" for base in type(objective).__mro__)


def _is_trainable(objective: Any) -> bool:
    """Say whether an object is a module of PyTorch's with parameters, without importing PyTorch."""
    is_module = any(
        base.__module__ == "torch.nn.modules.module" for base in type(objective).__mro__
    )
    return is_module and any(parameter.requires_grad for parameter in objective.parameters())
