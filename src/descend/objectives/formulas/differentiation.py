"""The derivative of an expression, of which only what depends on the variable is looked at."""

from __future__ import annotations

from functools import lru_cache

import sympy


class Slopes:
    """Derivatives by one variable; a part that several expressions have is derived once.

    SymPy's own `diff` derives every term and factor, and where one is 0 it asks whether what it is
    multiplied by is finite, which may take seconds. Here parts without the variable are left alone.

    Parameters
    ----------
    variable
        What to derive by.

    Examples
    --------
    >>> x, y = sympy.symbols("x y", real=True)
    >>> Slopes(x).of(x**2 * sympy.sin(y) + y)
    2*x*sin(y)
    """

    def __init__(self, variable: sympy.Symbol) -> None:
        self.variable = variable
        self._known: dict[sympy.Expr, sympy.Expr] = {variable: sympy.S.One}

    def of(self, expression: sympy.Expr) -> sympy.Expr:
        """Return the derivative of an expression."""
        if expression not in self._known:
            moves = self.variable in symbols_of(expression)
            self._known[expression] = self._derived(expression) if moves else sympy.S.Zero
        return self._known[expression]

    def _derived(self, expression: sympy.Expr) -> sympy.Expr:
        parts = expression.args
        moving = [i for i, part in enumerate(parts) if self.variable in symbols_of(part)]
        if expression.is_Add:
            return sympy.Add(*(self.of(parts[i]) for i in moving))
        if expression.is_Mul:
            return sympy.Add(
                *(sympy.Mul(*parts[:i], self.of(parts[i]), *parts[i + 1 :]) for i in moving)
            )
        if expression.is_Pow:
            # the logarithm's derivative: x**x then has the factor x**x, not x**(x - 1) beside it
            return expression * sympy.Add(*(self._of_logarithm(expression, i) for i in moving))
        return sympy.Add(*(expression.fdiff(i + 1) * self.of(parts[i]) for i in moving))

    def _of_logarithm(self, power: sympy.Expr, position: int) -> sympy.Expr:
        """Return what base (0) or exponent (1) adds to the derivative of a power's logarithm."""
        base, exponent = power.args
        if position == 1:
            return sympy.log(base) * self.of(exponent)
        return self.of(base) * exponent / base


@lru_cache(maxsize=4096)
def symbols_of(expression: sympy.Expr) -> frozenset[sympy.Symbol]:
    """Return the symbols in an expression."""
    return frozenset(expression.free_symbols)
