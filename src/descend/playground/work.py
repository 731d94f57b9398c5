"""Computations: a few at a time in threads, the next in a short queue, each ended in time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Lock
from time import monotonic
from typing import Any, TypeVar

from descend.playground import limits

T = TypeVar("T")

GRACE = 2.0
"""Seconds after its time in which a computation may notice that it is over: then nobody waits."""


class BusyError(Exception):
    """The queue is full."""


class TooLongError(Exception):
    """The time of a computation is used up."""


class AbandonedError(Exception):
    """Nobody waits for a computation any more."""


class Watch:
    """What a computation asks now and then: whether it goes on.

    Parameters
    ----------
    seconds
        Its time, from when it begins.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.begun = False
        self._cancelled = Event()
        self._deadline = float("inf")

    def begin(self) -> None:
        """Let the time run."""
        self._deadline = monotonic() + self.seconds
        self.begun = True
        self.check()

    def cancel(self) -> None:
        """Ask the computation to end."""
        self._cancelled.set()

    def check(self) -> None:
        """Raise an error if the computation is to end."""
        if self._cancelled.is_set():
            raise AbandonedError
        if monotonic() > self._deadline:
            raise TooLongError


class Pool:
    """Threads for computations.

    Parameters
    ----------
    threads, waiting
        How many computations run at once, and how many more wait; others are refused.
    seconds
        How long each may take.
    """

    def __init__(
        self, threads: int = 2, waiting: int = 16, seconds: float = limits.MOST_SECONDS
    ) -> None:
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="playground")
        self._most, self.seconds = threads + waiting, seconds
        self._inside = 0
        self._lock = Lock()

    @property
    def inside(self) -> int:
        """How many computations run or wait."""
        return self._inside

    async def run(self, compute: Callable[[Watch], T], left: Callable[[], Awaitable[object]]) -> T:
        """Return what is computed, in another thread.

        Parameters
        ----------
        compute
            Computes; it is given a `Watch`, which it must ask often.
        left
            Returns once the client has left: then the computation is ended.

        Raises
        ------
        BusyError, TooLongError, AbandonedError
            If there is no room, its time is used up, or the client left.
        """
        with self._lock:
            if self._inside >= self._most:
                raise BusyError
            self._inside += 1
        watch = Watch(self.seconds)

        def computed() -> T:
            try:
                watch.begin()
                return compute(watch)
            finally:
                with self._lock:
                    self._inside -= 1

        work = asyncio.ensure_future(
            asyncio.get_running_loop().run_in_executor(self._threads, computed)
        )
        leaving: asyncio.Future[Any] = asyncio.ensure_future(left())
        both: set[asyncio.Future[Any]] = {work, leaving}
        try:
            await asyncio.wait(
                both,
                timeout=self.seconds + GRACE,
                return_when=asyncio.FIRST_COMPLETED,
            )
            if work.done():
                return work.result()
            if leaving.done():
                raise AbandonedError
            raise TooLongError if watch.begun else BusyError
        finally:
            watch.cancel()
            leaving.cancel()
            # nobody waits for it any more; its end must not be reported as lost
            work.add_done_callback(_forget)

    def close(self) -> None:
        """End: what waits is dropped."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def _forget(work: asyncio.Future[T]) -> None:
    if not work.cancelled():
        work.exception()
