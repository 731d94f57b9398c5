"""The front door for functions."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

import numpy as np

from descend.bounds import limits_of
from descend.engine.history import Record
from descend.engine.lanes import walk
from descend.engine.loop import Callback
from descend.engine.progress import bar
from descend.engine.stopping import GradientShrunk
from descend.objectives import Gradient, as_problem
from descend.objectives.composite import Bounded
from descend.optimizers import SGD, LimitedMemory, by_name, recommended_rate
from descend.rates import Constant, Monotone, WholeStep, by_text, refuse_out_of_range
from descend.starts import Seed, Start, check_finite, names_of, size_of, starting_points
from descend.typing import Adaptive, Array, Objective, Optimizer, Schedule, Search

if TYPE_CHECKING:
    from descend.descent import Descent

MOST_PAIRS = 200
"""The most steps that "auto" remembers: each costs two passes over the coordinates a step."""

REMEMBERED = 2**27
"""Bytes that "auto" may remember before it is content with the last ten steps."""


def minimize(
    objective: Any,
    start: Start,
    *,
    optimizer: str | Optimizer = "auto",
    learning_rate: Any = "auto",
    steps: int = 1000,
    tol: float = 1e-8,
    gradient: Gradient = None,
    bounds: Any = None,
    callback: Callable[..., Any] | None = None,
    seconds: float | None = None,
    record: Record = "all",
    seed: Seed = None,
    progress: bool = False,
) -> Descent:
    """Minimise a function by gradient descent, from one start or from many at once.

    Parameters
    ----------
    objective
        A formula (`"(x - 1)^2 + y^2"`), a SymPy expression, a Python function of one array, the
        name of a landmark (`"rosenbrock"`), or an object with the methods of
        `descend.typing.Objective`. Gradients are exact: formulas are derived symbolically, Python
        functions by reverse-mode automatic differentiation, whether they are written with NumPy,
        JAX or PyTorch.
    start
        Where to begin: `(d,)`; `(k, d)` for k runs at once; a mapping of names to numbers,
        `{"x": 1, "y": 2}`, or to arrays `(k,)`; or an integer k for k random starts in the
        landmark's window, in [-5, 5] for each variable of a formula.
    optimizer
        A name ("sgd", "momentum", "adam") or an instance, `descend.optimizers.Adam(beta1=0.8)`.
        "auto" is steepest descent in coordinates learnt from the last gradients
        (`descend.optimizers.LimitedMemory`) with a line search: it needs no learning rate, and the
        value never rises. With a learning rate, "auto" is plain gradient descent, "sgd".
    learning_rate
        A number; an array, one a run; a schedule or any function of the step count t
        (`descend.rates.Cosine(0.1, steps=900)`); a search (`descend.rates.Wolfe()`); one of these
        as text, "cosine:0.1" (see `descend.rates.by_text`); or "auto": a line search with
        "auto", "lbfgs" and "sgd", with others the rate that their paper recommends.
    steps
        The most steps to take, at least 0.
    tol
        A run has converged when the norm of its gradient is at most `tol` times the largest it has
        met, and its last step moved no coordinate further than `tol` times the coordinate's size,
        or than `tol` if that is below one. A line search has converged, too, where what is left of
        the gradient is lost in the rounding of the value.
    gradient
        The gradient of a Python function, if it should not be derived; True if the function
        returns `(value, gradient)`; "autograd", "jax" or "torch" to say what derives it;
        "differences" of its values for one that none of these can follow.
    bounds
        Between which numbers each coordinate stays: a pair `(low, high)` for each, None in it for
        no bound; a mapping of a formula's names to pairs, `{"x": (0, None)}`; or a
        `scipy.optimize.Bounds`. A start outside is moved to the nearest point inside. At a bound
        that holds a coordinate back the record's gradient is zero.
    callback
        Called after each step as SciPy does: as `callback(intermediate_result=result)` if that is
        its parameter's name, with `x`, `fun` and `nit` in the result, else as `callback(x)`.
        Raising `StopIteration` ends the descent.
    seconds
        The time budget: after the step in which it is used up the runs end as "stopped". None for
        no limit.
    record
        Which points to keep: "all", every k-th (an integer), "values" (none, but the values), or
        None (nothing but the end). A point takes `8 * k * d` bytes.
    seed
        Seeds the random starts: a whole number, or a `numpy.random.Generator`.
    progress
        Whether to show a progress bar on standard error.

    Returns
    -------
    Descent
        The end, the history, and how to see it. With k starts each of its entries has one row a
        run; a run that ends does not hold up the others. `x` is the last point and `best_x` the
        best; with a line search the last is the best.

    Raises
    ------
    ValueError
        If an argument is out of its range, the formula cannot be read, or the value at a start
        is not finite.

    Examples
    --------
    >>> import descend
    >>> descent = descend.minimize("(x - 1)^2 + 10*(y + 2)^2", {"x": 5, "y": 5})
    >>> descent.status, descent.x.round(4)
    ('converged', array([ 1., -2.]))

    Many starts at once, in the landmark's window:

    >>> descent = descend.minimize("himmelblau", 20, seed=0)
    >>> len({tuple(x) for x in descent.x.round(3)})
    4

    Within bounds:

    >>> bounded = descend.minimize("(x - 1)^2 + (y - 3)^2", [5, 5], bounds={"x": (2, None)})
    >>> bounded.x.round(6)
    array([2., 3.])
    """
    problem = as_problem(objective, gradient=gradient, names=names_of(start))
    _check_counts(steps, tol, record)
    check_seconds(seconds)
    limits = None if bounds is None else limits_of(bounds, problem.names, size_of(start, problem))
    points = starting_points(start, problem, seed, limits)
    untuned = isinstance(learning_rate, str) and learning_rate == "auto"
    if isinstance(optimizer, str) and optimizer == "auto":
        optimizer = automatic(points, untuned)
    chosen = by_name(optimizer)
    rate = _auto_rate(chosen) if untuned else _rate(learning_rate, points, steps)
    check_finite(problem, points)
    if not (callback is None or callable(callback)):
        raise ValueError(f"callback={callback!r} is not a function: give one of the point")
    own = () if callback is None else (_scipy_callback(callback, single=points.ndim == 1),)
    with bar(steps) if progress else nullcontext() as advance:
        callbacks = own if advance is None else (*own, advance)
        return walk(
            problem.objective if limits is None else Bounded(problem.objective, *limits),
            points,
            chosen,
            rate,
            steps=steps,
            stopping=GradientShrunk(tol),
            record=record,
            callback=_together(callbacks) if callbacks else None,
            seconds=seconds,
            names=problem.names or (),
            formula=problem.formula,
        )


def maximize(
    objective: Any,
    start: Start,
    *,
    optimizer: str | Optimizer = "auto",
    learning_rate: Any = "auto",
    steps: int = 1000,
    tol: float = 1e-8,
    gradient: Gradient = None,
    bounds: Any = None,
    callback: Callable[..., Any] | None = None,
    seconds: float | None = None,
    record: Record = "all",
    seed: Seed = None,
    progress: bool = False,
) -> Descent:
    """Maximise a function by gradient ascent: `minimize` of its negative.

    Parameters are those of `minimize`. The values, gradients and `fun` of the record are those of
    the negative function, `-f`.

    Returns
    -------
    Descent
        The record of the descent of `-f`.

    Raises
    ------
    ValueError
        As `minimize`.

    Examples
    --------
    >>> import descend
    >>> descend.maximize("1 - (x - 2)^2", [0.0]).x.round(6)
    array([2.])
    """
    problem = as_problem(objective, gradient=gradient, names=names_of(start))
    negative = problem._replace(
        objective=Negative(problem.objective),
        formula=None if problem.formula is None else f"-({problem.formula})",
    )
    return minimize(
        negative,
        start,
        optimizer=optimizer,
        learning_rate=learning_rate,
        steps=steps,
        tol=tol,
        bounds=bounds,
        callback=callback,
        seconds=seconds,
        record=record,
        seed=seed,
        progress=progress,
    )


class Negative:
    """An objective upside down."""

    def __init__(self, objective: Objective) -> None:
        self.objective = objective

    def value(self, w: Array) -> Array:
        """Return minus the value."""
        return -self.objective.value(w)

    def value_and_gradient(self, w: Array) -> tuple[Array, Array]:
        """Return minus the value and minus the gradient."""
        value, g = self.objective.value_and_gradient(w)
        return -value, -g

    def hessian_product(self, w: Array, v: Array) -> Array:
        """Return minus the Hessian times `v`."""
        return -self.objective.hessian_product(w, v)


def _check_counts(steps: int, tol: float, record: Record) -> None:
    if isinstance(steps, bool) or not isinstance(steps, int | np.integer) or steps < 0:
        raise ValueError(f"steps={steps!r} must be an integer (int), at least 0")
    if not (isinstance(tol, int | float | np.number) and tol >= 0):
        raise ValueError(f"tol={tol!r} must be a number, at least 0")
    counted = isinstance(record, int | np.integer) and not isinstance(record, bool) and record >= 1
    if not (record is None or record in ("all", "values") or counted):
        raise ValueError(
            f"record={record!r} must be 'all', a whole number k for every k-th point, 'values', "
            "or None"
        )


def check_seconds(seconds: float | None) -> None:
    """Refuse what is no time budget."""
    number = isinstance(seconds, int | float | np.number) and not isinstance(seconds, bool)
    if seconds is not None and not (number and seconds > 0):
        raise ValueError(f"seconds={seconds!r} must be a number above 0, or None for no limit")


def automatic(points: Array, untuned: bool) -> Optimizer:
    """Return the optimizer that "auto" is, from these points, with a learning rate and without."""
    return LimitedMemory(_pairs(points)) if untuned else SGD()


def _pairs(points: Array) -> int:
    """Return how many steps to remember: twice the coordinates, if there is room for that."""
    room = REMEMBERED // (2 * points.nbytes)
    return int(min(max(2 * points.shape[-1], 5), max(10, min(room, MOST_PAIRS))))


def _auto_rate(optimizer: Optimizer) -> Schedule | Search:
    """Return the learning rate that needs no tuning."""
    if isinstance(optimizer, SGD):
        return Monotone()
    if isinstance(optimizer, LimitedMemory):
        return WholeStep()
    return Constant(recommended_rate(optimizer))


def _rate(learning_rate: Any, points: Array, steps: int) -> Schedule | Adaptive | Search:
    """Return a schedule, an adaptive rate or a search from what the caller gave."""
    if isinstance(learning_rate, str):
        return by_text(learning_rate, steps)
    if isinstance(learning_rate, Adaptive) or callable(learning_rate):
        if isinstance(learning_rate, type):
            raise ValueError(f"learning_rate={learning_rate!r} is a class: give an instance of it")
        refuse_out_of_range(learning_rate)
        chosen: Schedule | Adaptive | Search = learning_rate
        return chosen
    try:
        rate = np.asarray(None if isinstance(learning_rate, bool) else learning_rate, dtype=float)
    except (TypeError, ValueError):
        rate = np.asarray(np.nan)
    if rate.ndim > 1 or not np.isfinite(rate).all() or not (rate > 0).all():
        raise ValueError(f"learning_rate={learning_rate!r} must be positive and finite")
    if rate.ndim == 1 and (points.ndim == 1 or len(rate) != len(points)):
        runs = 1 if points.ndim == 1 else len(points)
        raise ValueError(f"there are {len(rate)} learning rates for {runs} run(s): give one a run")
    return Constant(float(rate) if rate.ndim == 0 else rate)


def _together(callbacks: tuple[Callback, ...]) -> Callback:
    """Return one callback that calls all."""

    def call(w: Array, value: Array) -> None:
        for callback in callbacks:
            callback(w, value)

    return call


def _scipy_callback(callback: Callable[..., Any], single: bool) -> Callback:
    """Return the user's callback in the loop's form."""
    try:
        named = "intermediate_result" in inspect.signature(callback).parameters
    except (TypeError, ValueError):
        named = False
    count = 0

    def call(w: Array, value: Array) -> None:
        nonlocal count
        count += 1
        x = w[0].copy() if single else w.copy()
        if not named:
            callback(x)
            return
        from scipy.optimize import OptimizeResult

        fun = value[0].item() if single else value.copy()
        result = OptimizeResult()
        result.update(x=x, fun=fun, nit=count)
        callback(intermediate_result=result)

    return call
