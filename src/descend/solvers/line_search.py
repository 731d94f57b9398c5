"""Steps at a rate that is found by trying."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from descend.protocols import (
    Array,
    Ending,
    Memory,
    Objective,
    Optimizer,
    Penalty,
    Search,
    Stride,
)
from descend.records.recorder import Recorder, Runs
from descend.solvers.curvature_coordinates import CurvatureCoordinates
from descend.solvers.end_check import EndCheck, Findings
from descend.solvers.optimality import Optimality
from descend.solvers.run_state import Mask, RunState
from descend.solvers.search_step import SearchStep
from descend.solvers.trial_steps import TrialSteps, refuse_to_climb
from descend.support.numerics import largest_squarable, norms, rounding_unit, some

TRIALS = 60
"""Rates that a search may try in one step."""

NOISE = 1e-6
"""Where no rate is accepted, a gradient of this share of the largest met counts as rounding."""

FAR = 1e6
"""A step of so many times Newton's says that the curvature is another here."""

REGULARLY = 20
"""Steps after which the coordinates are renewed: the curvature is soon that of elsewhere."""


class Claims(NamedTuple):
    """The rows of runs that seem to have ended, and why."""

    rows: Runs
    endings: list[Ending]


NO_CLAIMS = Claims(np.empty(0, dtype=np.intp), [])


class SearchedSteps:
    """Steps at the first rate that a search accepts.

    A run that seems to have arrived, or that no rate leads down, is looked at by `check`, if there
    is one. If it also has `coordinates`, runs step in those of the curvature at their starts, and
    go on in those of the curvature where they seem to have ended, until the end is a minimum.
    """

    def __init__(
        self,
        objective: Objective,
        penalty: Penalty,
        optimizer: Optimizer,
        search: Search,
        recorder: Recorder,
        check: EndCheck | None = None,
        coordinates: CurvatureCoordinates | None = None,
    ) -> None:
        refuse_to_climb(optimizer)
        self._objective, self._penalty = objective, penalty
        self._search, self._recorder = search, recorder
        self._check, self._coordinates = check, coordinates
        self._trials = TrialSteps(optimizer, penalty)

    def begin(self, state: RunState) -> None:
        """Set the rates of the first trial."""
        first = self._search.first(state.w, state.value, state.subgradient)
        state.rate, state.rate_memory = _as_precise(first, state)
        self._renew_unasked(state, np.arange(len(state.w)))

    def take(self, state: RunState, t: int) -> None:
        """Let each run step; end those that no step leads down."""
        step = self._searched(state, t)
        claims = _claims(state, step)
        ended = np.zeros(len(state.w), dtype=bool)
        while len(claims.rows):
            claims = self._settled(state, step, claims, ended, t)
        if some(ended):
            state.keep(~ended)
            step.keep(~ended)
        self._move(state, step)
        self._end_unbounded(state, step, t)
        state.slope_under(self._penalty)
        self._renew_regularly(state, step, t)
        self._recorder.add(state.index, state.w, state.value, state.subgradient, state.norm)
        self._end_unmoved(state, step)

    def go_on(self, state: RunState, rows: Runs, findings: Findings) -> None:
        """Let those of these runs that were not ended go on as was found."""
        on = findings.renewed
        if on.any() and findings.optimality is not None:
            self._renew(state, rows[on], findings.optimality.of(on))
        if findings.moved.any():
            at, w = rows[findings.moved], findings.w[findings.moved]
            state.w = state.w.copy()
            state.value, state.g = state.value.copy(), state.g.copy()
            state.w[at] = w
            state.value[at], state.g[at] = self._evaluated(state.index[at], w)
            state.before = state.w
            self._forget(state, at)
            state.slope_under(self._penalty)

    def _searched(self, state: RunState, t: int) -> SearchStep:
        """Return a step of these runs, as far as the search leads."""
        step = SearchStep(state, self._trials.of(state, t), self._objective)
        if t == 1:
            coordinates = self._coordinates
            everywhere = np.ones(len(state.w), dtype=bool)
            step.lengthen_unseen(
                everywhere if coordinates is None else coordinates.blind[state.index]
            )
        for _ in range(TRIALS):
            step.try_rates(self._penalty, self._search, self._recorder)
            if not len(step.pending):
                break
        return step

    def _settled(
        self, state: RunState, step: SearchStep, claims: Claims, ended: Mask, t: int
    ) -> Claims:
        """End runs whose claims hold, mark them, and let the others step; return their claims."""
        rows, index = claims.rows, state.index[claims.rows]
        if self._check is None:
            self._end(index, claims.endings)
            ended[rows] = True
            return NO_CLAIMS
        findings = self._check.look(state, rows, claims.endings, stuck=True)
        self._end(index, findings.endings)
        ended[rows[findings.ended]] = True
        moved, renewed = rows[findings.moved], rows[findings.renewed]
        if len(moved):
            w = findings.w[findings.moved]
            step.put(moved, w, *self._evaluated(state.index[moved], w))
            self._forget(state, moved)
            step.put_memory(moved, *self._part_of_memory(state, moved))
        if not len(renewed) or findings.optimality is None:
            return NO_CLAIMS
        self._renew(state, renewed, findings.optimality.of(findings.renewed))
        part = state.part(renewed)
        again = self._searched(part, t)
        step.put(renewed, again.w, again.value, again.g)
        step.put_memory(renewed, again.memory, again.rate, again.search_memory)
        step.met_infinity[renewed] = again.met_infinity
        more = _claims(part, again)
        return Claims(renewed[more.rows], more.endings)

    def _part_of_memory(self, state: RunState, rows: Runs) -> tuple[Memory, Array, Memory]:
        """Return what the optimizer and the search remember of these runs, and their rates."""
        memory = tuple(each[rows] for each in state.memory)
        return memory, state.rate[rows], tuple(each[rows] for each in state.rate_memory)

    def _evaluated(self, index: Runs, w: Array) -> tuple[Array, Array]:
        """Return the values and gradients of these runs at points."""
        self._recorder.evaluations[index] += 1
        return self._objective.value_and_gradient(w)

    def _renew(self, state: RunState, rows: Runs, found: Optimality) -> None:
        """Let these runs go on in the coordinates of the curvature where they are."""
        assert self._coordinates is not None
        index = state.index[rows]
        variables = self._coordinates.renewed(index, state.w[rows], state.subgradient[rows], found)
        self._trials = TrialSteps(variables, self._penalty)
        self._forget(state, rows)

    def _renew_regularly(self, state: RunState, step: SearchStep, t: int) -> None:
        """Renew the coordinates of all runs now and then, and where a step was many times one."""
        due = step.rate >= (FAR if t % REGULARLY else 0)
        if some(due):
            self._renew_unasked(state, np.flatnonzero(due))

    def _renew_unasked(self, state: RunState, rows: Runs) -> None:
        """Let these runs go on in the coordinates of the curvature where they are, if that pays."""
        check, coordinates = self._check, self._coordinates
        if check is not None and coordinates is not None and coordinates.pay_unasked:
            self._renew(state, rows, check.optimality(state, rows))

    def _forget(self, state: RunState, rows: Runs) -> None:
        """Let these runs begin anew where they are."""
        for array in state.memory:
            array[rows] = 0
        first = self._search.first(state.w[rows], state.value[rows], state.subgradient[rows])
        rate, memory = _as_precise(first, state)
        state.rate = state.rate.copy()
        state.rate[rows] = rate
        for array, new in zip(state.rate_memory, memory, strict=True):
            array[rows] = new

    def _move(self, state: RunState, step: SearchStep) -> None:
        """Put the runs where their steps end, and propose their next rates."""
        self._recorder.note_rates(state.index, step.rate)
        stride = Stride(step.rate, step.value, step.g, step.w - state.w, step.g - state.g)
        proposed = self._search.propose(stride, step.search_memory)
        state.rate, state.rate_memory = _as_precise(proposed, state)
        state.before, state.g_before = state.w, state.g
        state.w, state.value, state.g = step.w, step.value, step.g
        state.memory = step.memory

    def _end_unmoved(self, state: RunState, step: SearchStep) -> None:
        """End the runs whose last step was lost in the rounding of their point."""
        unmoved = _is_unmoved(state, slice(None), state.before)
        if not some(unmoved):
            return
        rows = np.flatnonzero(unmoved)
        moved = state.w[rows] - state.before[rows]
        slope, new_slope = (np.vecdot(g[rows], moved) for g in (state.g_before, state.g))
        endings = _reasons(state, rows, slope, new_slope, step.met_infinity[rows])
        known = np.array([ending is not Ending.SEARCH_REFUSED for ending in endings])
        rows, endings = rows[known], [each for each in endings if each is not Ending.SEARCH_REFUSED]
        if not len(rows):
            return
        going = np.ones(len(state.w), dtype=bool)
        if self._check is None:
            self._end(state.index[rows], endings)
            going[rows] = False
        else:
            findings = self._check.look(state, rows, endings, stuck=True)
            self._end(state.index[rows], findings.endings)
            self.go_on(state, rows, findings)
            going[rows[findings.ended]] = False
        state.keep(going)

    def _end(self, index: Runs, endings: Sequence[Ending | None]) -> None:
        """Note why runs have ended, where there is a reason."""
        self._recorder.end_each(index, endings, trials=TRIALS)

    def _end_unbounded(self, state: RunState, step: SearchStep, t: int) -> None:
        """End the runs that fall beyond all numbers."""
        limit = largest_squarable(state.w.dtype)
        unbounded = np.logical_or.reduce(np.abs(state.w) >= limit, axis=-1)
        unbounded |= state.value <= -limit
        if some(unbounded):
            self._recorder.end(state.index[unbounded], Ending.UNBOUNDED)
            self._recorder.steps_taken[state.index[unbounded]] = t
            state.keep(~unbounded)
            step.keep(~unbounded)


def _claims(state: RunState, step: SearchStep) -> Claims:
    """Return which runs took no step, and why, as far as the search knows."""
    refused = step.pending
    if not (len(refused) or some(step.level)):
        return NO_CLAIMS
    level = np.flatnonzero(step.level)
    endings = [Ending.VALUE_ROUNDED] * len(level)
    if len(refused):
        at_edge = step.met_infinity[refused] & _is_unmoved(state, refused, step.last_points())
        last = step.last
        endings += _reasons(state, refused, last.slope, last.new_slope, at_edge)
    return Claims(np.concatenate([level, refused]), endings)


def _reasons(
    state: RunState, rows: Runs, slope: Array, new_slope: Array, at_edge: Mask
) -> list[Ending]:
    """Return why no step leads down from these rows."""
    kink = new_slope > 0.5 * np.abs(slope)
    return [
        Ending.GRADIENT_ROUNDED
        if noise
        else Ending.KINK
        if jump
        else Ending.DOMAIN_EDGE
        if edge
        else Ending.SEARCH_REFUSED
        for noise, jump, edge in zip(_is_noise(state, rows), kink, at_edge, strict=True)
    ]


def _as_precise(rates: tuple[Array, Memory], state: RunState) -> tuple[Array, Memory]:
    """Return rates in the precision of the points, to which recorded values belong exactly."""
    rate, memory = rates
    return rate.astype(state.w.dtype, copy=False), memory


def _is_unmoved(state: RunState, rows: Runs | slice, points: Array) -> Mask:
    """Say which of these runs are no further from points than rounding."""
    w = state.w[rows]
    size = np.maximum(np.abs(w), state.start_size[rows])
    close = np.abs(w - points) <= 4 * rounding_unit(w.dtype) * size
    return np.asarray(np.logical_and.reduce(close, axis=-1))


def _is_noise(state: RunState, rows: Runs) -> Mask:
    """Say where so little is left of the gradient that it may be rounding."""
    norm = state.norm[rows]
    size = np.maximum(norms(state.w[rows]), 1)
    noise: Mask = norm <= NOISE * state.largest_norm[rows]
    noise |= norm * size <= NOISE**1.5 * np.maximum(np.abs(state.value[rows]), 1)
    return noise
