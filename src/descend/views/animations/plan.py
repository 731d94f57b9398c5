"""The plan of an animation: what is shown of a descent, and at which recorded instants."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from descend.records.descent import Descent
from descend.views.animations.fit_film import MOST_FITS, FitFilm
from descend.views.animations.projection import projected, projection_of
from descend.views.animations.region_film import RegionFilm
from descend.views.picture import Scene, why_no_scene
from descend.views.records.trajectories import Trajectories, keyframes, movement_of

MOST_REGIONS = 150
"""The most frames of regions, each of which is a picture."""

NO_NAMES: Mapping[str, str] = MappingProxyType({})
"""The key of runs without names."""


class Wishes(NamedTuple):
    """What the caller of `animate` chose; `key` holds the names of runs and their colours."""

    seconds: float
    frames_per_second: float
    title: str | None
    window: Sequence[object] | None
    surface: bool
    key: Mapping[str, str] = NO_NAMES
    fit: FitFilm | None = None

    def check(self) -> None:
        """Refuse lengths that no animation has."""
        if not 0 < self.seconds <= 600 or not 0 < self.frames_per_second <= 60:
            raise ValueError(
                "an animation lasts more than 0 and at most 600 seconds, of at most 60 frames "
                f"each, got seconds={self.seconds}, frames_per_second={self.frames_per_second}"
            )

    @property
    def frames(self) -> int:
        """The most frames."""
        return max(2, round(self.seconds * self.frames_per_second))


class Plan(NamedTuple):
    """What is animated: a record, its scene if it has one, and the instants of the frames.

    Of a classifier of two features there are its `regions`, and no scene.
    """

    descent: Descent
    trajectories: Trajectories
    scene: Scene | None
    instants: npt.NDArray[np.int64]
    wishes: Wishes
    regions: RegionFilm | None = None

    @classmethod
    def of(cls, descent: Descent, trajectories: Trajectories, wishes: Wishes, most: int) -> Plan:
        """Return the plan of at most so many frames, closer together where there is movement."""
        if wishes.fit is not None:
            return cls._of_fit(descent, trajectories, wishes, wishes.fit, min(most, MOST_FITS))
        regions = None if wishes.surface else RegionFilm.of(descent, wishes.window)
        if regions is not None:
            shown = keyframes(regions.movement(), min(wishes.frames, most, MOST_REGIONS))
            return cls(descent, trajectories, None, shown, wishes, regions)
        scene = Scene.of(descent, trajectories, wishes.window)
        if scene is None and (seen := projection_of(descent, trajectories)) is not None:
            trajectories, scene = projected(trajectories, seen)
        if wishes.surface and (scene is None or len(scene.names) != 2):
            reason = (
                why_no_scene(descent, trajectories) or "it needs two variables, and here is one"
            )
            raise ValueError(f"there is no surface: {reason}")
        extent = None if scene is None else np.ptp(np.array(scene.window), axis=1)
        instants = keyframes(movement_of(trajectories, extent), min(wishes.frames, most))
        return cls(descent, trajectories, scene, instants, wishes)

    @classmethod
    def _of_fit(
        cls, descent: Descent, trajectories: Trajectories, wishes: Wishes, fit: FitFilm, most: int
    ) -> Plan:
        scene = None if fit.predictions else Scene.of(descent, trajectories, wishes.window)
        if wishes.surface and (scene is None or len(scene.names) != 2):
            raise ValueError("there is no surface of this film: it needs two parameters")
        instants = keyframes(fit.movement(), min(wishes.frames, most))
        return cls(descent, trajectories, scene, instants, wishes)

    @property
    def shows_points(self) -> bool:
        """Whether frames show recorded points, beside the values."""
        return not (self.scene is None and self.regions is None and self.wishes.fit is None)

    @property
    def title(self) -> str:
        """The headline: what the caller chose, or the formula."""
        chosen = self.wishes.title
        return (self.descent.formula or "Descent") if chosen is None else chosen

    def frame_steps(self) -> npt.NDArray[np.int64]:
        """Return the step that each frame shows."""
        return self.steps[self.instants]

    @property
    def steps(self) -> npt.NDArray[np.int64]:
        """The step of each recorded instant: of the points, or without a scene of the values."""
        if not self.shows_points:
            return np.arange(len(self.trajectories.values))
        return self.trajectories.point_steps
