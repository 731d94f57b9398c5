"""A race as plain objects."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from descend.experiments.race import Race


def race_to_json(race: Race) -> dict[str, Any]:
    """Return a race as what JSON can hold; None for what is not finite."""
    return {
        "goal": _finite(race.goal),
        "tolerance": race.tolerance,
        "rates": race.rates,
        "optimizers": [
            {
                "name": entry.name,
                "learning_rate": entry.rate,
                "value": _finite(float(entry.descent.fun)),
                "steps_to_goal": entry.steps_to_tolerance,
                "steps": int(entry.descent.nit),
                "gradients": entry.evaluations,
                "seconds": entry.seconds,
                "status": entry.descent.status,
            }
            for entry in race.entries
        ],
    }


def _finite(number: float) -> float | None:
    return number if math.isfinite(number) else None
