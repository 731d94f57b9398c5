"""Descent of a risk with a penalty that is not smooth: proximal Newton steps."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np

from descend.curvature.hessian import groups_of, hessians, matrix_fits
from descend.curvature.quadratic_models import DenseModel, Precision, column_model
from descend.curvature.subsampling import LARGEST_DENSE, SAMPLE_ROWS
from descend.data.rows import Rows
from descend.objectives.risks.empirical_risk import EmpiricalRisk
from descend.optimizers.classical import SGD
from descend.protocols import Array, Callback, Record, verbs
from descend.rates.schedules import Constant
from descend.records.descent import Descent
from descend.records.recorder import History
from descend.solvers.array_loop import CALLED_OFF
from descend.solvers.run_state import RunState
from descend.solvers.subgradients import excess, minimum_norm_subgradient
from descend.support.blas import one_thread

SLOW = 0.1
"""A step that leaves more than this share of the decrease that the step before foresaw is slow."""

SHARE = 1e-3
"""The share of the decrease that a step foresees which it must reach."""

DOUBLINGS = 40
"""How often a step's damping may be doubled."""

ROUGHLY, EXACTLY = 1e-2, 1e-16
"""How well a model is solved that is only near the risk, and one that is the risk itself."""

NOTHING = 1e-16
"""A share of the risk that is lost in its rounding."""


class Model(Protocol):
    """A quadratic model of the risk's smooth part."""

    def minimum(
        self, w: Array, g: Array, damping: float, precision: Precision
    ) -> tuple[Array, float]:
        """Return where the damped model is smallest, and the loss's `d @ H @ d` to there."""
        ...


def descend_composite(
    risk: EmpiricalRisk,
    start: Array,
    *,
    max_iter: int,
    tol: float,
    random: np.random.Generator,
    record: Record,
    callback: Callback | None = None,
) -> Descent:
    """Walk a risk downhill, each step to where a quadratic model and the penalty are smallest.

    ::

        w = argmin over w + d of  g @ d + damping * d @ H @ d / 2 + penalty(w + d)

    found by compiled coordinate descent, so that zeros and bounds are exact. `H` is the Hessian of
    sampled rows, made anew where steps gain little, from twice the rows if that did not help; of
    all rows from the beginning for a loss that bends the same everywhere. With too many parameters
    for a matrix the model is kept as the columns of all rows. Where the risk does not fall by
    enough, the damping doubles, and halves again afterwards: the risk never rises. The walk ends
    when a step foresees a decrease of at most `(tol / 10)**2` times the risk.

    Parameters
    ----------
    risk, start, max_iter, tol, random, record, callback
        As for `descend.solvers.preconditioned.descend_preconditioned`.

    References
    ----------
    J. Lee, Y. Sun and M. Saunders, Proximal Newton-type methods for minimizing composite functions
    (2014); G.-X. Yuan, C.-H. Ho and C.-J. Lin, An improved GLMNET for L1-regularized logistic
    regression (2012).
    """
    with one_thread(risk.model.n_parameters // groups_of(risk)):
        return _descend(risk, start, max_iter, tol, random, record, callback)


def _descend(
    risk: EmpiricalRisk,
    start: Array,
    max_iter: int,
    tol: float,
    random: np.random.Generator,
    record: Record,
    callback: Callback | None,
) -> Descent:
    """Walk from model to model."""
    penalty = risk.nonsmooth(start)
    walkers = RunState(verbs.prox(penalty, start[None], 0.0).copy(), SGD())
    walkers.value, walkers.g = risk.value_and_gradient(walkers.w)
    walkers.left = minimum_norm_subgradient(penalty, walkers.w, walkers.g)
    history = History(walkers.w, walkers.value, walkers.left, record)
    everyone = np.zeros(1, dtype=np.intp)
    models = Models(risk, random)
    damping, foreseen = 1.0, np.inf
    status, message = "stopped", f"all {max_iter} steps were taken"
    for _ in range(max_iter):
        w, g, value = walkers.w[0], walkers.g[0], float(walkers.value[0])
        model = models.at(w)
        small = (0.1 * tol) ** 2 * abs(value)
        least = 0.01 * max(small, NOTHING * abs(value))
        precision = Precision(EXACTLY if models.exact else ROUGHLY, least)
        rounding = 8 * float(np.finfo(w.dtype).eps) * abs(value)
        for _ in range(DOUBLINGS):
            tried, bend = model.minimum(w, g, damping, precision)
            promise = float(g @ (tried - w)) + float(excess(penalty, w, tried))
            decrease = -promise - 0.5 * bend
            arrived, level = decrease <= small, -promise <= rounding
            # the step before went there: a look at the rows would tell nothing new
            looked = not (arrived and models.exact and history.steps_taken[0])
            if not looked:
                break
            new_value, new_g = risk.value_and_gradient(tried[None])
            history.evaluations += 1
            if new_value[0] <= value + SHARE * promise or arrived or level:
                break
            damping *= 2
        else:
            status, message = "stalled", f"none of {DOUBLINGS} dampings led down"
            break
        if looked and new_value[0] <= value:
            walkers.w, walkers.value, walkers.g = tried[None], new_value, new_g
            walkers.left = minimum_norm_subgradient(penalty, walkers.w, walkers.g)
            history.note_rates(everyone, np.array([1 / damping]))
            history.add(walkers)
            if callback is not None:
                try:
                    callback(history.w, history.value)
                except StopIteration:
                    status, message = "stopped", CALLED_OFF
                    break
        if arrived or level:
            status, message = "converged", "a step would gain as good as nothing"
            break
        models.judge(decrease, foreseen)
        damping, foreseen = max(1.0, damping / 2), decrease
    history.end(everyone, status, message)
    return history.descent(
        single=True,
        names=tuple(f"w[{j}]" for j in range(len(start))),
        objective=risk,
        optimizer=SGD(),
        learning_rate=Constant(1.0),
        formula=None,
    )


class Models:
    """The models of a risk, made anew where steps gain little."""

    def __init__(self, risk: EmpiricalRisk, random: np.random.Generator) -> None:
        self._risk, self._random = risk, random
        n = risk.blocks.n_rows
        self._everything: Rows | None = None
        self._features: Any = None
        sample = risk.blocks.sample(1, random).X
        dense = isinstance(sample, np.ndarray) or n * sample.shape[1] <= LARGEST_DENSE
        if not (matrix_fits(risk) and dense):
            from scipy.sparse import csc_array

            self._everything = risk.blocks.sample(n, random)
            self._features = csc_array(self._everything.X)
        groups = groups_of(risk)
        size = risk.model.n_parameters // groups
        self._shape = groups, size
        few = max(SAMPLE_ROWS, 10 * size)
        self._rows = n if bends_alike(risk) and size <= few // 10 else min(few, n)
        self._model: Model | None = None
        self._fresh = False
        self._slow = False

    @property
    def exact(self) -> bool:
        """Whether the model is the risk itself."""
        return bends_alike(self._risk) and self._rows == self._risk.blocks.n_rows

    def at(self, w: Array) -> Model:
        """Return the model for a step from `w`."""
        self._fresh = self._model is None or (self._slow and not self.exact)
        if self._model is None or self._fresh:
            self._model = self._made(w)
        return self._model

    def judge(self, decrease: float, before: float) -> None:
        """Take note of the decrease that a step foresaw, and the one before it."""
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
    model = risk.model
    groups, size = shape
    blocks = risk.blocks if rows == risk.blocks.n_rows else (risk.blocks.sample(rows, random),)
    H = np.zeros((groups, size, size))
    for block in blocks:
        H += hessians(risk, w, block.densified()) * (block.n_rows / rows)
    penalised = model.penalised(np.ones_like(w))
    ridge = (risk.penalty.curvature(w) * penalised).reshape(shape).astype(np.float64)
    return DenseModel(H, ridge, penalised.reshape(shape) > 0, risk.penalty)


def bends_alike(risk: EmpiricalRisk) -> bool:
    """Say whether the loss bends the same everywhere, so that its model is the risk itself."""
    if risk.loss.normalised:
        return False
    y = np.ones(3)
    with np.errstate(all="ignore"):
        bends = [risk.loss.curvature(y, z) for z in (y - 2.0, y, y + 3.0)]
    return all(np.array_equal(bend, bends[0]) for bend in bends)
