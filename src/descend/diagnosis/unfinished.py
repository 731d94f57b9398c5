"""How a run was going when its steps were used up, and what would have led further."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from descend.diagnosis.account import Diagnosis, counted
from descend.diagnosis.curvature import bending, is_flat
from descend.diagnosis.landscape import plateau, with_curvatures, with_ravine
from descend.diagnosis.movement import last_steps
from descend.diagnosis.stability import (
    Stability,
    is_near,
    stability,
    with_stability,
    with_swings,
)
from descend.optimizers import climbs, is_rate_free
from descend.optimizers.traits import depends_on_rate, is_scale_free
from descend.protocols import Adaptive
from descend.rates import Constant

if TYPE_CHECKING:
    from descend.protocols import Array
    from descend.records.descent import Descent

SHORT = 0.25
"""Steps shorter than this share of the rate are not as long as the rate says."""

LOWER = 0.9
"""Waves whose crests sink below this share of the ones before are falling."""

HARDLY = 1e-9
"""A value that changes by less than this share of itself hardly changes."""


def of_unfinished(descent: Descent) -> Diagnosis:
    """Say how a run was going when it stopped, and why it had come no further."""
    first = f"It stopped after {counted(descent)} at the value {descent.fun:.6g}"
    found = Diagnosis("stopped", (f"{first}: {descent.message}.",))
    if len(descent.values) < 10:
        return found
    bent = None if descent.jac is None else bending(descent, descent.x)
    if bent is None:
        return found.told(*_trend(descent, None, swings=False))
    found = with_curvatures(found, bent)
    if is_flat(descent, bent):
        return found.told(plateau(descent, bent))
    stable = stability(descent, bent)
    swinging = with_swings(descent, with_stability(found, stable), stable)
    swings = swinging.sentences[len(found.sentences) :]
    trend = _trend(descent, stable, swings=bool(swings))
    found = swinging._replace(sentences=found.sentences).told(*trend, *swings)
    return with_ravine(descent, found.told(*_room_left(descent, stable, swings=bool(swings))))


def _room_left(descent: Descent, stable: Stability | None, *, swings: bool) -> tuple[str, ...]:
    """Say how the rate compares with the largest that is stable."""
    if stable is None or not isinstance(descent.learning_rate, Constant):
        return ()
    rate = float(descent.learning_rates[-1])
    if not stable.scaled:
        if swings:
            return ()
        return (
            f"The learning rate was {rate:.4g}; at the end, rates up to {stable.rate:.3g} are "
            f"stable (the curvature is {stable.curvature:.3g}).",
        )
    if not is_near(descent, stable):
        return ()
    near = stable.near(rate)
    told = () if swings else (f"{near[0].upper()}{near[1:]}.",)
    if not stable.fades:
        return told
    return (
        *told,
        "That scale shrinks with the gradients until the rate is too large for it again: let the "
        "rate fall, as rates.Cosine does.",
    )


def _trend(descent: Descent, stable: Stability | None, *, swings: bool) -> tuple[str, ...]:
    """Say whether the value was rising, falling, or going up and down at the end."""
    values = descent.values
    tail = values[-max(5, len(values) // 10) :]
    last = f"in the last {len(tail) - 1} {descent.unit}s"
    if np.ptp(tail) <= HARDLY * np.abs(tail).max():
        return (f"The value hardly changes: by {np.ptp(tail):.1g} {last}.",)
    rises = np.diff(tail) > 0
    near = is_near(descent, stable)
    if rises.all():
        if stable is not None and not near and tail[-1] < values[0]:
            return (
                f"The value had fallen to {values.min():.4g} and was rising again, as momentum "
                "carries it past the lowest point: more steps would bring it back.",
            )
        return ("The value was rising: a smaller learning rate would make it fall.",)
    if rises.sum() > len(tail) / 4 or tail[-1] >= tail[0]:
        return _up_and_down(descent, stable, swings=swings, near=near)
    return (
        f"The value was still falling, by {tail[0] - tail[-1]:.3g} {last}: "
        f"{_faster(descent, swings=swings, near=near)} would lead further.",
    )


def _up_and_down(
    descent: Descent, stable: Stability | None, *, swings: bool, near: bool
) -> tuple[str, ...]:
    """Say whether a value that goes up and down comes lower, and if it does not, what would."""
    if descent.optimizer is not None and climbs(descent.optimizer):
        name = type(descent.optimizer).__name__
        return (f"The value goes up and down, since {name} looks uphill before it steps.",)
    of_one_length = _steps_of_one_length(descent)
    hovers = of_one_length if stable is None else near and stable.scaled
    if _sinks(descent.values) and not hovers:
        more = _faster(descent, swings=swings, near=True)
        return (f"The value falls in waves: {more} would lead further.",)
    if (near and stable is not None and stable.fades) or not _has_rate(descent):
        return ("The value goes up and down.",)
    told = "The value goes up and down: a smaller learning rate would settle."
    return (told,) if near else (told, *of_one_length)


def _sinks(values: Array) -> bool:
    """Say whether the highest of the last values is well below the highest of those before."""
    some = max(5, len(values) // 4)
    before, after = values[-2 * some : -some].max(), values[-some:].max()
    return bool(after - values.min() < LOWER * (before - values.min()))


def _faster(descent: Descent, *, swings: bool, near: bool) -> str:
    """Say what would lead further down."""
    more = f"more {descent.unit}s"
    if swings and _has_rate(descent):
        return f"{more} or a smaller learning rate"
    return more if near or not _has_rate(descent) else f"{more} or a larger learning rate"


def _has_rate(descent: Descent) -> bool:
    """Say whether there is a learning rate to choose, and it counts for longer than at first."""
    if isinstance(descent.learning_rate, Adaptive):
        return False
    if descent.optimizer is None:
        return True
    return not is_rate_free(descent.optimizer) and depends_on_rate(descent.optimizer)


def _steps_of_one_length(descent: Descent) -> tuple[str, ...]:
    """Say of an optimizer whose steps do not shrink with the gradient that they do not."""
    if descent.optimizer is None or not is_scale_free(descent.optimizer):
        return ()
    name = type(descent.optimizer).__name__
    advice = "let the rate fall, as rates.Cosine does."
    steps = last_steps(descent)
    if steps is None:
        return (f"Steps of {name} do not shrink with the gradient: {advice}",)
    length = float(np.median(np.abs(steps).max(axis=1)))
    if length < SHORT * descent.learning_rates[-1]:
        return ()
    return (f"Steps of {name} are about {length:.2g} long, however small the gradient: {advice}",)
