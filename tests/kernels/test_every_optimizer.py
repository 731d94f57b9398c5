"""Every element-wise optimizer steps in every kind of compiled loop as it does on whole arrays."""

from itertools import product

import numpy as np
import pytest
import scipy.sparse

from descend.kernels.epochs import descend_batches, descend_rows, room_for_batches
from descend.kernels.rows import CSR
from descend.kernels.step import cached_step_all
from descend.losses import SquaredError
from descend.optimizers import RMSProp, by_name, names
from descend.optimizers.traits import is_elementwise
from descend.penalties import L2

ROWS, COLUMNS, ALPHA = 13, 4, 0.3
LOSS, PENALTY = SquaredError(), L2(ALPHA)


def rows_and_rates(dtype):
    random = np.random.default_rng(0)
    X = random.standard_normal((ROWS, COLUMNS)) * (random.random((ROWS, COLUMNS)) < 0.6)
    y, w = random.standard_normal(ROWS), random.standard_normal(COLUMNS + 1)
    rates = np.linspace(0.1, 0.05, ROWS)
    return tuple(array.astype(dtype) for array in (X, y, w, rates))


def by_rows(kernel, optimizer, dtype):
    X, y, w, rates = rows_and_rates(dtype)
    memory = tuple(np.zeros_like(w) for _ in optimizer.memory)
    order = np.arange(ROWS, dtype=np.int32)
    total = kernel(X, y, None, order, w, memory, optimizer, LOSS, PENALTY, rates, 1.0)
    return (w, *memory, np.array([total]))


def by_batches(kernel, optimizer, dtype, sparse):
    X, y, w, rates = rows_and_rates(dtype)
    csr = scipy.sparse.csr_matrix(X)
    stored = CSR(csr.data, csr.indices, csr.indptr) if sparse else X
    memory = tuple(np.zeros_like(w[None]) for _ in optimizer.memory)
    order = np.arange(ROWS, dtype=np.int32)
    w = w[None].copy()
    total = kernel(
        stored, y[:, None], None, order, w, memory, optimizer, LOSS, PENALTY, rates, 1.0,
        1, False, COLUMNS, room_for_batches(w, 1),
    )  # fmt: skip
    return (w[0], *(array[0] for array in memory), np.array([total]))


def by_whole_arrays(optimizer, dtype):
    """Take the same steps with whole vectors, as the array loop does."""
    X, y, w, rates = rows_and_rates(dtype)
    X = np.column_stack([X, np.ones(ROWS, dtype=dtype)])
    shrinking = np.array([ALPHA] * COLUMNS + [0], dtype=dtype)
    memory = tuple(np.zeros_like(w) for _ in optimizer.memory)
    total = 0.0
    for i in range(ROWS):
        r = X[i] @ w - y[i]
        total += r * r / 2
        w, memory = optimizer.step(w, r * X[i] + shrinking * w, memory, rates[i], i + 1.0)
    return (w, *memory, np.array([total]))


def assert_same(one, other, dtype):
    exact = {"rtol": 1e-11, "atol": 1e-12} if dtype == np.float64 else {"rtol": 1e-3, "atol": 1e-4}
    for mine, theirs in zip(one, other, strict=True):
        np.testing.assert_allclose(mine, theirs, **exact)


OPTIMIZERS = [by_name(name) for name in names() if is_elementwise(by_name(name))]
OPTIMIZERS += [RMSProp(momentum=0.9, centered=True, eps_inside=True)]

# Each of these compiles. A loop is written once for both precisions, and an optimizer for every
# loop: so each optimizer meets three loops of six, all of them and both precisions in turn. The
# suite takes one of them for every third optimizer, the thorough run all.
LOOPS = list(product(("rows", "dense", "sparse"), (np.float64, np.float32)))


def half(k):
    """Return in which half of the loops one is: each half has all storage and both precisions."""
    return (k // 2 + k) % 2


SAMPLE = [
    pytest.param(
        optimizer,
        storage,
        dtype,
        marks=() if i % 3 == 0 and k == i // 3 % len(LOOPS) else pytest.mark.thorough,
        id=f"{type(optimizer).__name__}-{storage}-{dtype.__name__}",
    )
    for i, optimizer in enumerate(OPTIMIZERS)
    for k, (storage, dtype) in enumerate(LOOPS)
    if half(k) == half(i // 3 % len(LOOPS))
]


def test_the_sample_meets_all_pairs():
    met = [param.values for param in SAMPLE]
    assert {(optimizer, storage) for optimizer, storage, _ in met} == set(
        product(OPTIMIZERS, ("rows", "dense", "sparse"))
    )
    assert {(optimizer, dtype) for optimizer, _, dtype in met} == set(
        product(OPTIMIZERS, (np.float64, np.float32))
    )
    assert {(storage, dtype) for _, storage, dtype in met} == set(LOOPS)


@pytest.mark.parametrize(("optimizer", "storage", "dtype"), SAMPLE)
def test_it_steps_compiled_as_on_whole_arrays(optimizer, storage, dtype):
    if storage == "rows":
        compiled = by_rows(descend_rows.kept, optimizer, dtype)
    else:
        compiled = by_batches(descend_batches.kept, optimizer, dtype, storage == "sparse")
    assert compiled[0].dtype == dtype
    assert_same(compiled, by_whole_arrays(optimizer, dtype), dtype)


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=repr)
def test_it_steps_in_plain_loops_as_on_whole_arrays(optimizer):
    whole = by_whole_arrays(optimizer, np.float64)
    assert np.abs(whole[0] - rows_and_rates(np.float64)[2]).max() > 1e-3  # it went somewhere
    assert_same(by_rows(descend_rows.plain, optimizer, np.float64), whole, np.float64)
    for sparse in (False, True):
        batches = by_batches(descend_batches.plain, optimizer, np.float64, sparse)
        assert_same(batches, whole, np.float64)


@pytest.mark.parametrize("optimizer", OPTIMIZERS[::6], ids=repr)
def test_the_compiled_step_is_that_of_whole_arrays(optimizer):
    random = np.random.default_rng(0)
    w = random.standard_normal(5)
    memory = tuple(np.zeros(5) for _ in optimizer.memory)
    own, remembered = w.copy(), memory
    memory = tuple(array.copy() for array in memory)
    for t in range(1, 5):
        g = random.standard_normal(5)
        cached_step_all(w, g, memory, optimizer, 0.1, float(t), w)
        own, remembered = optimizer.step(own, g, remembered, 0.1, t)
        assert_same((w, *memory), (own, *remembered), np.float64)
