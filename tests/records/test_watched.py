"""What is kept of a watched descent: bounded, thinned evenly, and sent to nobody twice."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from descend.protocols import Status
from descend.records.watched import (
    DENSE,
    MOST_MOMENTS,
    MOST_WEIGHTS,
    SPACING_SECONDS,
    Subject,
    Watched,
)
from descend.support.errors import DivergenceError


def begun(size=2):
    watched = Watched(Subject("a test"))
    watched.begin(np.zeros(size), [f"w{j}" for j in range(size)])
    return watched


def told(watched, steps, first=1):
    for step in range(first, first + steps):
        assert watched.tell(step, 1 / step, None, 0.1, np.full(2, float(step)))


@pytest.fixture
def any_time(monkeypatch):
    """Let steps be kept however soon they follow each other."""
    monkeypatch.setattr("descend.records.watched.SPACING_SECONDS", 0.0)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(0, 3000), min_size=1, max_size=6))
def test_what_is_kept_is_bounded_even_and_sent_once(any_time, parts):
    """A page that asks now and then, and thins by the stride, ends with what the server keeps."""
    watched, page, taken = begun(), {}, 0
    for part in parts:
        told(watched, part, taken + 1)
        taken += part
        since = max(page, default=-1)
        news = watched.look(0, since)
        assert all(moment.step > since for moment in news.moments)
        page |= {moment.step: moment for moment in news.moments}
        last = max(page, default=0)
        page = {step: m for step, m in page.items() if step == last or step % news.stride == 0}
    kept = watched.look().moments
    assert len(kept) <= MOST_MOMENTS
    assert [moment.step for moment in kept] == list(page)
    assert not taken or kept[0].step == 0
    assert all(moment.loss == 1 / moment.step for moment in kept[1:])
    assert taken - (kept[-1].step if kept else 0) < max(watched.look().stride, 1)


@pytest.mark.parametrize(
    ("seconds", "later"), [(1e-4, 2), (1e-3, 25), (0.003, 50), (0.005, 100), (1.0, 100)]
)
def test_short_steps_are_kept_as_often_as_there_is_time_for(monkeypatch, seconds, later):
    clock = iter(range(1000))
    monkeypatch.setattr("descend.records.watched.perf_counter", lambda: seconds * next(clock))
    watched = begun()
    told(watched, DENSE + 100)
    kept = watched.look().moments
    assert [moment.step for moment in kept[: DENSE + 1]] == list(range(DENSE + 1))
    assert len(kept) - DENSE - 1 == pytest.approx(later, abs=1)
    far = np.diff([moment.seconds for moment in kept[DENSE:]])
    assert far.min() > 0.99 * SPACING_SECONDS
    assert far.max() < max(2 * SPACING_SECONDS, 1.01 * seconds)


def test_the_end_is_kept_whatever_the_stride():
    watched = begun()
    told(watched, 1999)
    end = np.array([7.0, 8.0])
    watched.arrive(Status.CONVERGED, "done", end, steps=1999, loss=0.0, rate=0.1, start_loss=3.0)
    state = watched.look()
    assert state.moments[-1].step == 1999
    assert state.moments[-1].weights.tolist() == [7, 8]
    assert (state.state, state.status, state.start_loss) == ("ended", "converged", 3.0)
    assert len(state.moments) <= MOST_MOMENTS


@pytest.mark.parametrize(("steps", "kept"), [(0, [0]), (5, [0, 5])])
def test_a_descent_that_told_of_nothing_shows_its_end(steps, kept):
    watched = begun()
    watched.arrive(
        Status.STOPPED, "done", np.ones(2), steps=steps, loss=2.0, rate=0.1, start_loss=3.0
    )
    moments = watched.look().moments
    assert [moment.step for moment in moments] == kept
    last = moments[-1]
    assert (last.loss, last.rate, last.weights.tolist()) == (2.0, 0.1, [1, 1])


def test_it_is_due_after_some_time_and_when_it_is_to_end(monkeypatch):
    now = 0.0
    monkeypatch.setattr("descend.records.watched.perf_counter", lambda: now)
    watched = begun()
    told(watched, DENSE)
    assert not watched.is_due
    now = SPACING_SECONDS
    assert watched.is_due
    told(watched, 1, DENSE + 1)
    assert not watched.is_due
    watched.stop()
    assert watched.is_due


def test_of_many_weights_those_that_the_first_step_moved_most_are_kept():
    size = 10 * MOST_WEIGHTS
    watched = begun(size)
    w = np.zeros(size)
    moved = np.random.default_rng(0).permutation(size)[:MOST_WEIGHTS]
    w[moved] = -1.0
    watched.tell(1, 1.0, None, 0.1, w)
    w[moved[0]] = 5.0  # what is kept is a copy
    state = watched.look()
    assert state.names == tuple(f"w{j}" for j in sorted(moved))
    assert state.total == size
    assert {len(moment.weights) for moment in state.moments} == {MOST_WEIGHTS}
    assert state.moments[1].weights.tolist() == [-1.0] * MOST_WEIGHTS


def test_a_new_beginning_forgets_the_steps():
    watched = begun()
    told(watched, 3)
    watched.restart()
    assert watched.look(0, 3).moments == ()
    told(watched, 2)
    state = watched.look(0, 2)
    assert state.generation == 1
    assert [moment.step for moment in state.moments] == [0, 1, 2]
    assert watched.look(1, 1).moments[0].step == 2


def test_it_ends_when_asked_and_only_while_it_runs():
    watched = begun()
    told(watched, 1)
    watched.stop()
    assert not watched.tell(2, 1.0, None, 0.1, np.zeros(2))
    done = begun()
    done.arrive(Status.CONVERGED, "done", np.zeros(2), steps=1, loss=0.0, rate=0.1, start_loss=0.0)
    done.stop()
    assert not done.stop_asked


class Diverged:
    status = Status.DIVERGED


@pytest.mark.parametrize(
    ("error", "state", "status", "message"),
    [
        (KeyboardInterrupt(), "interrupted", "interrupted", "Ctrl-C ended it"),
        (DivergenceError("too large", Diverged), "ended", "diverged", "too large"),
        (ValueError("wrong"), "failed", "failed", "ValueError: wrong"),
        (MemoryError(), "failed", "failed", "MemoryError"),
    ],
)
def test_an_error_ends_it_in_words(error, state, status, message):
    watched = begun()
    watched.fail(error)
    seen = watched.look()
    assert (seen.state, seen.status, seen.message) == (state, status, message)
    assert watched.has_ended
