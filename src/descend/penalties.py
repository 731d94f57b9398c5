"""Penalties: what is added to the mean loss to keep parameters small, element by element.

A penalty has a smooth part, which descends with the loss by its `gradient`, and a part that is not,
which acts after each step by its `prox`. Each part may be nothing.
"""

from typing import NamedTuple

import numpy as np

from descend.typing import Array


class NoPenalty(NamedTuple):
    """No penalty: the loss alone is descended.

    Examples
    --------
    >>> import numpy as np
    >>> NoPenalty().gradient(np.array([3.0, 1.0]))
    array([0., 0.])
    """

    def value(self, w: Array) -> Array:
        return 0.0 * w

    def gradient(self, w: Array) -> Array:
        return 0.0 * w

    def curvature(self, w: Array) -> Array:
        return 0.0 * w

    def prox(self, w: Array, rate: float | Array) -> Array:
        return w


class L2(NamedTuple):
    """Ridge: `alpha / 2 * w**2` for each parameter.

    Parameters
    ----------
    alpha
        The strength, at least 0.

    Examples
    --------
    >>> import numpy as np
    >>> L2(alpha=0.1).gradient(np.array([3.0, -1.0]))
    array([ 0.3, -0.1])

    References
    ----------
    A. E. Hoerl and R. W. Kennard, Ridge regression (1970).
    """

    alpha: float = 1e-4

    def value(self, w: Array) -> Array:
        return 0.5 * self.alpha * w * w

    def gradient(self, w: Array) -> Array:
        return self.alpha * w

    def curvature(self, w: Array) -> Array:
        return self.alpha * np.ones_like(w)

    def prox(self, w: Array, rate: float | Array) -> Array:
        return w
