"""What moves on a panel of a film, in the coordinates of its axes."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from descend.protocols import Array
from descend.views.animations.fit_motion import MovingCells, MovingHeights
from descend.views.animations.region_film import RegionFilm
from descend.views.records.ends import Ends

NO_PLACES: Array = np.empty((0, 2))


class Detail(NamedTuple):
    """How much of a plan moves: which `runs`, and what their lines go through from frame to frame.

    `instants` of the recorded points and `steps` of the values hold at least those of the frames.
    """

    runs: npt.NDArray[np.int64]
    instants: npt.NDArray[np.int64]
    steps: npt.NDArray[np.int64]


class Motion(NamedTuple):
    """Where k runs are at n instants, and what goes with them.

    `places` `(n, k, 2)` are NaN where a run is hidden, None if no run is shown alone; the frames
    show the `rows` `(frames,)` of them, between which the runs leave a `line`, or are balls that
    jump. `slopes` `(frames, k)` are those of tangents; `cursor` `(frames,)` is the step that is
    shown. `minima` and `saddles`, `(m, 2)`, stay where they are. `regions` are a classifier's, at
    the recorded instants `rows`; `heights` and `cells` are a fit's.
    """

    places: Array | None
    rows: npt.NDArray[np.int64]
    line: bool = True
    slopes: Array | None = None
    cursor: npt.NDArray[np.int64] | None = None
    ends: Ends | None = None
    minima: Array = NO_PLACES
    saddles: Array = NO_PLACES
    regions: RegionFilm | None = None
    heights: MovingHeights | None = None
    cells: MovingCells | None = None
