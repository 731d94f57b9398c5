"""Compiled = uncompiled = an independent NumPy loop, for every combination that compiles apart."""

import json
import os
import subprocess
import sys
from itertools import product
from typing import NamedTuple

import numpy as np
import pytest
import scipy.sparse
from scipy.special import expit, log_softmax

from descend import DescentRegressor
from descend.kernels.epochs import descend_batches, descend_rows, room_for_batches
from descend.kernels.rows import CSR
from descend.losses import CrossEntropy, LogLoss, SquaredError
from descend.optimizers import SGD, Adam, Momentum
from descend.penalties import L2, NoPenalty

ROWS, COLUMNS = 13, 4
T0 = 3.0


# the textbook once more, written for this file alone: from a gradient to a step, whole arrays


def sgd(w, g, memory, rate, t):
    return w - rate * g


def heavy_ball(w, g, memory, rate, t):
    memory["v"] = 0.8 * memory.get("v", 0) + g
    return w - rate * memory["v"]


def adam(w, g, memory, rate, t):
    memory["m"] = 0.85 * memory.get("m", 0) + 0.15 * g
    memory["s"] = 0.95 * memory.get("s", 0) + 0.05 * g**2
    root = np.sqrt(memory["s"] / (1 - 0.95**t))
    return w - rate * (memory["m"] / (1 - 0.85**t)) / (root + 1e-6)


def squared(y, z):
    return np.sum((z - y) ** 2) / 2, z - y


def logistic(y, z):
    return -np.sum(np.where(y == 1, np.log(expit(z)), np.log(expit(-z)))), expit(z) - y


def softmax(y, z):
    log_p = log_softmax(z, axis=1)
    return -np.sum(log_p[y == 1]), np.exp(log_p) - y


OPTIMIZERS = [(SGD(), sgd), (Momentum(0.8), heavy_ball), (Adam(0.85, 0.95, 1e-6), adam)]
LOSSES = [(SquaredError(), squared), (LogLoss(), logistic), (CrossEntropy(), softmax)]
PENALTIES = [(NoPenalty(), 0.0), (L2(0.3), 0.3)]


def problem(loss, outputs, dtype, weighted, intercept):
    """Return rows with zeros among them, targets, weights, an order, a start and rates."""
    random = np.random.default_rng(outputs + 10 * weighted)
    X = random.standard_normal((ROWS, COLUMNS)) * (random.random((ROWS, COLUMNS)) < 0.6)
    if isinstance(loss, SquaredError):
        y = random.standard_normal((ROWS, outputs))
    elif isinstance(loss, LogLoss):
        y = (random.random((ROWS, outputs)) < 0.5).astype(float)
    else:
        y = np.eye(outputs)[random.integers(outputs, size=ROWS)]
    weight = random.uniform(0, 2, ROWS).astype(dtype) if weighted else None
    w = random.standard_normal((outputs, COLUMNS + intercept))
    order = random.permutation(ROWS).astype(np.int32)
    return X.astype(dtype), y.astype(dtype), weight, order, w.astype(dtype)


def by_numpy(X, y, weight, order, start, textbook, loss, alpha, rates, batch):
    """Take the same steps with whole batches at once, in float64."""
    X, y, w = X.astype(float), y.astype(float), start.astype(float).T
    weight = np.ones(len(X)) if weight is None else weight.astype(float)
    bias = w.shape[0] > X.shape[1]
    X = np.column_stack([X, np.ones(len(X))]) if bias else X
    shrinking = np.ones_like(w) * alpha
    if bias:
        shrinking[-1] = 0
    memory, total = {}, 0.0
    for k, rate in enumerate(rates.astype(float)):
        rows = order[k * batch : (k + 1) * batch]
        each = [loss(y[[i]], X[[i]] @ w) for i in rows]
        total += sum(weight[i] * value for i, (value, _) in zip(rows, each, strict=True))
        r = np.vstack([weight[i] * slope for i, (_, slope) in zip(rows, each, strict=True)])
        g = X[rows].T @ r / len(rows) + shrinking * w
        w = textbook(w, g, memory, rate, T0 + k)
    return w.T, memory, total


def by_kernel(kernel, data, optimizer, loss, penalty, rates, batch, sparse):
    """Run a kernel on copies; return the parameters, what is remembered, and the losses' sum."""
    X, y, weight, order, start = data
    w = start.copy()
    memory = tuple(np.zeros_like(w) for _ in optimizer.memory)
    if sparse:
        csr = scipy.sparse.csr_matrix(X)
        X = CSR(csr.data, csr.indices, csr.indptr)
    total = kernel(
        X, y, weight, order, w, memory, optimizer, loss, penalty, rates, T0,
        batch, loss.normalised or None, COLUMNS, room_for_batches(w, batch),
    )  # fmt: skip
    return w, memory, float(total)


def by_row_kernel(kernel, data, optimizer, loss, penalty, rates):
    X, y, weight, order, start = data
    w = start[0].copy()
    memory = tuple(np.zeros_like(w) for _ in optimizer.memory)
    total = kernel(X, y[:, 0], weight, order, w, memory, optimizer, loss, penalty, rates, T0)
    return w[None], tuple(array[None] for array in memory), float(total)


def rates_for(batch, dtype):
    steps = -(-ROWS // batch)
    return np.linspace(0.1, 0.05, steps).astype(dtype)


def assert_same(one, other, dtype):
    exact = {"rtol": 1e-11, "atol": 1e-12} if dtype == np.float64 else {"rtol": 2e-4, "atol": 2e-5}
    np.testing.assert_allclose(one[0], other[0], **exact)
    np.testing.assert_allclose(one[2], other[2], **exact)
    assert len(one[1]) == len(other[1])
    kept = other[1].values() if isinstance(other[1], dict) else other[1]
    for mine, theirs in zip(one[1], kept, strict=True):
        theirs = theirs.T if isinstance(other[1], dict) else theirs
        np.testing.assert_allclose(mine, theirs, **exact)


def outputs_of(loss):
    return (2, 3) if loss.normalised else (1, 3)


PARTS = list(product(OPTIMIZERS, LOSSES, PENALTIES))
STORED = list(product((np.float64, np.float32), (False, True), (False, True)))


def named(part):
    (optimizer, _), (loss, _), (penalty, _) = part
    return "-".join(type(each).__name__ for each in (optimizer, loss, penalty))


def every_run(loss, dtype, weighted):
    """Yield what a compiled loop takes without compiling anew: outputs, intercepts, batches."""
    for outputs, intercept in product(outputs_of(loss), (True, False)):
        data = problem(loss, outputs, dtype, weighted, intercept)
        for batch in (1, 3, ROWS):
            yield data, batch, rates_for(batch, dtype)


@pytest.mark.parametrize("part", PARTS, ids=named)
def test_the_plain_functions_step_as_numpy(part):
    (optimizer, textbook), (loss, own_loss), (penalty, alpha) = part
    for dtype, sparse, weighted in STORED:
        for data, batch, rates in every_run(loss, dtype, weighted):
            ours = by_kernel(
                descend_batches.plain, data, optimizer, loss, penalty, rates, batch, sparse
            )
            theirs = by_numpy(*data, textbook, own_loss, alpha, rates, batch)
            assert_same(ours, theirs, dtype)
            if batch == 1 and data[1].shape[1] == 1 and not sparse:
                rows = by_row_kernel(descend_rows.plain, data, optimizer, loss, penalty, rates)
                assert_same(rows, theirs, dtype)


# each of these compiles; so half of the combinations, in which all pairs of parts meet, have one
# kind of storage each, such that every part meets both kinds of precision, sparsity and weights
HALF = [
    part
    for place, part in zip(product(range(3), range(3), range(2)), PARTS, strict=True)
    if sum(place) % 2 == 0
]
SAMPLE = [
    (part, STORED[kind]) for part, kind in zip(HALF, (7, 4, 0, 0, 1, 6, 0, 7, 5), strict=True)
]


def test_the_sample_meets_all_pairs():
    for place in range(3):
        for kind in range(3):
            met = {(named(part).split("-")[place], stored[kind]) for part, stored in SAMPLE}
            assert len(met) == 2 * len({name for name, _ in met})


@pytest.mark.parametrize(
    ("part", "stored"),
    SAMPLE,
    ids=lambda x: named(x) if len(x[0:1]) and isinstance(x[0], tuple) else None,
)
def test_the_compiled_batches_step_as_the_plain_function(part, stored):
    (optimizer, _), (loss, _), (penalty, _) = part
    dtype, sparse, weighted = stored
    for data, batch, rates in every_run(loss, dtype, weighted):
        run = (data, optimizer, loss, penalty, rates, batch, sparse)
        compiled = by_kernel(descend_batches.kept, *run)
        assert_same(compiled, by_kernel(descend_batches.plain, *run), dtype)
    assert compiled[0].dtype == dtype


ROW_SAMPLE = [
    (part, (np.float64, np.float32)[i % 2], bool((i // 2 + i) % 2))
    for i, part in enumerate(p for p in HALF if not p[1][0].normalised)
]


@pytest.mark.parametrize(
    ("part", "dtype", "weighted"), ROW_SAMPLE, ids=[named(run[0]) for run in ROW_SAMPLE]
)
def test_the_compiled_rows_step_as_the_plain_function_and_as_batches_of_one(part, dtype, weighted):
    (optimizer, _), (loss, _), (penalty, _) = part
    for intercept in (True, False):
        data = problem(loss, 1, dtype, weighted, intercept)
        rates = rates_for(1, dtype)
        run = (data, optimizer, loss, penalty, rates)
        compiled = by_row_kernel(descend_rows.kept, *run)
        assert_same(compiled, by_row_kernel(descend_rows.plain, *run), dtype)
        assert_same(compiled, by_kernel(descend_batches.plain, *run, 1, False), dtype)


class Scaled(NamedTuple):
    """An optimizer that no library has: plain steps, and one memory that it never reads."""

    factor: float = 0.5

    @property
    def memory(self):
        return ("last",)

    def step(self, w, g, memory, rate, t):
        return w - self.factor * rate * g, (g,)


def test_fresh_loops_step_as_the_plain_functions():
    for intercept in (True, False):
        data = problem(SquaredError(), 1, np.float64, True, intercept)
        parts = (Scaled(), SquaredError(), L2(0.3))
        rates = rates_for(1, np.float64)
        plain = by_row_kernel(descend_rows.plain, data, *parts, rates)
        assert_same(by_row_kernel(descend_rows.fresh, data, *parts, rates), plain, np.float64)
        batches = by_kernel(descend_batches.fresh, data, *parts, rates, 1, False)
        assert_same(batches, plain, np.float64)
        halved = by_row_kernel(descend_rows.plain, data, SGD(), *parts[1:], rates / 2)
        np.testing.assert_allclose(plain[0], halved[0], rtol=1e-12)


@pytest.mark.parametrize("batch_size", [1, 4])
def test_ones_own_optimizer_fits_at_once(batch_size):
    random = np.random.default_rng(0)
    X = random.standard_normal((40, 3))
    y = X @ [1.0, -2.0, 0.5] + 3
    settings = {"batch_size": batch_size, "max_iter": 3, "tol": 0.0, "random_state": 0}
    own = DescentRegressor(optimizer=Scaled(0.5), learning_rate=0.1, **settings)
    twin = DescentRegressor(optimizer="sgd", learning_rate=0.05, **settings)
    before = descend_rows.kept.signatures, descend_batches.kept.signatures
    own.fit(X, y)
    # the cache on disk serves the library's own classes only
    assert (descend_rows.kept.signatures, descend_batches.kept.signatures) == before
    twin.fit(X, y)
    np.testing.assert_allclose(own.coef_, twin.coef_, rtol=1e-12)
    np.testing.assert_allclose(own.intercept_, twin.intercept_, rtol=1e-12)


class Late(NamedTuple):
    """Descent along the gradient of six steps ago: it remembers many arrays."""

    @property
    def memory(self):
        return ("one", "two", "three", "four", "five", "six")

    def step(self, w, g, memory, rate, t):
        one, two, three, four, five, six = memory
        return w - rate * six, (g, one, two, three, four, five)


def test_an_optimizer_may_remember_any_number_of_arrays():
    data = problem(SquaredError(), 1, np.float64, False, True)
    run = (data, Late(), SquaredError(), NoPenalty(), rates_for(1, np.float64))
    plain = by_row_kernel(descend_rows.plain, *run)
    assert len(plain[1]) == 6
    assert_same(by_row_kernel(descend_rows.fresh, *run), plain, np.float64)
    assert_same(by_kernel(descend_batches.fresh, *run, 1, False), plain, np.float64)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_rate_that_is_one_number_holds_at_every_step(dtype):
    data = problem(SquaredError(), 1, dtype, False, True)
    parts = (Momentum(0.8), SquaredError(), L2(0.3))
    each = by_row_kernel(descend_rows.plain, data, *parts, np.full(ROWS, 0.1, dtype=dtype))
    for kernel in (descend_rows.plain, descend_rows.kept):
        assert_same(by_row_kernel(kernel, data, *parts, dtype(0.1)), each, dtype)


FIT = """
import json
import numpy as np
from descend import DescentRegressor
from descend.kernels.epochs import descend_batches, descend_rows
from descend.kernels.row_order import cached_fill
X = np.random.default_rng(0).standard_normal((2000, 2))
for batch_size in (1, 5):
    DescentRegressor(
        optimizer="sgd", learning_rate=0.01, batch_size=batch_size, max_iter=2, tol=0.0
    ).fit(X, X[:, 0])
loops = (descend_rows.kept, descend_batches.kept, cached_fill)
stats = [loop.stats for loop in loops]
print(json.dumps([[sum(s.cache_hits.values()), sum(s.cache_misses.values())] for s in stats]))
"""


def test_a_second_process_does_not_compile(tmp_path):
    # by one thread, so that no other process compiles the shuffle
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path), "OMP_NUM_THREADS": "1"}

    def hits_and_misses():
        ran = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", FIT],
            env=environment, capture_output=True, text=True, check=True,
        )  # fmt: skip
        return json.loads(ran.stdout)

    assert hits_and_misses() == [[0, 1], [0, 1], [0, 1]]
    assert hits_and_misses() == [[1, 0], [1, 0], [1, 0]]
