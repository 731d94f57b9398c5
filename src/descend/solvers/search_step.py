"""One step of all runs, while rates are tried for it."""

from __future__ import annotations

import numpy as np

from descend.penalties import NoPenalty
from descend.protocols import Array, Memory, Objective, Penalty, Search, Trial
from descend.records.recorder import Recorder, Runs
from descend.solvers.optimality import value_rounding
from descend.solvers.run_state import Mask, RunState
from descend.solvers.subgradients import excess
from descend.solvers.trial_steps import StepCurve, StepLine, rows_of
from descend.support.numerics import norms, rounding_unit, some

RESOLVED = 1e3
"""A change of the value is well above its rounding that is this many times what counts as it."""

FIRST_REACH = 0.01
"""The longest first step that is made only to be seen in the value: that of a start at zero."""

SMALL, SMALL_ROOTS = 1e-2, 100
"""A gradient is small that is this share of the largest met, or whose decrease over the length of
`w` is this many roots of the precision, of the value. At a kink it is not.
"""


class SearchStep:
    """One step of all runs, while rates are tried for it.

    `w`, `value` and `g` are where it ends, as far as that is known. The rows in `pending` still
    look for a rate, and `last` holds their last trials; runs in `level` found that the value
    changes no more, and those in `met_infinity` a point where the function is not finite.
    """

    last: Trial

    def __init__(self, state: RunState, steps: StepCurve | StepLine, objective: Objective) -> None:
        runs = len(state.w)
        self._state, self._steps, self._objective = state, steps, objective
        self.w, self.value, self.g = state.w, state.value, state.g
        self.rate, self.search_memory = state.rate, state.rate_memory
        self.pending = np.arange(runs)
        self.level = np.zeros(runs, dtype=bool)
        self.met_infinity = np.zeros(runs, dtype=bool)
        # of each run: whether the gradient is seen to be wrong, and its last trial's rise
        self._rises: tuple[Mask, Array] | None = None
        self._rounding: Array | None = None

    @property
    def memory(self) -> Memory:
        """What the optimizer remembers of the step."""
        return self._steps.memory

    def lengthen_unseen(self, blind: Mask) -> None:
        """Lengthen `blind` steps whose predicted decrease is lost in the rounding of the value.

        A start that is nearly zero is no measure of a step: nothing could be learned from it.
        """
        state, rows = self._state, self.pending
        blind = blind & (norms(state.w) > 0)
        if not some(blind):
            return
        tried, decrease = self._steps.at(self.rate, rows)
        reach = norms(tried - state.w)
        unseen = blind & (reach > 0) & (reach < FIRST_REACH) & (decrease > 0)
        if not some(unseen):
            return
        seen = RESOLVED * self._value_rounding()
        unseen &= decrease < seen
        if some(unseen):
            with np.errstate(all="ignore"):
                longer = self.rate * np.minimum(seen / decrease, FIRST_REACH / reach)
            longer = np.where(unseen & np.isfinite(longer), longer, self.rate)
            self.rate = longer.astype(self.rate.dtype, copy=False)

    def try_rates(self, penalty: Penalty, search: Search, recorder: Recorder) -> None:
        """Try a rate for each pending run: it is kept, or the search says which to try next."""
        rows = self.pending
        memory = tuple(rows_of(each, rows) for each in self.search_memory)
        trial, tried, new_g = self._trial(penalty, recorder)
        accepted = search.accepts(trial, memory) & (trial.new_value < np.inf)
        refused = ~accepted
        if some(refused) or (self._rises is not None and some(self._rises[0])):
            accepted, refused = self._judged(trial, accepted)
        self._steps.accept(rows, accepted)
        self._end_at(rows, accepted, tried, trial.new_value, new_g)
        self.pending = rows[refused]
        if len(self.pending):
            self.last = Trial(*(array[refused] for array in trial))
            self._retry(search, tuple(array[refused] for array in memory))

    def _trial(self, penalty: Penalty, recorder: Recorder) -> tuple[Trial, Array, Array]:
        """Return trials of the pending at their rates, where they lead, and the gradients there.

        A value is infinite where it or its gradient is not finite.
        """
        state, rows = self._state, self.pending
        before, rate = rows_of(state.w, rows), rows_of(self.rate, rows)
        tried, decrease = self._steps.at(rate, rows)
        value, g = self._objective.value_and_gradient(tried)
        slope = np.vecdot(g, tried - before)
        if not isinstance(penalty, NoPenalty):
            slope += excess(penalty, before, tried)
        recorder.evaluations[state.index[rows]] += 1
        # the usual case, at once: what is not finite leaves no sum with it finite
        if some(~np.isfinite(value + slope)):
            finite = np.isfinite(value) & np.isfinite(g).all(axis=-1)
            value = np.where(finite, value, np.inf)
        return Trial(rate, rows_of(state.value, rows), value, -decrease, slope), tried, g

    def _judged(self, trial: Trial, accepted: Mask) -> tuple[Mask, Mask]:
        """Return which of the pending keep their trials after all, and which are to go on.

        The others have found that the value changes no more.
        """
        rows, value = self.pending, trial.value
        self.met_infinity[rows] |= trial.new_value == np.inf
        predicted, rounding = np.abs(trial.slope), rows_of(self._value_rounding(), rows)
        uphill = self._is_uphill(rows, trial.new_value - value, predicted, rounding)
        # a step that changes nothing is none, where the gradient is seen to be wrong
        accepted = accepted & ((trial.new_value < value) | ~uphill)
        refused = ~accepted
        # the predicted decrease is lost in the rounding of the value: this is the bottom
        level = refused & (predicted <= rounding) & (trial.new_value >= value)
        if some(level):
            level &= ~(uphill | self.met_infinity[rows]) & _is_small(self._state, rows)
            self.level[rows[level]] = True
            refused &= ~level
        return accepted, refused

    def last_points(self) -> Array:
        """Return where the last trials of the pending led."""
        return self._steps.at(self.last.rate, self.pending)[0]

    def put(self, rows: Runs, w: Array, value: Array, g: Array) -> None:
        """Let the step of these rows end elsewhere."""
        self._own()
        self.w[rows], self.value[rows], self.g[rows] = w, value, g

    def put_memory(self, rows: Runs, memory: Memory, rate: Array, search_memory: Memory) -> None:
        """Let these rows remember something else of the step."""
        self._steps.memory = tuple(
            _replaced(each, rows, new) for each, new in zip(self.memory, memory, strict=True)
        )
        self.rate = _replaced(self.rate, rows, rate)
        self.search_memory = tuple(
            _replaced(each, rows, new)
            for each, new in zip(self.search_memory, search_memory, strict=True)
        )

    def keep(self, mask: Mask) -> None:
        """Keep the runs in `mask`; the others have ended."""
        self.w, self.value, self.g = self.w[mask], self.value[mask], self.g[mask]
        self.met_infinity, self.rate = self.met_infinity[mask], self.rate[mask]
        self.search_memory = tuple(array[mask] for array in self.search_memory)
        self._steps.memory = tuple(array[mask] for array in self._steps.memory)

    def _value_rounding(self) -> Array:
        """Return what counts as rounding of the value where the step begins, of each run."""
        if self._rounding is None:
            state = self._state
            self._rounding = value_rounding(self._objective, state.w, state.value)
        return self._rounding

    def _is_uphill(self, rows: Runs, rise: Array, predicted: Array, rounding: Array) -> Mask:
        """Say where ever shorter steps keep rising, so that the gradient cannot be right.

        On a smooth function a shorter step rises by a smaller share of the decrease that the
        gradient predicts, as long as that is well above the rounding.
        """
        if self._rises is None:
            self._rises = np.zeros(len(self.w), dtype=bool), np.full(len(self.w), np.inf)
        uphill, last_share = self._rises
        share = rise / np.maximum(predicted, RESOLVED * rounding)
        uphill[rows] |= (share > 0.5) & (share > 0.75 * last_share[rows])
        last_share[rows] = share
        return uphill[rows]

    def _end_at(self, rows: Runs, accepted: Mask, w: Array, value: Array, g: Array) -> None:
        """End the step of the accepted at these points."""
        if np.count_nonzero(accepted) == len(self.w):
            self.w, self.value, self.g = w, value, g
            return
        self._own()
        kept = rows[accepted]
        self.w[kept], self.value[kept], self.g[kept] = w[accepted], value[accepted], g[accepted]

    def _own(self) -> None:
        """Let the ends of the step be arrays of their own."""
        if self.w is self._state.w:
            self.w, self.value, self.g = self.w.copy(), self.value.copy(), self.g.copy()

    def _retry(self, search: Search, memory: Memory) -> None:
        """Set the next rates of the pending, and what the search remembers."""
        rate, followed = search.retry(self.last, memory)
        self.rate = _replaced(self.rate, self.pending, rate)
        self.search_memory = tuple(
            _replaced(each, self.pending, new)
            for each, new in zip(self.search_memory, followed, strict=True)
        )


def _replaced(array: Array, rows: Runs, new: Array) -> Array:
    """Return an array with new rows, in its own precision."""
    if len(rows) == len(array):
        return new.astype(array.dtype, copy=False)
    array = array.copy()
    array[rows] = new
    return array


def _is_small(state: RunState, rows: Runs) -> Mask:
    """Say where the gradient is as small as near the minimum of a smooth function.

    Towards a kink steps become ever shorter, and the decrease that they predict is lost in
    rounding, while the gradient stays as it is.
    """
    norm = state.norm[rows]
    size = np.maximum(norms(state.w[rows]), 1)
    small: Mask = norm <= SMALL * state.largest_norm[rows]
    root = SMALL_ROOTS * rounding_unit(state.w.dtype) ** 0.5
    small |= norm * size <= root * np.maximum(np.abs(state.value[rows]), 1)
    return small
