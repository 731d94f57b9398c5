"""Formula text to a SymPy expression. The text is read, never evaluated."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import sympy

from descend.objectives.formulas.grammar import Grammar
from descend.objectives.formulas.names import Vocabulary, declared_names, natural
from descend.objectives.formulas.reader import Reader
from descend.objectives.formulas.spelling import plain
from descend.objectives.formulas.vocabulary import with_subgradients


class Parsed(NamedTuple):
    """What was read: an expression in real symbols, and the variables' names in order."""

    expression: sympy.Expr
    names: tuple[str, ...]


def parse(text: str, names: Sequence[str] | None = None) -> Parsed:
    """Read a formula, its text and names as in `Formula`.

    Examples
    --------
    >>> parse("x^2 - 3y10").names
    ('x', 'y10')
    >>> parse("x^2 + 1/2y")
    Traceback (most recent call last):
        ...
    ValueError: 'y' at column 10: what is divided by is unclear: write 1/(2*y) or 1/2*y
    """
    declared = None if names is None else declared_names(names)
    vocabulary = Vocabulary(declared)
    reader = Reader(vocabulary)
    expression = reader.read(Grammar(plain(text), vocabulary).read(), 0)
    found = declared or tuple(sorted(reader.found, key=natural))
    if not found:
        raise ValueError(
            "the formula has no variable: nothing in it can be minimised; name one, for example x"
        )
    return Parsed(checked(sympy.sympify(expression)), found)


def checked(expression: sympy.Expr) -> sympy.Expr:
    """Return the expression with subgradients at its kinks, if it is real and finite."""
    if expression.has(sympy.I):
        raise ValueError(
            "the formula is a complex number everywhere: it takes a root or a power of "
            "something negative"
        )
    if expression.has(sympy.nan, sympy.zoo, sympy.oo, -sympy.oo) or any(
        not math.isfinite(float(number)) for number in expression.atoms(sympy.Float)
    ):
        raise ValueError("a number in the formula overflows: keep coefficients below 1e308")
    return with_subgradients(expression)
