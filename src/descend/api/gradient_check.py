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
from descend.objectives.functions.difference_quotients import slope_by_values
from descend.protocols import Array, Objective

TELLING = 1e-3
"""Differences tell something if they are known to this share of the slopes met nearby."""

FLAT = 1e-6
"""The same, as a share of the value, where all slopes are zero."""

MOST_NOISE = 1e-6
"""Values that are noisier than this, relatively, are not only rounded, in single precision."""

PERTURBED = 4
"""Points beside the one checked at which the gradient's own rounding shows."""


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
    uncertainty, error, allowed, telling
        How far the differences may be off; the distance of the two gradients beyond that; the
        error that counts as none; the uncertainty up to which the differences tell something,
        `(d,)` each.
    """

    names: tuple[str, ...]
    point: Array
    analytic: Array
    numeric: Array
    uncertainty: Array
    error: Array
    allowed: Array
    telling: Array

    @property
    def wrong(self) -> npt.NDArray[np.bool_]:
        """Which coordinates of the gradient are wrong, `(d,)`."""
        return np.asarray(~(self.error <= self.allowed))

    @property
    def unsettled(self) -> npt.NDArray[np.bool_]:
        """Where differences cannot tell: a kink, a jump, noise, or changes lost in rounding."""
        return np.asarray(~(self.uncertainty <= self.telling))

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
                    f"The differences {place} cannot tell: they do not settle, since the function "
                    "has a kink or a jump there, is noisy, or changes by less than its rounding."
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

    The differences `(f(w + h) - f(w - h)) / 2h` are taken for steps `h`, `h/4`, `h/16`, ... down to
    the coordinate's last digits and extrapolated to the step 0 by Richardson's rule, as far as the
    precision of the function's values allows, which is measured. The result is true if the gradient
    is right; `str()` of it says what is wrong, or that the differences cannot tell.

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
    analytic = np.asarray(walked.value_and_gradient(point)[1], dtype=float)
    slopes = [slope_by_values(walked.value, point, j) for j in range(len(point))]
    numeric, uncertainty, nearby, noise = np.array(slopes).T
    error = np.maximum(np.abs(analytic - numeric) - uncertainty, 0.0)
    size = np.maximum(np.abs(analytic), np.abs(numeric))
    allowed = tolerance * size + _rounding_of_gradient(walked, point, analytic)
    names = problem.names or tuple(f"w[{j}]" for j in range(len(point)))
    flat = _flat(abs(float(walked.value(point))), noise) / np.maximum(np.abs(point), 1.0)
    telling = TELLING * np.maximum(size, nearby) + flat
    return GradientCheck(names, point, analytic, numeric, uncertainty, error, allowed, telling)


def _flat(value: float, noise: Array) -> Array:
    """Return by how little a value changes, over one, where its slope counts as zero.

    Differences of values with a relative rounding `eps` know a slope to about `eps**(2/3)`.
    """
    relative = np.minimum(noise / value, MOST_NOISE) if value else np.zeros_like(noise)
    return np.asarray(value * np.maximum(FLAT, 10 * relative ** (2 / 3)))


def _rounding_of_gradient(objective: Objective, point: Array, analytic: Array) -> Array:
    """Return how far rounding moves a gradient, which may be computed in single precision."""
    random = np.random.default_rng(0)
    # a point that single precision cannot tell from this one moves such a gradient by its rounding
    beside = point * (1 + 1e-3 * random.uniform(-1, 1, (1, len(point))))
    signs = random.choice([-1.0, 1.0], (PERTURBED, len(point)))
    with np.errstate(all="ignore"):
        g = objective.value_and_gradient(beside)[1]
        single = np.array_equal(g, g.astype(np.float32)) and not np.array_equal(g, np.rint(g))
        eps = float(np.finfo(np.float32 if single else np.float64).eps)
        moved = objective.value_and_gradient(point * (1 + eps * signs))[1] - analytic
    moved = np.where(np.isfinite(moved), np.abs(moved), 0.0)
    return np.asarray(4 * (moved.max(axis=0) + eps * np.abs(analytic)))


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
