"""Formula text as people type it to the plain text that the parser reads."""

import string
import unicodedata
from collections.abc import Collection
from typing import NamedTuple

LONGEST = 1000
"""The most characters that a formula may have."""

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
    "\N{HYPHEN}": "-",
    "\N{BULLET OPERATOR}": "*",
    "\N{FRACTION SLASH}": "/",
    "\N{DIVIDES}": "|",
    # people paste these unseen
    "\N{ZERO WIDTH SPACE}": "",
    "\N{WORD JOINER}": "",
    "\N{ZERO WIDTH NO-BREAK SPACE}": "",
}

_WORDS = {"√": "sqrt", "∛": "cbrt"} | _GREEK

_LOWERED = dict(zip("₀₁₂₃₄₅₆₇₈₉", "0123456789", strict=True))

_LETTERS, _DIGITS = string.ascii_letters, string.digits

_RAISED = dict(zip("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789", strict=True))


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
    return _substituted(text)


def plain_name(name: str) -> str:
    """Return a variable's name in plain characters: `α₁` as `alpha1`."""
    if not name.strip():
        return name
    spelled = _substituted(name).text
    return "lamda" if spelled == "lambda" else spelled


def respelled(name: str) -> str:
    """Return a name in plain characters, or as it is if it is no formula's.

    >>> respelled("α₁"), respelled("größe")
    ('alpha1', 'größe')
    """
    try:
        return plain_name(name)
    except ValueError:
        return name


def matched(name: object, names: Collection[str]) -> str | None:
    """Return which of the names a name is, as it is or in plain characters; None if it is none.

    >>> matched("α₁", ["alpha1", "beta"]), matched("height [m]", ["height [m]"])
    ('alpha1', 'height [m]')
    """
    if not isinstance(name, str):
        return None
    return next((spelled for spelled in (name, respelled(name)) if spelled in names), None)


def _substituted(text: str) -> Plain:
    """Replace the characters of the table; each new character remembers its column."""
    text = text.rstrip()
    out: list[str] = []
    columns: list[int] = []
    raised = False
    # by which characters the word before is not continued: those that come after `π`, `√` or `₁`
    parting = ""
    for position, character in enumerate(text):
        new = _SIGNS.get(character, character)
        joined = bool(out) and (out[-1].isalnum() or out[-1] == "_")
        if (digit := _RAISED.get(character)) is not None:
            if not raised and not (joined or out[-1:] in ([")"], ["|"])):
                raise ValueError(
                    f"the raised {character!r} (column {position + 1}) stands behind nothing that "
                    "it raises: write ^ for a power"
                )
            new = digit if raised else f"**({digit}"
        elif (word := _WORDS.get(character)) is not None:
            _refuse_difference(text, position)
            if raised and character not in _GREEK:
                raise ValueError(
                    f"the raised number before {character!r} (column {position + 1}) is a power, "
                    "or the root's: write cbrt(x) for the third root, x^(1/4) for the fourth, or a "
                    "* between"
                )
            new = f" {word}" if joined else word
            parting = _LETTERS if character in _GREEK else _LETTERS + _DIGITS
        elif (digit := _LOWERED.get(character)) is not None:
            _refuse_lowered(text, position)
            new, parting = digit, _LETTERS + _DIGITS
        elif character.isspace():
            new, parting = " ", ""
        elif character not in _SIGNS:
            _refuse_foreign(character, position)
            new = f" {character}" if character in parting else character
            parting = parting if character in _DIGITS + "_" and parting == _LETTERS else ""
        elif new:
            parting = ""
        if raised and character not in _RAISED:
            new = ")" + new
        raised = character in _RAISED
        out.extend(new)
        columns.extend([position + 1] * len(new))
    if raised:
        out.append(")")
        columns.append(len(text))
    blank = next(i for i, character in enumerate([*out, "."]) if character != " ")
    return Plain("".join(out)[blank:], (*columns[blank:], len(text) + 1))


def _refuse_foreign(character: str, position: int) -> None:
    """Refuse what is neither in the table nor printable ASCII."""
    if not " " < character <= "~":
        raise ValueError(
            f"the character {character!r} (column {position + 1}) is not part of formulas: "
            "write it in plain letters and signs"
        )


def _refuse_difference(text: str, position: int) -> None:
    """Refuse `Δx`, which is a name to some and a product to others."""
    after = text[position + 1 : position + 2]
    if text[position] == "Δ" and (after.isalpha() or after in _GREEK):
        raise ValueError(
            f"{text[position : position + 2]!r} at column {position + 1} is a product, or one "
            f"name: write Δ*{after}, or d for the name"
        )


def _refuse_lowered(text: str, position: int) -> None:
    """Refuse a lowered digit that belongs to no name: `2₁`."""
    stem = text[:position].rstrip("".join(_LOWERED))[-1:]
    if not (stem.isalpha() or stem == "_"):
        raise ValueError(
            f"the lowered digit {text[position]!r} (column {position + 1}) belongs to no name: "
            "write it after one, as x₁"
        )
