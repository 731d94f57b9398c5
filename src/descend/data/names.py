"""Names that differ."""

from __future__ import annotations

from collections.abc import Iterable


def distinct(names: Iterable[str]) -> tuple[str, ...]:
    """Return the names with a suffix where one came before: `x (2)` for the second `x`.

    >>> distinct(["x", "y", "x", "x (2)"])
    ('x', 'y', 'x (3)', 'x (2)')
    """
    given = tuple(names)
    used = set(given)
    seen: set[str] = set()
    made = []
    for name in given:
        unique, number = name, 1
        if name in seen:
            while unique in used:
                number += 1
                unique = f"{name} ({number})"
        used.add(unique)
        seen.add(unique)
        made.append(unique)
    return tuple(made)
