"""The front door for functions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from descend.api.bounds import limits_of
from descend.api.callbacks import as_scipy_calls, upside_down
from descend.api.defaults import automatic, is_auto, rate_of, untuned
from descend.api.random_starts import Seed
from descend.api.showing import shown, upwards
from descend.api.starts import (
    Start,
    check_finite,
    count_note,
    posed,
    size_of,
    starting_points,
)
from descend.objectives import Gradient
from descend.objectives.composite import Bounded
from descend.objectives.negative import negative, opposite
from descend.optimizers import by_name
from descend.protocols import Array, Optimizer, Record
from descend.rates import WholeStep
from descend.solvers.array_loop import ArrayLoop
from descend.solvers.batched.runs import Batched
from descend.solvers.contract import Observer, Options, Solver
from descend.solvers.curvature_coordinates import FIRST_COORDINATES
from descend.solvers.watching import arrived

if TYPE_CHECKING:
    from descend.records.descent import Descent

RENEWED_CURVATURE = 0.5
"""Wolfe's constant where steps are Newton's at first: fewer trials than 0.1, and no more steps."""


def minimize(
    objective: Any,
    start: Start | None = None,
    *,
    starts: int | None = None,
    optimizer: str | Optimizer | Solver = "auto",
    learning_rate: Any = "auto",
    steps: int = 1000,
    tol: float | None = 1e-8,
    gradient: Gradient = None,
    bounds: Any = None,
    callback: Callable[..., Any] | None = None,
    seconds: float | None = None,
    record: Record = "all",
    seed: Seed = None,
    progress: bool | Literal["live"] = False,
) -> Descent:
    """Minimise a function by gradient descent, from one start or from many at once.

    Parameters
    ----------
    objective
        A formula (`"(x - 1)^2 + y^2"`), a SymPy expression, a Python function of one array, the
        name of a landmark (`"rosenbrock"`), or an object with the methods of
        `descend.protocols.Objective`. Gradients are exact: formulas are derived symbolically,
        Python functions by reverse-mode automatic differentiation, whether they are written with
        NumPy, JAX or PyTorch.
    start
        Where to begin: `(d,)`; `(k, d)` for k runs at once; a mapping of names to numbers,
        `{"x": 1, "y": 2}`, or to arrays `(k,)`; or a number for a function of one variable. (An
        integer k for a function of several is read as `starts=k`, with a note in the record.)
    starts
        Instead of `start`, how many random ones: in the landmark's window, in [-5, 5] for each
        variable of a formula, and within the bounds. One outside the function's domain is drawn
        anew.
    optimizer
        A name ("sgd", "momentum", "adam") or an instance, `descend.optimizers.Adam(beta1=0.8)`, or
        a solver of one's own (`descend.solvers.contract.Solver`).
        "auto" is steepest descent in coordinates learnt from the last gradients
        (`descend.optimizers.LBFGS`), with up to 20 coordinates from the Hessian at the start, too,
        with a line search: it needs no learning rate, and the value never rises. Where it seems to
        have arrived, but a minimum is not confirmed, it goes on in the coordinates of the curvature
        there. With a learning rate, "auto" is plain gradient descent, "sgd".
    learning_rate
        A number; an array, one a run; a schedule or any function of the step count t
        (`descend.rates.Cosine(0.1, steps=900)`); a search (`descend.rates.Wolfe()`); one of these
        as text, "cosine:0.1" (see `descend.rates.by_text`); or "auto": a line search with
        "auto", "lbfgs" and "sgd"; with others a rate a run that is found by trials from its start
        (`descend.solvers.rate_trials.RateTrials`), where it ends no higher than at the rate that
        the paper recommends. That takes up to four times as many gradients as steps; `explain()`
        and the record's `learning_rate` say what was found. Optimizers that find the length of
        their steps themselves keep the paper's rate, 1.
    steps
        The most steps to take, at least 0.
    tol
        A run may have converged when the norm of its gradient is at most `tol` times the largest it
        has met, and its last step moved no coordinate further than `tol` times the coordinate's
        size, or than `tol` if that is below one; or when a line search finds nothing lower. It has
        if second derivatives there confirm a minimum, whatever the units of the variables: the
        decrease that Newton's method still predicts is at most `(10 * tol)**2` of that so far, or
        lost in the value's rounding, its step is short, and nothing lower is found beside the
        point. With more than 100 coordinates conjugate gradients stand for Newton's method. 0 or
        None: a run ends before its steps are used only where nothing is left to gain.
    gradient
        The gradient of a Python function, if it should not be derived; True if the function
        returns `(value, gradient)`; "numpy", "jax" or "torch" to say what derives it;
        "differences" of its values for one that none of these can follow. Once it has had a value,
        the function is not defined where it raises ValueError or ArithmeticError; a warning names
        the first.
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
        Whether to show a progress bar on standard error. "live" shows the descent on a page in the
        browser, served to this machine alone, with a button that ends it; of several runs, the
        first.

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

    >>> descent = descend.minimize("himmelblau", starts=20, seed=0)
    >>> len({tuple(x) for x in descent.x.round(3)})
    4

    Within bounds:

    >>> bounded = descend.minimize("(x - 1)^2 + (y - 3)^2", [5, 5], bounds={"x": (2, None)})
    >>> bounded.x.round(6)
    array([2., 3.])
    """
    problem = posed(objective, start, gradient)
    _check_counts(steps, tol, record)
    check_seconds(seconds)
    limits = None if bounds is None else limits_of(bounds, problem.names, size_of(start, problem))
    points = starting_points(start, problem, seed, limits, starts)
    solver = solver_for(optimizer, learning_rate, points, steps)
    check_finite(problem, points)
    if not (callback is None or callable(callback)):
        raise ValueError(f"callback={callback!r} is not a function: give one of the point")
    own = () if callback is None else (as_scipy_calls(callback, single=points.ndim == 1),)
    options = Options(
        steps, tol or 0.0, record, seconds, names=problem.names or (), formula=problem.formula
    )
    with shown(progress, problem, points, steps) as (watched, callbacks):
        objective = problem.objective if limits is None else Bounded(problem.objective, *limits)
        descent = solver.solve(objective, points, options, Observer(*own, *callbacks))
        if watched is not None:
            descent = arrived(watched, descent)
    notes = count_note(start, points)
    return replace(descent, notes=(*descent.notes, *notes)) if notes else descent


def maximize(
    objective: Any,
    start: Start | None = None,
    *,
    starts: int | None = None,
    optimizer: str | Optimizer | Solver = "auto",
    learning_rate: Any = "auto",
    steps: int = 1000,
    tol: float | None = 1e-8,
    gradient: Gradient = None,
    bounds: Any = None,
    callback: Callable[..., Any] | None = None,
    seconds: float | None = None,
    record: Record = "all",
    seed: Seed = None,
    progress: bool | Literal["live"] = False,
) -> Descent:
    """Maximise a function by gradient ascent: the descent of its negative.

    Parameters are those of `minimize`.

    Returns
    -------
    Descent
        The record of the ascent: its values and gradients are the function's own, `best_x` is
        where it was largest, and pictures show the function. `message` and `explain()` tell of the
        negative's descent.

    Raises
    ------
    ValueError
        As `minimize`.

    Examples
    --------
    >>> import descend
    >>> ascent = descend.maximize("1 - (x - 2)^2", [0.0])
    >>> ascent.x.round(6), round(ascent.fun, 6)
    (array([2.]), 1.0)
    """
    problem = posed(objective, start, gradient)
    descent = minimize(
        negative(problem),
        start,
        starts=starts,
        optimizer=optimizer,
        learning_rate=learning_rate,
        steps=steps,
        tol=tol,
        bounds=bounds,
        callback=upside_down(callback) if callable(callback) else callback,
        seconds=seconds,
        record=record,
        seed=seed,
        progress=upwards(progress, problem),
    )
    assert descent.objective is not None
    return descent.upside_down(opposite(descent.objective, descent.formula), problem.formula)


def solver_for(optimizer: Any, learning_rate: Any, points: Array, steps: int) -> Solver:
    """Return the solver that the caller's words mean: the array loop, or one that was given."""
    finds_rate = is_auto(learning_rate)
    if isinstance(optimizer, Solver) and not isinstance(optimizer, type):
        if not finds_rate:
            raise ValueError(
                f"learning_rate={learning_rate!r} goes with an optimizer, and "
                f"{type(optimizer).__name__} is a solver, which chooses its own steps: leave it out"
            )
        return optimizer
    if is_auto(optimizer):
        optimizer = automatic(points, finds_rate)
    chosen = by_name(optimizer)
    if not finds_rate:
        return Batched(ArrayLoop(chosen, rate_of(learning_rate, points, steps)))
    # a sweep passes what "auto" is as an instance
    if chosen != automatic(points, untuned=True):
        return untuned(chosen)
    few = points.shape[-1] <= FIRST_COORDINATES
    rate = WholeStep(curvature=RENEWED_CURVATURE) if few else WholeStep()
    return Batched(ArrayLoop(chosen, rate, renewing=True))


def _check_counts(steps: int, tol: float | None, record: Record) -> None:
    if isinstance(steps, bool) or not isinstance(steps, int | np.integer) or steps < 0:
        raise ValueError(f"steps={steps!r} must be an integer (int), at least 0")
    if tol is not None and not (isinstance(tol, int | float | np.number) and tol >= 0):
        raise ValueError(f"tol={tol!r} must be a number, at least 0, or None for no rule")
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
