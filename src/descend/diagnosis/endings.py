"""How one run ended, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from descend.diagnosis import replay
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
from descend.diagnosis.movement import growth, last_steps, turning
from descend.objectives.composite import Bounded
from descend.objectives.landmarks import LANDMARKS
from descend.optimizers import SGD
from descend.optimizers.traits import is_scale_free, stable_rate
from descend.rates import Constant

if TYPE_CHECKING:
    from descend.descent import Descent
    from descend.engine.lanczos import Spectrum

FALL = 1e6
"""A value that has fallen below this many times the start's, and 1, falls without end."""

RAVINE = 100.0
"""A condition number from which on plain descent is slow."""

ZIGZAG = -0.8
"""A mean cosine of successive steps below this is a walk to and fro."""

SHARE = 1e-6
"""What is left of the distance when descent counts as done."""


def of_one_run(descent: Descent) -> Diagnosis:
    """Say how a single run ended and why."""
    ended = {"diverged": _diverged, "converged": _converged, "stalled": _stalled}
    found = ended.get(descent.status, _stopped)(descent)
    return found.told(*_bounds_that_hold(descent), *_window_left(descent))


def _stalled(descent: Descent) -> Diagnosis:
    return Diagnosis(
        "stalled",
        (
            f"It stalled after {counted(descent)}: {descent.message}.",
            "Either the function has a kink here, as abs(x) has at 0, or its gradient does not "
            "belong to it.",
        ),
    )


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


def _diverged(descent: Descent) -> Diagnosis:
    if _falls_without_end(descent):
        return Diagnosis(
            "diverged",
            (
                f"It diverged: the value fell from {descent.values[0]:.4g} to {descent.fun:.4g} in "
                f"{counted(descent)}, and no end of it is in sight.",
                "No learning rate is to blame: the function has no minimum this way.",
            ),
        )
    rates = descent.learning_rates
    if descent.objective is None or descent.optimizer is None or not len(rates):
        return Diagnosis("diverged", (f"It diverged: {descent.message}.",))
    rate = float(np.max(rates))
    first = f"It diverged: {descent.message}, at the learning rate {rate:.4g}."
    found = _above_the_bound(descent, rate, Diagnosis("diverged", (first,)))
    start = None if descent.points is None else descent.points[0]
    if start is None:
        return found
    found = _where_not_finite(descent, found)
    working = replay.working_rate(descent, start, rate, found.stable_rate)
    if working is None:
        return found
    return found._replace(working_rate=working).told(
        f"A rate of {working:.3g} works: tried from the same start, it does not diverge."
    )


def _above_the_bound(descent: Descent, rate: float, found: Diagnosis) -> Diagnosis:
    """Add the largest curvature met, the bound that follows, and how the run grew."""
    swelling = growth(descent)
    if swelling is not None:
        found = found._replace(growth=swelling.factor)
    steps = last_steps(descent)
    if steps is not None:
        way = steps[-1] / np.abs(steps[-1]).max()
        found = found._replace(coordinates=main_coordinates(descent, way))
    curvature = _largest_curvature(descent)
    if curvature is None or curvature <= 0:
        return found
    assert descent.optimizer is not None
    bound = stable_rate(descent.optimizer, curvature)
    found = found._replace(curvature=curvature, stable_rate=bound)
    if bound is None:
        return found
    found = found.told(
        f"The largest curvature is L = {curvature:.4g}, and {type(descent.optimizer).__name__} is "
        f"stable below {bound * curvature:.3g}/L = {bound:.4g}."
    )
    if rate <= bound:
        return found
    above = f"{rate:.4g} is above it, so each step overshoots further than the one before"
    if swelling is not None and swelling.steady and found.coordinates:
        above += (
            f": along {listed(found.coordinates)}, the gradient grows {swelling.factor:.3g} times "
            "a step"
        )
    return found.told(f"{above}.")


def _largest_curvature(descent: Descent) -> float | None:
    """Return the largest curvature between the start and the best point.

    Where it went from there it was thrown, and what bends there is none of its start's business.
    """
    places = [descent.best_x]
    if descent.points is not None:
        best = int(np.argmin(descent.values[descent.point_steps])) if len(descent.values) else 0
        places += [descent.points[i] for i in np.unique([0, best // 3, 2 * best // 3])]
    met = [bent.highest for w in places if (bent := bending(descent, w)) is not None]
    return max(met, default=None)


def _where_not_finite(descent: Descent, found: Diagnosis) -> Diagnosis:
    """Add where the function was not finite, and which part of the formula."""
    assert descent.points is not None
    lost = replay.lost_point(descent, descent.points[0])
    if lost is None:
        return found
    found = found._replace(not_finite_at=lost)
    part = replay.complaint(descent, lost)
    if part is None:
        return found
    shown = ", ".join(
        f"{name}={x:.4g}" for name, x in list(zip(descent.names, lost, strict=True))[:NAMED]
    )
    return found.told(f"Step {descent.nit} went to {shown}, where {part}.")


def _falls_without_end(descent: Descent) -> bool:
    """Say whether the value went far down and never up again: a rate too large makes it rise."""
    if not len(descent.values):
        return False
    depth = -FALL * max(1.0, abs(descent.values[0]))
    return bool(descent.fun <= descent.best_fun < depth)


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
