"""Formulas as MathML, which browsers typeset themselves."""

from __future__ import annotations

from html import escape
from typing import Any

import sympy

from descend.objectives.formulas.vocabulary import written

GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "zeta": "ζ",
    "eta": "η", "theta": "θ", "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν",
    "xi": "ξ", "omicron": "ο", "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ",
    "upsilon": "υ", "phi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω",
}  # fmt: skip

NAMES = {"asin": "arcsin", "acos": "arccos", "atan": "arctan", "log": "ln"}
"""Functions that mathematics calls otherwise; `log` is the natural one."""

TIMES, APPLY, MINUS = "&#x2062;", "&#x2061;", "\u2212"
"""Invisible signs of multiplication and of applying a function; the sign of subtraction."""

SUM, PRODUCT, POWER, ATOM = range(4)
"""How strongly the parts of an expression hold together."""


def mathml(expression: sympy.Expr) -> str:
    """Return an expression as a `math` element.

    Examples
    --------
    >>> x = sympy.Symbol("x", real=True)
    >>> mathml(2 * x)
    '<math><mrow><mn>2</mn><mo>&#x2062;</mo><mi>x</mi></mrow></math>'
    >>> mathml(x**2 / 3)
    '<math><mfrac><msup><mi>x</mi><mn>2</mn></msup><mn>3</mn></mfrac></math>'
    """
    return f"<math>{_printed(expression, SUM)}</math>"


def _printed(part: Any, least: int) -> str:
    """Return a part, in parentheses if it holds together less than it must."""
    text, held = _bare(part)
    return text if held >= least else _enclosed(text)


def _bare(part: Any) -> tuple[str, int]:
    """Return a part without parentheses, and how strongly it holds together."""
    if part.is_Add:
        return _sum(part), SUM
    if part.could_extract_minus_sign() and not part.is_Symbol:
        return _row(_sign(MINUS), _printed(-part, PRODUCT)), SUM
    if part.is_Mul or (part.is_Rational and not part.is_Integer):
        return _product(part)
    if part.is_Pow:
        return _power(part)
    if part.is_Symbol:
        return _symbol(part.name), ATOM
    if part is sympy.pi:
        return "<mi>π</mi>", ATOM
    if part is sympy.E:
        return "<mi>e</mi>", ATOM
    if part.is_Number:
        return _number(part)
    return _function(part)


def _sum(part: Any) -> str:
    pieces: list[str] = []
    for term in part.as_ordered_terms():
        negative = term.could_extract_minus_sign()
        if pieces or negative:
            pieces.append(_sign(MINUS if negative else "+"))
        pieces.append(_printed(-term if negative else term, PRODUCT))
    return _row(*pieces)


def _product(part: Any) -> tuple[str, int]:
    numerator, denominator = sympy.fraction(part)
    if denominator != 1:
        inside = (_printed(each, SUM) for each in (numerator, denominator))
        return f"<mfrac>{''.join(inside)}</mfrac>", PRODUCT
    pieces: list[str] = []
    for factor in part.as_ordered_factors():
        text = _printed(factor, PRODUCT if not pieces else POWER)
        if pieces:
            # a digit after a digit would be read as one number
            pieces.append(_sign("·" if text.startswith(("<mn>", "<msup><mn>")) else TIMES))
        pieces.append(text)
    return _row(*pieces), PRODUCT


def _power(part: Any) -> tuple[str, int]:
    base, exponent = part.args
    if exponent.could_extract_minus_sign():
        return f"<mfrac><mn>1</mn>{_printed(base**-exponent, SUM)}</mfrac>", PRODUCT
    if exponent == sympy.Rational(1, 2):
        return f"<msqrt>{_printed(base, SUM)}</msqrt>", ATOM
    if exponent.is_Rational and exponent.p == 1:
        return f"<mroot>{_printed(base, SUM)}<mn>{exponent.q}</mn></mroot>", ATOM
    raised = _printed(exponent, SUM)
    if base.is_Function and not isinstance(base, sympy.exp) and _spelled(base) != "abs":
        name = f"<msup><mi>{_spelled(base)}</mi>{raised}</msup>"
        return _row(name, _sign(APPLY), _arguments(base)), POWER
    return f"<msup>{_printed(base, ATOM)}{raised}</msup>", POWER


def _function(part: Any) -> tuple[str, int]:
    if isinstance(part, sympy.exp):
        return f"<msup><mi>e</mi>{_printed(part.args[0], SUM)}</msup>", POWER
    name = _spelled(part)
    if name == "abs":
        return _row(_sign("|"), _printed(part.args[0], SUM), _sign("|")), ATOM
    return _row(f"<mi>{name}</mi>", _sign(APPLY), _arguments(part)), ATOM


def _spelled(part: Any) -> str:
    """Return the name of a function as mathematics writes it."""
    name = written(part).partition("(")[0]
    return escape(NAMES.get(name, name))


def _arguments(part: Any) -> str:
    inside: list[str] = []
    for argument in part.args:
        if inside:
            inside.append(_sign(","))
        inside.append(_printed(argument, SUM))
    return _enclosed("".join(inside))


def _number(part: Any) -> tuple[str, int]:
    text = written(part)
    mantissa, letter, exponent = text.partition("e")
    if not letter:
        return f"<mn>{escape(text)}</mn>", ATOM
    power = f"<msup><mn>10</mn><mn>{escape(str(int(exponent))).replace('-', MINUS)}</mn></msup>"
    return _row(f"<mn>{escape(mantissa)}</mn>", _sign("·"), power), PRODUCT


def _symbol(name: str) -> str:
    letters = name.rstrip("0123456789")
    digits = name[len(letters) :]
    letter = f"<mi>{escape(GREEK.get(letters, letters))}</mi>"
    return f"<msub>{letter}<mn>{digits}</mn></msub>" if digits else letter


def _sign(sign: str) -> str:
    return f"<mo>{sign}</mo>"


def _enclosed(text: str) -> str:
    return _row(_sign("("), text, _sign(")"))


def _row(*pieces: str) -> str:
    return pieces[0] if len(pieces) == 1 else f"<mrow>{''.join(pieces)}</mrow>"
