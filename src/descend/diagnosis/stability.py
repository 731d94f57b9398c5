"""How near to the edge of stability a run ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from descend.diagnosis.account import Diagnosis, listed, main_coordinates
from descend.diagnosis.curvature import bending
from descend.diagnosis.movement import last_steps, turning
from descend.diagnosis.preconditioned import preconditioned
from descend.optimizers.traits import stable_rate
from descend.rates import Constant

if TYPE_CHECKING:
    from descend.curvature.lanczos import Spectrum
    from descend.records.descent import Descent

ZIGZAG = -0.8
"""A mean cosine of successive steps below this is a walk to and fro."""

EDGE = 0.7
"""A rate above this share of the largest that is stable is near the edge of stability."""

SAME = 1.001
"""A curvature that is not larger than this many times another is the same."""


class Stability(NamedTuple):
    """The largest stable rate, and the curvature that it follows from.

    Attributes
    ----------
    name
        The optimizer's.
    rate
        The largest that is stable.
    curvature
        The largest at the end; in the optimizer's own scale if it is `scaled`.
    scaled
        Whether the optimizer has a scale of its own for each coordinate.
    fades
        Whether that scale shrinks where there is no gradient.
    crossed
        Whether the curvature is not that at the end, but one that the last step crosses.
    """

    name: str
    rate: float
    curvature: float
    scaled: bool = False
    fades: bool = False
    crossed: bool = False

    def near(self, rate: float) -> str:
        """Say how near a rate is to the largest that is stable."""
        near = (
            f"the rate {rate:.4g} is {rate / self.rate:.3g} times the largest that is "
            f"stable, "
            f"{self.rate * self.curvature:.3g}/L = {self.rate:.4g}"
        )
        if self.crossed:
            return (
                f"{near}, where L = {self.curvature:.4g} is the largest curvature that they cross"
            )
        if not self.scaled:
            return near
        return f"{near}, where L = {self.curvature:.4g} is the curvature in {self.name}'s own scale"


def stability(descent: Descent, bent: Spectrum) -> Stability | None:
    """Return what is stable at the end, whose curvatures are given, or None if nothing is known.

    Of a run that goes to and fro the largest curvature counts that it crosses.
    """
    if descent.optimizer is None or bent.highest <= 0:
        return None
    name = type(descent.optimizer).__name__
    curvature = bent.highest
    if goes_to_and_fro(descent):
        assert descent.points is not None
        here, there = descent.points[-2:]
        met = (bending(descent, w) for w in (here, (here + there) / 2))
        curvature = max([curvature, *(each.highest for each in met if each is not None)])
    crossed = curvature > SAME * bent.highest
    bound = stable_rate(descent.optimizer, curvature)
    if bound is not None:
        return Stability(name, bound, curvature, crossed=crossed)
    own = preconditioned(descent) if isinstance(descent.learning_rate, Constant) else None
    if own is None:
        return None
    if not all(own.held.odd):
        fades = own.held.decays
        return Stability(name, own.stable_rate, own.curvature, scaled=True, fades=fades)
    bound = own.held.stable_rate(curvature, 0, own.stable_rate)
    return None if bound is None else Stability(name, bound, curvature, crossed=crossed)


def is_near(descent: Descent, stable: Stability | None) -> bool:
    """Say whether a run at a constant rate ended near the edge of stability, or beyond."""
    if stable is None or not isinstance(descent.learning_rate, Constant):
        return False
    return bool(descent.learning_rates[-1] > EDGE * stable.rate)


def with_stability(found: Diagnosis, stable: Stability | None) -> Diagnosis:
    """Return the diagnosis with the numbers of what is stable."""
    if stable is None:
        return found
    if stable.scaled:
        return found._replace(scaled_curvature=stable.curvature, stable_rate=stable.rate)
    return found._replace(curvature=stable.curvature, stable_rate=stable.rate)


def with_swings(descent: Descent, found: Diagnosis, stable: Stability | None) -> Diagnosis:
    """Add that the steps go to and fro, and along which coordinates, if they do."""
    steps = last_steps(descent)
    if steps is None or descent.jac is None:
        return found
    cosine = turning(steps)
    found = found._replace(cosine=cosine)
    if not goes_to_and_fro(descent):
        return found
    names = main_coordinates(descent, steps[-1] / np.abs(steps[-1]).max())
    told = f"The steps go to and fro along {listed(names)} (cosine {cosine:.2g})"
    if stable is not None:
        told += f": {stable.near(float(descent.learning_rates[-1]))}"
    return found._replace(coordinates=names).told(f"{told}.")


def goes_to_and_fro(descent: Descent) -> bool:
    """Say whether the last steps at a constant rate go to and fro."""
    steps = last_steps(descent)
    if steps is None or descent.jac is None or not isinstance(descent.learning_rate, Constant):
        return False
    return turning(steps) <= ZIGZAG
