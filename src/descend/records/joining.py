"""Records of one run: parts joined, and another reason for the end."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from descend.protocols import Array, Ending
from descend.records.descent import Descent


def joined(parts: list[Descent]) -> Descent:
    """Return the record of one run that went on from part to part; its end is the last one's."""
    last = parts[-1]
    best = min(parts, key=lambda part: float(part.best_fun))
    steps = np.cumsum([0] + [part.nit for part in parts])
    seconds = np.cumsum([0.0] + [part.seconds[-1] if len(part.seconds) else 0.0 for part in parts])

    def tails(name: str) -> Array:
        return np.concatenate([getattr(p, name)[min(i, 1) :] for i, p in enumerate(parts)])

    return replace(
        last,
        best_x=best.best_x,
        best_fun=best.best_fun,
        nit=int(steps[-1]),
        nfev=sum(part.nfev for part in parts),
        points=None if last.points is None else tails("points"),
        point_steps=np.concatenate(
            [p.point_steps[min(i, 1) :] + steps[i] for i, p in enumerate(parts)]
        ),
        values=tails("values"),
        gradient_norms=tails("gradient_norms"),
        learning_rates=np.concatenate([part.learning_rates for part in parts]),
        seconds=np.concatenate([p.seconds[min(i, 1) :] + seconds[i] for i, p in enumerate(parts)]),
    )


def ended(descent: Descent, ending: Ending, **numbers: object) -> Descent:
    """Return a record of one run with another reason for its end."""
    message = ending.message(**numbers)
    return descent.changed(status=ending.status, ending=ending, message=message)
