"""The variables that an objective names by itself, before it is read."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from descend.objectives import Problem, is_sympy
from descend.objectives.landmarks import LANDMARKS, Landmark, find
from descend.protocols import Named
from descend.support.suggestions import nearest


def variables_of(objective: Any, words: Collection[str]) -> tuple[str, ...] | None:
    """Return the names of an objective's variables; None if it has none, or cannot be read.

    In a formula some `words` are variables, too: those that a start declares.

    Examples
    --------
    >>> variables_of("width² + 2θ", ["width"])
    ('width', 'theta')
    """
    if isinstance(objective, str):
        return _of_text(objective, words)
    if isinstance(objective, Landmark):
        return ("x", "y")
    if is_sympy(objective):
        return tuple(sorted(symbol.name for symbol in objective.free_symbols))
    return objective.names if isinstance(objective, Problem | Named) else None


def _of_text(text: str, words: Collection[str]) -> tuple[str, ...] | None:
    """Return a landmark's or a formula's variables; None if a name in it means something else."""
    if find(text) is not None:
        return ("x", "y")
    if text.strip().isidentifier() and nearest(text.strip().lower(), LANDMARKS):
        return None
    from descend.objectives.formulas.names import Vocabulary
    from descend.objectives.formulas.spelling import plain, respelled
    from descend.objectives.formulas.tokens import tokens_of

    found = dict.fromkeys(token.text for token in tokens_of(plain(text)) if token.kind == "name")
    spelled = {respelled(word) for word in words}
    vocabulary = Vocabulary(tuple(name for name in found if name in spelled))
    names = [
        name for name in found if not (vocabulary.is_function(name) or vocabulary.is_constant(name))
    ]
    misread = any(map(vocabulary.is_function, spelled)) or any(
        not vocabulary.is_known(name) and vocabulary.meant(name) for name in names
    )
    return None if misread else tuple(names)
