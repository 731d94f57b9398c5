"""Sentences about the landscape where a run ended: a plateau, a ravine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from descend.diagnosis.curvature import condition, steps_for
from descend.diagnosis.record import Diagnosis
from descend.optimizers import SGD
from descend.optimizers.traits import is_scale_free
from descend.rates.found import constant_rate

if TYPE_CHECKING:
    from descend.curvature.lanczos import Spectrum
    from descend.records.descent import Descent

RAVINE = 100.0
"""A condition number from which on plain descent is slow."""

SHARE = 1e-6
"""The share of the distance to the minimum at which descent counts as done."""


def with_curvatures(found: Diagnosis, spectrum: Spectrum) -> Diagnosis:
    """Return the diagnosis with the curvatures at the end."""
    return found._replace(
        end_curvature=spectrum.highest,
        lowest_curvature=spectrum.lowest,
        condition=condition(spectrum),
    )


def plateau(descent: Descent, spectrum: Spectrum) -> str:
    """Say that it ended on a plateau."""
    assert descent.jac is not None
    steepest = max(abs(spectrum.highest), abs(spectrum.lowest))
    flat = (
        f"It is on a plateau: the gradient's norm is {np.linalg.norm(descent.jac):.2g} and no "
        f"curvature is larger than {steepest:.2g}. Start elsewhere"
    )
    if descent.optimizer is None or is_scale_free(descent.optimizer):
        return f"{flat}."
    return (
        f"{flat}, or take an optimizer whose steps do not shrink with the gradient, such as adam."
    )


def with_ravine(descent: Descent, found: Diagnosis) -> Diagnosis:
    """Add how many steps plain descent needs, where the condition number is large."""
    plain = isinstance(descent.optimizer, SGD) and constant_rate(descent.learning_rate) is not None
    if not plain or found.condition is None or found.condition < RAVINE:
        return found
    steps = steps_for(found.condition, SHARE)
    return found.adding(
        f"It descends a ravine: one direction bends {found.condition:.3g} times as much as "
        f"another, and plain descent needs about {steps:,} steps at its best rate to come a "
        'million times nearer. optimizer="auto", or momentum, needs far fewer.'
    )
