"""Stochastic descent whose noise dies away by itself: what each row said last is remembered.

For a mean of losses over rows, the gradient of one row is a noisy guess of all. What is known of
the slopes that the rows had before makes the guess better::

    g = (slope of the row now - slope known of the row) * x + mean of all that is known
    known, mean = what they say now, renewed sooner or later

The guess stays right in the mean, and its noise goes to zero at the minimum, since the known slopes
come to be those there. So the rate need not fall, and the error falls by a factor an epoch. For a
linear model, what is known is one number a row and output. SVRG and SAGA differ in when it is
renewed.
"""

from typing import NamedTuple, NoReturn

from descend.protocols import Array, Memory, Rate, Update


class SAGA(NamedTuple):
    """Known slopes are renewed one by one, each when its row is visited.

    At each step, for a row `i` of `n` (or the mean over a batch of them), with its slope `r`::

        g = (r - known[i]) * x[i] + mean
        w = prox(w - rate * (g + penalty.gradient(w)), rate)
        mean += (r - known[i]) * x[i] / n
        known[i] = r

    Nothing is known at first. On sparse rows, the coordinates that a row does not have are moved
    when they are next looked at, by the steps that they have missed: the result is that of dense
    rows. The safe rate is `1 / (3 L)`, with the largest curvature `L` of a row's loss.

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

    def step(self, w: Array, g: Array, memory: Memory, rate: Rate, t: float) -> Update:
        refuse_without_rows(self)


def refuse_without_rows(optimizer: SAGA | SVRG) -> NoReturn:
    """Refuse a step that is not one along rows of data.

    Raises
    ------
    ValueError
        Always.
    """
    raise ValueError(
        f"{type(optimizer).__name__} remembers a slope for each row of data: give it to an "
        "estimator's fit with a batch_size of some rows; on a function, on all rows at once, in "
        "partial_fit, within other optimizers and in other coordinates take 'sgd' instead"
    )
