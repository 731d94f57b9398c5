"""How near a run ended to the largest stable rate."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from descend.diagnosis.curvature import largest_curvature
from descend.diagnosis.fixed_scale_stability import fixed_scale_stability
from descend.diagnosis.movement import last_steps, mean_cosine
from descend.diagnosis.record import Diagnosis, listed, main_coordinates
from descend.optimizers.traits import stable_rate
from descend.rates.found import constant_rate

if TYPE_CHECKING:
    from descend.curvature.lanczos import Spectrum
    from descend.records.descent import Descent

OSCILLATING = -0.8
"""Steps whose mean cosine is at most this go to and fro."""

EDGE = 0.7
"""A rate above this share of the largest that is stable is near the edge of stability."""

LARGER = 1.001
"""A curvature counts as larger than another from this ratio on."""


class Stability(NamedTuple):
    """The largest stable rate of an optimizer, and the curvature that it follows from.

    The curvature is that at the end, in the optimizer's own scale if it is `scaled` (one for each
    coordinate); `decays` says whether that scale decays with the gradient, `crossed` whether the
    curvature is that of a point which the last step crosses.
    """

    name: str
    rate: float
    curvature: float
    scaled: bool = False
    decays: bool = False
    crossed: bool = False

    def near(self, rate: float) -> str:
        """Say how near a rate is to the largest that is stable."""
        near = (
            f"the rate {rate:.4g} is {rate / self.rate:.3g} times the largest that is stable, "
            f"{self.rate * self.curvature:.3g}/L = {self.rate:.4g}"
        )
        if self.crossed:
            return (
                f"{near}, where L = {self.curvature:.4g} is the largest curvature that they cross"
            )
        if not self.scaled:
            return near
        return f"{near}, where L = {self.curvature:.4g} is the curvature in {self.name}'s own scale"


def stability(descent: Descent, spectrum: Spectrum) -> Stability | None:
    """Return what is stable at the end, whose curvatures are given, or None if it is not known.

    Of a run that oscillates, the largest curvature that its last step crosses counts.
    """
    if descent.optimizer is None or spectrum.highest <= 0:
        return None
    name = type(descent.optimizer).__name__
    curvature = spectrum.highest
    if oscillates(descent):
        assert descent.points is not None
        here, there = descent.points[-2:]
        curvature = max(curvature, largest_curvature(descent, (here, (here + there) / 2)) or 0.0)
    crossed = curvature > LARGER * spectrum.highest
    bound = stable_rate(descent.optimizer, curvature)
    if bound is None and constant_rate(descent.learning_rate) is not None:
        own = fixed_scale_stability(descent)
        if own is None:
            return None
        scaled_curvature, rate, held = own
        if not all(held.odd):
            return Stability(name, rate, scaled_curvature, scaled=True, decays=held.decays)
        bound = held.stable_rate(curvature, 0, rate)
    return None if bound is None else Stability(name, bound, curvature, crossed=crossed)


def is_near(descent: Descent, stable: Stability | None) -> bool:
    """Say whether a run at a constant rate ended near the edge of stability, or beyond."""
    if stable is None or constant_rate(descent.learning_rate) is None:
        return False
    return bool(descent.learning_rates[-1] > EDGE * stable.rate)


def with_stability(found: Diagnosis, stable: Stability | None) -> Diagnosis:
    """Return the diagnosis with the numbers of what is stable."""
    if stable is None:
        return found
    if stable.scaled:
        return found._replace(scaled_curvature=stable.curvature, stable_rate=stable.rate)
    return found._replace(curvature=stable.curvature, stable_rate=stable.rate)


def with_oscillation(descent: Descent, found: Diagnosis, stable: Stability | None) -> Diagnosis:
    """Add that the steps oscillate, and along which coordinates, if they do."""
    steps = last_steps(descent)
    if steps is None or descent.jac is None:
        return found
    cosine = mean_cosine(steps)
    found = found._replace(cosine=cosine)
    if not oscillates(descent):
        return found
    names = main_coordinates(descent, steps[-1] / np.abs(steps[-1]).max())
    sentence = f"The steps go to and fro along {listed(names)} (cosine {cosine:.2g})"
    if stable is not None:
        sentence += f": {stable.near(float(descent.learning_rates[-1]))}"
    return found._replace(coordinates=names).adding(f"{sentence}.")


def oscillates(descent: Descent) -> bool:
    """Say whether the last steps at a constant rate go to and fro."""
    steps = last_steps(descent)
    if steps is None or descent.jac is None or constant_rate(descent.learning_rate) is None:
        return False
    return mean_cosine(steps) <= OSCILLATING
