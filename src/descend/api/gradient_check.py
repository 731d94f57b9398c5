"""Is a gradient right? Compared with differences of the function's own values."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from descend.api.names import names_of
from descend.api.starts import check_finite, given_points
from descend.objectives import Gradient, Problem, as_problem
from descend.protocols import Array, Objective

STEPS = 10
"""How many steps are tried for a coordinate, each half the one before."""

FIRST_STEP = 0.05
"""The longest step, as a share of the coordinate, or of one if that is smaller."""


@dataclass(frozen=True, eq=False)
class GradientCheck:
    """A gradient beside central differences, coordinate by coordinate; true if it is right.

    Attributes
    ----------
    names
        The coordinates' names.
    point
        Where, `(d,)`.
    analytic, numeric
        The gradient that was given or derived, and the one from differences, `(d,)`.
    uncertainty, error, allowed
        How far the differences may be off; the distance of the two gradients beyond that; the
        error that counts as none, `(d,)` each.
    """

    names: tuple[str, ...]
    point: Array
    analytic: Array
    numeric: Array
    uncertainty: Array
    error: Array
    allowed: Array

    @property
    def wrong(self) -> npt.NDArray[np.bool_]:
        """Which coordinates of the gradient are wrong, `(d,)`."""
        return np.asarray(~(self.error <= self.allowed))

    @property
    def unsettled(self) -> npt.NDArray[np.bool_]:
        """Where differences tell nothing, since the function is not smooth, `(d,)`."""
        size = np.maximum(np.abs(self.numeric), np.abs(self.numeric).max())
        return np.asarray(~(self.uncertainty <= 1e-3 * size + 1e-6))

    @property
    def ok(self) -> bool:
        """Whether all coordinates agree, and the differences could tell."""
        return not (self.wrong.any() or self.unsettled.any())

    @property
    def largest_error(self) -> float:
        """The largest distance of a coordinate from its difference."""
        return float(np.abs(self.analytic - self.numeric).max())

    def __bool__(self) -> bool:
        """Return whether the gradient is right."""
        return self.ok

    def __str__(self) -> str:
        """Say which coordinates are wrong, and by how much."""
        if self.ok:
            return (
                f"The gradient is right: the largest of its {len(self.names)} errors is "
                f"{self.largest_error:.2g}."
            )
        told = []
        for j in np.flatnonzero(self.wrong | self.unsettled):
            place = f"by {self.names[j]} at {self.names[j]}={self.point[j]:.6g}"
            if self.unsettled[j]:
                told.append(
                    f"The differences {place} do not settle: the function has a kink or a jump "
                    "there, or is noisy."
                )
            else:
                told.append(
                    f"The derivative {place} is wrong: the gradient says "
                    f"{self.analytic[j]:.8g}, differences say {self.numeric[j]:.8g}"
                    f"{_hint(self.analytic[j], self.numeric[j])}."
                )
        return " ".join(told)


def check_gradient(
    objective: Any,
    w: Any,
    gradient: Gradient = None,
    *,
    tolerance: float = 1e-6,
) -> GradientCheck:
    """Compare a gradient with central differences, and say which coordinate is wrong.

    The differences `(f(w + h) - f(w - h)) / 2h` are taken for steps `h`, `h/2`, `h/4`, ... and
    extrapolated to the step 0 by Richardson's rule, for each coordinate as far as it helps. The
    result is true if the gradient is right; `str()` of it says what is wrong.

    Parameters
    ----------
    objective
        As `descend.minimize`: a formula, a Python function, an objective.
    w
        Where: `(d,)`, or a mapping of names to numbers.
    gradient
        The gradient to check, `(d,)` to `(d,)`; None for the objective's own; True if the function
        returns `(value, gradient)`.
    tolerance
        The relative error that counts as none.

    Raises
    ------
    ValueError
        If the function is not finite at `w`, returns two values for one point, or the gradient
        has another shape than `w`.

    Examples
    --------
    >>> import numpy as np
    >>> import descend
    >>> def slope(w):
    ...     return np.array([2 * w[0], 2 * w[1]])
    >>> print(descend.check_gradient(lambda w: w[0] ** 2 + 3 * w[1] ** 2, [1.0, 2.0], slope))
    The derivative by w[1] at w[1]=2 is wrong: the gradient says 4, differences say 12; it lacks
    the factor 3.

    References
    ----------
    C. J. F. Ridders, Accurate computation of F'(x) and F'(x) F''(x) (1982).
    """
    if not (isinstance(tolerance, int | float | np.number) and tolerance > 0):
        raise ValueError(f"tolerance={tolerance!r} must be a number above 0")
    problem = _problem(objective, gradient, names_of(w, objective))
    point = given_points(w, problem).astype(float)
    if point.ndim != 1:
        raise ValueError(f"a gradient is checked at one point (d,), not at {point.shape}")
    walked = problem.objective
    with warnings.catch_warnings():
        # here it is an error, which names both values
        warnings.filterwarnings("ignore", message=".* changes its mind")
        check_finite(problem, point)
        _refuse_noise(walked, point)
    analytic = walked.value_and_gradient(point)[1]
    numeric, uncertainty = np.array([_difference(walked, point, j) for j in range(len(point))]).T
    error = np.maximum(np.abs(analytic - numeric) - uncertainty, 0.0)
    size = np.maximum(np.abs(analytic), np.abs(numeric))
    names = problem.names or tuple(f"w[{j}]" for j in range(len(point)))
    return GradientCheck(names, point, analytic, numeric, uncertainty, error, tolerance * size)


def _problem(objective: Any, gradient: Gradient, names: tuple[str, ...] | None) -> Problem:
    """Return the problem whose gradient is the one to check, whatever the objective's own."""
    is_function = callable(objective) and not isinstance(objective, Objective)
    if not callable(gradient) or is_function:
        return as_problem(objective, gradient=gradient, names=names)
    from descend.objectives.functions.function import Function

    problem = as_problem(objective, names=names)
    return problem._replace(objective=Function(problem.objective.value, gradient))


def _refuse_noise(objective: Objective, point: Array) -> None:
    """Refuse a function that changes its mind: its differences mean nothing."""
    first, second = float(objective.value(point)), float(objective.value(point))
    if first != second:
        raise ValueError(
            f"the function returned {first:.10g} and then {second:.10g} at the same point: fix "
            "its random numbers, for differences of its values to mean something"
        )


def _difference(objective: Objective, point: Array, j: int) -> tuple[float, float]:
    """Return the derivative by a coordinate from differences, and how far it may be off."""
    first = FIRST_STEP * max(1.0, abs(point[j]))
    steps = first / 2.0 ** np.arange(STEPS)
    ahead, behind = np.tile(point, (2, STEPS, 1))
    ahead[:, j] += steps
    behind[:, j] -= steps
    with np.errstate(all="ignore"):
        above, below, here = (objective.value(w) for w in (ahead, behind, point))
        # the steps as they came out in floating point
        plain = (above - below) / (ahead[:, j] - behind[:, j])
        values = np.abs(np.concatenate([above, below]))
        # a value that happens to be small is still rounded as what it was summed up from
        largest = values[np.isfinite(values)].max(initial=0.0)
        rounding = 4 * np.finfo(float).eps * largest / steps
        slope, uncertainty = _extrapolated(plain, rounding, 4.0)
        # by how much the slopes on either side differ; what bends shows less with each halving
        jump, doubt = _extrapolated((above + below - 2 * here) / steps, 2 * rounding, 2.0)
        return slope, max(uncertainty, 0.5 * (abs(jump) - doubt))


def _extrapolated(plain: Array, rounding: Array, fall: float) -> tuple[float, float]:
    """Return the limit of differences whose steps halve, and its uncertainty.

    A halving divides the error by `fall`, and each column of the table takes the next power of the
    step but one out of it. The best entry differs least from those it was made of.
    """
    best, uncertainty = float("nan"), float("inf")
    column = plain
    for order in range(1, len(plain)):
        power = fall * 4.0 ** (order - 1)
        improved = (power * column[1:] - column[:-1]) / (power - 1)
        spread = np.maximum(np.abs(improved - column[1:]), np.abs(improved - column[:-1]))
        doubt = spread + 2 * rounding[order:]
        doubt[~np.isfinite(doubt)] = np.inf
        i = int(np.argmin(doubt))
        if doubt[i] < uncertainty:
            best, uncertainty = float(improved[i]), float(doubt[i])
        column = improved
    return best, uncertainty


def _hint(analytic: float, numeric: float) -> str:
    """Say what the mistake looks like, if it looks like a usual one."""
    if abs(numeric) < 1e-8 or abs(analytic) < 1e-8:
        return ""
    factor = numeric / analytic
    if abs(factor + 1) < 1e-4:
        return "; its sign is wrong"
    for whole in (2, 3, 4):
        if abs(factor - whole) < 1e-4:
            return f"; it lacks the factor {whole}"
        if abs(1 / factor - whole) < 1e-4:
            return f"; it has a factor {whole} too many"
    return ""
