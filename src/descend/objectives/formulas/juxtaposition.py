"""What stands side by side without a sign, where calculators differ on what it means.

Each function returns None where the meaning is plain, else why it is not and what to write. Of
`1/2x`, Casio's calculators and the TI-85 make 1/(2x), the TI-86 makes (1/2)x, as their manuals say;
a program that reads `e^2x` by the rules, as e^2*x, reads what its writer did not mean.
"""

from __future__ import annotations

from descend.objectives.formulas.names import Vocabulary
from descend.objectives.formulas.syntax import (
    Call,
    Group,
    Name,
    Negative,
    Node,
    Number,
    Power,
    open_end,
)
from descend.objectives.formulas.tokens import Token

ROOTS = ("sqrt", "cbrt")

FUNCTION_LETTERS = ("f", "g", "h")
"""Letters that name functions to most people."""


def unclear_product(
    before: Node,
    after: Node,
    texts: tuple[str, str],
    token: Token,
    dividend: str,
    vocabulary: Vocabulary,
) -> str | None:
    """Judge two operands side by side, the second of which begins at a token.

    `dividend` is what the first divides, with the sign, if it does.
    """
    left, right = texts
    product = f"write {left}*{right} for a product"
    if token.kind == "number":
        power = f", {left}^{right} for a power" if isinstance(before, Name) else ""
        return f"a sign is missing before it: {product}{power}"
    end = open_end(before)
    if dividend and isinstance(end, Call):
        return (
            f"what {end.function} applies to, and what is divided by, is unclear: put parentheses"
        )
    if dividend:
        return (
            "what is divided by is unclear: "
            f"write {dividend}({left}*{right}) or {dividend}{left}*{right}"
        )
    if isinstance(before, Number) and (before.scientific or (left == "0" and not token.spaced)):
        return f"a sign is missing before it: {product}"
    if isinstance(before, Name) and (why := _looks_like_a_function(before, after, vocabulary)):
        return f"{why}: {product}"
    if isinstance(end, Call):
        return _unclear_call(end, before, after, texts, vocabulary)
    if isinstance(end, Power):
        return _unclear_power(end, texts, token, vocabulary)
    return None


def unclear_continuation(before: Node) -> str | None:
    """Judge a sign for a product or a quotient after an operand."""
    end = open_end(before)
    if isinstance(end, Call) and end.function not in ROOTS:
        return f"what {end.function} applies to is unclear: put it in parentheses"
    return None


def unclear_argument(
    function: str, factor: Node, token: Token, before_function: bool
) -> str | None:
    """Judge what follows a coefficient in an argument without parentheses."""
    if before_function:
        return f"what {function} applies to is unclear: put it in parentheses"
    if token.kind == "number":
        return "a sign is missing before it: write * for a product"
    if isinstance(factor, Number) and factor.scientific:
        return f"a sign is missing before it: write {function}({factor.value:g}*{token.text})"
    if function in ("log", "ln") and isinstance(factor, Number) and token.spaced:
        return (
            f"{factor.value:g} is a base, or a factor: write {function}({factor.value:g}*"
            f"{token.text}), or log2 and log10 for these bases"
        )
    return None


def _looks_like_a_function(before: Name, after: Node, vocabulary: Vocabulary) -> str | None:
    """Say that a name before parentheses is no function, where it looks like one: `f(x + 1)`."""
    group = after.base if isinstance(after, Power) else after
    if not isinstance(group, Group) or before.name == "pi":
        return None
    letter = before.name in FUNCTION_LETTERS and before.name not in (vocabulary.declared or ())
    if letter or isinstance(group.inner, Name | Number):
        return f"{before.name!r} is not a function"
    return None


def _unclear_call(
    end: Call, before: Node, after: Node, texts: tuple[str, str], vocabulary: Vocabulary
) -> str | None:
    """Judge what follows a function whose argument has no parentheses."""
    own = before.operand if isinstance(before, Negative) else before
    whole = own is end or (isinstance(own, Power) and own.base is end)
    coefficient = vocabulary.is_coefficient(end.arguments[0])
    if whole and isinstance(after, Call | Power) and end.function not in ROOTS and not coefficient:
        called = after.base if isinstance(after, Power) else after
        if isinstance(called, Call) and called.function != "abs":
            return None
    if own is end:
        argument = texts[0].lstrip("-+ ").removeprefix(end.function).strip()
        name, right = end.function, texts[1]
        return f"write {name}({argument})*{right} or {name}({argument}*{right})"
    return f"what {end.function} applies to is unclear: put it in parentheses"


def _unclear_power(
    end: Power, texts: tuple[str, str], token: Token, vocabulary: Vocabulary
) -> str | None:
    """Judge what follows an exponent without parentheses: `e^2x`, `2^x(y + 1)`."""
    exponent = end.exponent.operand if isinstance(end.exponent, Negative) else end.exponent
    whole = isinstance(exponent, Number)
    if vocabulary.is_coefficient(end.base) if whole else not token.spaced:
        base, _, written = texts[0].partition("^")
        right = texts[1]
        return f"write {base}^({written}*{right}) or {base}^{written}*{right}"
    return None
