"""Noise on gradients has the variance that it should have, and can be drawn again."""

import numpy as np
import optax
import pytest

from descend import minimize
from descend.optimizers import NoisySGD
from descend.optimizers.traits import is_elementwise

SIZE = 200_000


def optax_deviations(eta, gamma, steps):
    """Return the standard deviation of each of optax's steps at the rate 1, where no slope is."""
    transform = optax.noisy_sgd(1.0, eta=eta, gamma=gamma, key=0)
    state = transform.init(np.zeros(SIZE))
    found = []
    for _ in range(steps):
        updates, state = transform.update(np.zeros(SIZE), state)
        found.append(np.std(updates))
    return found


@pytest.mark.parametrize(("eta", "gamma"), [(0.01, 0.55), (1.0, 1.0), (0.3, 0.0)])
def test_the_variance_falls_as_that_of_optax(eta, gamma):
    noisy, zeros = NoisySGD(eta, gamma), np.zeros(SIZE)
    ours = [noisy.step(zeros, zeros, (), 1.0, t)[0] for t in range(1, 6)]
    np.testing.assert_allclose(
        [np.std(w) for w in ours], optax_deviations(eta, gamma, 5), rtol=0.01
    )
    for t, w in enumerate(ours, start=1):
        assert np.std(w) == pytest.approx((eta / t**gamma) ** 0.5, rel=0.01)
        assert abs(np.mean(w)) < 5 * np.std(w) / SIZE**0.5
    assert np.abs(np.corrcoef(ours) - np.eye(5)).max() < 0.02


def test_it_is_the_gradient_step_and_noise():
    w, g = np.array([1.0, 2.0]), np.array([3.0, -4.0])
    noise = NoisySGD(seed=3).step(np.zeros(2), np.zeros(2), (), 0.1, 7)[0]
    np.testing.assert_allclose(NoisySGD(seed=3).step(w, g, (), 0.1, 7)[0], w - 0.1 * g + noise)
    assert not np.allclose(NoisySGD(seed=4).step(w, g, (), 0.1, 7)[0], w - 0.1 * g + noise)
    single = NoisySGD().step(w.astype(np.float32), g.astype(np.float32), (), 0.1, 7)[0]
    assert single.dtype == np.float32


def test_a_run_meets_the_same_noise_in_any_company():
    starts = np.array([[1.0, -1.0], [0.0, 2.0], [3.0, 3.0]])
    settings = {"optimizer": NoisySGD(seed=1), "learning_rate": 0.05, "steps": 50}
    together = minimize("x^2 + y^2", starts, **settings)
    for run, start in enumerate(starts):
        np.testing.assert_array_equal(together.x[run], minimize("x^2 + y^2", start, **settings).x)


def test_single_examples_do_not_know_which_coordinate_they_are():
    assert not is_elementwise(NoisySGD())
