"""Expressions made shorter, within a bounded time."""

from __future__ import annotations

from collections.abc import Sequence
from math import comb

import sympy

from descend.objectives.formulas.differentiation import symbols_of
from descend.objectives.formulas.graph import Graph
from descend.objectives.formulas.vocabulary import with_subgradients

MOST_OPERATIONS = 60
MOST_TERMS = 60
MOST_POWER = 12
MOST_GENERATORS = 5
"""The longest expressions that are multiplied out: chosen so that each takes well under a second.

Operations as written, terms when multiplied out, the highest power, and symbols and functions.
"""


def simplified(expression: sympy.Expr, names: Sequence[str] = ()) -> sympy.Expr:
    """Return the shortest form found of an expression, without Euler's number if a name is e.

    Common factors are always taken out; only expressions that stay short are multiplied out and
    cancelled, since SymPy sets no bound on its time. Symbols replace floats, which it would round.

    Examples
    --------
    >>> x = sympy.Symbol("x", real=True)
    >>> simplified(2 * x * sympy.sin(x) ** 2 + 2 * x * sympy.cos(x) ** 2)
    2*x
    """
    if expression.is_Atom:
        return expression
    best = _shorter(expression, sympy.factor_terms(expression))
    if not _is_small(expression):
        return best
    floats = sorted(expression.atoms(sympy.Float), key=float)
    hidden = {number: sympy.Dummy(positive=number > 0, real=True) for number in floats}
    shown = {symbol: number for number, symbol in hidden.items()}
    for form in _cancelled(expression.xreplace(hidden)):
        short = with_subgradients(form.xreplace(shown))
        if _shorter(best, short) is not best and _is_formula(short, names):
            best = short
    return best


def _cancelled(expression: sympy.Expr) -> list[sympy.Expr]:
    """Return an expression as one fraction without common factors, in some forms."""
    # sin^2 + cos^2 = 1, where it shortens
    pythagoras = expression.replace(
        lambda part: part.is_Pow and part.exp == 2 and isinstance(part.base, sympy.sin),
        lambda part: 1 - sympy.cos(part.base.args[0]) ** 2,
    )
    fractions = [sympy.cancel(form) for form in dict.fromkeys((expression, pythagoras))]
    return list(dict.fromkeys([*fractions, *map(sympy.factor_terms, fractions)]))


def _shorter(first: sympy.Expr, second: sympy.Expr) -> sympy.Expr:
    """Return the shorter of two forms by operations, then by characters; if alike, the first."""
    if first == second:
        return first
    operations, others = first.count_ops(), second.count_ops()
    if operations == others:
        return second if len(str(second)) < len(str(first)) else first
    return second if others < operations else first


def _is_small(expression: sympy.Expr) -> bool:
    """Say whether an expression stays small when it is multiplied out."""
    # the fastest test first
    if expression.count_ops() > MOST_OPERATIONS:
        return False
    generators = {
        part
        for part in sympy.preorder_traversal(expression)
        if part.is_Symbol or part.is_Function or (part.is_Pow and not part.exp.is_Integer)
    }
    return len(generators) <= MOST_GENERATORS and _terms(expression) <= MOST_TERMS


def _terms(expression: sympy.Expr) -> float:
    """Return at most how many terms an expression has when multiplied out."""
    if expression.is_Add:
        return sum(_terms(part) for part in expression.args)
    if expression.is_Mul:
        product = 1.0
        for part in expression.args:
            product *= _terms(part)
        return product
    if expression.is_Pow:
        base, exponent = expression.args
        if not exponent.is_Number:
            return _terms(base)
        power = abs(float(exponent))
        if power > MOST_POWER:
            return float("inf")
        terms = _terms(base)
        return float("inf") if terms > MOST_TERMS else comb(int(power + terms), int(terms))
    return 1.0


def _is_formula(expression: sympy.Expr, names: Sequence[str]) -> bool:
    """Say whether formulas have all the parts of an expression."""
    if expression.has(sympy.E) and "e" in names:
        return False
    places = {symbol: i for i, symbol in enumerate(symbols_of(expression))}
    try:
        Graph(len(places)).lower(expression, places)
    except (ValueError, TypeError):
        return False
    return True
