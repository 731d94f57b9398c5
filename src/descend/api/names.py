"""The names that a start gives to coordinates, beside those that an objective has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from descend.objectives.formulas.spelling import respelled
from descend.objectives.variables import variables_of
from descend.support.suggestions import did_you_mean


def named(start: Any) -> Mapping[str, Any] | None:
    """Return a mapping of starts, or a labelled series or frame as one; None for other starts."""
    if isinstance(start, Mapping):
        return start
    if type(start).__module__.partition(".")[0] != "pandas":
        return None
    labels = tuple(start.index if start.ndim == 1 else start.columns)
    if not labels or not all(isinstance(label, str) for label in labels):
        return None
    if len(set(labels)) < len(labels):
        raise ValueError(f"the labels of the start must differ, but are {', '.join(labels)}")
    return {label: start[label] for label in labels}


def names_of(start: Any, objective: Any) -> tuple[str, ...] | None:
    """Return the names that a start declares, None if it declares none.

    A ValueError says which of the objective's own variables it lacks, and which it has too many.
    """
    by_name = named(start)
    if by_name is None:
        return None
    names = tuple(by_name)
    if not all(isinstance(name, str) for name in names):
        raise ValueError(
            f"the start {start!r} is not a mapping of names to numbers: its keys must be texts"
        )
    variables = variables_of(objective, names)
    if variables is not None:
        _compare(names, variables)
    return names


def _compare(names: tuple[str, ...], variables: tuple[str, ...]) -> None:
    """Refuse names of a start that are not just the variables."""
    spelled = {name if name in variables else respelled(name): name for name in names}
    missing = [name for name in variables if name not in spelled]
    extra = [name for own, name in spelled.items() if own not in variables]
    faults = []
    if missing:
        faults.append(f"lacks {', '.join(missing)}")
    if extra:
        hint = did_you_mean(extra[0], missing or variables)
        faults.append(f"names {', '.join(extra)}{hint}")
    if faults:
        are = "variable is" if len(variables) == 1 else "variables are"
        raise ValueError(f"the start {' and '.join(faults)}: the {are} {', '.join(variables)}")
