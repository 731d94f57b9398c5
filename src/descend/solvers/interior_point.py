"""Descent of a risk with one kink a row, as a hinge's, along its central path."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from descend.curvature.hessian import matrix_fits, penalty_curvature
from descend.data.rows import Rows
from descend.objectives.risks.empirical_risk import EmpiricalRisk
from descend.penalties import L2
from descend.protocols import Array, Bent, Ending
from descend.records.descent import Descent
from descend.records.recorder import Recorder, Runs
from descend.solvers.central_path import START, CentralPath
from descend.solvers.contract import SILENT, Observer, Options
from descend.solvers.kinked_rows import KinkedRows
from descend.solvers.loop import iterate, newton_record
from descend.solvers.preconditioned import ZERO_RISK
from descend.support.blas import one_thread

MOST_ROWS, MOST_PRODUCTS = 2**17, 2**31
"""The most rows (times outputs), and the most products of columns that a step may take.

A dozen numbers a row are kept, and each step multiplies all columns with one another.
"""

EPSILON, ROUNDED = float(np.finfo(float).eps), 1e-8
"""A `mu` of this share of the risk is lost in its rounding; and a minimum that is proven to this
share counts as all that rounding allows.
"""

SAMPLE, MOST_SHARE = 64, 8
"""Rows of a sample, times the parameters; a larger one is this part of all rows."""

PATIENCE = 10
"""Steps in which the gap or `mu` must have fallen by half."""

ONLY = np.zeros(1, dtype=np.intp)
"""The one run."""


def has_interior_point(risk: EmpiricalRisk) -> bool:
    """Say whether `InteriorPoint` descends a risk, and takes no longer than others.

    The loss must have one kink a row, the penalty be L2, and the rows be dense, in memory and not
    too many.
    """
    if not (
        isinstance(risk.loss, Bent) and isinstance(risk.penalty, L2) and risk.penalty.alpha > 0
    ):
        return False
    rows, outputs, width = risk.blocks, risk.model.n_outputs, risk.model.width
    if not isinstance(rows, Rows) or rows.sparse or not matrix_fits(risk):
        return False
    n = rows.n_rows * outputs
    return n <= MOST_ROWS and n * width * width <= MOST_PRODUCTS


@dataclass(frozen=True)
class InteriorPoint:
    """Descent of a risk with one kink a row and L2, by Newton's steps along the central path.

    A primal-dual method: see `CentralPath`. Beside the parameters each row has a slope between the
    two of its kink; they prove that the risk is nowhere lower than a bound, the dual's value. It
    ends where the risk is above that bound by at most `tol` of the risk, or of the median loss with
    the penalty, if that is less: outliers, of which the mean loss may consist, must not blur what
    the other rows say. Ten to twenty steps lead there, whatever the scales of the columns. Of many
    rows the path of a sample is followed first, to where it no longer tells of all.

    The record holds the lowest point so far, so that it never rises; its gradients are those that
    the rows' slopes make.

    References
    ----------
    S. Mehrotra, On the implementation of a primal-dual interior point method (1992); M. Ferris and
    T. Munson, Interior-point methods for massive support vector machines (2002); S. Portnoy and R.
    Koenker, The Gaussian hare and the Laplacian tortoise (1997).
    """

    def solve(
        self, objective: EmpiricalRisk, start: Array, options: Options, observer: Observer = SILENT
    ) -> Descent:
        """Descend from a start `(d,)`: see `descend.solvers.contract.Solver`."""
        with one_thread(), np.errstate(all="ignore"):
            run = InteriorRun(objective, start, options)
            iterate(run, run.recorder, options, observer)
        descent = newton_record(run.recorder, objective, start, options)
        return replace(descent, jac=objective.value_and_gradient(descent.x)[1])


class InteriorRun:
    """A run along the central path, as a method that `descend.solvers.loop.iterate` steps."""

    def __init__(self, risk: EmpiricalRisk, start: Array, options: Options) -> None:
        self._risk, self._tol = risk, options.tol
        self._w = start.copy()
        self._value = float(risk.value(start))
        # far from any minimum, slopes at their bounds would hold back each step
        origin = np.zeros_like(start)
        near = self._value < float(risk.value(origin))
        self._paths = _paths(risk, start if near else origin, options.random)
        self._zero = ZERO_RISK * self._value
        self._values = np.full(len(self._paths), np.inf)
        self._bounds = np.full(len(self._paths), -np.inf)
        self._gap = self._mu = np.inf
        self._since = 0
        value, g = np.array([self._value]), self._gradient()
        self.recorder = Recorder(start[None], value, g[None], options.record)
        self.running: Runs = ONLY
        if self._value <= self._zero:
            self._end(Ending.VALUE_ZERO)

    def take(self, t: int) -> bool:
        """Step along each output's path, and keep its lowest point."""
        longest = 0.0
        w = self._w.copy()
        by_output = self._risk.model.by_output(w)
        several = len(self._paths) > 1
        enough = 0.5 * self._allowed() / len(self._paths) if several else 0.0
        for i, path in enumerate(self._paths):
            if self._values[i] - self._bounds[i] < enough or self._is_exhausted(path):
                continue
            longest = max(longest, path.step())
            value = path.value()
            if value < self._values[i]:
                by_output[i], self._values[i] = path.w, value
            self._bounds[i] = np.fmax(self._bounds[i], path.lower_bound())
        value = float(self._risk.value(w))
        if value < self._value:
            self._w, self._value = w, value
        self.recorder.evaluations += 1
        self.recorder.note_rates(ONLY, np.array([longest]))
        self.recorder.add(ONLY, self._w[None], np.array([self._value]), self._gradient()[None])
        return True

    def judge(self) -> None:
        """End the run where the bounds prove its minimum, or nothing more can be gained."""
        gap = self._value - float(self._bounds.sum())
        self._since += 1
        mu = sum(path.mu for path in self._paths)
        if gap <= 0.5 * self._gap or mu <= 0.5 * self._mu:
            self._gap, self._mu, self._since = gap, mu, 0
        if self._value <= self._zero:
            self._end(Ending.VALUE_ZERO)
        elif gap <= self._tol * self._value and gap <= self._allowed():
            self._end(Ending.DUALITY_GAP)
        elif self._since == PATIENCE or all(map(self._is_exhausted, self._paths)):
            resolved = gap <= ROUNDED * self._value
            self._end(Ending.VALUE_ROUNDED if resolved else Ending.UNRESOLVED)

    def _is_exhausted(self, path: CentralPath) -> bool:
        """Say whether further steps along a path would be lost in rounding."""
        return not path.mu > EPSILON * abs(self._value)

    def _allowed(self) -> float:
        """Return how far the risk may lie above its bound.

        It is `tol` of the typical loss and the penalty, which outliers leave alone, or of the risk.
        """
        bulk = sum(path.typical_loss() for path in self._paths)
        bulk += float(self._risk.penalty_value(self._w))
        return self._tol * min(bulk or self._value, self._value)

    def _gradient(self) -> Array:
        each = np.concatenate([path.gradient for path in self._paths])
        return each.astype(self._w.dtype, copy=False)

    def _end(self, ending: Ending) -> None:
        self.recorder.end(ONLY, ending, tol=self._tol)
        self.running = ONLY[:0]


def _paths(risk: EmpiricalRisk, w: Array, random: np.random.Generator) -> list[CentralPath]:
    """Return the path of each output from `w` on, or of many rows from where a sample's leads."""
    model = risk.model
    assert isinstance(risk.blocks, Rows)
    rows = risk.blocks.weighted()
    risk = replace(risk, blocks=rows)
    assert isinstance(risk.loss, Bent)
    share, size = START, max(SAMPLE * model.width, rows.n_rows // MOST_SHARE)
    if MOST_SHARE * size <= rows.n_rows:
        sampled = replace(risk, blocks=rows.sample(size, random))
        reached = _end_of_paths(sampled, model.width / size, w, random)
        if float(risk.value(reached)) < float(risk.value(w)):
            w, share = reached, model.width / size
    starts = model.by_output(w)
    ridges = model.by_output(penalty_curvature(risk, w).astype(np.float64))
    place, lowest, highest = (each.T for each in risk.loss.bend(rows.y.astype(np.float64)))
    weight = 1.0 if rows.weight is None else rows.weight
    return [
        CentralPath(
            KinkedRows(rows, place[i], weight * lowest[i], weight * highest[i], model.intercept),
            ridges[i], starts[i], share,
        )
        for i in range(model.n_outputs)
    ]  # fmt: skip


def _end_of_paths(
    risk: EmpiricalRisk, share: float, w: Array, random: np.random.Generator
) -> Array:
    """Return the parameters, `(d,)`, where `mu` is a share of a row's loss on the paths from `w`.

    The minima of a sample and of all rows differ by about a row's share of the sample for each
    parameter: down to such a `mu` the path of the sample is as good.
    """
    reached = np.empty_like(w)
    paths = _paths(risk, w, random)
    for path, own in zip(paths, risk.model.by_output(reached), strict=True):
        path.follow(share)
        own[:] = path.w
    return reached
