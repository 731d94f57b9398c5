"""The threads that share a computation."""

import os
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from queue import SimpleQueue
from threading import Thread
from typing import TypeVar

Part = TypeVar("Part")


def workers() -> int:
    """Return how many threads work at once: as many as OMP_NUM_THREADS says, or the processors.

    joblib says it to its workers, each its share of the processors. A container or a scheduler may
    grant a process some of them.
    """
    told = os.environ.get("OMP_NUM_THREADS", "")
    return int(told) if told.isdigit() and int(told) else granted_processors()


def granted_processors() -> int:
    """Return how many processors this process may run on."""
    granted = getattr(os, "sched_getaffinity", None)  # Linux has it
    return len(granted(0)) if granted else os.cpu_count() or 1


def share(parts: Iterable[Part], work: Callable[[Part], None], threads: int) -> None:
    """Do the work of all parts, by this thread and `threads - 1` others.

    Each takes the next part that is left. So nobody waits for a thread that wakes up late: that
    takes as long as much of a short work, and through the executor of `pool` twice as long.
    """
    left = deque(parts)
    ended: SimpleQueue[BaseException | None] = SimpleQueue()

    def work_on() -> None:
        while left:
            try:
                part = left.popleft()
            except IndexError:  # another thread took the last one
                return
            work(part)

    def help_out() -> None:
        try:
            work_on()
        except BaseException as error:
            ended.put(error)
        else:
            ended.put(None)

    jobs = _jobs_of(os.getpid())
    for _ in range(threads - 1):
        jobs.put(help_out)
    try:
        work_on()
    finally:
        errors = [ended.get() for _ in range(threads - 1)]
    for error in errors:
        if error is not None:
            raise error


@cache
def _jobs_of(process: int) -> SimpleQueue[Callable[[], None]]:
    """Return where a process's threads for `share` wait for work."""
    jobs: SimpleQueue[Callable[[], None]] = SimpleQueue()

    def serve() -> None:
        while True:
            jobs.get()()

    for _ in range(max(1, workers() - 1)):
        Thread(target=serve, daemon=True, name="descend-share").start()
    return jobs


def pool() -> ThreadPoolExecutor:
    """Return the threads of this process."""
    return _pool_of(os.getpid())


@cache
def _pool_of(process: int) -> ThreadPoolExecutor:
    # a forked process has none of the threads before it, and would wait for them forever
    return ThreadPoolExecutor(workers(), thread_name_prefix="descend")
