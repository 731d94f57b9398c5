"""The operations and functions of formulas: by name, as SymPy objects, by NumPy, as source.

SymPy's own `Abs`, `sign`, `Max` and `Heaviside` have undefined or complex derivatives at the kink;
those here have subgradients.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, reduce
from typing import Any, ClassVar, NamedTuple

import numpy as np
import sympy

from descend.objectives.formulas.expression_depth import rebuilt

Numeric = Callable[..., Any]


def sigmoid(x: Any) -> Any:
    """Return 1 / (1 + exp(-x))."""
    return 1.0 / (1.0 + np.exp(-x))


def softplus(x: Any) -> Any:
    """Return log(1 + exp(x))."""
    return np.logaddexp(0.0, x)


def step(x: Any) -> Any:
    """Return 0 or 1 by the sign, one half at 0."""
    return np.heaviside(x, 0.5)


def cube(x: Any) -> Any:
    """Return the third power."""
    return x * x * x


def fourth(x: Any) -> Any:
    """Return the fourth power."""
    square = x * x
    return square * square


def chained(reached: Any, slope: Any) -> Any:
    """Return the product, which is 0 wherever the second factor is."""
    return np.where(slope == 0, 0.0, reached * slope)


# SymPy carries no types, so that its Function is Any to mypy.
class Spelled(sympy.Function):  # type: ignore[misc]
    """A real function that is printed by its spelling in formulas, and evaluated by NumPy.

    `source` is Python with `{}` for the arguments; `derivatives` maps them to the derivatives.
    """

    spelling: ClassVar[str]
    numeric: ClassVar[Numeric]
    source: ClassVar[str]
    derivatives: ClassVar[Callable[..., tuple[sympy.Expr, ...]]]
    is_extended_real = True

    @classmethod
    def eval(cls, *arguments: sympy.Expr) -> sympy.Expr | None:
        """Evaluate at numbers."""
        if not all(argument.is_Number for argument in arguments):
            return None
        with np.errstate(all="ignore"):
            return sympy.Float(float(cls.numeric(*map(float, arguments))))

    def fdiff(self, argindex: int = 1) -> sympy.Expr:
        """Return the derivative by an argument."""
        return type(self).derivatives(*self.args)[argindex - 1]

    def _eval_evalf(self, _: int) -> sympy.Expr | None:
        """Evaluate at numbers such as pi, which SymPy keeps exact."""
        # ours inside first: SymPy takes the rounding error of a difference of such for a number
        arguments = [
            argument.xreplace({part: part.evalf() for part in argument.atoms(Spelled)}).evalf()
            for argument in self.args
        ]
        numbers = all(argument.is_Number for argument in arguments)
        return self.func(*arguments) if numbers else None

    def _sympystr(self, printer: Any) -> str:
        return f"{self.spelling}({printer.stringify(self.args, ', ')})"

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        arguments = ", ".join(printer._print(argument) for argument in self.args)
        power = "" if exp is None else f"^{{{exp}}}"
        return rf"\operatorname{{{self.spelling}}}{power}\left({arguments}\right)"


class Step(Spelled):
    """0 for a negative argument, 1 for a positive one, and one half at 0."""

    spelling, nargs = "step", 1
    numeric, source = staticmethod(step), "np.heaviside({}, 0.5)"
    derivatives = staticmethod(lambda _: (sympy.S.Zero,))


class Sign(Spelled):
    """-1, 0 or 1."""

    spelling, nargs = "sign", 1
    numeric, source = staticmethod(np.sign), "np.sign({})"
    derivatives = staticmethod(lambda _: (sympy.S.Zero,))


class Absolute(Spelled):
    """The absolute value; its slope at 0 is 0."""

    spelling, nargs = "abs", 1
    numeric, source = staticmethod(np.absolute), "np.abs({})"
    derivatives = staticmethod(lambda x: (Sign(x),))


class Maximum(Spelled):
    """The larger of two; at a tie its slope is one half by each."""

    spelling, nargs = "max", 2
    numeric, source = staticmethod(np.maximum), "np.maximum({})"
    derivatives = staticmethod(lambda a, b: (Step(a - b), Step(b - a)))


class Minimum(Spelled):
    """The smaller of two; at a tie its slope is one half by each."""

    spelling, nargs = "min", 2
    numeric, source = staticmethod(np.minimum), "np.minimum({})"
    derivatives = staticmethod(lambda a, b: (Step(b - a), Step(a - b)))


class Sigmoid(Spelled):
    """1 / (1 + exp(-x)); its derivative, so written, keeps its digits for large x."""

    spelling, nargs = "sigmoid", 1
    # by logaddexp, which does not overflow
    numeric, source = staticmethod(sigmoid), "np.exp(-np.logaddexp(0, -({})))"
    derivatives = staticmethod(lambda x: (Sigmoid(x) * Sigmoid(-x),))


class Softplus(Spelled):
    """log(1 + exp(x))."""

    spelling, nargs = "softplus", 1
    numeric, source = staticmethod(softplus), "np.logaddexp(0, {})"
    derivatives = staticmethod(lambda x: (Sigmoid(x),))


class CubeRoot(Spelled):
    """The real cube root, of negative numbers too."""

    spelling, nargs = "cbrt", 1
    numeric, source = staticmethod(np.cbrt), "np.cbrt({})"
    derivatives = staticmethod(lambda x: (1 / (3 * CubeRoot(x) ** 2),))


_OWN = (Step, Sign, Absolute, Maximum, Minimum, Sigmoid, Softplus, CubeRoot)
_SAME_NAME = ("sin", "cos", "tan", "sinh", "cosh", "tanh", "exp", "log")
_ARCS = ("asin", "acos", "atan", "atan2", "asinh", "acosh", "atanh")
_INVERSE = {name: f"arc{name[1:]}" for name in _ARCS}
"""Names in SymPy, and in NumPy."""

_FUNCTIONS: dict[Any, Numeric] = {
    **{getattr(sympy, name): getattr(np, name) for name in _SAME_NAME},
    **{getattr(sympy, name): getattr(np, other) for name, other in _INVERSE.items()},
    **{kind: kind.numeric for kind in _OWN},
}

NUMERIC: dict[Any, Numeric] = {
    "add": np.add,
    "subtract": np.subtract,
    "multiply": np.multiply,
    "divide": np.divide,
    "negative": np.negative,
    "reciprocal": np.reciprocal,
    "power": np.power,
    "square": np.square,
    "cube": cube,
    "fourth": fourth,
    "sqrt": np.sqrt,
    "chain": chained,
    **_FUNCTIONS,
}
"""The NumPy operation of each elementary operation, by name, and of each function of SymPy."""


def source_of(function: Any) -> str:
    """Return the Python source that calls a function of SymPy, with `{}` for the arguments."""
    if issubclass(function, Spelled):
        return str(function.source)
    return f"np.{_FUNCTIONS[function].__name__}({{}})"


class Word(NamedTuple):
    """A function by its name in formulas; `build(..., evaluate=False)` does not simplify it.

    It takes so many arguments, or any number from there on if `many`.
    """

    arity: int
    build: Callable[..., sympy.Expr]
    numeric: Numeric
    many: bool = False


def _logarithm(base: float) -> Callable[[sympy.Expr], sympy.Expr]:
    def build(x: sympy.Expr, evaluate: bool = True) -> sympy.Expr:
        return sympy.log(x, evaluate=evaluate) / sympy.Float(np.log(base))

    return build


def _relu(x: sympy.Expr, evaluate: bool = True) -> sympy.Expr:
    return Maximum(x, sympy.S.Zero, evaluate=evaluate)


def _of_many(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function of two as one of any number, taken from the left."""
    return lambda *arguments, **options: reduce(partial(function, **options), arguments)


WORDS: dict[str, Word] = {
    getattr(kind, "spelling", kind.__name__): Word(
        2 if kind in (sympy.atan2, Maximum, Minimum) else 1, kind, numeric
    )
    for kind, numeric in _FUNCTIONS.items()
}
WORDS |= {alias: WORDS[name] for name, alias in [*_INVERSE.items(), ("log", "ln")]}
WORDS |= {
    "sqrt": Word(1, sympy.sqrt, np.sqrt),
    "log2": Word(1, _logarithm(2.0), np.log2),
    "log10": Word(1, _logarithm(10.0), np.log10),
    "relu": Word(1, _relu, lambda x: np.maximum(x, 0.0)),
    "max": Word(2, _of_many(Maximum), _of_many(np.maximum), many=True),
    "min": Word(2, _of_many(Minimum), _of_many(np.minimum), many=True),
}
WORDS |= {"log_2": WORDS["log2"], "log_10": WORDS["log10"]}
"""The functions of formulas by name."""

_OURS: dict[Any, Callable[..., sympy.Expr]] = {
    sympy.Abs: Absolute,
    sympy.sign: Sign,
    sympy.Heaviside: lambda x, *_: Step(x),
    sympy.Max: lambda *arguments: reduce(Maximum, arguments),
    sympy.Min: lambda *arguments: reduce(Minimum, arguments),
}


def with_subgradients(expression: sympy.Expr) -> sympy.Expr:
    """Replace SymPy's functions that have a kink by the ones of this module."""
    if not expression.atoms(*_OURS):
        return expression
    parts = [with_subgradients(part) for part in expression.args]
    ours = _OURS.get(expression.func)
    return rebuilt(expression, parts) if ours is None else ours(*parts)


def written(expression: sympy.Expr) -> str:
    """Return an expression as text that a formula may contain: `2*x`, where SymPy says `2.0*x`."""
    whole = {
        number: sympy.Integer(int(number))
        for number in expression.atoms(sympy.Float)
        if abs(number) < 1e15 and float(number).is_integer()
    }
    spelled = expression.xreplace({**whole, sympy.E: sympy.Symbol("e")})
    return str(sympy.sstr(spelled, full_prec=False))
