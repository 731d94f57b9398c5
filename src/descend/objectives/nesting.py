"""How deep functions and powers are nested: SymPy's time grows several times with every level.

To simplify a function or a power, SymPy asks what is known of the sign of what is inside, and for
that splits it into real and imaginary parts: a high power into as many terms as its exponent.
"""

from functools import lru_cache

import sympy

LOW = 4
"""The most levels inside a function or a power that SymPy may simplify while a formula is read."""

HIGH_POWER = 12
"""Exponents above it are as bad as many levels."""

DERIVABLE = 6
"""The most levels of a formula whose derivatives are written out for people."""


@lru_cache(maxsize=4096)
def levels(expression: sympy.Expr) -> int:
    """Return how many levels functions and powers are nested.

    Examples
    --------
    >>> x = sympy.Symbol("x")
    >>> levels(x + 1), levels(2 * sympy.exp(x**2) + x)
    (0, 2)
    """
    inside = max(map(levels, expression.args), default=0)
    return inside + int(expression.is_Function or expression.is_Pow)


def is_low(expression: sympy.Expr) -> bool:
    """Say whether SymPy may simplify a function or a power of an expression."""
    return levels(expression) <= LOW and not _has_high_power(expression)


@lru_cache(maxsize=4096)
def _has_high_power(expression: sympy.Expr) -> bool:
    high = expression.is_Pow and expression.exp.is_Number and abs(expression.exp) > HIGH_POWER
    return bool(high) or any(map(_has_high_power, expression.args))


def raised(base: sympy.Expr, exponent: sympy.Expr) -> sympy.Expr:
    """Return a power, simplified if base and exponent are low."""
    return sympy.Pow(base, exponent, evaluate=is_low(base) and is_low(exponent))
