"""The compiled loop suits the rows, returns before long, and refuses what it cannot do."""

import numpy as np
import pytest

from descend.data.rows import Rows
from descend.losses import SquaredError
from descend.models import Linear
from descend.objectives.risks.empirical_risk import EmpiricalRisk
from descend.optimizers import SGD, by_name
from descend.penalties import L1, Box, NoPenalty
from descend.solvers.stochastic.kernel_choice import choose_kernel


def risk_of(X, penalty):
    y = np.broadcast_to(np.zeros(1), (len(X), 1))
    return EmpiricalRisk(Linear(X.shape[1]), SquaredError(), penalty, Rows(X, y))


def test_bounds_of_an_array_are_refused_by_batches():
    bounds = Box(np.zeros(5), np.ones(5))
    with pytest.raises(ValueError, match=r"Box holds an array.*batch_size='full'"):
        choose_kernel(risk_of(np.ones((24, 5)), bounds), SGD(), 4)


def test_an_optimizer_of_whole_gradients_is_refused_by_batches():
    with pytest.raises(ValueError, match=r"LAMB looks at the whole gradient.*batch_size='full'"):
        choose_kernel(risk_of(np.ones((24, 5)), NoPenalty()), by_name("lamb"), 4)


@pytest.mark.parametrize(("batch_size", "columns"), [(1, 20), (256, 20), (10_000, 784)])
def test_compiled_code_returns_before_long(batch_size, columns):
    X = np.broadcast_to(np.zeros(1), (2_000_000, columns))
    kernel = choose_kernel(risk_of(X, L1()), SGD(), batch_size)
    parts = list(kernel.segments(np.arange(len(X), dtype=np.int32), single=False))
    assert sum(len(rows) for rows, _ in parts) == len(X)
    assert sum(steps for _, steps in parts) == -(-len(X) // batch_size)
    assert all(len(rows) * columns <= 2**26 for rows, _ in parts)


@pytest.mark.parametrize("batch_size", [1, 7])
def test_single_steps_are_segments_of_their_own(batch_size):
    kernel = choose_kernel(risk_of(np.ones((24, 5)), L1()), SGD(), batch_size)
    order = np.arange(24, dtype=np.int32)
    parts = list(kernel.segments(order, single=True))
    assert [steps for _, steps in parts] == [1] * -(-24 // batch_size)
    assert np.array_equal(np.concatenate([rows for rows, _ in parts]), order)
