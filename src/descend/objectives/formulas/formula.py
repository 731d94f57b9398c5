"""Formula: an objective written as text, differentiated exactly."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
import sympy

from descend.objectives.formulas.expression_depth import negated
from descend.objectives.formulas.graph import Graph
from descend.objectives.formulas.names import natural
from descend.objectives.formulas.parsing import checked, parse
from descend.objectives.formulas.spelling import matched
from descend.objectives.formulas.tape import Tape
from descend.objectives.formulas.vocabulary import chained, written
from descend.protocols import Array
from descend.support.numerics import some


class Formula:
    """A formula such as `sin(x) * sin(y)` as an objective.

    The text is parsed, never evaluated. Values, gradients and Hessian products are exact to
    rounding. At a kink the gradient is a subgradient: `abs` is flat at 0, so is a root where its
    argument touches 0, as in `sqrt(x**2 + y**2)` at the origin, and `max` and `min` follow both
    arguments by half at a tie.

    Parameters
    ----------
    text
        Numbers, variables, `pi`, `e`, `+ - * / **` (or `^`), and functions: sin, cos, tan, asin,
        acos, atan, atan2, sinh, cosh, tanh, asinh, acosh, atanh, exp, log (natural), log2, log10,
        sqrt, cbrt, abs (or `|x|`), sign, step, min, max, sigmoid, softplus, relu. Where it is
        plain, products need no sign and functions no parentheses: `2x^2 sin(y)`, `3(x + 1)`,
        `sin 2x`, `sin^2(x)`. What can be read in two ways, such as `1/2x`, is refused.
    names
        The variables, in the order of the coordinates. If None, the names found in natural order
        (`x2` before `x10`): letters or names of Greek letters, with an optional number.

    Raises
    ------
    ValueError
        If the text is no formula; the message names what is wrong, its column, and what to do.

    Examples
    --------
    >>> value, gradient = Formula("x**2 + 3*y").value_and_gradient(np.array([[1.0, 2.0]]))
    >>> value.tolist(), gradient.tolist()
    ([7.0], [[2.0, 3.0]])
    """

    def __init__(self, text: str, names: Sequence[str] | None = None) -> None:
        expression, names = parse(text, names)
        self._set(text, expression, names)

    @classmethod
    def from_expression(cls, expression: sympy.Expr, names: Sequence[str] | None = None) -> Formula:
        """Make a formula of a SymPy expression, whose symbols are taken as real.

        Examples
        --------
        >>> x, y = sympy.symbols("x y")
        >>> float(Formula.from_expression(x * sympy.Abs(y)).value(np.array([2.0, -3.0])))
        6.0
        """
        found = sorted((symbol.name for symbol in expression.free_symbols), key=natural)
        if not found and not names:
            raise ValueError(
                f"the expression {expression} has no symbol: nothing in it can be minimised"
            )
        if len(set(found)) < len(found):
            raise ValueError(
                "two symbols of the expression have the same name: give them different ones"
            )
        # a symbol may have any name, which is then taken as it is
        declared = tuple(found if names is None else (matched(n, found) or n for n in names))
        if unknown := set(found) - set(declared):
            raise ValueError(
                f"the expression has the symbol {min(unknown)!r}, but the names are "
                f"{', '.join(declared)}"
            )
        real = {symbol: sympy.Symbol(symbol.name, real=True) for symbol in expression.free_symbols}
        own = checked(sympy.sympify(expression.xreplace(real)))
        return cls.__new__(cls)._set(written(own), own, declared)

    def _set(self, text: str, expression: sympy.Expr, names: tuple[str, ...]) -> Formula:
        self.text, self.expression, self.names = text, expression, names
        self._value_graph, self._value_node = self._lowered(len(names))
        return self

    def negative(self) -> Formula:
        """Return minus this formula, of the same variables."""
        negative = Formula.__new__(Formula)
        return negative._set(f"-({self.text})", negated(self.expression), self.names)

    def __repr__(self) -> str:
        """Return the call that makes this formula."""
        return f"Formula({self.text!r}, names={self.names})"

    @property
    def symbols(self) -> tuple[sympy.Symbol, ...]:
        """The variables as SymPy symbols."""
        return tuple(sympy.Symbol(name, real=True) for name in self.names)

    def value(self, w: Array) -> Array:
        """Return the values at points: `(..., d)` to `(...)`, float32 if `w` is.

        Outside the formula's domain they are NaN or infinite.
        """
        w = self._points(w)
        return self._shaped(self._value_tape.run(_coordinates(w))[0], w)

    def value_and_gradient(self, w: Array) -> tuple[Array, Array]:
        """Return the values `(...)` and gradients `(..., d)` at points `w` `(..., d)`."""
        w = self._points(w)
        value, *gradient = self.gradient_tape.run(_coordinates(w))
        return self._shaped(value, w), self._within_domain(value, _stacked(gradient, w))

    def hessian_product(self, w: Array, v: Array) -> Array:
        """Return the Hessians at points `w` times vectors `v`, both `(..., d)`."""
        w, v = np.broadcast_arrays(self._points(w), self._points(v))
        value, *product = self._hessian_tape.run([*_coordinates(w), *_coordinates(v)])
        return self._within_domain(value, _stacked(product, w))

    def complaint(self, w: Array) -> str | None:
        """Say what part of the formula or its derivatives is not finite at a point `(d,)`, and why.

        Examples
        --------
        >>> Formula("x + 2*log(x)").complaint(np.array([-1.0]))
        'log(x) of -1 is not a number'
        """
        point = [float(coordinate) for coordinate in self._points(w)]
        for name, coordinate in zip(self.names, point, strict=True):
            if not np.isfinite(coordinate):
                return f"{name} is {coordinate:g}"
        if failure := self._value_tape.first_failure(point):
            return self._described(*failure)
        _, gradient = self.value_and_gradient(np.array(point))
        for name, slope in zip(self.names, gradient, strict=True):
            if not np.isfinite(slope):
                return f"the value is finite, but its derivative by {name} is {_nonfinite(slope)}"
        return None

    def _described(self, node: int, arguments: list[float], outcome: float) -> str:
        """Say in words what happened at a node of the value's graph."""
        graph = self._value_graph
        kind = graph.nodes[node].kind
        text = written(graph.origins.get(node, self.expression))
        if kind in ("reciprocal", "multiply") and arguments[-1] == 0:
            return f"{text}: division by zero"
        if kind in ("add", "multiply", "reciprocal"):
            return f"{text} overflows"
        values = " and ".join(f"{a:.6g}" for a in arguments[: 1 if kind == "power" else 2])
        what = "overflows" if np.isposinf(outcome) else f"is {_nonfinite(outcome)}"
        return f"{text} of {values} {what}"

    def _points(self, w: Any) -> Array:
        """Return points as an array of floats."""
        points: Array = np.asarray(w)
        if points.dtype not in (np.float32, np.float64):
            points = points.astype(np.float64)
        if points.ndim == 0 or points.shape[-1] != len(self.names):
            plural = "" if len(self.names) == 1 else "s"
            raise ValueError(
                f"the formula has {len(self.names)} variable{plural} ({', '.join(self.names)}), "
                f"but a point of shape {points.shape} was given"
            )
        return points

    def _shaped(self, value: Any, w: Array) -> Array:
        """Return the value with one entry a point, also where the formula is constant."""
        return np.full(w.shape[:-1], value, w.dtype)[()] if isinstance(value, float) else value

    def _within_domain(self, value: Any, derivative: Array) -> Array:
        """Return a derivative that is NaN where the value is NaN.

        The chain rule gives 0 wherever the argument of a root is constant, even if it is negative.
        """
        if self._has_subgradients and some(outside := np.asarray(value != value)):
            derivative[outside] = np.nan
        return derivative

    @cached_property
    def _has_subgradients(self) -> bool:
        """Whether the gradient has a root's subgradient anywhere."""
        return any(each.operation is chained for each in self.gradient_tape.instructions)

    def _lowered(self, n_inputs: int) -> tuple[Graph, int]:
        graph = Graph(n_inputs)
        places = {symbol: position for position, symbol in enumerate(self.symbols)}
        return graph, graph.lower(self.expression, places)

    @cached_property
    def _value_tape(self) -> Tape:
        return Tape(self._value_graph, [self._value_node])

    @cached_property
    def gradient_tape(self) -> Tape:
        """The tape of the value and the derivatives by each variable, in order."""
        graph, value = self._value_graph, self._value_node
        return Tape(graph, [value, *graph.gradient(value, range(len(self.names)))])

    @cached_property
    def _hessian_tape(self) -> Tape:
        d = len(self.names)
        graph, value = self._lowered(2 * d)
        gradient = graph.gradient(value, range(d))
        # the Hessian times v is the gradient of (gradient . v)
        along = graph.total(graph.multiply(g, d + j) for j, g in enumerate(gradient))
        return Tape(graph, [value, *graph.gradient(along, range(d))])


def _coordinates(w: Array) -> list[Array]:
    """Return the coordinates one by one, each contiguous in memory."""
    return list(np.ascontiguousarray(w.T if w.ndim <= 2 else np.moveaxis(w, -1, 0)))


def _stacked(components: Sequence[Any], w: Array) -> Array:
    """Return components as the last axis; those that are constant fill their place."""
    stacked = np.empty_like(w)
    for j, component in enumerate(components):
        stacked[..., j] = component
    return stacked


def _nonfinite(number: float) -> str:
    return "not a number" if np.isnan(number) else "infinite"
