"""The mean of the last points, without keeping them."""

import numpy as np

from descend.protocols import Array


class SuffixMean:
    """The mean of between the last half and the last three quarters of the points `(d,)` added.

    At each power of two a new part begins, and the mean is that of the last two parts: suffix
    averaging (A. Rakhlin, O. Shamir and K. Sridharan, 2012).

    >>> points = SuffixMean(1)
    >>> for x in range(1, 8):
    ...     points.add(np.array([float(x)]))
    >>> points.mean  # of 2 to 7
    array([4.5])
    """

    def __init__(self, width: int) -> None:
        self._earlier, self._later = np.zeros(width), np.zeros(width)
        self.restart()

    def restart(self) -> None:
        """Forget the points so far."""
        self._earlier[:] = self._later[:] = 0.0
        self._added = self._begun = self._before = 0

    def add(self, w: Array) -> None:
        """Add a point."""
        self._added += 1
        if self._added & (self._added - 1) == 0:
            self._earlier[:], self._later[:] = self._later, 0.0
            self._before, self._begun = self._begun, self._added - 1
        self._later += w

    @property
    def mean(self) -> Array:
        """The mean, of at least one point."""
        mean: Array = (self._earlier + self._later) / (self._added - self._before)
        return mean
