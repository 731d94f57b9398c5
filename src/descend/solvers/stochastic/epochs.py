"""Epochs of steps along the gradients of a few rows at a time, in compiled loops."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from descend.kernels import row_order
from descend.objectives.risks.empirical_risk import EmpiricalRisk
from descend.optimizers import SAGA, SVRG
from descend.protocols import Array, Ending, Optimizer
from descend.rates import Constant
from descend.records.descent import Descent
from descend.records.recorder import Recorder, Runs
from descend.solvers.contract import SILENT, Observer, Options
from descend.solvers.loop import iterate
from descend.solvers.stochastic.gain import gain_left, within_bounds
from descend.solvers.stochastic.kernel_choice import EpochKernel, choose_kernel
from descend.solvers.stochastic.rate_control import FAR, EpochLoss, RateControl, RatePlan
from descend.solvers.stochastic.settling import GAIN
from descend.solvers.stochastic.state import StochasticState
from descend.solvers.stochastic.suffix_mean import SuffixMean

GROWTH = 1e6
"""An epoch whose loss is this many times the first one's has diverged."""

ONLY = np.zeros(1, dtype=np.intp)
"""The one run."""


@dataclass(frozen=True)
class Stochastic:
    """Descent of a risk by steps along the gradients of batches of rows, epoch by epoch.

    The record has a row an epoch: `batch_losses` holds the mean loss met in it (each before its
    step) plus the penalty at its end. With `record="steps"` it has a row a step. The risk and its
    gradient over all rows are not computed: a `Descent` computes its values when they are read. The
    points are an averaging optimizer's answers. A `state` at which an earlier
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
        start = within_bounds(risk, start)
        self._state = solver.state or StochasticState(risk.model, start, solver.optimizer)
        self._safe = StochasticState(risk.model, start, solver.optimizer)
        self._safe.copy_from(self._state)
        self._exact = isinstance(solver.optimizer, SAGA | SVRG)
        self._control = RateControl(solver.plan, options.steps, options.tol, exact=self._exact)
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
        self._rate, self._answer = np.nan, start
        self._largest_rate = 0.0
        self._mean = SuffixMean(start.size)
        self._epoch: EpochLoss | None = None
        self.running: Runs = ONLY

    def take(self, t: int) -> bool:
        """Run an epoch; one that blows up is taken back, or ends the run."""
        self._epoch = None
        if self._solver.shuffle:
            few = self._kernel.interprets(self._state)
            shuffle = row_order.shuffle_few_rows if few else row_order.shuffle_rows
            shuffle(self._order, np.uint64(self._random.integers(2**63)))
        loss = self._run(t)
        self._rate = self._rate_now(t)
        finite = np.isfinite(loss) and np.isfinite(self._state.w).all()
        if not finite or loss > GROWTH * self._scale:
            self._take_back(t, loss)
            return False
        self._add(t, loss)
        return True

    def judge(self) -> None:
        """Set the next epoch's rate, or end the run where the losses have settled.

        It has converged if next to nothing is left to gain (`gain_left`), at most a hundredth of
        the value. Else an adaptive rate falls where it is noise that keeps the value up, and rises
        to where it was, for longer, where it is directions of small curvature; a run at another
        rate has stalled.
        """
        if self._epoch is None:
            return
        factor = self._state.factor
        over = self._control.after(self._epoch, self._state)
        if self._state.factor < factor:
            self._mean.restart()
        if not over:
            return
        ending, above = Ending.RATE_FELL, 0.0
        if self._control.settled:
            ending, above = self._left()
        goes_on = {
            Ending.NOISE: self._control.lower_for_noise,
            Ending.SLOW: self._control.raise_for_progress,
        }
        if ending in goes_on and goes_on[ending](self._state):
            self._mean.restart()
            return
        numbers = {"epochs": self._control.failures, "tol": self._tol, "above": above}
        self.recorder.end(ONLY, ending, **numbers)
        self.running = ONLY[:0]

    def _left(self) -> tuple[Ending, float]:
        """Return how settled losses end the run, and at least how far above the minimum."""
        w = self.recorder.w[0]
        left = gain_left(self._risk, w, w if self._exact else self._mean.mean, GAIN)
        if left.noise and not self._exact:
            return Ending.NOISE, left.noise
        if left.noise or left.slow:
            return Ending.SLOW, max(left)
        return (Ending.NO_IMPROVEMENT if self._exact else Ending.SETTLED), 0.0

    def finish(self) -> None:
        """Judge a run that went up."""
        self.recorder.rewind()
        ending = self.recorder.ending[0]
        # a rate of our own choice was on its way down: what is left is a want of epochs
        if not self._solver.plan.adaptive and ending not in (
            Ending.EPOCH_OVERFLOW,
            Ending.CALLBACK,
        ):
            self._end_risen()

    def _run(self, number: int) -> float:
        """Run the steps of an epoch, and return the mean of the losses met, penalty included."""
        state, schedule = self._state, self._solver.plan.schedule
        factor = self._control.share(number) * state.factor
        total = self._largest_rate = 0.0
        for rows, steps in self._kernel.segments(self._order, single=self._by_step):
            rates: Any
            if isinstance(schedule, Constant):
                rates = state.w.dtype.type(factor * schedule.rate)
            else:
                t = np.arange(state.steps + 1.0, state.steps + steps + 1.0)
                rates = (factor * schedule(t)).astype(state.w.dtype)
            self._largest_rate = max(self._largest_rate, float(np.max(rates)))
            penalty = self._penalty() if self._by_step else 0.0
            met = self._kernel.run(state, rows, rates)
            total += met
            state.steps += steps
            if self._by_step:
                if not np.isfinite(state.w).all():
                    return np.nan
                self._add_step(met / len(rows) + penalty, float(np.ravel(rates)[0]))
        return total / len(self._order) + self._penalty()

    def _rate_now(self, number: int) -> float:
        """Return the rate of the last step."""
        state = self._state
        scheduled = float(self._solver.plan.schedule(np.asarray(float(max(1, state.steps)))))
        return self._control.share(number) * state.factor * scheduled

    def _penalty(self) -> float:
        """Return the penalty where the descent is."""
        with np.errstate(all="ignore"):
            return float(self._risk.penalty_value(self._state.w.ravel()))

    def _add_step(self, batch_loss: float, rate: float) -> None:
        """Add a row for a step within an epoch, with the loss of its batch where it began."""
        self.recorder.note_rates(ONLY, np.array([rate]))
        self._answer = self._state.answer(self._solver.optimizer).copy()
        self.recorder.add_row(self._answer[None], np.array([batch_loss]))

    def _take_back(self, number: int, loss: float) -> None:
        """Go back to before an epoch that blew up, at a quarter of its rate, or end the run."""
        if self._solver.check_rows is not None:
            self._solver.check_rows()
        if self._solver.plan.adaptive:
            self.recorder.rewind()
            self._state.copy_from(self._safe)
            self._state.factor /= 4
            return
        self.recorder.end(ONLY, Ending.EPOCH_OVERFLOW, step=number, rate=self._rate)
        self._record(number, loss)
        self.running = ONLY[:0]

    def _add(self, number: int, loss: float) -> None:
        """Record an epoch, and note what the control of the rate is to look at."""
        recorder, best = self.recorder, float(self.recorder.best_value[0])
        improved = loss < best - self._tol * abs(best)
        # without noise, where the parameters still move is no end, whatever the losses met
        improved |= self._exact and _moved(self._state.w, self._safe.w, self._tol)
        self._record(number, loss)
        self._mean.add(self._answer)
        self._safe.copy_from(self._state)
        self._epoch = EpochLoss(
            loss,
            self._rate,
            self._largest_rate,
            improved,
            above_start=loss > FAR * self._scale,
            nothing_gained=bool(recorder.best_value[0] == recorder.start_value[0]),
        )

    def _record(self, number: int, loss: float) -> None:
        """Keep an epoch in the record: where it came to, or the steps that it took."""
        recorder = self.recorder
        answer = self._state.answer(self._solver.optimizer)
        if np.isfinite(answer).all():
            self._answer = answer
        steps = recorder.rows if self._by_step else number
        recorder.move(ONLY, self._answer, np.array([loss]), None, steps=steps)
        recorder.evaluations[:] = number
        if not self._by_step:
            recorder.note_rates(ONLY, np.array([self._rate]))
            recorder.add_row()
        recorder.mark()

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
