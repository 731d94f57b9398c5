"""Where a run ended: on a plateau, in a ravine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from descend.diagnosis.account import Diagnosis
from descend.diagnosis.curvature import condition, steps_for
from descend.optimizers import SGD
from descend.optimizers.traits import is_scale_free
from descend.rates import Constant

if TYPE_CHECKING:
    from descend.curvature.lanczos import Spectrum
    from descend.records.descent import Descent

RAVINE = 100.0
"""A condition number from which on plain descent is slow."""

SHARE = 1e-6
"""What is left of the distance when descent counts as done."""


def with_curvatures(found: Diagnosis, bent: Spectrum) -> Diagnosis:
    """Return the diagnosis with the curvatures at the end."""
    return found._replace(
        end_curvature=bent.highest,
        lowest_curvature=bent.lowest,
        condition=condition(bent),
    )


def plateau(descent: Descent, bent: Spectrum) -> str:
    """Say that it is flat here."""
    assert descent.jac is not None
    steepest = max(abs(bent.highest), abs(bent.lowest))
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
