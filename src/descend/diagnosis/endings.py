"""How one run ended, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from descend.diagnosis.account import (
    NAMED,
    Diagnosis,
    counted,
    listed,
    main_coordinates,
    unit,
)
from descend.diagnosis.bending import (
    bending,
    bends_downwards,
    condition,
    is_flat,
    steps_for,
)
from descend.diagnosis.diverging import of_diverged
from descend.diagnosis.movement import last_steps, turning
from descend.objectives.composite import Bounded
from descend.objectives.landmarks import LANDMARKS
from descend.objectives.risk import EmpiricalRisk
from descend.optimizers import SGD
from descend.optimizers.traits import is_scale_free, stable_rate
from descend.rates import Constant

if TYPE_CHECKING:
    from descend.descent import Descent
    from descend.engine.lanczos import Spectrum

RAVINE = 100.0
"""A condition number from which on plain descent is slow."""

ZIGZAG = -0.8
"""A mean cosine of successive steps below this is a walk to and fro."""

SHARE = 1e-6
"""What is left of the distance when descent counts as done."""


def of_one_run(descent: Descent) -> Diagnosis:
    """Say how a single run ended and why."""
    ended = {"diverged": of_diverged, "converged": _converged, "stalled": _stalled}
    found = ended.get(descent.status, _stopped)(descent)
    return found.told(*_bounds_that_hold(descent), *_window_left(descent))


def _stalled(descent: Descent) -> Diagnosis:
    told = f"It stalled after {counted(descent)}: {descent.message}."
    if isinstance(descent.objective, EmpiricalRisk):  # its gradient is our own, its kinks are known
        return Diagnosis("stalled", (told,))
    why = (
        "Either the function has a kink here, as abs(x) has at 0, or its gradient does not belong "
        "to it."
    )
    return Diagnosis("stalled", (told, why))


def _converged(descent: Descent) -> Diagnosis:
    first = f"It converged after {counted(descent)} to the value {descent.fun:.6g}"
    found = Diagnosis("converged", (f"{first}: {descent.message}.",))
    norms = descent.gradient_norms[np.isfinite(descent.gradient_norms)]
    if descent.jac is None:
        return _batches_above_the_bound(descent, found)
    if not len(norms):
        return found
    if len(norms) > 1:
        found = found.told(f"The gradient's norm fell from {norms[0]:.3g} to {norms[-1]:.3g}.")
    bent = bending(descent, descent.x)
    if bent is None:
        return found
    found = _with_curvatures(found, bent)
    if is_flat(descent, bent):
        return found.told(_plateau(descent, bent))
    if bends_downwards(bent) and not _bounds_that_hold(descent):
        names = main_coordinates(descent, bent.downward)
        return found._replace(coordinates=names).told(
            f"This is no minimum: the function bends downwards there (curvature "
            f"{bent.lowest:.3g}) along {listed(names)}. Start a little beside it."
        )
    return _swings(descent, _ravine(descent, found), bent)


def _batches_above_the_bound(descent: Descent, found: Diagnosis) -> Diagnosis:
    """Add that a descent by batches ended above its start, at a rate that no batch allows."""
    if not len(descent.learning_rates) or not descent.fun > descent.values[0]:
        return found
    bent = bending(descent, descent.best_x)
    if bent is None or bent.highest <= 0 or descent.optimizer is None:
        return found
    bound = stable_rate(descent.optimizer, bent.highest)
    rate = float(np.max(descent.learning_rates))
    found = found._replace(curvature=bent.highest, stable_rate=bound)
    if bound is None or rate <= bound:
        return found.told("It ended above its start: a smaller learning rate would lead down.")
    return found.told(
        f"It ended above its start: the rate {rate:.4g} is above "
        f"{bound * bent.highest:.3g}/L = {bound:.4g}, up to which all rows at once are stable, and "
        "batches allow less."
    )


def _stopped(descent: Descent) -> Diagnosis:
    first = f"It stopped after {counted(descent)} at the value {descent.fun:.6g}"
    found = Diagnosis("stopped", (f"{first}: {descent.message}.",))
    if len(descent.values) < 10:
        return found
    bent = None if descent.jac is None else bending(descent, descent.x)
    if bent is None:
        return found.told(*_trend(descent, swings=False))
    found = _with_curvatures(found, bent)
    if is_flat(descent, bent):
        return found.told(_plateau(descent, bent))
    swinging = _swings(descent, found, bent)
    swings = len(swinging.sentences) > len(found.sentences)
    found = found._replace(cosine=swinging.cosine).told(*_trend(descent, swings=swings))
    if bent.highest <= 0 or descent.optimizer is None:
        return found
    bound = stable_rate(descent.optimizer, bent.highest)
    found = found._replace(curvature=bent.highest, stable_rate=bound)
    if swings:
        found = _swings(descent, found, bent)
    elif bound is not None and isinstance(descent.learning_rate, Constant):
        rate = float(descent.learning_rates[-1])
        found = found.told(
            f"The learning rate was {rate:.4g}; at the end, rates up to {bound:.3g} are stable "
            f"(the curvature is {bent.highest:.3g})."
        )
    return _ravine(descent, found)


def _trend(descent: Descent, swings: bool) -> tuple[str, ...]:
    """Say whether the value was rising, falling, or going up and down at the end."""
    values = descent.values
    tail = values[-max(5, len(values) // 10) :]
    rises = np.diff(tail) > 0
    if rises.all():
        return ("The value was rising: a smaller learning rate would make it fall.",)
    if rises.sum() > len(tail) / 4:
        told = "The value goes up and down: a smaller learning rate would settle."
        return (told, *_steps_of_one_length(descent))
    if tail[0] - tail[-1] > 1e-9 * abs(tail[-1]):
        faster = "a smaller" if swings else "a larger"
        return (
            f"The value was still falling, by {tail[0] - tail[-1]:.3g} in the last "
            f"{len(tail) - 1} {unit(descent)}s: more steps or {faster} learning rate would lead "
            "further.",
        )
    return ()


def _steps_of_one_length(descent: Descent) -> tuple[str, ...]:
    """Say of an optimizer whose steps do not shrink with the gradient that they do not."""
    if descent.optimizer is None or not is_scale_free(descent.optimizer):
        return ()
    rate = float(descent.learning_rates[-1])
    return (
        f"Steps of {type(descent.optimizer).__name__} are about {rate:.3g} long, however small the "
        "gradient: let the rate fall, as rates.Cosine does.",
    )


def _plateau(descent: Descent, bent: Spectrum) -> str:
    assert descent.jac is not None
    steepest = max(abs(bent.highest), abs(bent.lowest))
    return (
        f"It is on a plateau: the gradient's norm is {np.linalg.norm(descent.jac):.2g} and no "
        f"curvature is larger than {steepest:.2g}. Start elsewhere, or take an optimizer whose "
        "steps do not shrink with the gradient, such as adam."
    )


def _ravine(descent: Descent, found: Diagnosis) -> Diagnosis:
    """Add what the condition number means for plain descent, where it hurts."""
    plain = isinstance(descent.optimizer, SGD) and isinstance(descent.learning_rate, Constant)
    if not plain or found.condition is None or found.condition < RAVINE:
        return found
    steps = steps_for(found.condition, SHARE)
    return found.told(
        f"It walks in a ravine: one direction bends {found.condition:.3g} times as much as "
        f"another, and plain descent needs about {steps:,} steps at its best rate to come a "
        'million times nearer. optimizer="auto", or momentum, needs far fewer.'
    )


def _swings(descent: Descent, found: Diagnosis, bent: Spectrum) -> Diagnosis:
    """Add that the steps go to and fro, and along which coordinates."""
    steps = last_steps(descent)
    if steps is None or descent.jac is None:
        return found
    cosine = turning(steps)
    found = found._replace(cosine=cosine)
    if cosine > ZIGZAG or not isinstance(descent.learning_rate, Constant):
        return found
    names = main_coordinates(descent, steps[-1] / np.abs(steps[-1]).max())
    told = f"The steps go to and fro along {listed(names)} (cosine {cosine:.2g})"
    rate = float(descent.learning_rates[-1])
    bound = None
    if descent.optimizer is not None and bent.highest > 0:
        bound = stable_rate(descent.optimizer, bent.highest)
    if bound is not None:
        told += (
            f": the rate {rate:.4g} is {rate / bound:.3g} of the largest that is stable, "
            f"{bound * bent.highest:.3g}/L = {bound:.4g}"
        )
    return found._replace(coordinates=names).told(f"{told}.")


def _with_curvatures(found: Diagnosis, bent: Spectrum) -> Diagnosis:
    return found._replace(
        end_curvature=bent.highest,
        lowest_curvature=bent.lowest,
        condition=condition(bent),
    )


def _bounds_that_hold(descent: Descent) -> tuple[str, ...]:
    """Say which coordinates ended at a bound."""
    if not isinstance(descent.objective, Bounded):
        return ()
    lower, upper = descent.objective.lower, descent.objective.upper
    held = np.flatnonzero((descent.x == lower) | (descent.x == upper))
    if not len(held):
        return ()
    told = ", ".join(f"{descent.names[j]} at {descent.x[j]:.6g}" for j in held[:NAMED])
    more = f" and {len(held) - NAMED} more" if len(held) > NAMED else ""
    return (f"At {'their bounds' if len(held) > 1 else 'its bound'}: {told}{more}.",)


def _window_left(descent: Descent) -> tuple[str, ...]:
    """Say that a landmark's run ended outside its window, or at the edge of it."""
    landmarks = [mark for mark in LANDMARKS.values() if mark.formula == descent.formula]
    if not landmarks or descent.status == "diverged":
        return ()
    windows = dict(zip(("x", "y"), landmarks[0].window, strict=True))
    for name, x in zip(descent.names, descent.x, strict=True):
        low, high = windows[name]
        edge = 1e-3 * (high - low)
        if low + edge < x < high - edge:
            continue
        where = "at the edge of" if low - edge <= x <= high + edge else "outside"
        return (
            f"It ended at {name} = {x:.4g}, {where} the window {low:g} to {high:g} in which the "
            f"minima of {landmarks[0].name} are known.",
        )
    return ()
