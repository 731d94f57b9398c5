"""The record of a fitted model, wherever it is."""

from __future__ import annotations

from typing import Any

from descend.records.descent import Descent


def record_in(what: Any) -> Descent | None:
    """Return a record, or that of a fitted model, of the last step of a pipeline or of a search.

    None of what has none: an objective, a model of another library.
    """
    if isinstance(what, Descent):
        return what
    model = getattr(what, "best_estimator_", what)
    steps = getattr(model, "steps", None)
    last = steps[-1][1] if isinstance(steps, list) and steps else model
    descent = getattr(last, "descent_", None)
    return descent if isinstance(descent, Descent) else None
