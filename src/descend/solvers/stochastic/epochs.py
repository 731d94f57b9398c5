"""Epochs of steps along the gradients of a few rows at a time, in compiled loops."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from descend.kernels import row_order
from descend.objectives.risks.empirical_risk import EmpiricalRisk
from descend.optimizers import SAGA, SVRG
from descend.protocols import Array, Averaging, Ending, Optimizer, verbs
from descend.rates import Constant
from descend.records.descent import Descent
from descend.records.recorder import Recorder, Runs
from descend.solvers.contract import SILENT, Observer, Options
from descend.solvers.loop import iterate
from descend.solvers.stochastic.kernel_choice import EpochKernel, choose_kernel
from descend.solvers.stochastic.rate_control import FAR, EpochLoss, RateControl, RatePlan
from descend.solvers.stochastic.state import StochasticState

GROWTH = 1e6
"""An epoch whose loss is this many times the first one's has diverged."""

ONLY = np.zeros(1, dtype=np.intp)
"""The one run."""


@dataclass(frozen=True)
class Stochastic:
    """Descent of a risk by steps along the gradients of batches of rows, epoch by epoch.

    The record has a row an epoch: `values` holds the mean loss met in the epoch (each before its
    step) plus the penalty at its end; the first is the risk at the start. With `record="steps"` it
    has a row a step. Gradients over all rows are not computed. The points are an averaging
    optimizer's answers, and the end's value is the risk there. A `state` at which an earlier
    descent ended is gone on from, and moved on; the start is then the answer there. `check_rows` is
    called when an epoch leaves the finite numbers, to raise if the data is the reason.
    """

    optimizer: Optimizer
    plan: RatePlan
    batch_size: int
    shuffle: bool = True
    state: StochasticState | None = None
    check_rows: Callable[[], None] | None = None

    def solve(
        self, objective: EmpiricalRisk, start: Array, options: Options, observer: Observer = SILENT
    ) -> Descent:
        """Descend from a start `(d,)`, at most `options.steps` epochs: see `contract.Solver`.

        An optimizer that is not element-wise is refused, as is an array in it or in the penalty.
        """
        run = EpochRun(objective, start, self, options)
        iterate(run, run.recorder, options, observer, used_up=Ending.EPOCHS_USED)
        run.finish()
        return run.recorder.descent(
            single=True,
            objective=objective,
            optimizer=self.optimizer,
            learning_rate=self.plan.rule or self.plan.schedule,
            names=options.names,
        )


class EpochRun:
    """A run of epochs, as a method that `descend.solvers.loop.iterate` steps."""

    def __init__(
        self, risk: EmpiricalRisk, start: Array, solver: Stochastic, options: Options
    ) -> None:
        self._risk, self._solver, self._random = risk, solver, options.random
        self._kernel: EpochKernel = choose_kernel(risk, solver.optimizer, solver.batch_size)
        start = _within_bounds(risk, start)
        self._state = solver.state or StochasticState(risk.model, start, solver.optimizer)
        self._safe = StochasticState(risk.model, start, solver.optimizer)
        self._safe.copy_from(self._state)
        self._exact = isinstance(solver.optimizer, SAGA | SVRG)
        self._control = RateControl(solver.plan, options.steps, exact=self._exact)
        self._tol = options.tol
        value = np.array([float(risk.value(start))])
        self.recorder = Recorder(start[None], value, None, options.record)
        self.recorder.evaluations[:] = 0
        self._by_step = options.record == "steps"
        # from zero, any growth is without measure
        self._scale = abs(float(value[0])) or np.inf
        self._order = row_order.fresh_order(risk.blocks.n_rows)
        if not solver.shuffle:
            self._order[:] = np.arange(risk.blocks.n_rows)
        self._rate = np.nan
        self._epoch: EpochLoss | None = None
        self.running: Runs = ONLY

    def take(self, t: int) -> bool:
        """Run an epoch; one that blows up is taken back, or ends the run."""
        self._epoch = None
        if self._solver.shuffle:
            row_order.shuffle_rows(self._order, np.uint64(self._random.integers(2**63)))
        loss = self._run(t)
        self._rate = self._rate_now(t)
        finite = np.isfinite(loss) and np.isfinite(self._state.w).all()
        if not finite or loss > GROWTH * self._scale:
            self._take_back(t)
            return False
        self._add(t, loss)
        return True

    def judge(self) -> None:
        """Set the next epoch's rate, or end the run where the loss improves no more."""
        if self._epoch is not None and self._control.after(self._epoch, self._state):
            failures = self._control.failures
            self.recorder.end(ONLY, Ending.NO_IMPROVEMENT, epochs=failures, tol=self._tol)
            self.running = ONLY[:0]

    def finish(self) -> None:
        """Judge a run that went up, and value an averaging optimizer's answer."""
        recorder = self.recorder
        recorder.rewind()
        ending = recorder.ending[0]
        # a rate of our own choice was on its way down: what is left is a want of epochs
        if not self._solver.plan.adaptive and ending not in (
            Ending.EPOCH_OVERFLOW,
            Ending.CALLBACK,
        ):
            self._end_risen()
        if isinstance(self._solver.optimizer, Averaging):
            recorder.value = np.array([float(self._risk.value(recorder.w[0]))])

    def _run(self, number: int) -> float:
        """Run the steps of an epoch, and return the mean of the losses met, penalty included."""
        state, schedule = self._state, self._solver.plan.schedule
        factor = self._control.share(number) * state.factor
        total = 0.0
        for rows, steps in self._kernel.segments(self._order, single=self._by_step):
            rates: Any
            if isinstance(schedule, Constant):
                rates = state.w.dtype.type(factor * schedule.rate)
            else:
                t = np.arange(state.steps + 1.0, state.steps + steps + 1.0)
                rates = (factor * schedule(t)).astype(state.w.dtype)
            met = self._kernel.run(state, rows, rates)
            total += met
            state.steps += steps
            if self._by_step:
                self._add_step(met / len(rows), float(np.ravel(rates)[0]))
        return self._penalised(total / len(self._order))

    def _rate_now(self, number: int) -> float:
        """Return the rate of the last step."""
        state = self._state
        scheduled = float(self._solver.plan.schedule(np.asarray(float(max(1, state.steps)))))
        return self._control.share(number) * state.factor * scheduled

    def _penalised(self, mean_loss: float) -> float:
        with np.errstate(all="ignore"):
            return mean_loss + float(self._risk.penalty_value(self._state.w.ravel()))

    def _add_step(self, mean_loss: float, rate: float) -> None:
        """Add a row for a step within an epoch."""
        self.recorder.note_rates(ONLY, np.array([rate]))
        answer = self._state.answer(self._solver.optimizer)
        self.recorder.add_row(answer[None], np.array([self._penalised(mean_loss)]))

    def _take_back(self, number: int) -> None:
        """Go back to before an epoch that blew up, at a quarter of its rate, or end the run."""
        if self._solver.check_rows is not None:
            self._solver.check_rows()
        self.recorder.rewind()
        if self._solver.plan.adaptive:
            self._state.copy_from(self._safe)
            self._state.factor /= 4
            return
        self.recorder.end(ONLY, Ending.EPOCH_OVERFLOW, step=number, rate=self._rate)
        self.recorder.evaluations[:] = number
        if not self._by_step:
            self.recorder.steps_taken[:] = number
        self.running = ONLY[:0]

    def _add(self, number: int, loss: float) -> None:
        """Record an epoch, and note what the control of the rate is to look at."""
        recorder, best = self.recorder, float(self.recorder.best_value[0])
        improved = loss < best - self._tol * abs(best)
        # without noise, where the parameters still move is no end, whatever the losses met
        improved |= self._exact and _moved(self._state.w, self._safe.w, self._tol)
        answer = self._state.answer(self._solver.optimizer)
        steps = recorder.rows if self._by_step else number
        recorder.move(ONLY, answer, np.array([loss]), None, steps=steps)
        recorder.evaluations[:] = number
        if not self._by_step:
            recorder.note_rates(ONLY, np.array([self._rate]))
            recorder.add_row()
        recorder.mark()
        self._safe.copy_from(self._state)
        self._epoch = EpochLoss(
            loss,
            self._rate,
            improved,
            above_start=loss > FAR * self._scale,
            nothing_gained=bool(recorder.best_value[0] == recorder.start_value[0]),
        )

    def _end_risen(self) -> None:
        """End as diverged a run that ended far above its start.

        What it must be far above is also the risk of predicting zero: a warm start at the minimum
        has no choice but to leave it for the noise of the batches.
        """
        recorder, risk, start = self.recorder, self._risk, float(self.recorder.start_value[0])
        if not recorder.value[0] > FAR * self._scale:
            return
        zero = float(risk.value(np.zeros_like(recorder.w[0])))
        height = max(start, zero) + (FAR - 1) * max(self._scale, abs(zero))
        end = float(risk.value(recorder.w[0]))
        if end > height:
            epochs = int(recorder.evaluations[0])
            recorder.end(
                ONLY, Ending.EPOCHS_GREW, start=start, end=end, epochs=epochs, rate=self._rate
            )


def _moved(w: Array, before: Array, tol: float) -> bool:
    """Say whether a parameter has moved by more than `tol` times the largest."""
    return bool(np.abs(w - before).max() > tol * np.abs(w).max())


def _within_bounds(risk: EmpiricalRisk, start: Array) -> Array:
    """Return the start with its weights in the penalty's interval, if it has one."""
    w = risk.model.by_output(start).copy()
    features = slice(risk.model.n_features)
    w[:, features] = verbs.prox(risk.penalty, w[:, features], 0.0)
    return w.ravel()
