"""How many threads BLAS works with while a fit is under way."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import Lock

from threadpoolctl import ThreadpoolController

_limited = Lock()


@contextmanager
def one_thread() -> Iterator[None]:
    """Let BLAS use one thread during a fit.

    A fit multiplies many small blocks of rows, for which threads wait longer than they work; and
    where another process has the core on which one of them should run, all wait for it. Sums are
    added up in the same order, however many threads there are: products of large matrices have
    threads of their own (`descend.support.products`). The limit is one for the process: whoever
    sets it ends it, and fits within or beside that one leave it.
    """
    if not _limited.acquire(blocking=False):
        yield
        return
    try:
        with _blas().limit(limits=1):
            yield
    finally:
        _limited.release()


@cache
def _blas() -> ThreadpoolController:
    """Return what knows the BLAS in this process: looking for it takes a millisecond."""
    return ThreadpoolController().select(user_api="blas")
