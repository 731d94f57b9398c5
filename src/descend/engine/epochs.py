"""Epochs of steps along the gradients of a few rows at a time, in compiled loops."""

import time
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from descend.descent import Descent
from descend.engine.history import Epoch, Record
from descend.engine.state import State
from descend.engine.steps import StepHistory
from descend.kernels import order as orders
from descend.kernels import walk as kernels
from descend.kernels.cache import is_ours
from descend.kernels.rows import CSR
from descend.objectives.risk import EmpiricalRisk
from descend.optimizers.traits import is_elementwise
from descend.rates import Constant
from descend.rates.composed import length_of
from descend.typing import Array, Averaging, Optimizer, Schedule

SEGMENT_STEPS = 131_072
"""Steps between two returns from compiled code, when rates are computed and Ctrl-C is heard."""

GROWTH = 1e6
"""An epoch whose loss is this many times the first one's has diverged."""

SMALLEST_FACTOR = 1e-9
"""A rate made so much smaller was not too large: nothing is below the start."""


class Pace(NamedTuple):
    """How the learning rate goes on from epoch to epoch, and when to end.

    Parameters
    ----------
    schedule
        The rate at each step.
    adaptive
        Whether the rate is quartered when `patience` epochs in a row did not improve the loss, for
        as long as that helps, and when an epoch diverges, which is then taken back.
    max_iter
        The most epochs.
    tol, patience
        It ends after `patience` epochs in a row that did not improve the best loss by `tol` times
        itself; those before the end of a schedule that has one do not count.
    """

    schedule: Schedule
    adaptive: bool
    max_iter: int
    tol: float
    patience: int


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
        If the optimizer is not element-wise.
    """
    if not is_elementwise(optimizer):
        raise ValueError(
            f"{type(optimizer).__name__} looks at the whole gradient at each step, which the loop "
            "over single coordinates does not have: give batch_size='full', or an element-wise "
            "optimizer"
        )
    X, y, weight = data
    n = X.shape[0]
    run = _compiled(risk, X, y, weight, optimizer, batch_size)
    if state is None:
        state = State(risk.model, start, optimizer)
    safe = State(risk.model, start, optimizer)
    safe.copy_from(state)
    begin = time.perf_counter()
    history = EpochHistory(start, float(risk.value(start)), record)
    steps = StepHistory(start, history.value) if record == "steps" else None
    failures, gained = 0, True
    status, message = "stopped", f"all {pace.max_iter} epochs were run"
    order = orders.fresh_order(n)
    if not shuffle:
        order[:] = np.arange(n)
    for number in range(1, pace.max_iter + 1):
        if shuffle:
            orders.shuffle_rows(order, np.uint64(random.integers(2**63)))
        note = None if steps is None else _noter(steps, risk, state, optimizer)
        mean_loss = _epoch(run, state, order, pace.schedule, batch_size, note) / n
        with np.errstate(all="ignore"):
            loss = mean_loss + risk.penalty_value(state.w.ravel())
        rate = state.factor * float(pace.schedule(np.asarray(float(max(1, state.steps)))))
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
        answer = state.answer(optimizer)
        history.add(number, answer, loss, rate, time.perf_counter() - begin)
        safe.copy_from(state)
        if steps is not None:
            steps.keep()
        if callback is not None:
            try:
                callback(Epoch(number, answer, loss, rate))
            except StopIteration:
                status, message = "stopped", "a callback ended it"
                break
        under_way = state.steps < length_of(pace.schedule) < np.inf
        failures = 0 if improved or under_way else failures + 1
        gained = gained or improved
        if failures >= pace.patience and pace.adaptive and gained:
            # what is left is the noise of the batches: smaller steps average it away; and as long
            # as nothing is below the start, the rate was too large from the beginning
            state.factor /= 4
            hopeful = state.factor > SMALLEST_FACTOR
            failures, gained = 0, hopeful and history.best_value == history.start_value
        elif failures >= pace.patience:
            told = f"{failures} epochs did not improve the loss by {pace.tol:g} of itself"
            status, message = "converged", told
            break
    if isinstance(optimizer, Averaging):
        history.value = float(risk.value(history.w))
    descent = history.descent(risk, optimizer, pace.schedule, status, message)
    return descent if steps is None else steps.of(descent)


def _noter(
    steps: StepHistory, risk: EmpiricalRisk, state: State, optimizer: Optimizer
) -> Callable[[float, float], None]:
    """Return what notes a step: its mean loss and its rate."""

    def note(mean_loss: float, rate: float) -> None:
        with np.errstate(all="ignore"):
            value = mean_loss + float(risk.penalty_value(state.w.ravel()))
        steps.add(state.answer(optimizer), value, rate)

    return note


Runner = Callable[[State, npt.NDArray[Any], Any], float]


def _compiled(
    risk: EmpiricalRisk,
    X: Any,
    y: Array,
    weight: Array | None,
    optimizer: Optimizer,
    batch_size: int,
) -> Runner:
    """Return the compiled loop that suits the data, as a function of state, rows and rates."""
    parts = (optimizer, risk.loss, risk.penalty)
    ours = all(is_ours(part) for part in parts)
    if batch_size == 1 and y.shape[1] == 1 and isinstance(X, np.ndarray):
        walk_rows = kernels.cached_walk_rows if ours else kernels.fresh_walk_rows

        def run_rows(state: State, rows: npt.NDArray[Any], rates: Any) -> float:
            memory = tuple(array[0] for array in state.memory)
            t = state.steps + 1.0
            return float(walk_rows(X, y[:, 0], weight, rows, state.w[0], memory, *parts, rates, t))

        return run_rows
    walk_batches = kernels.cached_walk_batches if ours else kernels.fresh_walk_batches
    n_features = risk.model.n_features
    normalised = risk.loss.normalised
    rows_of = X if isinstance(X, np.ndarray) else CSR(X.data, X.indices, X.indptr)

    def run_batches(state: State, rows: npt.NDArray[Any], rates: Any) -> float:
        t = state.steps + 1.0
        return float(
            walk_batches(
                rows_of, y, weight, rows, state.w, state.memory, *parts, rates, t,
                batch_size, normalised, n_features,
            )
        )  # fmt: skip

    return run_batches


def _epoch(
    run: Runner,
    state: State,
    order: npt.NDArray[Any],
    schedule: Schedule,
    batch_size: int,
    note: Callable[[float, float], None] | None,
) -> float:
    """Take an epoch's steps and return the sum of the losses met; `note` is told of each step."""
    total = 0.0
    segment = batch_size * (SEGMENT_STEPS if note is None else 1)
    for begin in range(0, len(order), segment):
        rows = order[begin : begin + segment]
        steps = -(-len(rows) // batch_size)
        rates: Any
        if isinstance(schedule, Constant):
            rates = state.w.dtype.type(state.factor * schedule.rate)
        else:
            t = np.arange(state.steps + 1.0, state.steps + steps + 1.0)
            rates = (state.factor * schedule(t)).astype(state.w.dtype)
        met = run(state, rows, rates)
        total += met
        state.steps += steps
        if note is not None:
            note(met / len(rows), float(np.ravel(rates)[0]))
    return total


class EpochHistory:
    """The record of a stochastic descent, epoch by epoch."""

    def __init__(self, start: Array, value: float, record: Record) -> None:
        self._every = 1 if record == "all" else record if isinstance(record, int) else 0
        self._kept = record is not None
        # from zero, any growth is without measure
        self.scale = abs(value) or np.inf
        self.epochs = 0
        self.w, self.value = start.copy(), value
        self.best_w, self.best_value = self.w, value
        self._points = [self.w]
        self._point_steps = [0]
        self.start_value = value
        self._values, self._rates, self._seconds = [value], [0.0], [0.0]

    def add(self, number: int, w: Array, value: float, rate: float, seconds: float) -> None:
        """Add an epoch."""
        self.epochs = number
        self.w, self.value = w.copy(), value
        if value < self.best_value:
            self.best_w, self.best_value = self.w, value
        self._values.append(value)
        self._rates.append(rate)
        self._seconds.append(seconds)
        if self._every and (len(self._values) - 1) % self._every == 0:
            self._points.append(self.w)
            self._point_steps.append(len(self._values) - 1)

    def descent(
        self,
        risk: EmpiricalRisk,
        optimizer: Optimizer,
        schedule: Schedule,
        status: str,
        message: str,
    ) -> Descent:
        """Return the finished record."""
        rows = len(self._values)
        if self._every and self._point_steps[-1] != rows - 1:
            self._points.append(self.w)
            self._point_steps.append(rows - 1)
        kept = slice(None) if self._kept else slice(0, 0)
        return Descent(
            x=self.w,
            fun=self.value,
            jac=None,
            best_x=self.best_w,
            best_fun=self.best_value,
            nit=self.epochs,
            nfev=self.epochs,
            status=status,
            message=message,
            points=np.array(self._points) if self._every else None,
            point_steps=np.array(self._point_steps if self._every else [], dtype=np.int64),
            values=np.array(self._values)[kept],
            gradient_norms=np.full(rows, np.nan)[kept],
            learning_rates=np.array(self._rates[1:])[kept],
            seconds=np.array(self._seconds)[kept],
            names=(),
            objective=risk,
            optimizer=optimizer,
            learning_rate=schedule,
        )
