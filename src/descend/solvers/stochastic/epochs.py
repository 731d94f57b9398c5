"""Epochs of steps along the gradients of a few rows at a time, in compiled loops."""

import time
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from descend.kernels import row_order as orders
from descend.objectives.risks.empirical_risk import EmpiricalRisk
from descend.optimizers import SAGA, SVRG
from descend.protocols import Array, Averaging, Epoch, Optimizer, Patient, Record, Schedule, verbs
from descend.rates import Constant
from descend.rates.composed import length_of
from descend.records.descent import Descent
from descend.records.epoch_history import FAR, EpochHistory
from descend.records.step_history import StepHistory
from descend.solvers.stochastic.kernel_choice import EpochKernel, choose_kernel
from descend.solvers.stochastic.state import State

GROWTH = 1e6
"""An epoch whose loss is this many times the first one's has diverged."""

SMALLEST_FACTOR = 1e-9
"""A rate made so much smaller was not too large: nothing is below the start."""

COOLED = 0.01
"""The share of a rate of our own choice towards which it falls at the end of the epochs."""


class Pace(NamedTuple):
    """How the learning rate goes on from epoch to epoch, and when to end.

    Parameters
    ----------
    schedule
        The rate at each step.
    adaptive
        Whether the rate is quartered when `patience` epochs in a row did not improve the loss, for
        as long as that helps, and when an epoch diverges, which is then taken back; and falls at
        the end of the epochs, if it comes to that.
    max_iter
        The most epochs.
    tol, patience
        It ends after `patience` epochs in a row that did not improve the best loss by `tol` times
        itself; those before the end of a schedule that has one do not count.
    rule
        What makes of the schedule's rate the next epoch's, from the losses of the epochs. As long
        as it lowers the rate, it does not end.
    """

    schedule: Schedule
    adaptive: bool
    max_iter: int
    tol: float
    patience: int
    rule: Patient | None = None

    def share(self, number: int) -> float:
        """Return the share of an adaptive rate that is left in an epoch, counted from 1.

        Over the last fifth of the epochs it falls by equal factors towards a hundredth. A rate that
        stays leaves the noise of the batches in the answer, and one that falls from the beginning
        comes too late to where that is all that is left.

        References
        ----------
        A. Haegele et al., Scaling laws and compute-optimal training beyond fixed training durations
        (2024).
        """
        cooling = self.max_iter // 5
        cooled = max(0, number - (self.max_iter - cooling))
        share: float = COOLED ** (cooled / (cooling + 1))
        return share

    def is_over(self, failures: int) -> bool:
        """Say whether so many epochs in a row without improvement are the end."""
        least = 0 if self.rule is None else self.rule.patience + 1
        return failures >= max(self.patience, least)


def walk_epochs(
    risk: EmpiricalRisk,
    data: tuple[Any, Array, Array | None],
    start: Array,
    optimizer: Optimizer,
    pace: Pace,
    *,
    batch_size: int,
    shuffle: bool,
    random: np.random.Generator,
    record: Record,
    callback: Callable[[Epoch], None] | None = None,
    on_blow_up: Callable[[], None] | None = None,
    state: State | None = None,
) -> Descent:
    """Walk a risk downhill by steps along the gradients of batches of rows.

    The record has a row an epoch: `values` holds the mean loss met in the epoch (each before its
    step) plus the penalty at its end; the first is the risk at the start. Gradients over all rows
    are not computed. The points are an averaging optimizer's answers, and the end's value is the
    risk there.

    Parameters
    ----------
    risk
        The objective.
    data
        Its rows: `X` (an array or CSR matrix), `y` `(n, outputs)`, and weights `(n,)` or None.
    start
        `(d,)`.
    optimizer
        An element-wise optimizer.
    pace
        The rates, and when to end.
    batch_size
        Rows a step.
    shuffle
        Whether each epoch visits the rows in a new order.
    random
        Draws the orders.
    record
        Which points to keep; k keeps those of every k-th epoch, "steps" those of every step, with a
        row a step in the record.
    callback
        Called after each epoch; it ends the descent by `StopIteration`.
    on_blow_up
        Called when an epoch leaves the finite numbers: to look whether the data is the reason, and
        raise.
    state
        Where an earlier walk ended: this one goes on from there instead of `start`, which is then
        the answer there, and moves it on.

    Raises
    ------
    ValueError
        If the optimizer is not element-wise, or it or the penalty holds an array.
    """
    n = data[0].shape[0]
    kernel = choose_kernel(risk, optimizer, batch_size)
    start = _within_bounds(risk, start)
    if state is None:
        state = State(risk.model, start, optimizer)
    safe = State(risk.model, start, optimizer)
    safe.copy_from(state)
    begin = time.perf_counter()
    history = EpochHistory(start, float(risk.value(start)), record)
    steps = StepHistory(start, history.value) if record == "steps" else None
    failures, gained, called_off = 0, True, False
    exact = isinstance(optimizer, SAGA | SVRG)
    rule_memory = () if pace.rule is None else pace.rule.begin(np.zeros(1))
    status, message = "stopped", f"all {pace.max_iter} epochs were run"
    order = orders.fresh_order(n)
    if not shuffle:
        order[:] = np.arange(n)
    for number in range(1, pace.max_iter + 1):
        if shuffle:
            orders.shuffle_rows(order, np.uint64(random.integers(2**63)))
        note = None if steps is None else _noter(steps, risk, state, optimizer)
        # without noise the rate need not fall
        share = pace.share(number) if pace.adaptive and not exact else 1.0
        mean_loss = _epoch(kernel, state, order, pace.schedule, share, note) / n
        with np.errstate(all="ignore"):
            loss = mean_loss + risk.penalty_value(state.w.ravel())
        rate = share * state.factor * float(pace.schedule(np.asarray(float(max(1, state.steps)))))
        if not (np.isfinite(loss) and np.isfinite(state.w).all()) or loss > GROWTH * history.scale:
            if on_blow_up is not None:
                on_blow_up()
            if pace.adaptive:
                state.copy_from(safe)
                state.factor /= 4
                if steps is not None:
                    steps.take_back()
                continue
            status, message = "diverged", f"epoch {number} blew up at the learning rate {rate:.4g}"
            history.epochs = number
            break
        improved = loss < history.best_value - pace.tol * abs(history.best_value)
        # without noise, where the parameters still move is no end, whatever the losses met
        improved |= exact and _moved(state.w, safe.w, pace.tol)
        answer = state.answer(optimizer)
        history.add(number, answer, loss, rate, time.perf_counter() - begin)
        safe.copy_from(state)
        if steps is not None:
            steps.keep()
        if callback is not None:
            try:
                callback(Epoch(number, answer, loss, rate))
            except StopIteration:
                status, message, called_off = "stopped", "a callback ended it", True
                break
        under_way = state.steps < length_of(pace.schedule) < np.inf
        failures = 0 if improved or under_way else failures + 1
        gained = gained or improved
        if pace.rule is not None:
            after = pace.rule.after(np.array([loss]), np.array([rate]), rule_memory)
            lowered, rule_memory = float(after[0][0]), after[1]
            if lowered < rate and state.factor > SMALLEST_FACTOR:
                state.factor, failures = state.factor * lowered / rate, 0
        if failures >= pace.patience and pace.adaptive and gained and not exact:
            # what is left is the noise of the batches: smaller steps average it away; and as long
            # as nothing is below the start, the rate was too large from the beginning
            state.factor /= 4
            hopeful = state.factor > SMALLEST_FACTOR
            above = history.value > FAR * history.scale
            failures = 0
            gained = hopeful and (above or history.best_value == history.start_value)
        elif pace.is_over(failures):
            told = f"{failures} epochs did not improve the loss by {pace.tol:g} of itself"
            status, message = "converged", told
            break
    # a rate of our own choice was on its way down: what is left is a want of epochs
    judged = status != "diverged" and not called_off and not pace.adaptive
    lost = _rose_far(risk, history) if judged else None
    if lost is not None:
        status, message = "diverged", f"{lost} at the learning rate {rate:.4g}"
    if isinstance(optimizer, Averaging):
        history.value = float(risk.value(history.w))
    descent = history.descent(risk, optimizer, pace.rule or pace.schedule, status, message)
    return descent if steps is None else steps.of(descent)


def _rose_far(risk: EmpiricalRisk, history: EpochHistory) -> str | None:
    """Say how far a descent ended above its start; None if it did not.

    What it must be far above is also the risk of predicting zero: a warm start at the minimum has
    no choice but to leave it for the noise of the batches.
    """
    if not history.value > FAR * history.scale:
        return None
    zero = float(risk.value(np.zeros_like(history.w)))
    height = max(history.start_value, zero) + (FAR - 1) * max(history.scale, abs(zero))
    end = float(risk.value(history.w))
    if not end > height:
        return None
    return f"the loss rose from {history.start_value:.4g} to {end:.4g} in {history.epochs} epochs"


def _moved(w: Array, before: Array, tol: float) -> bool:
    """Say whether a parameter has moved by more than `tol` times the largest."""
    return bool(np.abs(w - before).max() > tol * np.abs(w).max())


def _within_bounds(risk: EmpiricalRisk, start: Array) -> Array:
    """Return the start with its weights in the penalty's interval, if it has one."""
    w = risk.model.by_output(start).copy()
    features = slice(risk.model.n_features)
    w[:, features] = verbs.prox(risk.penalty, w[:, features], 0.0)
    return w.ravel()


def _noter(
    steps: StepHistory, risk: EmpiricalRisk, state: State, optimizer: Optimizer
) -> Callable[[float, float], None]:
    """Return what notes a step: its mean loss and its rate."""

    def note(mean_loss: float, rate: float) -> None:
        with np.errstate(all="ignore"):
            value = mean_loss + float(risk.penalty_value(state.w.ravel()))
        steps.add(state.answer(optimizer), value, rate)

    return note


def _epoch(
    kernel: EpochKernel,
    state: State,
    order: npt.NDArray[Any],
    schedule: Schedule,
    share: float,
    note: Callable[[float, float], None] | None,
) -> float:
    """Take an epoch's steps, at a share of the rates, and return the sum of the losses met.

    `note` is told of each step.
    """
    factor = share * state.factor
    total = 0.0
    for rows, steps in kernel.segments(order, single=note is not None):
        rates: Any
        if isinstance(schedule, Constant):
            rates = state.w.dtype.type(factor * schedule.rate)
        else:
            t = np.arange(state.steps + 1.0, state.steps + steps + 1.0)
            rates = (factor * schedule(t)).astype(state.w.dtype)
        met = kernel.run(state, rows, rates)
        total += met
        state.steps += steps
        if note is not None:
            note(met / len(rows), float(np.ravel(rates)[0]))
    return total
