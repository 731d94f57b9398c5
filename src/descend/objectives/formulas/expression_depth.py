"""How deep functions and powers are nested: SymPy's time grows several times with every level.

To simplify one, SymPy splits its argument into real and imaginary parts to find the sign: a high
power into as many terms as its exponent.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from math import comb

import sympy

LARGEST_EXACT_POWER = 64
"""Whole and half exponents up to this size stay exact, so that derivatives read well."""

SHALLOW = 4
"""The most levels inside a function or a power that SymPy may simplify while a formula is read."""

HIGH_POWER = 12
"""Exponents above it take as long as many levels."""

HIGH_COMPLEX_POWER = 3
"""The same, of what SymPy does not know to be real: each of its terms has two parts."""

DERIVABLE = 6
"""The most levels of a formula whose derivatives are written out for people."""

MOST_TERMS = 10_000
"""The most terms of a power, multiplied out, whose imaginary part SymPy determines."""

_COMPLEX = {sympy.log, sympy.asin, sympy.acos, sympy.acosh, sympy.atanh}

_HYPERBOLIC = {sympy.sinh, sympy.cosh, sympy.tanh}
"""SymPy looks at the imaginary part of their argument."""


@lru_cache(maxsize=4096)
def depth(expression: sympy.Expr) -> int:
    """Return how many levels functions and powers are nested: `exp(x**2)` has two."""
    inside = max(map(depth, expression.args), default=0)
    return inside + int(expression.is_Function or expression.is_Pow)


def is_shallow(expression: sympy.Expr) -> bool:
    """Say whether SymPy may simplify a function or a power of an expression."""
    return depth(expression) <= SHALLOW and not _is_expanded(expression)


@lru_cache(maxsize=4096)
def _is_expanded(expression: sympy.Expr) -> bool:
    """Say whether SymPy would multiply out a part of an expression to determine its sign."""
    if expression.is_Pow and expression.exp.is_Number:
        highest = HIGH_POWER if _has_real_parts(expression.base) else HIGH_COMPLEX_POWER
        if abs(expression.exp) > highest:
            return True
    if expression.func in _HYPERBOLIC and not _has_real_parts(expression.args[0]):
        return True
    return any(map(_is_expanded, expression.args))


@lru_cache(maxsize=4096)
def _has_real_parts(expression: sympy.Expr) -> bool:
    """Say whether all parts are real for real variables, as those of `log(x)` are not."""
    if expression.is_Pow and not expression.exp.is_Integer and not expression.base.is_Number:
        return False
    return expression.func not in _COMPLEX and all(map(_has_real_parts, expression.args))


def is_derivable(expression: sympy.Expr) -> bool:
    """Say whether SymPy derives and simplifies an expression within seconds."""
    arguments = [
        part.args[0] for part in expression.atoms(*_HYPERBOLIC) if not _has_real_parts(part.args[0])
    ]
    powers = set().union(*(argument.atoms(sympy.Pow) for argument in arguments))
    return depth(expression) <= DERIVABLE and all(_terms(each) <= MOST_TERMS for each in powers)


def _terms(power: sympy.Expr) -> int:
    """Return about how many terms a power has, its base being a sum of complex numbers."""
    parts = 2 * len(sympy.Add.make_args(power.base))
    return comb(int(abs(power.exp)) + parts, parts) if power.exp.is_Number else 1


def rebuilt(expression: sympy.Expr, parts: Sequence[sympy.Expr]) -> sympy.Expr:
    """Return an expression with other parts, simplified if they are shallow."""
    return expression.func(*parts, evaluate=all(map(is_shallow, parts)))


def renamed(expression: sympy.Expr, names: Mapping[sympy.Symbol, sympy.Symbol]) -> sympy.Expr:
    """Return an expression in other variables, which have the same order, unsimplified."""
    if expression.is_Atom:
        return names.get(expression, expression)
    return expression.func(*(renamed(part, names) for part in expression.args), evaluate=False)


def power(base: sympy.Expr, exponent: sympy.Expr) -> sympy.Expr:
    """Return a power, simplified if base and exponent are shallow."""
    return sympy.Pow(base, exponent, evaluate=is_shallow(base) and is_shallow(exponent))


def negated(value: sympy.Expr | float) -> sympy.Expr | float:
    """Return a number or an expression with the other sign, simplified if it is shallow."""
    if isinstance(value, float) or is_shallow(value):
        return -value
    return sympy.Mul(sympy.S.NegativeOne, value, evaluate=False)
