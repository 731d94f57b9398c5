"""Formula text to a SymPy expression. The text is read, never evaluated."""

from __future__ import annotations

import ast
import math
from collections.abc import Sequence
from typing import NamedTuple

import sympy

from descend.objectives.formulas.names import declared_names, natural
from descend.objectives.formulas.reader import Reader, too_deep
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
    >>> parse("x^2 + 3y10*2")
    Traceback (most recent call last):
        ...
    ValueError: a sign is missing before 'y10' at column 8: write 3*y10 for a product
    """
    declared = None if names is None else declared_names(names)
    spelled = plain(text)
    try:
        tree = ast.parse(spelled.text, mode="eval").body
    except SyntaxError as error:
        # Python gives no column for what is missing at the end
        column = spelled.column(error.offset - 1 if error.offset else len(spelled.text))
        raise ValueError(
            f"the formula cannot be read at column {column}: something is missing or too much there"
        ) from None
    except (RecursionError, MemoryError):
        raise too_deep() from None
    reader = Reader(spelled, declared)
    expression = reader.read(tree, 0)
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
