"""Derivatives of expressions by one variable."""

from __future__ import annotations

from functools import lru_cache

import sympy


class Differentiator:
    """Derivatives by one variable; a part that several expressions share is derived once.

    SymPy's own `diff` derives every term and factor, and where one is 0 it determines whether the
    other factors are finite, which may take seconds. Here parts without the variable are skipped.
    """

    def __init__(self, variable: sympy.Symbol) -> None:
        self.variable = variable
        self._known: dict[sympy.Expr, sympy.Expr] = {variable: sympy.S.One}

    def derivative(self, expression: sympy.Expr) -> sympy.Expr:
        """Return the derivative of an expression."""
        if expression not in self._known:
            depends = self.variable in symbols_of(expression)
            self._known[expression] = self._derived(expression) if depends else sympy.S.Zero
        return self._known[expression]

    def _derived(self, expression: sympy.Expr) -> sympy.Expr:
        parts = expression.args
        dependent = [i for i, part in enumerate(parts) if self.variable in symbols_of(part)]
        if expression.is_Add:
            return sympy.Add(*(self.derivative(parts[i]) for i in dependent))
        if expression.is_Mul:
            return sympy.Add(
                *(
                    sympy.Mul(*parts[:i], self.derivative(parts[i]), *parts[i + 1 :])
                    for i in dependent
                )
            )
        if expression.is_Pow:
            # the logarithm's derivative: x**x then has the factor x**x, not x**(x - 1) beside it
            return expression * sympy.Add(*(self._logarithmic(expression, i) for i in dependent))
        return sympy.Add(*(expression.fdiff(i + 1) * self.derivative(parts[i]) for i in dependent))

    def _logarithmic(self, power: sympy.Expr, position: int) -> sympy.Expr:
        """Return the term of base (0) or exponent (1) in the derivative of a power's log."""
        base, exponent = power.args
        if position == 1:
            return sympy.log(base) * self.derivative(exponent)
        return self.derivative(base) * exponent / base


@lru_cache(maxsize=4096)
def symbols_of(expression: sympy.Expr) -> frozenset[sympy.Symbol]:
    """Return the symbols in an expression."""
    return frozenset(expression.free_symbols)
