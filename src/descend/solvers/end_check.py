"""What becomes of runs that seem to have arrived, or that no step leads down."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from descend.curvature.conjugate_gradients import conjugate_gradients
from descend.curvature.hessian_products import hessian_products
from descend.protocols import Array, Ending, Objective, Penalty, Status
from descend.records.recorder import Recorder, Runs
from descend.solvers.optimality import CLOSE, ROUNDINGS, Optimality, optimality, value_rounding
from descend.solvers.probes import Surroundings, falls_outward, look_around, nears_pole
from descend.solvers.run_state import Mask, RunState

MOST_COORDINATES = 100
"""Up to so many coordinates the whole Hessian is made; of more, what conjugate gradients see."""

NOISE = 1e-10
"""Where nothing lower is found, a predicted decrease of this share of the decrease is rounding."""

DRIFT = 2
"""A run has drifted that moved so many times the start's size along what is level now."""

PROGRESS = 0.5
"""New coordinates lead on if the value falls, or the predicted decrease at least to this share."""


class Findings(NamedTuple):
    """What is to become of m runs: an ending each, None for those that go on.

    Of those, the `renewed` go on in the coordinates of the curvature here, the `moved` from a lower
    point that was found beside them.
    """

    endings: list[Ending | None]
    renewed: Mask
    moved: Mask
    w: Array
    optimality: Optimality | None

    @property
    def ended(self) -> Mask:
        """Which of them have ended."""
        return np.array([ending is not None for ending in self.endings], dtype=bool)


class EndCheck:
    """Looks at runs that claim an end, and says whether it is one.

    `renewable` says whether a run may go on in other coordinates, or from a lower point beside it.
    """

    def __init__(
        self,
        objective: Objective,
        penalty: Penalty,
        recorder: Recorder,
        tol: float,
        *,
        renewable: bool,
    ) -> None:
        self._objective, self._penalty, self._recorder = objective, penalty, recorder
        self._tol, self.renewable = tol, renewable
        runs = recorder.n_runs
        self._start_value = recorder.start_value
        self._last_value = np.full(runs, np.inf)
        self._last_decrease = np.full(runs, np.inf)
        self._next_step = np.zeros(runs)
        self._next_norm = np.full(runs, np.inf)

    def optimality(self, state: RunState, rows: Runs) -> Optimality:
        """Return what the second derivatives tell of where these runs are."""
        index = state.index[rows]
        self._recorder.evaluations[index] += state.w.shape[1]
        fallen = self._start_value[index] - state.value[rows]
        return optimality(self._objective, state, rows, fallen, self._tol)

    def is_due(self, state: RunState, rows: Runs, norm: Array, t: int) -> Mask:
        """Say which claims are worth looking at: those that were refused must have got on."""
        index = state.index[rows]
        due: Mask = (norm <= self._next_norm[index]) | (t >= self._next_step[index])
        return due

    def postpone(self, state: RunState, rows: Runs, norm: Array, t: int) -> None:
        """Look at these runs again when the gradient has halved, or after as many steps more."""
        index = state.index[rows]
        self._next_norm[index], self._next_step[index] = norm / 2, 2 * t

    def look(
        self, state: RunState, rows: Runs, claims: Sequence[Ending], *, stuck: bool
    ) -> Findings:
        """Return what is to become of these runs; those that are `stuck` can take no step."""
        endings: list[Ending | None] = [None] * len(rows)
        renewed, moved = np.zeros((2, len(rows)), dtype=bool)
        w = state.w[rows].copy()
        if state.w.shape[1] > MOST_COORDINATES:
            for row, at in enumerate(rows):
                endings[row] = self._of_many_coordinates(state, int(at), claims[row], stuck=stuck)
            return Findings(endings, renewed, moved, w, None)
        found = self.optimality(state, rows)
        index = state.index[rows]
        near = np.flatnonzero(found.small | ~found.spectrum.known)
        around = self._looked_around(state, rows[near], found.of(near))
        place = dict(zip(near.tolist(), range(len(near)), strict=True))
        plain = set(near[_is_plain(found.of(near), around)].tolist())
        for row in range(len(rows)):
            if row in plain:
                endings[row] = self._arrived(row, claims[row], found)
                continue
            outcome: Ending | Array | bool
            if row in place:
                outcome = self._near(
                    state, rows, row, claims[row], found, around, place[row], stuck=stuck
                )
            else:
                outcome = self._not_near(state, rows, row, claims[row], found, stuck=stuck)
            if isinstance(outcome, Ending):
                endings[row] = outcome
            elif isinstance(outcome, np.ndarray):
                w[row], moved[row] = outcome, True
            else:
                renewed[row] = outcome
        on = renewed | moved
        self._last_value[index[on]] = state.value[rows][on]
        self._last_decrease[index[on]] = found.decrease[on]
        return Findings(endings, renewed, moved, w, found)

    def _looked_around(self, state: RunState, rows: Runs, found: Optimality) -> Surroundings:
        """Return what is around these rows."""
        self._recorder.evaluations[state.index[rows]] += 2 * state.w.shape[1]
        w, value = state.w[rows], state.value[rows]
        return look_around(self._objective, self._penalty, w, value, found)

    def _arrived(self, row: int, claim: Ending, found: Optimality) -> Ending:
        """Return how a run ended at what is a minimum as far as derivatives tell."""
        if claim.status is Status.CONVERGED:
            return claim
        rounded = found.decrease[row] <= found.rounding[row]
        return Ending.VALUE_ROUNDED if rounded else Ending.GRADIENT_ZERO

    def _not_near(
        self,
        state: RunState,
        rows: Runs,
        row: int,
        claim: Ending,
        found: Optimality,
        *,
        stuck: bool,
    ) -> Ending | Array | bool:
        """Return the ending of a run whose value should still fall, or whether to renew it."""
        at = rows[row]
        convex = not found.spectrum.negative[row].any()
        if found.negligible[row] and convex and self._recedes(state, at, found, row):
            return Ending.RECEDES
        if self._leads_on(state, at, found, row):
            return True
        return self._refused(state, rows, row, claim, found) if stuck else False

    def _near(
        self,
        state: RunState,
        rows: Runs,
        row: int,
        claim: Ending,
        found: Optimality,
        around: Surroundings,
        place: int,
        *,
        stuck: bool,
    ) -> Ending | Array | bool:
        """Return the ending of a run whose value should fall no more, or how it goes on."""
        at = rows[row]
        w, value = state.w[at], float(state.value[at])
        known = bool(found.spectrum.known[row])
        eps = float(np.finfo(w.dtype).eps)
        fallen = self._start_value[state.index[at]] - value
        resting = found.decrease[row] <= eps * eps * fallen or not state.subgradient[at].any()
        ends = resting or stuck
        if around.lower[place]:
            if self.renewable:
                lower: Array = around.w[place]
                return lower
            return Ending.SADDLE if ends else False
        if not known and nears_pole(
            self._objective, w, value, state.subgradient[at], found.size[row]
        ):
            return Ending.POLE
        if found.spectrum.negative[row].any() or (stuck and not known):
            if claim in (Ending.KINK, Ending.DOMAIN_EDGE):
                return claim
            return Ending.UNRESOLVED if ends else False
        if found.far[row].any():
            if self._recedes(state, at, found, row):
                return Ending.RECEDES
            if self._leads_on(state, at, found, row):
                return True
            return Ending.UNRESOLVED if ends else False
        level = around.directions[place][:, ~around.rises[place]].T
        if _drifted(state, at, found.spectrum.scale[row], level):
            return Ending.FLAT if ends else False
        if (len(level) and not known) or self._had_slope(state, at, found.size[row], level):
            if self._foreseen(state, at, value):
                return Ending.GRADIENT_ZERO
            return Ending.FLAT if ends else False
        return self._arrived(row, claim, found)

    def _recedes(self, state: RunState, at: int, found: Optimality, row: int) -> bool:
        """Say whether the value never rises further along Newton's step, where that leads far."""
        way = np.where(found.far[row], found.step[row], 0.0)
        w, value = state.w[at], float(state.value[at])
        return falls_outward(self._objective, self._penalty, w, value, way)

    def _had_slope(self, state: RunState, at: int, size: Array, level: Array) -> bool:
        """Say whether the value once changed along directions `(n, d)` in which it is level now."""
        if not len(level):
            return False
        _, g = self._objective.value_and_gradient(state.start[at])
        self._recorder.evaluations[state.index[at]] += 1
        seen = np.sqrt(np.finfo(g.dtype).eps) * np.sum(np.abs(g) * size)
        return bool((np.abs(level @ g) > seen).any())

    def _foreseen(self, state: RunState, at: int, value: float) -> bool:
        """Say whether the last step fell visibly, as a parabola does with its minimum here."""
        before = state.before[at]
        promised = -0.5 * float(state.g_before[at] @ (state.w[at] - before))
        fell = float(self._objective.value(before)) - value
        seen = np.finfo(before.dtype).eps * (self._start_value[state.index[at]] - value)
        return bool(0.5 * promised < fell < 1.5 * promised and fell > seen)

    def _leads_on(self, state: RunState, at: int, found: Optimality, row: int) -> bool:
        """Say whether new coordinates are to be tried: the last have led somewhere."""
        index, value = state.index[at], state.value[at]
        eps = np.finfo(state.w.dtype).eps
        seen = max(found.rounding[row], ROUNDINGS * eps * (self._start_value[index] - value))
        fell = self._last_value[index] - value > seen
        closer = found.decrease[row] < PROGRESS * self._last_decrease[index]
        return self.renewable and bool(fell or closer)

    def _refused(
        self, state: RunState, rows: Runs, row: int, claim: Ending, found: Optimality
    ) -> Ending | Array:
        """Return why a run ended whose value should still fall, but does not."""
        at = rows[row]
        w, value, g = state.w[at], float(state.value[at]), state.subgradient[at]
        if nears_pole(self._objective, w, value, g, found.size[row]):
            return Ending.POLE
        if claim in (Ending.KINK, Ending.DOMAIN_EDGE):
            return claim
        fallen = self._start_value[state.index[at]] - value
        bends = not found.spectrum.negative[row].any()
        if bends and not found.far[row].any() and found.decrease[row] <= NOISE * fallen:
            return Ending.GRADIENT_ROUNDED
        return Ending.UNBOUNDED if self._falls_on(state, at, fallen) else Ending.SEARCH_REFUSED

    def _falls_on(self, state: RunState, at: int, fallen: float) -> bool:
        """Say whether the value goes on to fall as it fell from the start to here.

        What the run came far along is followed; the rest of its way is small beside its rounding.
        """
        w, value = state.w[at], float(state.value[at])
        way = w - state.start[at]
        far = np.abs(way) > np.sqrt(np.finfo(w.dtype).eps) * np.abs(way).max()
        way = np.where(far, way, 0.0)
        if not falls_outward(self._objective, self._penalty, w, value, way):
            return False
        self._recorder.evaluations[state.index[at]] += 1
        with np.errstate(all="ignore"):
            return value - float(self._objective.value(w + way)) > fallen / 2 > 0

    def _of_many_coordinates(
        self, state: RunState, at: int, claim: Ending, *, stuck: bool
    ) -> Ending | None:
        """Return how a run of many coordinates ended, or None if it goes on."""
        w, g, index = state.w[at], state.subgradient[at], state.index[at]
        if not g.any() and claim.status is Status.CONVERGED:
            return claim
        size = np.maximum(np.abs(w), 1.0)[None]
        seen = conjugate_gradients(
            lambda v: hessian_products(self._objective, w[None], v[None], size)[0], g
        )
        self._recorder.evaluations[index] += seen.products
        fallen = max(self._start_value[index] - state.value[at], 0.0)
        rounding = value_rounding(self._objective, state.w[[at]], state.value[[at]])[0]
        small = seen.decrease <= max(rounding, (CLOSE * self._tol) ** 2 * fallen)
        if small and not seen.negative:
            return claim if claim.status is Status.CONVERGED else Ending.VALUE_ROUNDED
        if not stuck:
            return None
        if claim in (Ending.KINK, Ending.DOMAIN_EDGE):
            return claim
        if not seen.negative and seen.decrease <= NOISE * fallen:
            return Ending.GRADIENT_ROUNDED
        return Ending.SEARCH_REFUSED


def _is_plain(found: Optimality, around: Surroundings) -> Mask:
    """Say which runs are at a minimum that leaves no doubt: it curves upwards all around.

    Most are, and of many thousands none needs to be looked at alone.
    """
    doubtful = found.spectrum.negative | found.far | ~around.rises
    plain: Mask = found.spectrum.known & ~around.lower & ~doubtful.any(axis=1)
    return plain


def _drifted(state: RunState, at: int, scale: Array, level: Array) -> bool:
    """Say whether a run came far along directions `(n, d)` in which the value is level where it is.

    A slope has led it there, and is lost in the rounding now. Valleys of minima are level, too, but
    runs descend into them, and not along. A coordinate that began at zero is no measure.
    """
    if not len(level):
        return False
    start, moved = np.abs(state.start[at]), state.w[at] - state.start[at]
    parts = (level / scale) * (moved / scale)
    along = np.abs(parts.sum(axis=1)) > np.abs(parts).max(axis=1) / 2
    leading = np.abs(parts).argmax(axis=1)
    far = (start > 0) & (np.abs(moved) > DRIFT * start)
    return bool((along & far[leading]).any())
