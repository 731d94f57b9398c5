"""How many threads BLAS works with while a fit is under way."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import Lock

from threadpoolctl import ThreadpoolController

MOST_ALONE = 1_024
"""Parameters that bend together up to which one thread does: beyond, products of matrices rule."""

_limited = Lock()


@contextmanager
def one_thread(size: int) -> Iterator[None]:
    """Let BLAS work with one thread while a fit with `size` parameters is under way.

    A fit multiplies many small blocks of rows, for which threads wait longer than they work; and
    where another process has the core on which one of them should run, all wait for it. The limit
    is one for the process: whoever sets it ends it, and fits within or beside that one leave it.

    Parameters
    ----------
    size
        Parameters that bend together; with more than 1,024 BLAS stays as it is.

    Examples
    --------
    >>> import numpy as np
    >>> with one_thread(2):
    ...     np.eye(2) @ np.ones(2)
    array([1., 1.])
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
