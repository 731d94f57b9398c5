"""Records joined: parts of one run, runs side by side; and another reason for the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from descend.protocols import Array, Ending
from descend.records.descent import ENDS, Descent


def joined(parts: list[Descent]) -> Descent:
    """Return the record of one run that went on from part to part; its end is the last one's."""
    last = parts[-1]
    if len(parts) == 1:
        return last
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


def side_by_side(runs: Sequence[Descent]) -> Descent:
    """Return records of single runs of one function, all points kept, as one of several runs.

    How each was made is left out. Time is the steps', of the record that has the most.
    """
    longest = max(runs, key=lambda run: int(run.nit))

    def stacked(name: str) -> Any:
        return np.array([getattr(run, name) for run in runs])

    def histories(name: str) -> Array:
        # a run that ended keeps its last row
        rows = [getattr(run, name) for run in runs]
        most = max(map(len, rows))
        return np.stack([own[np.minimum(np.arange(most), len(own) - 1)] for own in rows], axis=1)

    return replace(
        longest,
        **{name: stacked(name) for name in ENDS},
        points=histories("points"),
        values=histories("values"),
        gradient_norms=histories("gradient_norms"),
        learning_rates=np.zeros((longest.nit, len(runs))),
        optimizer=None,
        learning_rate=None,
    )


def ends_together(parts: Sequence[Descent]) -> Descent:
    """Return records of several runs each, of which only the ends were kept, as one."""
    names = (*ENDS, "values", "gradient_norms", "learning_rates")
    # of histories, which are empty, the runs are the second axis
    joined_ends: dict[str, Any] = {
        name: np.concatenate([getattr(part, name) for part in parts], axis=int(name not in ENDS))
        for name in names
    }
    return replace(parts[0], **joined_ends)


def ended(descent: Descent, ending: Ending, **numbers: object) -> Descent:
    """Return a record of one run with another reason for its end."""
    message = ending.message(**numbers)
    return descent.changed(status=ending.status, ending=ending, message=message)
