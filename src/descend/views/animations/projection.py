"""The path of a record of more than two variables, projected for a film."""

from __future__ import annotations

import numpy as np

from descend.experiments.landscapes.landscape import landscape
from descend.experiments.landscapes.loss_landscape import LossLandscape
from descend.records.descent import Descent
from descend.views.losses.loss_landscapes import subject_on
from descend.views.picture import Scene
from descend.views.records.paths import FEW_RUNS
from descend.views.records.trajectories import Trajectories, drawable, objective_of

POINTS = 41
"""Points of the landscape along each direction."""


def projection_of(descent: Descent, trajectories: Trajectories) -> LossLandscape | None:
    """Return the landscape of a record on the principal components of its path.

    None if it has no more than two variables or too many runs, or no plane that shows its path.
    """
    if len(descent.names) <= 2 or trajectories.n_runs > FEW_RUNS:
        return None
    if descent.points is None or objective_of(descent) is None:
        return None
    try:
        return landscape(descent, directions="path", points=POINTS)
    except ValueError:
        return None


def projected(trajectories: Trajectories, seen: LossLandscape) -> tuple[Trajectories, Scene]:
    """Return trajectories with the path on a plane, whose values stay true, and their scene."""
    assert seen.path is not None
    subject = subject_on(seen)
    own = trajectories._replace(points=seen.path.coordinates, point_steps=seen.path.steps)
    places = drawable(np.asarray(own.points))
    known = (subject.window, subject.minima, subject.saddles)
    return own, Scene(own, places, subject.objective, subject.names, *known, seen)
