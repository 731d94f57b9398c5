"""Noise in a gradient: normal, and a function of the seed and the point."""

import numpy as np
import pytest

from descend.objectives.noisy import NoisyGradient


def test_noise_is_normal_and_follows_from_the_point():
    noisy = NoisyGradient("0*x + 0*y", deviation=2.0, seed=3)
    w = np.random.default_rng(0).uniform(-1, 1, (20_000, 2))
    _, g = noisy.value_and_gradient(w)
    assert np.abs(g.mean(axis=0)).max() < 0.06
    np.testing.assert_allclose(g.std(axis=0), 2.0, rtol=0.03)
    assert abs(np.corrcoef(g.T)[0, 1]) < 0.03
    assert abs(np.corrcoef(g[:-1, 0], g[1:, 0])[0, 1]) < 0.03
    np.testing.assert_array_equal(noisy.value_and_gradient(w[::-1])[1], g[::-1])
    other = NoisyGradient("0*x + 0*y", deviation=2.0, seed=4).value_and_gradient(w)[1]
    assert abs(np.corrcoef(g[:, 0], other[:, 0])[0, 1]) < 0.03
    with pytest.raises(ValueError, match="deviation=-1"):
        NoisyGradient("x", deviation=-1)


def test_only_the_gradient_is_noisy():
    plain, noisy = NoisyGradient("x^2 + y^2", 0.0), NoisyGradient("x^2 + y^2", 0.5, seed=1)
    w, v = np.random.default_rng(0).normal(size=(2, 7, 2))
    np.testing.assert_array_equal(noisy.value(w), (w**2).sum(axis=-1))
    np.testing.assert_array_equal(noisy.hessian_product(w, v), 2 * v)
    np.testing.assert_array_equal(plain.value_and_gradient(w)[1], 2 * w)
    assert (noisy.value_and_gradient(w)[1] != 2 * w).all()
