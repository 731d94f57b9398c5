"""A formula's derivatives, written out for people: as SymPy, text, LaTeX and Python code."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from functools import cached_property

import sympy

from descend.objectives.formulas.differentiation import Differentiator, symbols_of
from descend.objectives.formulas.exact_numbers import with_exact_numbers
from descend.objectives.formulas.expression_depth import DERIVABLE, is_derivable, renamed
from descend.objectives.formulas.formula import Formula
from descend.objectives.formulas.graph import Graph
from descend.objectives.formulas.names import declared_names
from descend.objectives.formulas.python_code import source
from descend.objectives.formulas.simplification import simplified
from descend.objectives.formulas.vocabulary import with_subgradients, written

MOST_OPERATIONS = 20_000
"""The most operations that derivatives are written out with."""


class Derivatives:
    """A formula's partial derivatives and its Hessian.

    Where the argument of a root is 0 they are 0/0, while the formula's own gradient has the
    subgradient 0.

    Parameters
    ----------
    formula
        What is derived; the attribute holds its text, `names` all variables.
    wrt
        The variables to derive by, in order; None for all.

    Raises
    ------
    ValueError
        If `wrt` names what is no variable, or the derivatives would fill pages.
    """

    def __init__(self, formula: Formula, wrt: Sequence[str] | None = None) -> None:
        self.formula = formula.text
        self.names = formula.names
        self.wrt = formula.names if wrt is None else _chosen(wrt, formula.names)
        _refuse_deep(formula)
        self.expression = with_subgradients(with_exact_numbers(formula.expression, formula.names))
        self._refuse_long(formula)
        self._differentiators = {name: Differentiator(_symbol(name)) for name in self.wrt}
        self._simplified: dict[sympy.Expr, sympy.Expr] = {}

    def __repr__(self) -> str:
        """Return the call that makes this object."""
        return f"Derivatives(Formula({self.formula!r}, names={self.names}), wrt={self.wrt})"

    def __str__(self) -> str:
        """Return the derivatives as text."""
        return self.text()

    @cached_property
    def gradient(self) -> dict[str, sympy.Expr]:
        """The partial derivative by each variable, as SymPy."""
        return {name: self._slope(self.expression, name) for name in self.wrt}

    @cached_property
    def hessian(self) -> dict[tuple[str, str], sympy.Expr]:
        """The second derivatives by each two variables, as SymPy."""
        found: dict[tuple[str, str], sympy.Expr] = {}
        for i, first in enumerate(self.wrt):
            for second in self.wrt[i:]:
                entry = self._slope(self.gradient[first], second)
                found[first, second] = found[second, first] = entry
        return {(row, column): found[row, column] for row in self.wrt for column in self.wrt}

    def text(self) -> str:
        """Return the formula and its derivatives, a line each, in the notation of formulas.

        Examples
        --------
        >>> print(Derivatives(Formula("x^2 + 3*x*y")).text())
        f = x^2 + 3*x*y
        df/dx = 2*x + 3*y
        df/dy = 3*x
        d2f/dx2 = 2
        d2f/dxdy = 3
        d2f/dy2 = 0
        """
        lines = [f"f = {self.formula}"]
        lines += [f"df/d{name} = {written(slope)}" for name, slope in self.gradient.items()]
        lines += [
            f"d2f/{_by(first, second)} = {written(entry)}"
            for (first, second), entry in self._upper()
        ]
        return "\n".join(lines)

    def latex(self) -> str:
        r"""Return the formula and its derivatives as aligned equations in LaTeX.

        Examples
        --------
        >>> print(Derivatives(Formula("x^3")).latex())
        \begin{aligned}
        f &= x^{3} \\
        \frac{\partial f}{\partial x} &= 3 x^{2} \\
        \frac{\partial^2 f}{\partial x^2} &= 6 x
        \end{aligned}
        """
        rows = [("f", self.expression)]
        for name, slope in self.gradient.items():
            rows.append((rf"\frac{{\partial f}}{{\partial {_letter(name)}}}", slope))
        for (first, second), entry in self._upper():
            a, b = _letter(first), _letter(second)
            denominator = (
                rf"\partial {a}^2" if first == second else rf"\partial {a} \, \partial {b}"
            )
            rows.append((rf"\frac{{\partial^2 f}}{{{denominator}}}", entry))
        lines = [f"{name} &= {sympy.latex(entry)}" for name, entry in rows]
        return "\n".join([r"\begin{aligned}", " \\\\\n".join(lines), r"\end{aligned}"])

    def code(self) -> str:
        """Return Python source of the functions `value`, `gradient` and `hessian`, with NumPy.

        They take one array of the variables derived by, in order, and then the other variables:
        what `descend.minimize` and `scipy.optimize.minimize(..., args=...)` pass.

        Examples
        --------
        >>> print(Derivatives(Formula("x^2 + 3*y")).code())
        import numpy as np
        <BLANKLINE>
        <BLANKLINE>
        def value(w):
            x, y = np.asarray(w, float)
            return x**2 + 3*y
        <BLANKLINE>
        <BLANKLINE>
        def gradient(w):
            x, y = np.asarray(w, float)
            return np.array([2*x, 3])
        <BLANKLINE>
        <BLANKLINE>
        def hessian(w):
            x, y = np.asarray(w, float)
            return np.array([[2, 0], [0, 0]])
        <BLANKLINE>
        """
        rows = [[self.hessian[first, second] for second in self.wrt] for first in self.wrt]
        return source(self.expression, list(self.gradient.values()), rows, self.names, self.wrt)

    def to_json(self) -> dict[str, object]:
        """Return the record as plain objects: formula, names, gradient, hessian."""
        return {
            "formula": self.formula,
            "names": list(self.names),
            "by": list(self.wrt),
            "gradient": {name: written(slope) for name, slope in self.gradient.items()},
            "hessian": {
                first: {second: written(self.hessian[first, second]) for second in self.wrt}
                for first in self.wrt
            },
        }

    def _slope(self, expression: sympy.Expr, name: str) -> sympy.Expr:
        """Return the derivative by a variable, simplified."""
        slope = with_subgradients(self._differentiators[name].derivative(expression))
        # the terms of a long sum often differ by their variables only
        variables = sorted(symbols_of(slope), key=str)
        places = [sympy.Symbol(f"x{i:03}", real=True) for i in range(len(variables))]
        shape = renamed(slope, dict(zip(variables, places, strict=True)))
        if shape not in self._simplified:
            self._simplified[shape] = simplified(shape, self.names)
        return renamed(self._simplified[shape], dict(zip(places, variables, strict=True)))

    def _upper(self) -> Iterable[tuple[tuple[str, str], sympy.Expr]]:
        """Return the entries of the Hessian on and above its diagonal."""
        place = {name: i for i, name in enumerate(self.wrt)}
        return [(pair, e) for pair, e in self.hessian.items() if place[pair[0]] <= place[pair[1]]]

    def _refuse_long(self, formula: Formula) -> None:
        """Refuse derivatives that are short as a program but too long when written out."""
        places = [formula.names.index(name) for name in self.wrt]
        graph = Graph(len(formula.names))
        symbols = {symbol: i for i, symbol in enumerate(formula.symbols)}
        value = graph.lower(formula.expression, symbols)
        gradient = graph.gradient(value, places)
        total = _operations(graph, gradient)
        for slope in gradient:
            if total > MOST_OPERATIONS:
                break
            total += _operations(graph, graph.gradient(slope, places))
        if total > MOST_OPERATIONS:
            raise ValueError(
                f"the derivatives of this formula by {len(self.wrt)} variables, written out, have "
                f"more than {MOST_OPERATIONS:,} operations: name fewer variables in wrt=, or "
                "shorten the formula; descend.minimize needs none of them written out"
            )


def _refuse_deep(formula: Formula) -> None:
    """Refuse what SymPy would take minutes to derive."""
    if is_derivable(formula.expression):
        return
    raise ValueError(
        f"functions and powers are nested more than {DERIVABLE} levels deep in this formula, or a "
        "hyperbolic function holds a high power of a long sum: its derivatives would fill pages; "
        "shorten it; descend.minimize needs none of them written out"
    )


def _chosen(wrt: Sequence[str], names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the variables to derive by, checked."""
    chosen = declared_names([wrt] if isinstance(wrt, str) else wrt)
    for name in chosen:
        if name not in names:
            raise ValueError(
                f"cannot derive by {name!r}: the formula's variables are {', '.join(names)}"
            )
    return chosen


def _symbol(name: str) -> sympy.Symbol:
    return sympy.Symbol(name, real=True)


def _letter(name: str) -> str:
    return str(sympy.latex(_symbol(name)))


def _by(first: str, second: str) -> str:
    return f"d{first}2" if first == second else f"d{first}d{second}"


def _operations(graph: Graph, outputs: Sequence[int]) -> float:
    """Return how many operations the outputs have, written out without sharing."""
    size: dict[int, float] = {}
    for node in graph.needed(outputs):
        arguments = graph.nodes[node].arguments
        size[node] = math.fsum([1.0, *(size[argument] for argument in arguments)])
    return math.fsum(size[output] for output in outputs)
