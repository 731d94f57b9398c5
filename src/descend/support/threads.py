"""The threads that share a computation."""

import os
from concurrent.futures import ThreadPoolExecutor
from functools import cache


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


def pool() -> ThreadPoolExecutor:
    """Return the threads of this process."""
    return _pool_of(os.getpid())


@cache
def _pool_of(process: int) -> ThreadPoolExecutor:
    # a forked process has none of the threads before it, and would wait for them forever
    return ThreadPoolExecutor(workers(), thread_name_prefix="descend")
