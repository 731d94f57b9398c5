"""How many threads BLAS works with while a fit is under way."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import Lock

from threadpoolctl import ThreadpoolController

MOST_ALONE = 1_024
"""Most coupled parameters for a single thread: beyond, products of matrices take the time."""

_limited = Lock()


@contextmanager
def one_thread(size: int) -> Iterator[None]:
    """Let BLAS use one thread during a fit with `size` coupled parameters, up to 1,024.

    A fit multiplies many small blocks of rows, for which threads wait longer than they work; and
    where another process has the core on which one of them should run, all wait for it. The limit
    is one for the process: whoever sets it ends it, and fits within or beside that one leave it.
    """
    if size > MOST_ALONE or not _limited.acquire(blocking=False):
        yield
        return
    try:
        with _controller().limit(limits=1, user_api="blas"):
            yield
    finally:
        _limited.release()


@cache
def _controller() -> ThreadpoolController:
    """Return what knows the libraries in this process: looking for them takes a millisecond."""
    return ThreadpoolController()
