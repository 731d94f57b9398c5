"""Gradient descent in coordinates from sampled curvature, which is sampled anew on the way."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace
from time import perf_counter

import numpy as np
from scipy.linalg import LinAlgWarning

from descend.curvature.conditioning import lost_features
from descend.curvature.low_rank import FewRows, few_rows, is_dear, is_spanned, sketch_spanned
from descend.curvature.preconditioning import PreconditionedObjective
from descend.curvature.subsampling import bend_along, is_wide, matrix_size, sketch
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
from descend.solvers.stopping import DecrementSmall
from descend.support.blas import one_thread

REFINEMENTS, ROUNDINGS = 10, 4_096
"""The most unit steps at the end, and by how many roundings the value may rise in one.

Residuals that are small beside the targets have lost digits, and the value with them."""

DENSE, DIAGONAL, LOW_RANK = (2, 16), (32, 64), (2, 4)
"""Steps from the first preconditioner to the next, and the most that they may become.

A new one of few rows takes little more than a step, as their products are known. What L-BFGS steps
have learnt is lost with the coordinates: those are kept for longer."""

EASY, EASY_ROWS = 24, 32
"""L-BFGS steps by which easy problems end before a costly factor is made: a step for so many rows,
but no fewer than these."""

CURVATURE = 0.9
"""Wolfe's curvature constant: the share of the slope that may remain where an L-BFGS step ends.

A trial costs a pass over all rows, and in scaled coordinates the first one mostly does."""

ZERO_RISK = 1e-16
"""A risk of this share of that at the start is as good as zero."""


@dataclass(frozen=True)
class Preconditioned:
    """Descent of a smooth risk in coordinates from sampled curvature, sampled anew on the way.

    Every step is a full gradient and a line search, so the risk never rises. It ends when half the
    squared gradient in these coordinates, which estimates how far the risk is above its minimum, is
    below `(tol / 10)**2` times the risk. With too many parameters for a matrix, as for wide sparse
    rows, the steps are L-BFGS ones. Of few dense rows a factor of their products gives the
    coordinates, at once where it is cheap, else after some such steps.

    Warns
    -----
    scipy.linalg.LinAlgWarning
        Where features are so nearly dependent that what tells them apart is lost in rounding.

    References
    ----------
    Z. Frangella et al., SketchySGD: reliable stochastic optimization via randomized curvature
    estimates (2022); J. Nocedal, Updating quasi-Newton matrices with limited storage (1980).
    """

    def solve(
        self, objective: EmpiricalRisk, start: Array, options: Options, observer: Observer = SILENT
    ) -> Descent:
        """Descend from a start `(d,)`: see `descend.solvers.contract.Solver`."""
        size = objective.blocks.n_rows if is_spanned(objective) else matrix_size(objective)
        with one_thread(size):
            return _descend(objective, start, options, observer)


class Preconditioner:
    """The curvature that a risk is preconditioned by, and for how many steps it serves.

    It is the Hessian of sampled rows; for wide rows its diagonal and the most common columns; for
    few rows their products, at once or, where those are costly, after the first stretch.

    Attributes
    ----------
    diagonal
        Whether little more than the diagonal is known: L-BFGS steps learn the rest.
    steps
        How many steps the next one serves for.
    """

    def __init__(self, risk: EmpiricalRisk, random: np.random.Generator) -> None:
        self._risk, self._random = risk, random
        self._low_rank = is_spanned(risk)
        self.diagonal = is_wide(risk)
        self.steps, self._most = DIAGONAL if self.diagonal else DENSE
        if self._low_rank:
            self.steps = max(EASY, risk.blocks.n_rows // EASY_ROWS)
        self._rows: FewRows | None = None
        self._made = 0

    @property
    def exact(self) -> bool:
        """Whether it is that of all rows."""
        return self._rows is not None

    def at(self, w: Array) -> PreconditionedObjective:
        """Return the risk in coordinates from its curvature at `w`."""
        if self._low_rank and self._rows is None and (self._made or not is_dear(self._risk)):
            self._rows, self.diagonal = few_rows(self._risk, w), self._risk.loss.normalised
            self.steps, self._most = DIAGONAL if self.diagonal else LOW_RANK
        self._made += 1
        if self._rows is not None:
            return sketch_spanned(self._risk, w, self._rows)
        return sketch(self._risk, w, self._random)

    def grow(self) -> None:
        """Let the next one serve for twice as many steps."""
        self.steps = min(2 * self.steps, self._most)


def _descend(risk: EmpiricalRisk, start: Array, options: Options, observer: Observer) -> Descent:
    """Descend from preconditioner to preconditioner, and refine the end."""
    preconditioner = Preconditioner(risk, options.random)
    w = start
    value, g = risk.value_and_gradient(w)
    known = float(value), g
    parts: list[Descent] = []
    remaining, began = options.steps, perf_counter()
    while True:
        coordinates = replace(preconditioner.at(w), known=known)
        method = (
            _lbfgs(coordinates, w, options)
            if preconditioner.diagonal
            else ArrayLoop(SGD(), Monotone(initial=1.0), DecrementSmall(options.tol))
        )
        limited = options.limited(min(preconditioner.steps, remaining), began)
        taken = options.steps - remaining
        part = descend_in(coordinates, w, method, limited, observer, taken)
        # what was known at its start counts once
        part = replace(part, nfev=part.nfev - 1) if parts else part
        parts.append(part)
        w, known = part.x, _known(part)
        remaining -= part.nit
        if part.ending in (Ending.CALLBACK, Ending.TIME_USED) or remaining <= 0:
            break
        if options.tol > 0 and part.status != Status.DIVERGED and _is_zero(part, parts[0]):
            part = parts[-1] = ended(part, Ending.VALUE_ZERO)
        if preconditioner.exact and part.ending == Ending.KINK:  # no loss that comes here has one
            part = parts[-1] = ended(part, Ending.VALUE_ROUNDED)
        if part.status != Status.STOPPED:
            break
        preconditioner.grow()
    if not preconditioner.diagonal and part.status in (Status.CONVERGED, Status.STALLED):
        parts += _refined(coordinates, part, remaining, options, observer)
    whole = replace(joined(parts), objective=risk)
    scale, root = coordinates.scale, coordinates.root
    lost = None
    if root is not None and not preconditioner.diagonal:
        lost = lost_features(risk, whole.x, scale, root)
    if lost:
        warnings.warn(lost, LinAlgWarning, stacklevel=5)
        return ended(whole, Ending.DEPENDENT_FEATURES, complaint=lost)
    if part.ending == Ending.TIME_USED:
        return ended(whole, part.ending, seconds=options.seconds, steps=whole.nit, plural="s")
    if part.ending == Ending.STEPS_USED:
        return ended(whole, part.ending, steps=options.steps)
    return whole


def _lbfgs(coordinates: PreconditionedObjective, w: Array, options: Options) -> ArrayLoop:
    """Return L-BFGS steps and their search; sampled rows say how far the first goes."""
    assert coordinates.known is not None
    g = coordinates.gradient_from_w(coordinates.known[1])
    direction = coordinates.way_to_w(g)
    curvature = bend_along(coordinates.risk, w, direction, options.random)
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
    """Take unit steps from where the value changes no more, while the gradient at least halves.

    The value holds half the digits that the point can have. Where `tol` was reached, none is taken.
    """
    parts: list[Descent] = []
    unit = ArrayLoop(SGD(), Constant(1.0), DecrementSmall(0.0))
    taken = options.steps - remaining
    ending = part.status, part.ending, part.message
    size = _norm(coordinates, part)
    for _ in range(min(remaining, REFINEMENTS)):
        if size <= 0.1 * options.tol * np.sqrt(2 * abs(part.fun)):
            break
        known = replace(coordinates, known=_known(part))
        further = descend_in(known, part.x, unit, replace(options, steps=1))
        level = part.fun + ROUNDINGS * float(np.finfo(part.x.dtype).eps) * abs(part.fun)
        before, size = size, _norm(coordinates, further)
        if not (size <= 0.5 * before and further.fun <= level):
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

    The rates and the gradient norms are those of the coordinates `u`; all points, `start` and those
    that the observer is told, are in `w`. So many steps were `taken` before.
    """
    coordinates = replace(coordinates, origin=start)
    with one_thread(coordinates.scale.shape[1]):
        part = loop.solve(
            coordinates,
            np.zeros_like(start),
            options,
            Transformed(observer, coordinates.to_w, taken),
        )
    x = coordinates.to_w(part.x)
    at_end = np.array_equal(part.best_x, part.x)
    return replace(
        part,
        x=x,
        best_x=x.copy() if at_end else coordinates.to_w(part.best_x),
        jac=None if part.jac is None else coordinates.gradient_to_w(part.jac),
        points=None if part.points is None else coordinates.to_w(part.points),
    )
