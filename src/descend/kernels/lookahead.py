"""Sparse rows that will be visited soon, read in time.

Shuffled rows lie far apart, and a step waits for its row longer than it computes. So the walk of
one example a step reads a number of each cache line of a row some steps ahead: nothing waits for
these, and the row is there when its turn comes. Dense rows gain nothing by it.
"""

from typing import Any

from descend.kernels.dispatch import inlined

AHEAD = 4
"""Steps between reading a row ahead and visiting it."""

LINE = 64
"""Bytes that the memory hands over at once."""


@inlined
def look_ahead(X: Any, order: Any, k: Any) -> Any:
    """Return a number that depends on each line of the row `AHEAD` places after the k-th.

    It means nothing; but what nobody uses, a compiler does not read.
    """
    met = 0.0
    if k + AHEAD < order.shape[0]:
        i = order[k + AHEAD]
        begin, end = X.indptr[i], X.indptr[i + 1]
        for p in range(begin, end, LINE // X.data.itemsize):
            met += X.data[p]
        for p in range(begin, end, LINE // X.indices.itemsize):
            met += X.indices[p]
    return met
