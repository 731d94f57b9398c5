"""The ends of a spectrum are eigenvalues, and near after few products."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from descend.curvature.lanczos import spectrum


@settings(max_examples=100)
@given(
    size=st.integers(1, 12),
    seed=st.integers(0, 10_000),
    scale=st.sampled_from([1e-9, 1.0, 1e9]),
    shift=st.sampled_from([-3.0, 0.0, 3.0]),
)
def test_the_ends_are_the_extreme_eigenvalues(size, seed, scale, shift):
    root = np.random.default_rng(seed).standard_normal((size, size))
    H = scale * (root + root.T + shift * np.eye(size))
    found = spectrum(lambda v: H @ v, size)
    eigenvalues = np.linalg.eigvalsh(H)
    within = {"rel": 1e-8, "abs": 1e-10 * np.abs(eigenvalues).max()}
    assert found.highest == pytest.approx(eigenvalues[-1], **within)
    assert found.lowest == pytest.approx(eigenvalues[0], **within)


@pytest.mark.parametrize("size", [100, 1000])
def test_a_few_products_are_close_for_large_matrices(size):
    eigenvalues = np.random.default_rng(0).exponential(size=size)
    calls = 0

    def product(v):
        nonlocal calls
        calls += 1
        return eigenvalues * v

    found = spectrum(product, size).highest
    assert calls == 30
    assert 0.99 * eigenvalues.max() < found <= eigenvalues.max() * (1 + 1e-12)


def test_matrices_with_a_single_eigenvalue():
    assert spectrum(lambda v: 0 * v, 3).highest == 0
    assert spectrum(lambda v: 2 * v, 50).highest == pytest.approx(2)
    assert spectrum(lambda v: -v, 4).highest == pytest.approx(-1)
    assert np.isnan(spectrum(lambda v: np.nan * v, 3).highest)
