"""How one run ended, and why."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from descend.diagnosis.batches import (
    diagnose_stopped_by_batches,
    noise_remedy,
    with_rate_above_the_bound,
)
from descend.diagnosis.curvature import curvatures_at, is_flat, is_nonconvex
from descend.diagnosis.divergence import diagnose_diverged
from descend.diagnosis.landscape import plateau, with_curvatures, with_ravine
from descend.diagnosis.record import NAMED, Diagnosis, length_of, listed, main_coordinates
from descend.diagnosis.stability import oscillates, stability, with_oscillation
from descend.diagnosis.stopped import diagnose_stopped
from descend.objectives.composite import Bounded
from descend.objectives.landmarks import LANDMARKS
from descend.objectives.risks.empirical_risk import EmpiricalRisk
from descend.optimizers import SAGA, SVRG
from descend.protocols import Ending

if TYPE_CHECKING:
    from descend.records.descent import Descent


def diagnose_run(descent: Descent) -> Diagnosis:
    """Say how a single run ended and why."""
    if isinstance(descent.optimizer, SAGA | SVRG):  # no stable rate: their steps need rows
        descent = replace(descent, optimizer=None)
    ended = {
        "diverged": diagnose_diverged,
        "converged": _converged,
        "stalled": _stalled,
        "unbounded": _unbounded,
    }
    stopped = diagnose_stopped if descent.batch_losses is None else diagnose_stopped_by_batches
    found = ended.get(descent.status, stopped)(descent)
    return found.adding(*_bounds_that_hold(descent), *_window_left(descent))


def _unbounded(descent: Descent) -> Diagnosis:
    first = (
        f"It found no minimum: the value fell from {descent.values[0] + 0.0:.4g} to "
        f"{descent.fun:.4g} in {length_of(descent)}."
        if len(descent.values)
        else f"It found no minimum after {length_of(descent)}, at the value {descent.fun:.4g}."
    )
    return Diagnosis(
        "unbounded",
        (
            first,
            f"{descent.message[0].upper()}{descent.message[1:]}.",
            "No learning rate is to blame: bounds= keeps the coordinates where they make sense.",
        ),
    )


def _stalled(descent: Descent) -> Diagnosis:
    found = Diagnosis("stalled", (f"It stalled after {length_of(descent)}: {descent.message}.",))
    if descent.ending == Ending.SLOW:
        return found.adding(
            "With scaled features all directions are nearer to alike; all rows at once, with the "
            "optimizer left at 'auto', are descended in coordinates in which they are."
        )
    if descent.batch_losses is not None:
        return found.adding(noise_remedy(descent))
    if isinstance(descent.objective, EmpiricalRisk):  # its gradient is ours, its kinks are known
        return found
    if descent.ending in (Ending.SADDLE, Ending.FLAT, Ending.UNRESOLVED):
        return _nowhere(descent, found)
    if descent.ending == Ending.DOMAIN_EDGE:
        return found.adding(
            "Start elsewhere; if the edge is that of a coordinate, bounds= lets it walk along."
        )
    return found.adding(
        "Either the function has a kink here, as abs(x) has at 0, or its gradient does not belong "
        "to it."
    )


def _nowhere(descent: Descent, found: Diagnosis) -> Diagnosis:
    """Add what is known of the curvature at an end that is no minimum, and what leads on."""
    spectrum = curvatures_at(descent, descent.x)
    if spectrum is None:
        return found.adding("Start elsewhere.")
    found = with_curvatures(found, spectrum)
    if not is_nonconvex(spectrum):
        return found.adding("Start elsewhere, or give the variables other units.")
    names = main_coordinates(descent, spectrum.downward)
    return found._replace(coordinates=names).adding(
        f"This is no minimum: the function bends downwards there (curvature "
        f"{spectrum.lowest:.3g}) along {listed(names)}. Start a little beside it."
    )


def _converged(descent: Descent) -> Diagnosis:
    first = f"It converged after {length_of(descent)} to the value {descent.fun:.6g}"
    found = Diagnosis("converged", (f"{first}: {descent.message}.",))
    norms = descent.gradient_norms[np.isfinite(descent.gradient_norms)]
    if descent.jac is None:
        return with_rate_above_the_bound(descent, found)
    if not len(norms):
        return found
    if len(norms) > 1:
        changed = "fell" if norms[-1] < norms[0] else "went"
        found = found.adding(
            f"The gradient's norm {changed} from {norms[0]:.3g} to {norms[-1]:.3g}."
        )
    spectrum = curvatures_at(descent, descent.x)
    if spectrum is None:
        return found
    found = with_curvatures(found, spectrum)
    if is_flat(descent, spectrum):
        return found.adding(plateau(descent, spectrum))
    if is_nonconvex(spectrum) and not _bounds_that_hold(descent):
        names = main_coordinates(descent, spectrum.downward)
        return found._replace(coordinates=names).adding(
            f"This is no minimum: the function bends downwards there (curvature "
            f"{spectrum.lowest:.3g}) along {listed(names)}. Start a little beside it."
        )
    stable = stability(descent, spectrum) if oscillates(descent) else None
    return with_oscillation(descent, with_ravine(descent, found), stable)


def _bounds_that_hold(descent: Descent) -> tuple[str, ...]:
    """Say which coordinates ended at a bound."""
    if not isinstance(descent.objective, Bounded):
        return ()
    lower, upper = descent.objective.lower, descent.objective.upper
    held = np.flatnonzero((descent.x == lower) | (descent.x == upper))
    if not len(held):
        return ()
    named = ", ".join(f"{descent.names[j]} at {descent.x[j]:.6g}" for j in held[:NAMED])
    more = f" and {len(held) - NAMED} more" if len(held) > NAMED else ""
    return (f"At {'their bounds' if len(held) > 1 else 'its bound'}: {named}{more}.",)


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
