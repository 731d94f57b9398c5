"""The arrays: `w` is `(..., d)`, coordinates in the last axis, independent runs in the others."""

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Array: TypeAlias = npt.NDArray[np.floating[Any]]
"""An array of float32 or float64."""

Memory: TypeAlias = tuple[Array, ...]
"""What an optimizer remembers of the steps before: arrays shaped like `w`."""

Rate: TypeAlias = float | Array
"""A learning rate: one for all runs, or an array that broadcasts against `w`."""

Update: TypeAlias = tuple[Array, Memory]
"""What a step returns: the next `w` and the next memory."""
