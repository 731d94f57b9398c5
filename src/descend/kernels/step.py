"""The compiled step over all coordinates, for gradients that come from elsewhere."""

from typing import Any

from descend.kernels.cache import kept
from descend.kernels.dispatch import OPTIONS
from descend.kernels.parameters import step_unpenalised


def step_all(w: Any, g: Any, memory: Any, optimizer: Any, rate: Any, t: Any) -> None:
    """Take one step of an element-wise optimizer, coordinate by coordinate, in one pass.

    NumPy makes an array of every intermediate result; this reads and writes each array once.

    Parameters
    ----------
    w, g, memory
        `(d,)` each; `w` and `memory` are updated in place.
    optimizer
        One of the library's element-wise ones.
    rate, t
        The learning rate and the step count, both floats.
    """
    for j in range(w.shape[0]):
        step_unpenalised(w, j, g[j], memory, optimizer, rate, t)


cached_step_all = kept(step_all, nogil=True, **OPTIONS)
