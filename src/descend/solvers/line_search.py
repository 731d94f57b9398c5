"""Steps at a rate that is found by trying."""

import numpy as np
import numpy.typing as npt

from descend.penalties import NoPenalty
from descend.protocols import (
    Array,
    Inexact,
    Memory,
    Objective,
    Optimizer,
    Penalty,
    Search,
    Stride,
    Trial,
)
from descend.records.recorder import History
from descend.solvers.run_state import RunState
from descend.solvers.subgradients import excess, minimum_norm_subgradient
from descend.solvers.trial_steps import Curve, Line, Paths, Which, picked, refuse_to_climb
from descend.support.numerics import largest_squarable, norms

TRIALS = 60
"""Rates that a search may try in one step."""

ROUNDINGS = 8
"""By how many of its roundings the value may rise where no more of a decrease is predicted."""

SMALL, SMALL_ROOTS = 1e-2, 100
"""A gradient is small that is this share of the steepest met, or whose decrease over the length of
`w` is so many times the root of the precision, of the value. At a kink it is not."""

NOISE = 1e-6
"""Where no rate is accepted, a gradient of this share of the steepest met counts as rounding."""

FLAT = "the value changes no more: the gradient is lost in its rounding"
BOTTOM = "no step makes the value smaller: what is left of the gradient is rounding"
KINK = "no step makes the value smaller: the slope jumps here, as at a kink"
WALL = "it stands at the edge of where the function and its gradient are finite"
REFUSED = f"the search accepts none of {TRIALS} rates"
ENDLESS = "the value falls without end: the function has no minimum this way"

Mask = npt.NDArray[np.bool_]


class SearchedSteps:
    """Steps at the first rate that a search accepts.

    Parameters
    ----------
    objective, penalty
        What is descended, and its part that is not smooth.
    optimizer, search
        Which way and how far.
    history
        Where the steps are added, and the runs that go no further marked.
    """

    def __init__(
        self,
        objective: Objective,
        penalty: Penalty,
        optimizer: Optimizer,
        search: Search,
        history: History,
    ) -> None:
        refuse_to_climb(optimizer)
        self._objective, self._penalty = objective, penalty
        self._search, self._history = search, history
        self._paths = Paths(optimizer, penalty)

    def begin(self, walkers: RunState) -> None:
        """Set the rates of the first trial."""
        first = self._search.first(walkers.w, walkers.value, walkers.left)
        walkers.rate, walkers.rate_memory = _as_precise(first, walkers)

    def take(self, walkers: RunState, t: int) -> None:
        """Let each run step; those without a way down rest."""
        step = _Step(walkers, self._paths.of(walkers, t))
        for _ in range(TRIALS):
            step.try_rates(self._objective, self._penalty, self._search, self._history)
            if not len(step.pending):
                break
        walkers.rate, walkers.rate_memory = step.rate, step.clues
        if len(step.pending) or step.level.any():
            self._rest_where_they_were(walkers, step)
        self._move(walkers, step)
        self._rest_endless(walkers, step, t)
        walkers.left = minimum_norm_subgradient(self._penalty, walkers.w, walkers.g)
        self._history.add(walkers)
        self._rest_unmoved(walkers, step)

    def _move(self, walkers: RunState, step: "_Step") -> None:
        """Put the walkers where their steps end, and propose their next rates."""
        self._history.note_rates(walkers.index, walkers.rate)
        stride = Stride(walkers.rate, step.value, step.g, step.w - walkers.w, step.g - walkers.g)
        proposed = self._search.propose(stride, walkers.rate_memory)
        walkers.rate, walkers.rate_memory = _as_precise(proposed, walkers)
        walkers.before, walkers.g_before = walkers.w, walkers.g
        walkers.w, walkers.value, walkers.g = step.w, step.value, step.g
        walkers.memory = step.memory

    def _rest_where_they_were(self, walkers: RunState, step: "_Step") -> None:
        """Let the runs rest whose step was not accepted, and say why."""
        stuck = step.pending
        self._history.end(walkers.index[step.level], "converged", FLAT)
        if len(stuck):
            self._history.end(walkers.index[stuck], "stalled", REFUSED)
            tried = step.last_points()
            at_edge = step.walled[stuck] & _is_unmoved(walkers, stuck, tried)
            self._tell(walkers, stuck, step.last.slope, step.last.new_slope, at_edge)
        moving = ~step.level
        moving[stuck] = False
        walkers.keep(moving)
        step.keep(moving)

    def _rest_unmoved(self, walkers: RunState, step: "_Step") -> None:
        """Let the runs rest whose last step was lost in the rounding of their point."""
        unmoved = _is_unmoved(walkers, slice(None), walkers.before)
        if not unmoved.any():
            return
        rows = np.flatnonzero(unmoved)
        moved = walkers.w[rows] - walkers.before[rows]
        slope, new_slope = (np.vecdot(g[rows], moved) for g in (walkers.g_before, walkers.g))
        unmoved[rows] = self._tell(walkers, rows, slope, new_slope, step.walled[rows])
        walkers.keep(~unmoved)

    def _tell(
        self,
        walkers: RunState,
        rows: Which,
        slope: Array,
        new_slope: Array,
        wall: Mask,
    ) -> Mask:
        """Mark the runs at these rows that a reason is known for, and return which they are."""
        bottom = _is_noise(walkers, rows)
        kink = ~bottom & (new_slope > 0.5 * np.abs(slope))
        wall = ~bottom & ~kink & wall
        index = walkers.index[rows]
        self._history.end(index[bottom], "converged", BOTTOM)
        self._history.end(index[kink], "stalled", KINK)
        self._history.end(index[wall], "stalled", WALL)
        known: Mask = bottom | kink | wall
        return known

    def _rest_endless(self, walkers: RunState, step: "_Step", t: int) -> None:
        """Let the runs rest that fall beyond all numbers."""
        limit = largest_squarable(walkers.w.dtype)
        endless = (np.abs(walkers.w).max(axis=-1) >= limit) | (walkers.value <= -limit)
        if endless.any():
            self._history.end(walkers.index[endless], "diverged", ENDLESS, steps=t)
            walkers.keep(~endless)
            step.keep(~endless)


class _Step:
    """One step of all walkers, under way.

    `w, value, g` are where it ends, as far as it is known; `pending` are the rows that still look
    for a rate, and `last` their last trials; `level` says which of the others found that the value
    changes no more, and `walled` which met a point where the function is not finite.
    """

    last: Trial

    def __init__(self, walkers: RunState, path: Curve | Line) -> None:
        runs = len(walkers.w)
        self._walkers, self._path = walkers, path
        self.w, self.value, self.g = walkers.w, walkers.value, walkers.g
        self.rate, self.clues = walkers.rate, walkers.rate_memory
        self.pending = np.arange(runs)
        self.level = np.zeros(runs, dtype=bool)
        self.walled = np.zeros(runs, dtype=bool)
        self._uphill = np.zeros(runs, dtype=bool)
        self._last_rise = np.full(runs, np.inf)
        self._rounding: Array | None = None

    @property
    def memory(self) -> Memory:
        """What the optimizer remembers of the step."""
        return self._path.memory

    def try_rates(
        self, objective: Objective, penalty: Penalty, search: Search, history: History
    ) -> None:
        """Try a rate for each pending run: it is kept, or the search says which to try next."""
        walkers, rows = self._walkers, self.pending
        before, clues = picked(walkers.w, rows), tuple(picked(each, rows) for each in self.clues)
        tried, decrease = self._path.at(picked(self.rate, rows), rows)
        new_value, new_g = objective.value_and_gradient(tried)
        new_slope = np.vecdot(new_g, tried - before)
        if not isinstance(penalty, NoPenalty):
            new_slope += excess(penalty, before, tried)
        history.evaluations[walkers.index[rows]] += 1
        finite = np.isfinite(new_value) & np.isfinite(new_g).all(axis=-1)
        new_value = np.where(finite, new_value, np.inf)
        trial = Trial(
            picked(self.rate, rows), picked(walkers.value, rows), new_value, -decrease, new_slope
        )
        accepted = search.accepts(trial, clues) & finite
        refused = ~accepted
        if refused.any() or self._uphill.any():
            self.walled[rows] |= ~finite
            rounding = picked(self._value_rounding(objective), rows)
            uphill = self._is_uphill(rows, new_value - trial.value, np.abs(decrease), rounding)
            # a step that changes nothing is none, where the gradient is seen to be wrong
            accepted &= (new_value < trial.value) | ~uphill
            # what the gradient promises is lost in the rounding of the value: this is the bottom
            level = ~accepted & (np.abs(decrease) <= rounding) & (new_value >= trial.value)
            level &= ~(uphill | self.walled[rows]) & _is_small(walkers, rows)
            self.level[rows[level]] = True
            refused = ~(accepted | level)
        self._path.keep(rows, accepted)
        self._end_at(rows, accepted, tried, new_value, new_g)
        self.pending = rows[refused]
        if len(self.pending):
            self.last = Trial(*(array[refused] for array in trial))
            self._follow(search, tuple(array[refused] for array in clues))

    def last_points(self) -> Array:
        """Return where the last trials of the pending led."""
        return self._path.at(self.last.rate, self.pending)[0]

    def _value_rounding(self, objective: Objective) -> Array:
        """Return what counts as rounding of the value where the step begins, of each run."""
        if self._rounding is None:
            walkers = self._walkers
            self._rounding = np.finfo(walkers.w.dtype).eps * np.abs(walkers.value)
            if isinstance(objective, Inexact):
                of_terms = objective.value_rounding(walkers.w)
                self._rounding = np.maximum(self._rounding, of_terms)
            self._rounding = ROUNDINGS * self._rounding
        return self._rounding

    def _is_uphill(self, rows: Which, rise: Array, promised: Array, rounding: Array) -> Mask:
        """Say where ever shorter steps keep rising, so that the gradient cannot be right.

        On a smooth function a shorter step rises by a smaller share of what the gradient promises,
        as long as that is well above the rounding.
        """
        share = rise / np.maximum(promised, 1e3 * rounding)
        self._uphill[rows] |= (share > 0.5) & (share > 0.75 * self._last_rise[rows])
        self._last_rise[rows] = share
        return self._uphill[rows]

    def _end_at(self, rows: Which, accepted: Mask, w: Array, value: Array, g: Array) -> None:
        """End the step of the accepted at these points."""
        if len(rows) == len(self.w) and accepted.all():
            self.w, self.value, self.g = w, value, g
            return
        if self.w is self._walkers.w:
            self.w, self.value, self.g = self.w.copy(), self.value.copy(), self.g.copy()
        kept = rows[accepted]
        self.w[kept], self.value[kept], self.g[kept] = w[accepted], value[accepted], g[accepted]

    def _follow(self, search: Search, clues: Memory) -> None:
        """Set the next rates and clues of the pending."""
        rate, followed = search.retry(self.last, clues)
        self.rate = _replaced(self.rate, self.pending, rate)
        self.clues = tuple(
            _replaced(each, self.pending, new)
            for each, new in zip(self.clues, followed, strict=True)
        )

    def keep(self, mask: Mask) -> None:
        """Let the runs outside `mask` rest."""
        self.w, self.value, self.g = self.w[mask], self.value[mask], self.g[mask]
        self.walled = self.walled[mask]
        self._path.memory = tuple(array[mask] for array in self._path.memory)


def _as_precise(rates: tuple[Array, Memory], walkers: RunState) -> tuple[Array, Memory]:
    """Return rates in the precision of the points, so that steps lead to points that can be kept.

    A value belongs to the point that is recorded with it, to the last digit.
    """
    rate, memory = rates
    return rate.astype(walkers.w.dtype, copy=False), memory


def _replaced(array: Array, rows: Which, new: Array) -> Array:
    """Return an array with new rows, in its own precision."""
    if len(rows) == len(array):
        return new.astype(array.dtype, copy=False)
    array = array.copy()
    array[rows] = new
    return array


def _is_unmoved(walkers: RunState, rows: Which | slice, points: Array) -> Mask:
    """Say which of these walkers are no further from points than rounding."""
    w = walkers.w[rows]
    size = np.maximum(np.abs(w), walkers.start_size[rows])
    unmoved: Mask = (np.abs(w - points) <= 4 * np.finfo(w.dtype).eps * size).all(axis=-1)
    return unmoved


def _is_small(walkers: RunState, rows: Which) -> Mask:
    """Say where the gradient is as small as near the minimum of a smooth function.

    Towards a kink steps become ever shorter, and what they promise is lost in rounding, while the
    gradient stays as it is.
    """
    norm = norms(walkers.left[rows])
    size = np.maximum(norms(walkers.w[rows]), 1)
    small: Mask = norm <= SMALL * walkers.steepest[rows]
    root = SMALL_ROOTS * np.sqrt(np.finfo(walkers.w.dtype).eps)
    small |= norm * size <= root * np.maximum(np.abs(walkers.value[rows]), 1)
    return small


def _is_noise(walkers: RunState, rows: Which) -> Mask:
    """Say where so little is left of the gradient that it may be rounding."""
    norm = norms(walkers.left[rows])
    size = np.maximum(norms(walkers.w[rows]), 1)
    noise: Mask = norm <= NOISE * walkers.steepest[rows]
    noise |= norm * size <= NOISE**1.5 * np.maximum(np.abs(walkers.value[rows]), 1)
    return noise
