"""Gradient descent in coordinates from sampled curvature, which is sampled anew on the way."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass, replace
from time import perf_counter

import numpy as np
from scipy.linalg import LinAlgWarning

from descend.curvature.conditioning import unresolved_features
from descend.curvature.preconditioner_choice import Preconditioner, preconditioners_for
from descend.curvature.preconditioning import PreconditionedObjective
from descend.curvature.subsampling import curvature_along
from descend.objectives.risks.empirical_risk import EmpiricalRisk
from descend.optimizers.classical import SGD
from descend.optimizers.lbfgs import LBFGS
from descend.protocols import Array, Ending, Status, Step
from descend.rates.brackets import WholeStep
from descend.rates.schedules import Constant
from descend.rates.searches import Monotone
from descend.records.descent import Descent
from descend.records.joining import ended, joined
from descend.solvers.array_loop import ArrayLoop
from descend.solvers.contract import SILENT, Observer, Options, Transformed
from descend.solvers.optimality import ROUNDINGS
from descend.solvers.stopping import DecrementSmall
from descend.support.blas import one_thread

REFINEMENTS, LARGEST_RISE, LARGEST_SHARE, LARGEST_SHARE_AT_ZERO = 10, 4_096, 0.75, 0.5
"""The most unit steps at the end, by how many roundings the value may rise in one, and the share of
the gradient that may be left after it; of a risk of zero, whose residuals are rounding, less.

Residuals that are small beside the targets have lost digits, and the value with them.
"""

CURVATURE = 0.9
"""Wolfe's constant: the share of the slope that may remain where an L-BFGS step ends.

A trial costs a pass over all rows, and in scaled coordinates the first one mostly does.
"""

ZERO_RISK = 1e-16
"""A risk of this share of that at the start is as good as zero."""


@dataclass(frozen=True)
class Preconditioned:
    """Descent of a smooth risk in coordinates from sampled curvature, sampled anew on the way.

    Every step is a full gradient and a line search, so the risk never rises. It ends when half the
    squared gradient in these coordinates, which estimates how far the risk is above its minimum, is
    below `(tol / 10)**2` times the risk. With too many parameters for a matrix, as for wide sparse
    rows, the steps are L-BFGS ones. Of few dense rows a factor of their products gives the
    coordinates, at once where it is cheap, else after some such steps. It warns with
    `LinAlgWarning` where features are so nearly dependent that what tells them apart is lost in
    rounding.

    References
    ----------
    Z. Frangella et al., SketchySGD: reliable stochastic optimization via randomized curvature
    estimates (2022); J. Nocedal, Updating quasi-Newton matrices with limited storage (1980).
    """

    def solve(
        self, objective: EmpiricalRisk, start: Array, options: Options, observer: Observer = SILENT
    ) -> Descent:
        """Descend from a start `(d,)`: see `descend.solvers.contract.Solver`."""
        preconditioners = preconditioners_for(objective, options.random)
        with one_thread():
            return _descend(objective, preconditioners, start, options, observer)


def _descend(
    risk: EmpiricalRisk,
    preconditioners: tuple[Preconditioner, ...],
    start: Array,
    options: Options,
    observer: Observer,
) -> Descent:
    """Descend from preconditioner to preconditioner, and refine the end."""
    w = start
    value, g = risk.value_and_gradient(w)
    known = float(value), g
    parts: list[Descent] = []
    remaining, began = options.steps, perf_counter()
    for preconditioner, steps in _stretches(preconditioners):
        coordinates = replace(preconditioner.preconditioned(w), known=known)
        newton_like = preconditioner.newton_like
        method = (
            ArrayLoop(SGD(), Monotone(initial=1.0), DecrementSmall(options.tol))
            if newton_like
            else _lbfgs(coordinates, w, options)
        )
        limited = options.limited(min(steps, remaining), began)
        part = descend_in(
            coordinates, w, method, limited, observer, taken=options.steps - remaining
        )
        # what was known at its start counts once
        part = part.changed(nfev=part.nfev - 1) if parts else part
        parts.append(part)
        w, known = part.x, _known(part)
        remaining -= part.nit
        if part.ending in (Ending.CALLBACK, Ending.TIME_USED) or remaining <= 0:
            break
        if options.tol > 0 and part.status != Status.DIVERGED and _is_zero(part, parts[0]):
            part = parts[-1] = ended(part, Ending.VALUE_ZERO)
        if part.status == Status.STALLED and _is_bottom(coordinates, part):
            part = parts[-1] = ended(part, Ending.VALUE_ROUNDED)
        if part.status != Status.STOPPED:
            break
    if newton_like and part.status in (Status.CONVERGED, Status.STALLED):
        parts += _refined(coordinates, part, remaining, options, observer)
    whole = joined(parts).changed(objective=risk)
    complaint = unresolved_features(coordinates, whole.x) if newton_like else None
    if complaint:
        warnings.warn(complaint, LinAlgWarning, stacklevel=5)
        return ended(whole, Ending.DEPENDENT_FEATURES, complaint=complaint)
    if part.ending == Ending.TIME_USED:
        return ended(whole, part.ending, seconds=options.seconds, steps=whole.nit)
    if part.ending == Ending.STEPS_USED:
        return ended(whole, part.ending, steps=options.steps)
    return whole


def _stretches(
    preconditioners: tuple[Preconditioner, ...],
) -> Iterator[tuple[Preconditioner, int]]:
    """Yield preconditioners and for how many steps each serves; the last again, ever longer."""
    *first, last = preconditioners
    for preconditioner in first:
        yield preconditioner, preconditioner.intervals[0]
    steps, most = last.intervals
    while True:
        yield last, steps
        steps = min(2 * steps, most)


def _lbfgs(coordinates: PreconditionedObjective, w: Array, options: Options) -> ArrayLoop:
    """Return L-BFGS steps and their search; sampled rows say how far the first goes."""
    assert coordinates.known is not None
    g = coordinates.gradient_from_w(coordinates.known[1])
    direction = coordinates.direction_to_w(g)
    curvature = curvature_along(coordinates.risk, w, direction, options.random)
    with np.errstate(all="ignore"):
        rate = float(g @ g) / curvature if curvature > 0 else 0.0
    initial = rate if 0 < rate < np.inf else None
    return ArrayLoop(
        LBFGS(initial=initial), WholeStep(curvature=CURVATURE), DecrementSmall(options.tol, True)
    )


def _refined(
    coordinates: PreconditionedObjective,
    part: Descent,
    remaining: int,
    options: Options,
    observer: Observer,
) -> list[Descent]:
    """Take unit steps from where the value changes no more, while the gradient shrinks.

    The value holds half the digits that the point can have. Where `tol` was reached, none is taken.
    Where such a step was taken, it was the value's rounding that stalled the search.
    """
    parts: list[Descent] = []
    unit = ArrayLoop(SGD(), Constant(1.0), DecrementSmall(0.0))
    taken = options.steps - remaining
    if part.status != Status.CONVERGED:
        part = ended(part, Ending.VALUE_ROUNDED)
    ending = part.status, part.ending, part.message
    largest = LARGEST_SHARE_AT_ZERO if part.ending == Ending.VALUE_ZERO else LARGEST_SHARE
    size = _norm(coordinates, part)
    for _ in range(min(remaining, REFINEMENTS)):
        if size <= 0.1 * options.tol * np.sqrt(2 * abs(part.fun)):
            break
        known = replace(coordinates, known=_known(part))
        further = descend_in(known, part.x, unit, replace(options, steps=1))
        level = part.fun + LARGEST_RISE * float(np.finfo(part.x.dtype).eps) * abs(part.fun)
        before, size = size, _norm(coordinates, further)
        if not (size <= largest * before and further.fun <= level):
            break
        status, reason, message = ending
        part = replace(further, status=status, ending=reason, message=message, nfev=1)
        parts.append(part)
        taken += 1
        step = Step(taken, part.x[None], np.array([part.fun]), np.ones(1))
        if observer.active and not observer.tell(step):
            parts[-1] = ended(part, Ending.CALLBACK)
            break
    return parts


def _is_zero(part: Descent, first: Descent) -> bool:
    """Say whether a part's risk is as good as zero beside that where the first one began."""
    return len(first.values) > 0 and 0 <= part.fun < ZERO_RISK * float(first.values[0])


def _is_bottom(coordinates: PreconditionedObjective, part: Descent) -> bool:
    """Say whether the decrease to the minimum would be lost in the rounding of the value.

    Half the squared gradient by `u` predicts it. So the verdict does not depend on how the values
    of a search's last trials were rounded.
    """
    rounding = ROUNDINGS * float(coordinates.risk.value_rounding(part.x))
    return 0.5 * _norm(coordinates, part) ** 2 <= rounding


def _norm(coordinates: PreconditionedObjective, part: Descent) -> float:
    """Return the norm of the gradient by `u` at the end of a part."""
    return float(np.linalg.norm(coordinates.gradient_from_w(_known(part)[1])))


def _known(part: Descent) -> tuple[float, Array]:
    """Return the risk and its gradient at the end of a part."""
    assert part.jac is not None  # only a record that was read from a file has none
    return float(part.fun), part.jac


def descend_in(
    coordinates: PreconditionedObjective,
    start: Array,
    loop: ArrayLoop,
    options: Options,
    observer: Observer = SILENT,
    taken: int = 0,
) -> Descent:
    """Descend in other coordinates, and return the record in the user's own.

    Rates and gradient norms are by `u`; all points, also those told to the observer, are in `w`. So
    many steps were `taken` before.
    """
    coordinates = replace(coordinates, origin=start)
    with one_thread():
        part = loop.solve(
            coordinates,
            np.zeros_like(start),
            options,
            Transformed(observer, coordinates.to_w, taken),
        )
    x = coordinates.to_w(part.x)
    at_end = np.array_equal(part.best_x, part.x)
    return part.changed(
        x=x,
        best_x=x.copy() if at_end else coordinates.to_w(part.best_x),
        jac=None if part.jac is None else coordinates.gradient_to_w(part.jac),
        points=None if part.points is None else coordinates.to_w(part.points),
    )
