"""Stochastic descent with variance reduction, by the slope that each row had before.

For a mean of losses over rows, the gradient of one row is an unbiased estimate of the mean. The
stored slopes of the rows reduce its variance::

    g = (slope of the row - stored slope of the row) * x + mean of the stored gradients

The estimate stays unbiased, and its variance goes to zero at the minimum. So the rate need not
fall, and the error falls by a factor an epoch. For a linear model one number a row and output is
stored. SVRG and SAGA differ in when it is renewed.
"""

from typing import NamedTuple, NoReturn

from descend.protocols import Array, Memory, Rate, Update


class SAGA(NamedTuple):
    """Stored slopes are renewed one by one, each when its row is visited.

    At each step, for a row `i` of `n` (or the mean over a batch of them), with its slope `r`::

        g = (r - known[i]) * x[i] + mean
        w = prox(w - rate * (g + penalty.gradient(w)), rate)
        mean += (r - known[i]) * x[i] / n
        known[i] = r

    All known slopes are zero at first. On sparse rows, a coordinate that a row does not have is
    updated when it is next used, by all steps since: the result is that of dense rows. The safe
    rate is `1 / (3 L)`, with the largest curvature `L` of a row's loss.

    Examples
    --------
    >>> import numpy as np
    >>> from descend import DescentRegressor
    >>> X = np.random.default_rng(0).standard_normal((50, 2))
    >>> model = DescentRegressor(optimizer="saga", batch_size=1, alpha=0.0)
    >>> model.fit(X, X @ [1.0, -2.0] + 3).coef_.round(4)
    array([ 1., -2.])

    References
    ----------
    A. Defazio, F. Bach and S. Lacoste-Julien, SAGA: a fast incremental gradient method with support
    for non-strongly convex composite objectives (2014).
    """

    @property
    def memory(self) -> tuple[str, ...]:
        return ()

    @property
    def reach(self) -> float:
        """The safe rate, in units of one over the largest curvature of a row."""
        return 1 / 3

    @property
    def elementwise(self) -> bool:
        """Refused as a step is: what would be element-wise is a step along rows."""
        refuse_without_rows(self)

    def step(self, w: Array, g: Array, memory: Memory, rate: Rate, t: float) -> Update:
        refuse_without_rows(self)


class SVRG(NamedTuple):
    """Stochastic variance reduced gradient: all known slopes are renewed at once, now and then.

    Every few epochs, the slopes of all rows at `w` become the known ones. At each step between, for
    a row `i` with its slope `r`::

        g = (r - known[i]) * x[i] + mean
        w = prox(w - rate * (g + penalty.gradient(w)), rate)

    Sparse rows, batches and penalties are treated as by `SAGA`. The safe rate is `1 / (5 L)`, with
    the largest curvature `L` of a row's loss: theory asks for less than `1 / (4 L)`.

    Parameters
    ----------
    every
        Epochs from one renewal to the next, at least 1: 2 in the paper for convex problems.

    Examples
    --------
    >>> import numpy as np
    >>> from descend import DescentRegressor
    >>> X = np.random.default_rng(0).standard_normal((50, 2))
    >>> model = DescentRegressor(optimizer="svrg", batch_size=1, alpha=0.0)
    >>> model.fit(X, X @ [1.0, -2.0] + 3).coef_.round(4)
    array([ 1., -2.])

    References
    ----------
    R. Johnson and T. Zhang, Accelerating stochastic gradient descent using predictive variance
    reduction (2013); L. Xiao and T. Zhang, A proximal stochastic gradient method with progressive
    variance reduction (2014).
    """

    every: int = 2

    @property
    def memory(self) -> tuple[str, ...]:
        return ()

    @property
    def reach(self) -> float:
        """The safe rate, in units of one over the largest curvature of a row."""
        return 1 / 5

    @property
    def elementwise(self) -> bool:
        """Refused as a step is: what would be element-wise is a step along rows."""
        refuse_without_rows(self)

    def step(self, w: Array, g: Array, memory: Memory, rate: Rate, t: float) -> Update:
        refuse_without_rows(self)


def refuse_without_rows(optimizer: SAGA | SVRG) -> NoReturn:
    """Raise a ValueError: a step that is not along rows of data is not defined."""
    raise ValueError(
        f"{type(optimizer).__name__} remembers a slope for each row of data: give it to an "
        "estimator's fit with a batch_size of some rows; on a function, on all rows at once, in "
        "partial_fit, within other optimizers and in other coordinates take 'sgd' instead"
    )
