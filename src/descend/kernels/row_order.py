"""In which order an epoch visits the rows."""

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import types

from descend.kernels.beside import begun_beside
from descend.kernels.cache import kept
from descend.kernels.dispatch import inlined

BLOCK = 256
"""Consecutive rows that stay in one window."""

STRATA = 32
"""Equal parts of the data, each of which gives a block to every window."""

WINDOW = STRATA * BLOCK
"""Rows of a window: of 20 numbers each, 1.3 MB, which fits the cache."""

_STRIDE = np.uint64(0x9E3779B97F4A7C15)


@inlined
def _mixed(state: Any) -> Any:
    """Return 64 random bits from a counter (SplitMix64: G. Steele, D. Lea and C. Flood, 2014)."""
    bits = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return bits ^ (bits >> np.uint64(31))


@inlined
def _permute(order: Any, state: Any) -> Any:
    """Put 0 .. n - 1 in a random order (Fisher and Yates), and return the counter after it."""
    for i in range(order.shape[0]):
        order[i] = i
    for i in range(order.shape[0] - 1, 0, -1):
        state += _STRIDE
        # the upper 32 bits times the bound: a bias below n / 2**32
        j = np.int64(((_mixed(state) >> np.uint64(32)) * np.uint64(i + 1)) >> np.uint64(32))
        order[i], order[j] = order[j], order[i]
    return state


def fill_shuffled(order: Any, seed: Any, block_of: Any, chosen: Any, place: Any) -> None:
    """Fill `order` as `shuffle_rows` says, in the arrays that it gives."""
    n, windows, state = order.shape[0], chosen.shape[0], seed
    for stratum in range(STRATA):
        state = _permute(chosen, state)
        for window in range(windows):
            block_of[window, stratum] = stratum * windows + chosen[window]
    # one permutation serves all windows of an epoch; places without a row are skipped
    state = _permute(place, state)
    filled = 0
    for window in range(windows):
        for k in place:
            row = block_of[window, k // BLOCK] * BLOCK + k % BLOCK
            if row < n:
                order[filled] = row
                filled += 1


cached_fill = kept(fill_shuffled)


def compiled_fill() -> None:
    """Compile `fill_shuffled` for any rows but billions."""
    whole: Any = types.int64
    cached_fill.compile((types.int32[::1], types.uint64, whole[:, ::1], whole[::1], whole[::1]))


def shuffle_rows(order: npt.NDArray[Any], seed: np.uint64) -> None:
    """Fill `order` `(n,)` with the rows 0 .. n - 1, shuffled by blocks and windows.

    The rows are cut into 32 strata, and these into blocks of 256 consecutive rows. A window is one
    random block of each stratum, its rows permuted together: they are from all over the data,
    sorted or not, and fit the cache, so that descent converges as with a full shuffle, at nearly
    the speed of reading in order. Data of one window (8,192 rows) or less is shuffled fully. The
    same `seed`, a uint64, gives the same order on every machine.

    It is compiled: on a fresh machine by another process, if there can be one, while this one
    shuffles once as `shuffle_few_rows` does and compiles the loop that visits the rows.
    """
    if not cached_fill.signatures and begun_beside(compiled_fill, fill_shuffled):
        shuffle_few_rows(order, seed)
        return
    blocks = -(-len(order) // BLOCK)
    windows = -(-blocks // STRATA)
    # made here: compiled, NumPy's makers of arrays would take as long to compile as all else
    block_of = np.empty((windows, STRATA), dtype=np.int64)
    chosen = np.empty(windows, dtype=np.int64)
    place = np.empty(min(WINDOW, blocks * BLOCK), dtype=np.int64)
    cached_fill(order, seed, block_of, chosen, place)


def shuffle_few_rows(order: npt.NDArray[Any], seed: np.uint64) -> None:
    """Fill `order` as `shuffle_rows` does, without compiling: for rows or epochs that are few."""
    n = len(order)
    blocks = -(-n // BLOCK)
    windows = -(-blocks // STRATA)
    block_of = np.empty((windows, STRATA), dtype=np.int64)
    state = seed
    for stratum in range(STRATA):
        chosen, state = _few_permuted(windows, state)
        block_of[:, stratum] = stratum * windows + chosen
    place, _ = _few_permuted(min(WINDOW, blocks * BLOCK), state)
    rows = (block_of[:, place // BLOCK] * BLOCK + place % BLOCK).ravel()
    order[:] = rows[rows < n]


def _few_permuted(n: int, state: np.uint64) -> tuple[npt.NDArray[np.int64], np.uint64]:
    """Return the order that `_permute` makes, and the counter after it."""
    if n <= 1:
        return np.zeros(n, dtype=np.int64), state
    draws = np.arange(1, n, dtype=np.uint64)
    with np.errstate(over="ignore"):
        states = state + _STRIDE * draws
        bounds = np.uint64(n + 1) - draws
        chosen = ((_mixed(states) >> np.uint64(32)) * bounds) >> np.uint64(32)
    order = list(range(n))
    for i, j in zip(range(n - 1, 0, -1), chosen.tolist(), strict=True):
        order[i], order[j] = order[j], order[i]
    return np.array(order), states[-1]


def fresh_order(n: int) -> npt.NDArray[np.signedinteger[Any]]:
    """Return room for the order of `n` rows, in the smallest type that holds them."""
    return np.empty(n, dtype=np.int32) if n < 2**31 else np.empty(n, dtype=np.int64)
