"""`/api/explain`: the whole diagnosis of a run, with rates that are tried."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from descend.diagnosis import diagnose
from descend.playground.descents import Check, Interruptible, groups_of
from descend.playground.fields import Fields
from descend.playground.questions import read_question


def answer(fields: Fields, check: Check) -> dict[str, Any]:
    """Return the explanation of the run that is asked for, and the numbers behind it."""
    question = read_question(fields)
    runs = len(question.optimizers) * len(question.starts)
    run = fields.whole("run", 0, runs - 1)
    fields.done()
    place, start = divmod(run, len(question.starts))
    # each optimizer's runs go as if the others were not there
    (group,) = groups_of(
        question._replace(optimizers=question.optimizers[place : place + 1]), check
    )
    descent = group.descent.run(start)
    assert descent.objective is not None
    found = diagnose(replace(descent, objective=Interruptible(descent.objective, check)))
    return {
        "explanation": str(found),
        "stable_rate": found.stable_rate,
        "working_rate": found.working_rate,
        "curvature": found.curvature,
        "growth": found.growth,
    }
