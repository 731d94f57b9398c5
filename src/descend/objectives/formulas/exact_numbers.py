"""Numbers as people write them: 2 for 2.0, 1/3 for 0.333..., 2*pi for 6.283..."""

from __future__ import annotations

import math
from collections.abc import Sequence

import sympy

from descend.objectives.formulas.expression_depth import LARGEST_EXACT_POWER

_DENOMINATORS = (1, 2, 3, 4, 6, 8, 9, 12, 16)
"""Fractions that read better than their decimals; tenths are not among them."""

_LARGEST_NUMERATOR = 1000
_LARGEST_WHOLE = 1e15


def with_exact_numbers(expression: sympy.Expr, names: Sequence[str]) -> sympy.Expr:
    """Return an expression with its floats as whole numbers, fractions and multiples of pi.

    Each equals its float to the last digit or two. Exponents and bases of large powers stay: SymPy
    would compute `9**(9**9)` exactly, which does not end. If a variable is named pi, the number pi
    is not used.

    Examples
    --------
    >>> x = sympy.Symbol("x")
    >>> with_exact_numbers(0.5 * x**2 + 2.0 * x + 0.1, ["x"])
    x**2/2 + 2*x + 0.1
    """
    if expression.is_Float:
        return _exact(expression, pi="pi" not in names)
    if expression.is_Atom:
        return expression
    if expression.is_Pow:
        base, exponent = expression.args
        exact = exponent if exponent.is_Number else with_exact_numbers(exponent, names)
        return sympy.Pow(_base(base, exponent, names), exact)
    return expression.func(*(with_exact_numbers(part, names) for part in expression.args))


def _base(base: sympy.Expr, exponent: sympy.Expr, names: Sequence[str]) -> sympy.Expr:
    """Return the base of a power, exact if what SymPy makes of the power stays small."""
    if not base.is_Float:
        return with_exact_numbers(base, names)
    numbers = [exponent, *exponent.atoms(sympy.Number)]
    small = all(abs(n) <= LARGEST_EXACT_POWER for n in numbers if n.is_Number)
    return _exact(base, pi=False) if small and abs(base) <= LARGEST_EXACT_POWER else base


def _exact(number: sympy.Float, pi: bool) -> sympy.Expr:
    """Return what a float is the nearest float of, or itself if there is no simple one."""
    value = float(number)
    if value.is_integer() and abs(value) < _LARGEST_WHOLE:
        return sympy.Integer(int(value))
    if (fraction := _fraction(value, 0.0)) is not None:
        return fraction
    # products and quotients of pi are rounded once or twice
    if pi and (fraction := _fraction(value / math.pi, 4e-16)) is not None:
        return fraction * sympy.pi
    if pi and (fraction := _fraction(value * math.pi, 4e-16)) is not None:
        return fraction / sympy.pi
    return number


def _fraction(value: float, tolerance: float) -> sympy.Rational | None:
    """Return the simplest fraction within a relative tolerance, if there is a simple one."""
    for denominator in _DENOMINATORS:
        numerator = round(value * denominator) if abs(value) < _LARGEST_NUMERATOR else 0
        near = abs(numerator / denominator - value) <= tolerance * abs(value)
        if near and 0 < abs(numerator) <= _LARGEST_NUMERATOR:
            return sympy.Rational(numerator, denominator)
    return None
