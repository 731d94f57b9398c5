"""The threads that share a computation."""

import os
from concurrent.futures import ThreadPoolExecutor
from functools import cache


def workers() -> int:
    """Return how many threads work at once: the processors, or as many as OMP_NUM_THREADS says."""
    told = os.environ.get("OMP_NUM_THREADS", "")
    return int(told) if told.isdigit() and int(told) else os.cpu_count() or 1


def pool() -> ThreadPoolExecutor:
    """Return the threads of this process."""
    return _pool_of(os.getpid())


@cache
def _pool_of(process: int) -> ThreadPoolExecutor:
    # a forked process has none of the threads before it, and would wait for them forever
    return ThreadPoolExecutor(workers(), thread_name_prefix="descend")
