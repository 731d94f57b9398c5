"""The names of formulas: constants, variables, functions, and what an unknown one may mean."""

from __future__ import annotations

import keyword
import math
import re
from collections.abc import Sequence
from typing import NamedTuple

from descend.objectives.formulas.spelling import GREEK_NAMES, plain_name
from descend.objectives.formulas.syntax import Name, Negative, Node, Number
from descend.objectives.formulas.tokens import quoted
from descend.objectives.formulas.vocabulary import WORDS
from descend.support.suggestions import did_you_mean

CONSTANTS = {"pi": math.pi, "e": math.e}

_STEM = rf"(?:[A-Za-z]|{'|'.join(sorted(GREEK_NAMES, key=len, reverse=True))})(?:_?\d+)?"

_VARIABLE = re.compile(_STEM, re.ASCII)

_FUNCTION = "|".join(sorted(WORDS, key=len, reverse=True))

_APPLIED = re.compile(rf"({_FUNCTION})(pi|{_STEM}|\d+)", re.ASCII)

_PAIR = re.compile(rf"(pi|{_STEM})(pi|{_STEM})", re.ASCII)

_TIMES_FUNCTION = re.compile(rf"(pi|{_STEM})({_FUNCTION})", re.ASCII)

_WRITTEN_OUT = {
    "sec": "1/cos(x)",
    "csc": "1/sin(x)",
    "cot": "1/tan(x)",
    "pow": "x^y",
    "square": "x^2",
    "sgn": "sign(x)",
    "tg": "tan(x)",
    "arctg": "atan(x)",
    "heaviside": "step(x)",
}
"""Functions that formulas have under another name, or not."""


def is_variable(name: str) -> bool:
    """Say whether an undeclared name is taken for a variable: `x`, `y2`, `w_1`, `theta`."""
    return _VARIABLE.fullmatch(name) is not None


def natural(name: str) -> tuple[str, int]:
    """Return the key that sorts `x2` before `x10`."""
    stem = name.rstrip("0123456789")
    return stem.rstrip("_"), int(name[len(stem) :] or -1)


def declared_names(names: Sequence[str]) -> tuple[str, ...]:
    """Return the variables' names in plain characters, checked."""
    plain_names = tuple(plain_name(name) for name in names)
    if not plain_names:
        raise ValueError("names is empty: name at least one variable")
    for name in plain_names:
        if not re.fullmatch(r"[A-Za-z]\w*", name, re.ASCII) or name in WORDS:
            raise ValueError(
                f"{name!r} cannot name a variable: use letters and digits, and no function's name"
            )
    if len(set(plain_names)) < len(plain_names):
        raise ValueError(f"names must differ from one another, but are {', '.join(plain_names)}")
    return plain_names


class Vocabulary(NamedTuple):
    """The names that a formula may use; `declared` are its variables, None if they are found."""

    declared: tuple[str, ...] | None

    def is_function(self, name: str) -> bool:
        """Say whether a name is a function's."""
        return name in WORDS

    def is_constant(self, name: str) -> bool:
        """Say whether a name is a constant's, and no variable's."""
        return name in CONSTANTS and name not in (self.declared or ())

    def is_variable(self, name: str) -> bool:
        """Say whether a name is a variable's."""
        return is_variable(name) if self.declared is None else name in self.declared

    def is_known(self, name: str) -> bool:
        """Say whether a name may be a variable or a constant."""
        return self.is_variable(name) or name in CONSTANTS or is_variable(name)

    def takes_several(self, function: str) -> bool:
        """Say whether a function takes more than one argument."""
        return WORDS[function].arity > 1

    def is_coefficient(self, node: Node) -> bool:
        """Say whether a part is a number or a constant."""
        return isinstance(node, Number) or (isinstance(node, Name) and self.is_constant(node.name))

    def unknown_function(self, name: str) -> str:
        """Say what to write for a function that there is not."""
        if name in _WRITTEN_OUT:
            return f"unknown function {quoted(name)}: write {_WRITTEN_OUT[name]}"
        if product := _TIMES_FUNCTION.fullmatch(name):
            meant = f"for a product write {product[1]}*{product[2]}(...)"
            return f"unknown function {quoted(name)}: {meant}"
        return f"unknown function {quoted(name)}{did_you_mean(name, WORDS)}"

    def unknown_name(self, name: str) -> str:
        """Say why a name is no variable, and what may have been meant."""
        if keyword.iskeyword(name):
            return f"{name!r} is a word of Python, not of formulas: use max, min or step for cases"
        if self.declared is not None:
            meant = self.meant(name) or did_you_mean(name, self.declared)
            return (
                f"unknown name {quoted(name)}{meant}: the variables are {', '.join(self.declared)}"
            )
        meant = self.meant(name) or did_you_mean(name, [*WORDS, *CONSTANTS])
        return (
            f"unknown name {quoted(name)}{meant}; a variable is a letter or a Greek letter's name, "
            "with an optional number (x, y2, theta), or a word that the start names; products of "
            "names need a sign, x*y"
        )

    def unclear_power(self, function: str, exponent: Node) -> str:
        """Say what to write for a power of a function that is no whole number."""
        if isinstance(exponent, Negative):
            inverse = f"a{function}"
            other = f"{inverse}(x) for the inverse, " if inverse in WORDS else ""
            return f"write {other}1/{function}(x) for the reciprocal"
        return f"write {function}(x)^... for a power of its value"

    def meant(self, name: str) -> str:
        """Return what a name made of known ones may have meant, as the end of a phrase."""
        if applied := _APPLIED.fullmatch(name):
            return f" (did you mean {applied[1]}({applied[2]})?)"
        if pair := _PAIR.fullmatch(name):
            return f" (for a product write {pair[1]}*{pair[2]})"
        return ""
