"""Proximal Newton: descent of a risk with a penalty that is not smooth."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import numpy as np
from scipy.linalg import block_diag

from descend.curvature.group_models import GroupModel, refuse_too_many
from descend.curvature.hessian import (
    group_size,
    groups_of,
    hessians,
    matrix_fits,
    penalty_curvature,
)
from descend.curvature.quadratic_models import DenseModel, Precision, column_model
from descend.curvature.subsampling import LARGEST_DENSE, least_rows
from descend.data.rows import Rows
from descend.losses import is_quadratic
from descend.objectives.risks.empirical_risk import EmpiricalRisk
from descend.penalties.groups import GroupPenalty
from descend.protocols import Array, Ending, verbs
from descend.records.descent import Descent
from descend.records.recorder import Recorder, Runs
from descend.solvers.contract import SILENT, Observer, Options
from descend.solvers.loop import iterate, newton_record
from descend.solvers.subgradients import excess, minimum_norm_subgradient
from descend.support.blas import one_thread

SLOW = 0.1
"""A step that predicts more than this share of the decrease of the step before is slow."""

SUFFICIENT = 1e-3
"""The share of the predicted decrease that a step must reach (Armijo's constant)."""

DOUBLINGS = 40
"""How often a step's damping may be doubled."""

INEXACT, EXACT = 1e-2, 1e-16
"""How well a model is solved that is only near the risk, and one that is the risk itself."""

NOTHING = 1e-16
"""A share of the risk that is lost in its rounding."""

ONLY = np.zeros(1, dtype=np.intp)
"""The one run."""


class Model(Protocol):
    """A quadratic model of the risk's smooth part."""

    def minimum(
        self, w: Array, g: Array, damping: float, precision: Precision
    ) -> tuple[Array, float]:
        """Return where the damped model is smallest, and the loss's `d @ H @ d` to there."""


@dataclass(frozen=True)
class ProximalNewton:
    """Descent of a risk, each step to where a quadratic model and the penalty are smallest.

    ::

        w = argmin over w + d of  g @ d + damping * d @ H @ d / 2 + penalty(w + d)

    found by compiled coordinate descent, so that zeros and bounds are exact; by blocks where the
    penalty is on groups. `H` is the Hessian of
    sampled rows, made anew where steps gain little, from twice the rows if that did not help; of
    all rows from the beginning for a quadratic loss. With too many parameters for a matrix the
    model is kept as the columns of all rows. Where the risk does not fall by enough, the damping
    doubles, and halves again afterwards: the risk never rises. It ends when a step predicts a
    decrease of at most `(tol / 10)**2` times the risk.

    References
    ----------
    J. Lee, Y. Sun and M. Saunders, Proximal Newton-type methods for minimizing composite functions
    (2014); G.-X. Yuan, C.-H. Ho and C.-J. Lin, An improved GLMNET for L1-regularized logistic
    regression (2012).
    """

    def solve(
        self, objective: EmpiricalRisk, start: Array, options: Options, observer: Observer = SILENT
    ) -> Descent:
        """Descend from a start `(d,)`: see `descend.solvers.contract.Solver`."""
        with one_thread():
            run = NewtonRun(objective, start, options)
            iterate(run, run.recorder, options, observer)
        return newton_record(run.recorder, objective, start, options)


class Proposal(NamedTuple):
    """A damped model's minimum `w`, and what is predicted of the step there.

    `slope` is the change of the objective to first order, `decrease` what the model predicts.
    """

    w: Array
    slope: float
    decrease: float


class NewtonRun:
    """A run of proximal Newton steps, as a method that `descend.solvers.loop.iterate` steps."""

    def __init__(self, risk: EmpiricalRisk, start: Array, options: Options) -> None:
        self._risk, self._tol = risk, options.tol
        self._penalty = risk.nonsmooth(start)
        self._w = verbs.prox(self._penalty, start, 0.0).copy()
        value, g = risk.value_and_gradient(self._w)
        self._value, self._g = float(value), g
        self.recorder = Recorder(
            self._w[None], np.array([value]), self._subgradient()[None], options.record
        )
        self._models = Models(risk, options.random)
        self._damping, self._predicted = 1.0, np.inf
        self._arrived = False
        self.running: Runs = ONLY

    def take(self, t: int) -> bool:
        """Step to where the model is smallest, damped until the risk falls."""
        model, exact = self._models.at(self._w), self._models.exact
        small = (0.1 * self._tol) ** 2 * abs(self._value)
        precision = Precision(
            EXACT if exact else INEXACT, 0.01 * max(small, NOTHING * abs(self._value))
        )
        rounding = 8 * float(np.finfo(self._w.dtype).eps) * abs(self._value)
        for _ in range(DOUBLINGS):
            step = self._proposal(model, precision)
            self._arrived = step.decrease <= small
            if self._arrived and exact and self.recorder.steps_taken[0]:
                # the step before went there: a look at the rows would tell nothing new
                return False
            self._arrived |= -step.slope <= rounding
            value, g = self._risk.value_and_gradient(step.w[None])
            self.recorder.evaluations += 1
            if value[0] <= self._value + SUFFICIENT * step.slope or self._arrived:
                break
            self._damping *= 2
        else:
            self.recorder.end(ONLY, Ending.DAMPING_REFUSED, trials=DOUBLINGS)
            self.running = ONLY[:0]
            return False
        fell = bool(value[0] <= self._value)
        if fell:
            self._w, self._value, self._g = step.w, float(value[0]), g[0]
            self.recorder.note_rates(ONLY, np.array([1 / self._damping]))
            self.recorder.add(ONLY, step.w, value, self._subgradient())
        self._models.judge(step.decrease, self._predicted)
        self._damping, self._predicted = max(1.0, self._damping / 2), step.decrease
        return fell

    def judge(self) -> None:
        """End the run if its last step gains as good as nothing."""
        if self._arrived:
            self.recorder.end(ONLY, Ending.NO_DECREASE)
            self.running = ONLY[:0]

    def _proposal(self, model: Model, precision: Precision) -> Proposal:
        w, curvature = model.minimum(self._w, self._g, self._damping, precision)
        slope = float(self._g @ (w - self._w)) + float(excess(self._penalty, self._w, w))
        return Proposal(w, slope, -slope - 0.5 * curvature)

    def _subgradient(self) -> Array:
        return minimum_norm_subgradient(self._penalty, self._w, self._g)


class Models:
    """The models of a risk, made anew where steps gain little."""

    def __init__(self, risk: EmpiricalRisk, random: np.random.Generator) -> None:
        self._risk, self._random = risk, random
        n = risk.blocks.n_rows
        self._everything: Rows | None = None
        self._features: Any = None
        fills = n * risk.model.n_features <= LARGEST_DENSE
        grouped = isinstance(risk.penalty, GroupPenalty)
        if grouped:
            refuse_too_many(risk)
        if not (grouped or (matrix_fits(risk) and (not risk.blocks.sparse or fills))):
            from scipy.sparse import csc_array

            self._everything = risk.blocks.sample(n, random)
            self._features = csc_array(self._everything.X)
        size = group_size(risk)
        self._shape = groups_of(risk), size
        few = least_rows(size)
        self._rows = n if is_quadratic(risk.loss) and size <= few // 10 else min(few, n)
        self._model: Model | None = None
        self._fresh = False
        self._slow = False

    @property
    def exact(self) -> bool:
        """Whether the model is the risk itself."""
        return is_quadratic(self._risk.loss) and self._rows == self._risk.blocks.n_rows

    def at(self, w: Array) -> Model:
        """Return the model for a step from `w`."""
        self._fresh = self._model is None or (self._slow and not self.exact)
        if self._model is None or self._fresh:
            self._model = self._made(w)
        return self._model

    def judge(self, decrease: float, before: float) -> None:
        """Take note of the decrease that a step predicted, and the one before it."""
        self._slow = decrease > SLOW * before
        if self._slow and self._fresh:
            self._rows = min(2 * self._rows, self._risk.blocks.n_rows)

    def _made(self, w: Array) -> Model:
        if self._everything is not None:
            return column_model(self._risk, w, self._everything, self._features)
        return _matrix_of(self._risk, w, self._rows, self._shape, self._random)


def _matrix_of(
    risk: EmpiricalRisk,
    w: Array,
    rows: int,
    shape: tuple[int, int],
    random: np.random.Generator,
) -> DenseModel:
    """Return the model whose curvature is the Hessian of some of the rows, or of all, at `w`."""
    groups, size = shape
    everything = risk.blocks
    blocks: Iterable[Rows] = everything
    if rows < everything.n_rows:
        blocks = (everything.sample(rows, random),)
    elif isinstance(everything, Rows) and is_quadratic(risk.loss) and everything.weight is None:
        blocks = (everything,)  # one product, of rows that are not scaled, and so not copied
    H = np.zeros((groups, size, size))
    for block in blocks:
        H += hessians(risk, w, block.densified()) * (block.n_rows / rows)
    ridge = penalty_curvature(risk, w).reshape(shape).astype(np.float64)
    penalised = risk.model.penalised(np.ones_like(w)).reshape(shape) > 0
    if isinstance(risk.penalty, GroupPenalty):
        whole = block_diag(*H)[None]
        return GroupModel(whole, ridge.reshape(1, -1), penalised.reshape(1, -1), risk.penalty)
    return DenseModel(H, ridge, penalised, risk.penalty)
