"""Rules that step by an assumed lowest value, where the function goes below it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from descend.diagnosis.record import Diagnosis
from descend.optimizers import MoMo, MoMoAdam, innermost
from descend.rates import Polyak

if TYPE_CHECKING:
    from descend.records.descent import Descent


def with_assumed_minimum(descent: Descent, found: Diagnosis) -> Diagnosis | None:
    """Return the diagnosis of a run below the value that its rule assumes to be lowest, or None.

    There its steps are zero: nothing else is to be said about them.
    """
    for rule, name, lowest in _assumptions(descent):
        if descent.fun < lowest:
            return found.adding(
                f"{rule} assumes that no value is below {lowest:.6g}, and takes no step from "
                f"{descent.fun:.6g}: give it a lower bound of the function, {rule}({name}=...)."
            )
    return None


def _assumptions(descent: Descent) -> list[tuple[str, str, float]]:
    """Return the rules that assume a lowest value: their names, those of the values, the values."""
    found = []
    rate = descent.learning_rate
    if isinstance(rate, Polyak) and np.ndim(rate.minimum) == 0:
        found.append(("Polyak", "minimum", float(rate.minimum)))
    optimizer = None if descent.optimizer is None else innermost(descent.optimizer)
    if isinstance(optimizer, MoMo | MoMoAdam) and np.ndim(optimizer.lower) == 0:
        found.append((type(optimizer).__name__, "lower", float(optimizer.lower)))
    return found
