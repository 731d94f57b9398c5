"""The names that a formula may use beside its functions: constants and variables."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from descend.objectives.formulas.spelling import GREEK_NAMES, plain_name
from descend.objectives.formulas.vocabulary import WORDS

CONSTANTS = {"pi": math.pi, "e": math.e}

_VARIABLE = re.compile(rf"(?:[A-Za-z]|{'|'.join(sorted(GREEK_NAMES))})(?:_?\d+)?", re.ASCII)


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
