"""Which learning rate was found, and how."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from descend.diagnosis.record import Diagnosis
from descend.rates.found import Found
from descend.support.numbers import counted

if TYPE_CHECKING:
    from descend.records.descent import Descent


def with_found_rate(descent: Descent, found: Diagnosis) -> Diagnosis:
    """Add after the first sentence which rate "auto" found, and how, if it did."""
    rule = descent.learning_rate
    if not isinstance(rule, Found) or not np.any(descent.nit):
        return found
    rates = rule.rate if not len(descent.learning_rates) else descent.learning_rates[0]
    low, high = f"{np.min(rates):.3g}", f"{np.max(rates):.3g}"
    which = f"learning rate, {low}," if low == high else f"rate, from {low} to {high},"
    whose = "The" if descent.n_runs is None else "Each run's"
    told = (
        f"{whose} {which} led lowest of {rule.tried} that were tried from the same start, for up "
        f"to {counted(rule.steps, 'step')}."
    )
    first, *others = found.sentences
    return found._replace(sentences=(first, told, *others))
