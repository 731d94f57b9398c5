"""Gradient descent in the right coordinates, sketched anew on the way."""

import warnings
from dataclasses import replace

import numpy as np
from scipy.linalg import LinAlgWarning

from descend.curvature.conditioning import lost_features
from descend.curvature.low_rank import FewRows, few_rows, is_dear, is_spanned, sketch_spanned
from descend.curvature.preconditioning import PreconditionedObjective
from descend.curvature.subsampling import bend_along, is_wide, matrix_size, sketch
from descend.objectives.composite import is_smooth
from descend.objectives.risks.empirical_risk import EmpiricalRisk
from descend.optimizers.classical import SGD
from descend.optimizers.lbfgs import LBFGS
from descend.protocols import Adaptive, Array, Callback, Optimizer, Record, Schedule, Search
from descend.rates.brackets import WholeStep
from descend.rates.schedules import Constant
from descend.rates.searches import Monotone
from descend.records.descent import Descent
from descend.records.recorder import joined
from descend.solvers.array_loop import CALLED_OFF, walk
from descend.solvers.line_search import FLAT, ROUNDINGS
from descend.solvers.stopping import DecrementSmall, GradientShrunk
from descend.support.blas import one_thread

REFINEMENTS, LARGEST_RISE = 10, 4_096
"""The most unit steps at the end, and by how many roundings the value may rise in one.

Residuals that are small beside the targets have lost digits, and the value with them."""

STRETCHES, ROUGH_STRETCHES, SPANNED_STRETCHES = (2, 16), (32, 64), (2, 4)
"""Steps from the first sketch to the next, and the most that they may become.

A new one of few rows takes little more than a step, as their products are known.
What limited-memory steps have learnt is lost with the coordinates: those are kept for longer."""

EASY, EASY_ROWS = 24, 32
"""Limited-memory steps by which easy problems end before a dear factor is made: a step for so many
rows, but no fewer than these."""

LEFT = 0.9
"""The share of the slope that may be left where a limited-memory step ends.

A trial costs a pass over all rows, and in scaled coordinates the first one mostly does."""

NOTHING = 1e-16
"""A risk of this share of that at the start is as good as zero."""

NOTHING_LEFT = "the risk is as good as zero"


def descend_preconditioned(
    risk: EmpiricalRisk,
    start: Array,
    *,
    max_iter: int,
    tol: float,
    random: np.random.Generator,
    record: Record,
    callback: Callback | None = None,
) -> Descent:
    """Walk a risk downhill in coordinates from sampled curvature, sketched anew on the way.

    Every step is a full gradient and a monotone line search, so the risk never rises. The walk
    ends when half the squared gradient in these coordinates, which estimates how far the risk is
    above its minimum, is below `(tol / 10)**2` times the risk. With a penalty that is not smooth it
    goes the way of `descend.solvers.proximal_newton` instead. With too many parameters for a
    matrix, as for wide sparse rows, the steps are limited-memory ones. Of few dense rows a factor
    of their products gives the coordinates, at once where it is cheap, else after some such steps.

    Parameters
    ----------
    risk, start
        The objective, and `(d,)`.
    max_iter
        The most steps.
    tol
        The precision.
    random
        Draws the sampled rows.
    record, callback
        See `descend.minimize`.

    Warns
    -----
    scipy.linalg.LinAlgWarning
        Where features are so nearly dependent that what tells them apart is lost in rounding.

    References
    ----------
    Z. Frangella et al., SketchySGD: reliable stochastic optimization via randomized curvature
    estimates (2022); J. Nocedal, Updating quasi-Newton matrices with limited storage (1980).
    """
    if not is_smooth(risk.penalty):
        from descend.solvers.proximal_newton import (
            descend_composite,  # loads Numba, which others do not need
        )

        return descend_composite(
            risk, start, max_iter=max_iter, tol=tol, random=random, record=record, callback=callback
        )
    with one_thread(risk.blocks.n_rows if is_spanned(risk) else matrix_size(risk)):
        return _descend_smooth(risk, start, max_iter, tol, random, record, callback)


def _descend_smooth(
    risk: EmpiricalRisk,
    start: Array,
    max_iter: int,
    tol: float,
    random: np.random.Generator,
    record: Record,
    callback: Callback | None,
) -> Descent:
    """Walk in coordinates that are sketched anew, and refine the end."""
    w = start
    value, g = risk.value_and_gradient(w)
    known = float(value), g
    parts: list[Descent] = []
    rough, spanned = is_wide(risk), is_spanned(risk)
    rows: FewRows | None = None
    left, (steps, most) = max_iter, ROUGH_STRETCHES if rough else STRETCHES
    if spanned:
        steps = max(EASY, risk.blocks.n_rows // EASY_ROWS)
    while True:
        if spanned and rows is None and (parts or not is_dear(risk)):
            rows, rough = few_rows(risk, w), risk.loss.normalised
            steps, most = ROUGH_STRETCHES if rough else SPANNED_STRETCHES
        found = sketch(risk, w, random) if rows is None else sketch_spanned(risk, w, rows)
        coordinates = replace(found, known=known)
        part = walk_in(
            coordinates,
            w,
            *(_remembering(coordinates, w, random) if rough else (SGD(), Monotone(initial=1.0))),
            steps=min(steps, left),
            stopping=DecrementSmall(tol, rough),
            record=record,
            callback=callback,
        )
        # what was known at its start counts once
        part = replace(part, nfev=part.nfev - 1) if parts else part
        parts.append(part)
        w, known = part.x, _known(part)
        left -= part.nit
        if part.message == CALLED_OFF or left <= 0:
            break
        if tol > 0 and part.status != "diverged" and _is_nothing(part, parts[0]):
            part = parts[-1] = replace(part, status="converged", message=NOTHING_LEFT)
        if part.status == "stalled" and _is_bottom(coordinates, part):
            part = parts[-1] = replace(part, status="converged", message=FLAT)
        if part.status != "stopped":
            break
        steps = min(2 * steps, most)
    if not rough and part.status in ("converged", "stalled"):
        parts += _refined(coordinates, part, min(left, REFINEMENTS), tol, record, callback)
    whole = replace(joined(parts), objective=risk)
    scale, root = coordinates.scale, coordinates.root
    lost = None if rough or root is None else lost_features(risk, whole.x, scale, root)
    if lost:
        warnings.warn(lost, LinAlgWarning, stacklevel=4)
        return replace(whole, status="stalled", message=lost)
    used_up = part.status == "stopped" and left <= 0
    return replace(whole, message=f"all {max_iter} steps were taken") if used_up else whole


def _remembering(
    coordinates: PreconditionedObjective, w: Array, random: np.random.Generator
) -> tuple[LBFGS, WholeStep]:
    """Return limited-memory steps and their search; sampled rows say how far the first goes.

    In coordinates of which little more than the diagonal is known, gradients tell the rest.
    """
    assert coordinates.known is not None
    g = coordinates.gradient_from_w(coordinates.known[1])
    bend = bend_along(coordinates.risk, w, coordinates.way_to_w(g), random)
    with np.errstate(all="ignore"):
        rate = float(g @ g) / bend if bend > 0 else 0.0
    usable = 0 < rate < np.inf
    return LBFGS(initial=rate if usable else None), WholeStep(curvature=LEFT)


def _refined(
    coordinates: PreconditionedObjective,
    part: Descent,
    steps: int,
    tol: float,
    record: Record,
    callback: Callback | None,
) -> list[Descent]:
    """Take unit steps from where the value changes no more, while the gradient at least halves.

    The value holds half the digits that the point can have. Where `tol` was reached, none is taken.
    Where such a step was taken, it was the value's rounding that stalled the search.
    """
    parts: list[Descent] = []
    ends = (part.status, part.message) if part.status == "converged" else ("converged", FLAT)
    size = _norm(coordinates, part)
    for _ in range(steps):
        if size <= 0.1 * tol * np.sqrt(2 * abs(part.fun)):
            break
        further = walk_in(
            replace(coordinates, known=_known(part)),
            part.x,
            SGD(),
            Constant(1.0),
            steps=1,
            stopping=DecrementSmall(0.0),
            record=record,
        )
        level = part.fun + LARGEST_RISE * float(np.finfo(part.x.dtype).eps) * abs(part.fun)
        before, size = size, _norm(coordinates, further)
        if not (size <= 0.5 * before and further.fun <= level):
            break
        part = replace(further, status=ends[0], message=ends[1], nfev=1)
        parts.append(part)
        if callback is not None:
            try:
                callback(part.x[None], np.array([part.fun]))
            except StopIteration:
                parts[-1] = replace(part, status="stopped", message=CALLED_OFF)
                break
    return parts


def _is_nothing(part: Descent, first: Descent) -> bool:
    """Say whether a walk's risk is as good as zero beside that where the first one began."""
    return len(first.values) > 0 and 0 <= part.fun < NOTHING * float(first.values[0])


def _is_bottom(coordinates: PreconditionedObjective, part: Descent) -> bool:
    """Say whether the decrease to the minimum would be lost in the rounding of the value.

    Half the squared gradient by `u` predicts it. So the verdict does not hang on how the values of
    a search's last trials were rounded.
    """
    rounding = ROUNDINGS * float(coordinates.risk.value_rounding(part.x))
    return 0.5 * _norm(coordinates, part) ** 2 <= rounding


def _norm(coordinates: PreconditionedObjective, part: Descent) -> float:
    """Return the length of the gradient by `u` at the end of a walk."""
    return float(np.linalg.norm(coordinates.gradient_from_w(_known(part)[1])))


def _known(part: Descent) -> tuple[float, Array]:
    """Return the risk and its gradient at the end of a walk."""
    assert part.jac is not None  # only a record that was read from a file has none
    return float(part.fun), part.jac


def walk_in(
    coordinates: PreconditionedObjective,
    start: Array,
    optimizer: Optimizer,
    learning_rate: Schedule | Adaptive | Search,
    *,
    steps: int,
    stopping: GradientShrunk | DecrementSmall,
    record: Record,
    callback: Callback | None = None,
) -> Descent:
    """Walk in other coordinates, and return the record in the user's own.

    The rates and the gradient norms are those of the coordinates `u`; all points, `start` and those
    that `callback` is told, are in `w`. See `descend.solvers.array_loop.walk`.
    """
    coordinates = replace(coordinates, origin=start)
    with one_thread(coordinates.scale.shape[1]):
        part = walk(
            coordinates,
            np.zeros_like(start),
            optimizer,
            learning_rate,
            steps=steps,
            stopping=stopping,
            record=record,
            callback=callback and _in_w(callback, coordinates),
        )
    return _in_w_record(part, coordinates)


def _in_w(callback: Callback, coordinates: PreconditionedObjective) -> Callback:
    """Return a callback that is told the points in the user's coordinates."""
    return lambda u, value: callback(coordinates.to_w(u), value)


def _in_w_record(part: Descent, coordinates: PreconditionedObjective) -> Descent:
    """Return the record in the user's coordinates; the gradient norms stay those of `u`."""
    x = coordinates.to_w(part.x)
    at_end = np.array_equal(part.best_x, part.x)
    return replace(
        part,
        x=x,
        best_x=x.copy() if at_end else coordinates.to_w(part.best_x),
        jac=None if part.jac is None else coordinates.gradient_to_w(part.jac),
        points=None if part.points is None else coordinates.to_w(part.points),
    )
