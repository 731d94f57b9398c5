"""Hyper-parameters may differ from run to run, and follow the runs that still walk."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import descend
from descend.optimizers import SGD, Adam, Clipped, Momentum
from descend.penalties import L1, NoPenalty
from descend.solvers.run_state import RunState, of_runs

FORMULA = "x^4 + 3*y^2"
STARTS = np.array([[0.5, 1.0], [0.0, 0.0], [30.0, 0.0], [-0.7, 4.0]])
MU = np.array([[0.5], [0.6], [0.7], [0.9]])


@pytest.mark.parametrize("learning_rate", [0.05, descend.rates.Monotone()])
def test_each_run_has_its_own_momentum_when_neighbours_rest(learning_rate):
    """The second start is the minimum, and the third run, at a fixed rate, leaves the numbers."""
    options = {"learning_rate": learning_rate, "steps": 40}
    together = descend.minimize(FORMULA, STARTS, optimizer=Momentum(MU), **options)
    assert together.status[1] == "converged"
    assert (together.status[2] == "diverged") == (learning_rate == 0.05)
    for i, (start, mu) in enumerate(zip(STARTS, MU[:, 0], strict=True)):
        alone = descend.minimize(FORMULA, start, optimizer=Momentum(mu), **options)
        np.testing.assert_allclose(together.run(i).values, alone.values, rtol=1e-12)
        assert together.status[i] == alone.status


def test_only_arrays_are_chosen_from():
    adam = Adam(beta1=np.array([[0.1], [0.2], [0.3]]))
    assert of_runs(adam, np.array([2, 0])).beta1.tolist() == [[0.3], [0.1]]
    inside = of_runs(Clipped(adam, norm=1.0), np.array([1]))
    assert inside.optimizer.beta1.tolist() == [[0.2]]
    for plain in (SGD(), Adam(), Clipped(Adam(), norm=1.0)):
        assert of_runs(plain, np.array([0])) is plain


@given(arrays(np.float64, (5, 3, 2), elements=st.floats(-1e100, 1e100)))
def test_the_reach_is_the_largest_that_a_coordinate_or_its_move_has_been(walk):
    state = RunState(walk[0], SGD())
    for w in walk:
        state.w = w
        state.widen()
    rows = np.array([2, 0])
    sizes = np.maximum(np.abs(walk), np.abs(walk - walk[0])).max(axis=0)
    np.testing.assert_array_equal(state.reach(rows), sizes[rows])


@pytest.mark.parametrize("penalty", [NoPenalty(), L1(0.5)], ids=repr)
def test_norms_are_those_of_the_subgradients(penalty):
    state = RunState(np.array([[1.0, -2.0], [0.0, 3e200]]), SGD())
    state.g = np.array([[3.0, 4.5], [0.4, 4e200]])
    state.slope_under(penalty)
    np.testing.assert_allclose(state.norm, [np.hypot(*g) for g in state.subgradient])
    state.keep(np.array([False, True]))
    assert len(state.norm) == len(state.subgradient) == 1
