"""Rates as functions of the step count `t` = 1, 2, ..."""

from typing import NamedTuple

import numpy as np

from descend.typing import Array


class Constant(NamedTuple):
    """The same rate at every step.

    Parameters
    ----------
    rate
        A number, or an array of one rate a run.

    Examples
    --------
    >>> import numpy as np
    >>> Constant(0.1)(np.array([1.0, 2.0]))
    array([0.1, 0.1])
    """

    rate: float | Array

    def __call__(self, t: Array) -> Array:
        return np.full(np.broadcast_shapes(np.shape(t), np.shape(self.rate)), self.rate)
