"""How a run was going when it stopped, and what would have led further."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from descend.diagnosis.assumed_minimum import with_assumed_minimum
from descend.diagnosis.curvature import curvatures_at, is_flat
from descend.diagnosis.landscape import plateau, with_curvatures, with_ravine
from descend.diagnosis.movement import last_steps
from descend.diagnosis.record import Diagnosis, length_of
from descend.diagnosis.stability import (
    Stability,
    is_near,
    oscillates,
    stability,
    with_oscillation,
    with_stability,
)
from descend.optimizers import climbs, is_rate_free
from descend.optimizers.traits import depends_on_rate, is_scale_free
from descend.protocols import Adaptive
from descend.rates.found import Found, constant_rate

if TYPE_CHECKING:
    from descend.protocols import Array
    from descend.records.descent import Descent

FIXED_LENGTH = 0.25
"""Steps at least this share of the rate long are as long as the rate says."""

FALLING_CRESTS = 0.9
"""Waves fall whose crests, above the lowest value, are below this share of the earlier ones."""

NEGLIGIBLE = 1e-9
"""A value that changes by less than this share of itself hardly changes."""


def diagnose_stopped(descent: Descent) -> Diagnosis:
    """Say how a run was going when it stopped, and why it came no further."""
    first = f"It stopped after {length_of(descent)} at the value {descent.fun:.6g}"
    found = Diagnosis("stopped", (f"{first}: {descent.message}.",))
    below = with_assumed_minimum(descent, found)
    if below is not None:
        return below
    if len(descent.values) < 10:
        return found
    spectrum = curvatures_at(descent, descent.x)
    if spectrum is None:
        return found.adding(_trend(descent, None, oscillating=False))
    found = with_curvatures(found, spectrum)
    if is_flat(descent, spectrum):
        return found.adding(plateau(descent, spectrum))
    stable = stability(descent, spectrum)
    found = with_stability(found, stable)
    oscillating = oscillates(descent)
    found = found.adding(_trend(descent, stable, oscillating=oscillating))
    found = with_oscillation(descent, found, stable)
    found = found.adding(*_rate_and_bound(descent, stable, oscillating=oscillating))
    return with_ravine(descent, found)


def _rate_and_bound(
    descent: Descent, stable: Stability | None, *, oscillating: bool
) -> tuple[str, ...]:
    """Compare the rate with the largest that is stable, unless the oscillation's sentence does."""
    if stable is None or constant_rate(descent.learning_rate) is None:
        return ()
    rate = float(descent.learning_rates[-1])
    if not stable.scaled:
        if oscillating:
            return ()
        return (
            f"The learning rate was {rate:.4g}; at the end, rates up to {stable.rate:.3g} are "
            f"stable (the curvature is {stable.curvature:.3g}).",
        )
    if not is_near(descent, stable):
        return ()
    near = stable.near(rate)
    compared = "" if oscillating else f"{near[0].upper()}{near[1:]}."
    fading = (
        "That scale shrinks with the gradients until the rate is too large for it again: let the "
        "rate fall, as rates.Cosine does."
    )
    return tuple(filter(None, (compared, fading if stable.decays else "")))


def _trend(descent: Descent, stable: Stability | None, *, oscillating: bool) -> str:
    """Say whether the value was rising, falling, or going up and down at the end."""
    values = descent.values
    tail = values[-max(5, len(values) // 10) :]
    last = f"in the last {len(tail) - 1} {descent.unit}s"
    if np.ptp(tail) <= NEGLIGIBLE * np.abs(tail).max():
        return f"The value hardly changes: by {np.ptp(tail):.1g} {last}."
    rises = np.diff(tail) > 0
    near = is_near(descent, stable)
    if rises.all():
        if stable is not None and not near and tail[-1] < values[0]:
            return (
                f"The value had fallen to {values.min():.4g} and was rising again, as momentum "
                "carries it past the lowest point: more steps would bring it back."
            )
        return "The value was rising: a smaller learning rate would make it fall."
    if rises.sum() > len(tail) / 4 or tail[-1] >= tail[0]:
        return _up_and_down(descent, stable, oscillating=oscillating, near=near)
    return (
        f"The value was still falling, by {tail[0] - tail[-1]:.3g} {last}: "
        f"{_remedy(descent, oscillating=oscillating, near=near)} would lead further."
    )


def _up_and_down(
    descent: Descent, stable: Stability | None, *, oscillating: bool, near: bool
) -> str:
    """Say whether a value that goes up and down falls on the whole; else what settles it."""
    if descent.optimizer is not None and climbs(descent.optimizer):
        name = type(descent.optimizer).__name__
        return f"The value goes up and down, since {name} looks uphill before it steps."
    fixed_length = _fixed_step_length(descent)
    hovers = fixed_length if stable is None else near and stable.scaled
    if _falls_in_waves(descent.values) and not hovers:
        more = _remedy(descent, oscillating=oscillating, near=True)
        return f"The value falls in waves: {more} would lead further."
    if (near and stable is not None and stable.decays) or not _has_rate(descent):
        return "The value goes up and down."
    sentence = "The value goes up and down: a smaller learning rate would settle."
    return sentence if near or not fixed_length else f"{sentence} {fixed_length}"


def _falls_in_waves(values: Array) -> bool:
    """Say whether the highest of the last values is well below the highest of those before."""
    some = max(5, len(values) // 4)
    before, after = values[-2 * some : -some].max(), values[-some:].max()
    return bool(after - values.min() < FALLING_CRESTS * (before - values.min()))


def _remedy(descent: Descent, *, oscillating: bool, near: bool) -> str:
    """Return what would lead further down."""
    more = f"more {descent.unit}s"
    if isinstance(descent.learning_rate, Found):
        return more  # larger and smaller rates were tried
    if oscillating and _has_rate(descent):
        return f"{more} or a smaller learning rate"
    return more if near or not _has_rate(descent) else f"{more} or a larger learning rate"


def _has_rate(descent: Descent) -> bool:
    """Say whether there is a learning rate to choose that counts beyond the first steps."""
    if isinstance(descent.learning_rate, Adaptive):
        return False
    if descent.optimizer is None:
        return True
    return not is_rate_free(descent.optimizer) and depends_on_rate(descent.optimizer)


def _fixed_step_length(descent: Descent) -> str | None:
    """Say so of an optimizer whose steps do not shrink with the gradient."""
    if descent.optimizer is None or not is_scale_free(descent.optimizer):
        return None
    name = type(descent.optimizer).__name__
    advice = "let the rate fall, as rates.Cosine does."
    steps = last_steps(descent)
    if steps is None:
        return f"Steps of {name} do not shrink with the gradient: {advice}"
    length = float(np.median(np.abs(steps).max(axis=1)))
    if length < FIXED_LENGTH * descent.learning_rates[-1]:
        return None
    return f"Steps of {name} are about {length:.2g} long, however small the gradient: {advice}"
