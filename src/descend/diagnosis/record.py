"""The record of a diagnosis: sentences, and the numbers behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from descend.support.numbers import counted

if TYPE_CHECKING:
    from descend.protocols import Array
    from descend.records.descent import Descent

NAMED = 10
"""Coordinates or rates that a sentence names; of more it gives the count."""


class Diagnosis(NamedTuple):
    """Why a descent ended as it did; `str()` of it is the explanation.

    A number that is not known, or was not needed, is None.

    Attributes
    ----------
    status
        The run's status; of several runs, the worst.
    sentences
        The explanation.
    curvature
        The largest curvature found along the path.
    scaled_curvature
        The largest curvature at the end in an adaptive optimizer's own scale: the largest
        eigenvalue of `P**-1 H`, where a gradient `g` moves the point by `rate * P**-1 g` in all.
        For Adam `P` is the diagonal of `sqrt(square / (1 - beta2**t)) + eps`.
    stable_rate
        The rate below which the optimizer is stable at that curvature, with its scales fixed as
        they were at the end if it is adaptive.
    working_rate
        A rate that was tried from the same start and did not diverge.
    end_curvature, lowest_curvature, condition
        The largest and the smallest curvature at the end; their ratio where both are positive: at
        least this much, of more than thirty coordinates.
    growth
        The factor by which the gradient grew a step, before a run diverged.
    cosine
        The mean cosine of the angle between successive steps, of the last ones: -1 is to and fro.
    coordinates
        The names of those along which the run grew, oscillated, or could still fall.
    not_finite_at
        The point at which the function was not finite.
    """

    status: str
    sentences: tuple[str, ...]
    curvature: float | None = None
    scaled_curvature: float | None = None
    stable_rate: float | None = None
    working_rate: float | None = None
    end_curvature: float | None = None
    lowest_curvature: float | None = None
    condition: float | None = None
    growth: float | None = None
    cosine: float | None = None
    coordinates: tuple[str, ...] = ()
    not_finite_at: Array | None = None

    def __str__(self) -> str:
        """Return the explanation."""
        return " ".join(self.sentences)

    def adding(self, *sentences: str) -> Diagnosis:
        """Return the diagnosis with more sentences."""
        return self._replace(sentences=(*self.sentences, *sentences))


def main_coordinates(descent: Descent, direction: Array) -> tuple[str, ...]:
    """Return the names of a direction's largest coordinates, at least half the largest."""
    size = np.abs(direction)
    order = np.argsort(-size, kind="stable")
    return tuple(descent.names[j] for j in order if size[j] >= size.max() / 2)


def listed(names: tuple[str, ...], most: int = 3) -> str:
    """Return names as a sentence lists them."""
    if len(names) > most:
        return f"{', '.join(names[:most])} and {len(names) - most} more"
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def length_of(descent: Descent) -> str:
    """Return how many steps or epochs there were."""
    return counted(descent.nit, descent.unit)
