"""Compiled steps under penalties with kinks and intervals are those of whole arrays."""

from itertools import product

import numpy as np
import pytest
import scipy.sparse

from descend import DescentRegressor
from descend.kernels.epochs import descend_batches, room_for_batches
from descend.kernels.rows import CSR
from descend.losses import SquaredError
from descend.optimizers import SGD, Adam, Momentum
from descend.penalties import L1, Box, ElasticNet, NonNegative
from descend.protocols import verbs

ROWS, COLUMNS, BATCH = 24, 5, 3
OPTIMIZERS = (SGD(), Momentum(0.8), Adam())
PENALTIES = (
    L1(0.3),
    ElasticNet(0.4, 0.5),
    Box(-0.1, 0.3),
    Box(-0.1, 0.3, L1(0.1)),
    NonNegative(),
    NonNegative(ElasticNet(0.4, 0.5)),
)


def problem():
    random = np.random.default_rng(0)
    X = random.standard_normal((ROWS, COLUMNS)) * (random.random((ROWS, COLUMNS)) < 0.6)
    y = X @ [1.0, -1, 0.1, 0, 0] + 0.1 * random.standard_normal(ROWS)
    return X, y, random.permutation(ROWS).astype(np.int32), np.linspace(0.2, 0.1, ROWS // BATCH)


def by_whole_arrays(optimizer, penalty):
    X, y, order, rates = problem()
    w = np.zeros(COLUMNS)
    memory = tuple(np.zeros_like(w) for _ in optimizer.memory)
    for k, rate in enumerate(rates):
        rows = order[k * BATCH : (k + 1) * BATCH]
        g = X[rows].T @ (X[rows] @ w - y[rows]) / BATCH + penalty.gradient(w)
        w, memory = verbs.advance(optimizer, penalty, w, g, memory, rate, k + 1.0)
    return w, *memory


def by_kernel(kernel, optimizer, penalty, sparse):
    X, y, order, rates = problem()
    csr = scipy.sparse.csr_matrix(X)
    rows = CSR(csr.data, csr.indices, csr.indptr) if sparse else X
    w = np.zeros((1, COLUMNS))
    memory = tuple(np.zeros_like(w) for _ in optimizer.memory)
    parts = (optimizer, SquaredError(), penalty)
    kernel(
        rows, y[:, None], None, order, w, memory, *parts, rates, 1.0,
        BATCH, False, COLUMNS, room_for_batches(w, BATCH),
    )  # fmt: skip
    return w[0], *(array[0] for array in memory)


def assert_same(ours, theirs):
    for one, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=repr)
@pytest.mark.parametrize("penalty", PENALTIES, ids=repr)
def test_plain_loops_step_as_whole_arrays(optimizer, penalty):
    whole = by_whole_arrays(optimizer, penalty)
    for sparse in (False, True):
        assert_same(by_kernel(descend_batches.plain, optimizer, penalty, sparse), whole)


# Each of these compiles. A step calls the optimizer's and then the penalty's (`verbs.advance`), by
# the same lines for either storage: so half of the combinations run, in which all pairs meet. The
# suite takes some in turn, the thorough run all of the half.
SAMPLE = [
    pytest.param(
        *parts,
        marks=() if i in (4, 15, 27) else pytest.mark.thorough,
        id="-".join(map(str, parts)),
    )
    for i, parts in enumerate(product(PENALTIES, OPTIMIZERS, (False, True)))
    if (i // 6 + i // 2 % 3 + i % 2) % 2 == 0
]


def test_the_sample_meets_all_pairs():
    met = [param.values for param in SAMPLE]
    for one, other in ((0, 1), (0, 2), (1, 2)):
        pairs = {(parts[one], parts[other]) for parts in met}
        everything = (PENALTIES, OPTIMIZERS, (False, True))
        assert pairs == set(product(everything[one], everything[other]))


@pytest.mark.parametrize(("penalty", "optimizer", "sparse"), SAMPLE)
def test_compiled_loops_step_as_whole_arrays(penalty, optimizer, sparse):
    compiled = by_kernel(descend_batches.kept, optimizer, penalty, sparse)
    assert_same(compiled, by_whole_arrays(optimizer, penalty))


@pytest.mark.parametrize("start", [[5.0] * COLUMNS, [-5.0] * COLUMNS])
def test_a_start_beyond_the_bounds_is_taken_to_them(start):
    X, y, _, _ = problem()
    model = DescentRegressor(
        optimizer="sgd", penalty=Box(-0.1, 0.3), batch_size=4, learning_rate=1e-12, max_iter=1,
        warm_start=True, tol=0.0, fit_intercept=False, random_state=0,
    )  # fmt: skip
    model.fit(X, y)
    model.coef_ = np.array(start)
    model.fit(X, y)
    np.testing.assert_allclose(model.coef_, 0.3 if start[0] > 0 else -0.1, rtol=1e-9)
