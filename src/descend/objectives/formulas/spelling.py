"""Formula text as people type it to the plain text that the parser reads."""

import keyword
import re
import unicodedata
from typing import NamedTuple

LONGEST = 1000
"""The most characters that a formula may have."""

DEEPEST = 60
"""The most levels that parentheses, powers and signs may be nested."""

_GREEK = {
    letter: unicodedata.name(letter).split()[-1].lower() for letter in "αβγδεζηθικλμνξοπρςστυφχψω"
}
_GREEK |= {letter: unicodedata.name(letter).split()[-1].title() for letter in "ΓΔΘΛΞΠΣΦΨΩ"}
_GREEK |= {"ϕ": "phi", "ϑ": "theta", "ϵ": "epsilon", "µ": "mu"}

GREEK_NAMES = frozenset(_GREEK.values()) - {"pi"}
"""The Greek letters' names; lambda is spelled lamda, since Python keeps the other word."""

_SIGNS = {
    "^": "**",
    "\N{MULTIPLICATION SIGN}": "*",
    "·": "*",
    "⋅": "*",
    "\N{ASTERISK OPERATOR}": "*",
    "÷": "/",
    "\N{DIVISION SLASH}": "/",
    "\N{MINUS SIGN}": "-",
    "\N{EN DASH}": "-",
    "√": "sqrt",
} | dict(zip("₀₁₂₃₄₅₆₇₈₉", "0123456789", strict=True))

_RAISED = dict(zip("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789", strict=True))

_REFUSED = {
    **dict.fromkeys("'\"", "a text in quotes is no number: remove it"),
    **dict.fromkeys(
        "[]", "there are no square brackets in formulas: use round ones, and names such as x1, x2"
    ),
    **dict.fromkeys("{}", "there are no curly brackets in formulas: use round ones"),
    **dict.fromkeys("<>", "a comparison is no number: use max, min or step"),
    "=": "there is no = in formulas: write only what is to be minimised",
    "!": "there are no factorials or comparisons in formulas",
    ".": "there are no attributes in formulas: a name stands alone",
    "|": "write abs(x) for the absolute value",
    "%": "there is no remainder in formulas",
    ":": "there are no functions to define in formulas (no lambda): write the expression alone",
    "#": "there are no comments in formulas: remove it",
}

_TOKEN = re.compile(
    r"(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)"
    r"|(?P<name>[A-Za-z]\w*)|(?P<sign>\*\*|[-+*/(),])|(?P<space> +)|(?P<other>.)",
    re.ASCII,
)


class Plain(NamedTuple):
    """A formula in plain characters, and where each of them came from."""

    text: str
    columns: tuple[int, ...]

    def column(self, offset: int) -> int:
        """Return the column, counted from 1, in the text as it was typed."""
        return self.columns[min(offset, len(self.columns) - 1)]


def plain(text: str) -> Plain:
    """Return a formula's text in plain characters; refuse what is not part of formulas."""
    if len(text) > LONGEST:
        raise ValueError(
            f"the formula has {len(text):,} characters, and at most {LONGEST:,} are read: "
            "shorten it, or pass a Python function"
        )
    if not text.strip():
        raise ValueError("the formula is empty: write one, for example 'x**2 + y**2'")
    spelled = _substituted(text)
    _check(spelled)
    return spelled


def plain_name(name: str) -> str:
    """Return a variable's name in plain characters: `α₁` as `alpha1`."""
    return _substituted(name).text if name.strip() else name


def _substituted(text: str) -> Plain:
    """Replace the characters of the table; each new character remembers its column."""
    out: list[str] = []
    columns: list[int] = []
    raised = False
    for position, character in enumerate(text.rstrip()):
        if (digit := _RAISED.get(character)) is not None:
            new = digit if raised else f"**({digit}"
        elif character in _GREEK:
            joined = position > 0 and text[position - 1].isalnum()
            new = f"{' ' if joined else ''}{_GREEK[character]}"
        elif character in _SIGNS:
            new = _SIGNS[character]
        elif character.isspace():
            new = " "
        elif " " < character <= "~":
            joined = position > 0 and text[position - 1] in _GREEK and character.isalpha()
            new = f"{' ' if joined else ''}{character}"
        else:
            raise ValueError(
                f"the character {character!r} (column {position + 1}) is not part of formulas: "
                "write it in plain letters and signs"
            )
        if raised and character not in _RAISED:
            new = ")" + new
        raised = character in _RAISED
        out.extend(new)
        columns.extend([position + 1] * len(new))
    if raised:
        out.append(")")
        columns.append(len(text))
    blank = next(i for i, character in enumerate([*out, "."]) if character != " ")
    return Plain("".join(out)[blank:], (*columns[blank:], len(text.rstrip()) + 1))


def _check(spelled: Plain) -> None:
    """Refuse what is not part of formulas, and two things side by side with no sign between."""
    before = ""
    before_kind = ""
    opened: list[int] = []
    for token in _TOKEN.finditer(spelled.text):
        kind, word = str(token.lastgroup), token.group()
        column = spelled.column(token.start())
        if kind == "space":
            continue
        if kind == "other":
            why = _REFUSED.get(word, "it is not part of formulas: remove it")
            raise ValueError(f"{word!r} at column {column}: {why}")
        if kind == "name" and keyword.iskeyword(word):
            raise ValueError(
                f"{word!r} at column {column} is a word of Python, not of formulas: "
                + ("spell the Greek letter 'lamda'" if word == "lambda" else "use max, min or step")
            )
        ends = before_kind in ("number", "name") or before == ")"
        starts = kind in ("number", "name") or (word == "(" and before_kind != "name")
        if ends and starts:
            left = "(...)" if before == ")" else before
            right = "(...)" if word == "(" else word
            raise ValueError(
                f"a sign is missing before {word!r} at column {column}: "
                f"write {left}*{right} for a product"
            )
        if word == "(":
            opened.append(column)
        elif word == ")":
            if not opened:
                raise ValueError(f"')' at column {column} closes nothing: remove it, or add a '('")
            opened.pop()
        if len(opened) > DEEPEST:
            raise ValueError(
                f"the formula is nested more than {DEEPEST} levels deep (column {column}): "
                "simplify it"
            )
        before, before_kind = word, kind
    if opened:
        raise ValueError(f"'(' at column {opened[-1]} is never closed: add a ')'")
