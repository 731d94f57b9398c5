"""`/api/runs`: all balls by all optimizers, step by step, with what is shown beside them."""

from __future__ import annotations

from time import perf_counter
from typing import Any

import numpy as np

from descend.objectives.noisy import NoisyGradient
from descend.optimizers import by_name, names
from descend.playground import texts
from descend.playground.buffer import as_floats, packed
from descend.playground.curvatures import extreme_curvatures, stable_rates
from descend.playground.descents import Check, Group, groups_of, settled
from descend.playground.fields import Fields
from descend.playground.momenta import momenta
from descend.playground.previews import is_tried, previewed_steps
from descend.playground.questions import Question, read_question
from descend.playground.sentences import Runs, sentences_of
from descend.protocols import Array, Status
from descend.records.descent import Descent
from descend.support.numbers import counted

ARRAYS = ("points", "values", "gradients", "momenta", "rates", "curvatures", "bounds")


def answer(fields: Fields, check: Check) -> bytes:
    """Return the runs that are asked for."""
    began = perf_counter()
    question = settled(read_question(fields))
    is_preview = fields.flag("preview", False)
    fields.done()
    steps = previewed_steps(question) if is_preview else question.steps
    asked, question = question.steps, question._replace(steps=steps)
    groups = groups_of(question, check)
    shown = [_shown(group, question, check) for group in groups]
    arrays = {name: np.concatenate([own[name] for _, own in shown]) for name in ARRAYS}
    runs = [run for own, _ in shown for run in own]
    # a rate that fewer steps have found is another one
    is_whole = steps == asked or (
        not any(is_tried(group.descent) for group in groups)
        and all(run["status"] != Status.STOPPED for run in runs)
    )
    if not is_whole:
        for run in runs:
            run["sentence"] = texts.PREVIEW.format(steps=counted(run["steps"], "step"))
    header = {
        "names": question.problem.names,
        "steps": asked,
        "is_whole": is_whole,
        "uncompiled": [name for name in names() if type(by_name(name)) in question.uncompiled],
        "runs": runs,
        "milliseconds": 1e3 * (perf_counter() - began),
    }
    return packed(header, arrays)


def _shown(
    group: Group, question: Question, check: Check
) -> tuple[list[dict[str, Any]], dict[str, Array]]:
    """Return what is told and drawn of an optimizer's runs."""
    descent, optimizer = group.descent, group.optimizer
    points, rates = descent.points, descent.learning_rates
    assert points is not None
    objective = question.problem.objective
    # an ascent steps along the negative's gradient
    sign = -1.0 if question.ascent else 1.0
    noisy: Any = objective
    if question.noise:
        noisy = NoisyGradient(objective, question.noise, question.seed)
    check()
    with np.errstate(all="ignore"):
        _, gradients = objective.value_and_gradient(points)
        stepped = noisy.value_and_gradient(points)[1] if question.noise else gradients
    check()
    low, high = extreme_curvatures(objective, points)
    check()
    # of an ascent, what counts is how the negative curves
    bounds = stable_rates(optimizer, -low if question.ascent else high)
    memory = momenta(optimizer, descent.learning_rate, points, sign * stepped, rates, check)
    arrays = {
        "points": points,
        "values": descent.values,
        "gradients": gradients,
        "momenta": memory,
        "curvatures": np.maximum(np.abs(low), np.abs(high)),
        "bounds": bounds,
    }
    together = {name: padded(array, question.steps + 1) for name, array in arrays.items()}
    together["rates"] = _rates(rates, question.steps)
    return _told(descent, arrays, optimizer), together


def _told(descent: Descent, arrays: dict[str, Array], optimizer: Any) -> list[dict[str, Any]]:
    """Return what is said of each run."""
    taken = np.asarray(descent.nit)
    everyone = np.arange(len(taken))
    rates = descent.learning_rates
    last = rates[taken - 1, everyone] if len(rates) else np.zeros(len(taken))
    runs = Runs(
        descent.status,
        descent.message,
        taken,
        -descent.values if descent.maximised else descent.values,
        arrays["points"],
        np.where(taken > 0, last, np.nan),
        arrays["bounds"],
        arrays["curvatures"],
    )
    return [
        {
            "optimizer": type(optimizer).__name__,
            "start": i,
            "status": str(runs.status[i]),
            "steps": int(taken[i]),
            "sentence": sentence,
            "explanation": None,
            "rate": float(runs.rates[i]),
            "bound": float(runs.bounds[taken[i], i]),
        }
        for i, sentence in enumerate(sentences_of(runs))
    ]


def padded(array: Array, rows: int) -> Array:
    """Return `(rows, runs, ...)` as `(runs, rows, ...)`; ended runs keep their last row."""
    floats = as_floats(array)
    filled = np.concatenate([floats, np.repeat(floats[-1:], rows - len(floats), axis=0)])
    return np.swapaxes(filled, 0, 1)


def _rates(rates: Array, steps: int) -> Array:
    """Return the rates `(runs, steps)`; zero where a run has ended."""
    filled = np.zeros((steps, rates.shape[1]))
    filled[: len(rates)] = rates
    return filled.T
