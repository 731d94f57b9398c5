"""How many threads BLAS works with while a fit is under way."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from threading import Lock, get_ident

from threadpoolctl import ThreadpoolController

MOST_ALONE = 1_024
"""The rows of the largest matrix for whose products and factors a single thread is enough."""


@dataclass
class _Limit:
    """The limit of this process, the thread that set it, and how many threads BLAS had before."""

    lock: Lock = field(default_factory=Lock)
    owner: int | None = None
    before: int = 1


_limit = _Limit()


@contextmanager
def one_thread() -> Iterator[None]:
    """Let BLAS use one thread during a fit.

    A fit multiplies many small blocks of rows, for which threads wait longer than they work; and
    where another process has the core on which one of them should run, all wait for it. The limit
    is one for the process: whoever sets it ends it, and fits within or beside that one leave it.
    """
    if not _limit.lock.acquire(blocking=False):
        yield
        return
    try:
        _limit.before = max((each["num_threads"] for each in _blas().info()), default=1)
        with _blas().limit(limits=1):
            _limit.owner = get_ident()
            yield
    finally:
        _limit.owner = None
        _limit.lock.release()


@contextmanager
def all_threads(size: int) -> Iterator[None]:
    """Let BLAS use the threads that it had before the fit, if a matrix has many rows.

    Only in the thread that set the limit: it alone knows that the limit outlasts this.
    """
    if size <= MOST_ALONE or _limit.owner != get_ident():
        yield
        return
    with _blas().limit(limits=_limit.before):
        yield


@cache
def _blas() -> ThreadpoolController:
    """Return what knows the BLAS in this process: looking for it takes a millisecond."""
    return ThreadpoolController().select(user_api="blas")
