"""A descent that is watched on a page: the one place that calls up to the playground for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np

from descend.protocols import Callback, Ending, Step
from descend.records.descent import Descent
from descend.records.watched import Subject, Watched
from descend.support.compile_time import telling

LIVE = "live"
"""What asks for the page, where others ask for a bar or for lines."""


class Live(NamedTuple):
    """What the page calls a fit and its features, where the estimator knows no better.

    `ascends` says that the negative of a function is descended.
    """

    title: str | None = None
    names: tuple[str, ...] | None = None
    ascends: bool = False


def live_of(parameter: str, given: Any) -> Live | None:
    """Return what the page is told at first, None if a parameter asks for no page."""
    if isinstance(given, str) and given != LIVE:
        raise ValueError(f"{parameter}={given!r} must be True, False or {LIVE!r}")
    if isinstance(given, Live):
        return given
    return Live() if isinstance(given, str) else None


@contextmanager
def watching(subject: Subject) -> Iterator[Watched]:
    """Show what is descended in a block on a page, served to this machine alone.

    Whoever descends tells it of each step, and at last how it ended; an error ends it, too.
    """
    from descend.playground import live

    watched = Watched(subject)
    live.show(watched)
    try:
        with telling(watched.wait_for_compiler):
            yield watched
    except BaseException as error:
        watched.fail(error)
        raise


def steps_told(watched: Watched) -> Callback:
    """Return the callback that tells of each step of the first run, and ends it where asked."""

    def tell(step: Step) -> None:
        on = watched.tell(step.number, float(step.value[0]), None, float(step.rate[0]), step.w[0])
        if not on:
            raise StopIteration

    return tell


def arrived(watched: Watched, descent: Descent) -> Descent:
    """Say on the page how a descent ended, and return its record, which says who stopped it."""
    if watched.stop_asked:
        descent = _stopped(descent)
    first: Any = descent.run(0) if np.ndim(descent.status) else descent
    values = first.values
    watched.arrive(
        first.status,
        str(first.message),
        first.x,
        steps=int(first.nit),
        loss=float(first.fun),
        rate=last_rate(first),
        start_loss=float(values[0]) if len(values) else np.nan,
    )
    return descent


def last_rate(descent: Descent) -> float:
    """Return the rate of the last step, NaN if none was taken."""
    rates = np.ravel(descent.learning_rates)
    return float(rates[-1]) if len(rates) else np.nan


def _stopped(descent: Descent) -> Descent:
    """Return a record in which the user, and no callback, ended the runs that were ended."""
    if descent.ending is None:
        return descent
    ended = np.asarray(descent.ending) == Ending.CALLBACK
    if not ended.any():
        return descent
    by_user, message = Ending.USER, Ending.USER.message()
    if not ended.ndim:
        return descent.changed(ending=by_user, message=message)
    return descent.changed(
        ending=np.where(ended, by_user, descent.ending),
        message=np.where(ended, message, descent.message),
    )
