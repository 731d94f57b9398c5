"""In which order an epoch visits the rows."""

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit

BLOCK = 256
WINDOW = 32 * BLOCK

_STRIDE = np.uint64(0x9E3779B97F4A7C15)


@njit(cache=True, inline="always")
def _mixed(state: Any) -> Any:
    """Return 64 random bits from a counter (SplitMix64: G. Steele, D. Lea and C. Flood, 2014)."""
    bits = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return bits ^ (bits >> np.uint64(31))


@njit(cache=True)
def _permutation(n: Any, state: Any) -> Any:
    """Return a random permutation of 0 .. n - 1 (Fisher and Yates) and the counter after it."""
    order = np.arange(n)
    for i in range(n - 1, 0, -1):
        state += _STRIDE
        # the upper 32 bits times the bound: a bias below n / 2**32
        j = np.int64(((_mixed(state) >> np.uint64(32)) * np.uint64(i + 1)) >> np.uint64(32))
        order[i], order[j] = order[j], order[i]
    return order, state


@njit(cache=True)
def shuffle_rows(order: Any, seed: Any) -> None:
    """Fill `order` with the rows 0 .. n - 1, shuffled by blocks and windows.

    Blocks of 256 consecutive rows are permuted; then the rows of each window of 32 blocks are
    permuted together. A window's rows come from all over the data and fit the cache: descent
    converges as with a full shuffle, sorted data included, at nearly the speed of reading the rows
    in turn. Data of one window (8,192 rows) or less is shuffled fully.

    Parameters
    ----------
    order
        `(n,)` int32 or int64, overwritten.
    seed
        uint64. The same seed gives the same order on every machine.
    """
    n = order.shape[0]
    blocks = (n + BLOCK - 1) // BLOCK
    block_order, state = _permutation(blocks, np.uint64(seed))
    # one permutation serves all windows of an epoch; where one is not full, places are skipped
    place, state = _permutation(min(WINDOW, blocks * BLOCK), state)
    filled = 0
    for first in range(0, blocks, WINDOW // BLOCK):
        for k in place:
            block = first + k // BLOCK
            if block < blocks:
                row = block_order[block] * BLOCK + k % BLOCK
                if row < n:
                    order[filled] = row
                    filled += 1


def fresh_order(n: int) -> npt.NDArray[np.signedinteger[Any]]:
    """Return room for the order of `n` rows, in the smallest type that holds them."""
    return np.empty(n, dtype=np.int32) if n < 2**31 else np.empty(n, dtype=np.int64)
