"""How one run ended, and why."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from descend.diagnosis.account import NAMED, Diagnosis, counted, listed, main_coordinates
from descend.diagnosis.curvature import bending, bends_downwards, is_flat
from descend.diagnosis.diverging import of_diverged
from descend.diagnosis.landscape import plateau, with_curvatures, with_ravine
from descend.diagnosis.stability import goes_to_and_fro, stability, with_swings
from descend.diagnosis.unfinished import of_unfinished
from descend.objectives.composite import Bounded
from descend.objectives.landmarks import LANDMARKS
from descend.objectives.risks.empirical_risk import EmpiricalRisk
from descend.optimizers import SAGA, SVRG
from descend.optimizers.traits import stable_rate
from descend.protocols import Ending

if TYPE_CHECKING:
    from descend.records.descent import Descent


def of_one_run(descent: Descent) -> Diagnosis:
    """Say how a single run ended and why."""
    if isinstance(descent.optimizer, SAGA | SVRG):  # nothing shows by trying: a step needs rows
        descent = replace(descent, optimizer=None)
    ended = {"diverged": of_diverged, "converged": _converged, "stalled": _stalled}
    found = ended.get(descent.status, of_unfinished)(descent)
    return found.told(*_bounds_that_hold(descent), *_window_left(descent))


def _stalled(descent: Descent) -> Diagnosis:
    told = f"It stalled after {counted(descent)}: {descent.message}."
    if isinstance(descent.objective, EmpiricalRisk):  # its gradient is our own, its kinks are known
        return Diagnosis("stalled", (told,))
    if descent.ending == Ending.DOMAIN_EDGE:
        why = "Start elsewhere; if the edge is that of a coordinate, bounds= lets it walk along."
        return Diagnosis("stalled", (told, why))
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
    found = with_curvatures(found, bent)
    if is_flat(descent, bent):
        return found.told(plateau(descent, bent))
    if bends_downwards(bent) and not _bounds_that_hold(descent):
        names = main_coordinates(descent, bent.downward)
        return found._replace(coordinates=names).told(
            f"This is no minimum: the function bends downwards there (curvature "
            f"{bent.lowest:.3g}) along {listed(names)}. Start a little beside it."
        )
    stable = stability(descent, bent) if goes_to_and_fro(descent) else None
    return with_swings(descent, with_ravine(descent, found), stable)


def _batches_above_the_bound(descent: Descent, found: Diagnosis) -> Diagnosis:
    """Add that a descent by batches ended above its start, at a rate that no batch allows."""
    if not len(descent.learning_rates) or not descent.fun > descent.values[0]:
        return found
    bent = bending(descent, descent.best_x)
    if bent is None or bent.highest <= 0:
        return found
    bound = None if descent.optimizer is None else stable_rate(descent.optimizer, bent.highest)
    rate = float(np.max(descent.learning_rates))
    found = found._replace(curvature=bent.highest, stable_rate=bound)
    if bound is None or rate <= bound:
        return found.told("It ended above its start: a smaller learning rate would lead down.")
    return found.told(
        f"It ended above its start: the rate {rate:.4g} is above "
        f"{bound * bent.highest:.3g}/L = {bound:.4g}, up to which all rows at once are stable, and "
        "batches allow less."
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
