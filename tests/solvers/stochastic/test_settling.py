"""Losses have settled when they hardly vary, move by chance alone, and had the rate to move by."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from descend.solvers.stochastic.settling import have_settled, still_fall

EPOCHS = 120
T = np.arange(EPOCHS)
TOL = 1e-6

levels = st.sampled_from([1.0, 1e-6, 1e9, -3.0])
noises = st.floats(0, 0.003)
seeds = st.integers(0, 2**32 - 1)


def ever_settled(losses, rates=None):
    rates = np.ones(len(losses)) if rates is None else rates
    return any(have_settled(losses[:n], rates[:n], TOL, 5) for n in range(1, len(losses) + 1, 2))


def noisy(shape, noise, seed):
    return shape + noise * np.random.default_rng(seed).standard_normal(EPOCHS)


@settings(max_examples=20)
@given(
    level=levels, noise=noises, seed=seeds,
    period=st.floats(2, 40), phase=st.floats(0, 6.3), amplitude=st.floats(0.1, 1),
    life=st.floats(500, 1e6),
)  # fmt: skip
def test_a_swing_has_not_settled(level, noise, seed, period, phase, amplitude, life):
    swing = amplitude * np.exp(-T / life) * np.cos(2 * np.pi * T / period + phase)
    assert not ever_settled(level * noisy(2 + swing, noise, seed))


@settings(max_examples=20)
@given(level=levels, noise=st.floats(0, 0.02), seed=seeds, fall=st.floats(0.2, 0.9))
def test_a_slow_steady_fall_has_not_settled(level, noise, seed, fall):
    steady = np.sign(level) * (1 - fall * T / EPOCHS) + (level < 0) * 2
    assert not ever_settled(abs(level) * noisy(steady, noise, seed))


@settings(max_examples=20)
@given(level=levels, noise=st.floats(0, 0.02), seed=seeds, life=st.floats(30, 300))
def test_a_fall_that_fades_has_not_settled_while_it_lasts(level, noise, seed, life):
    losses = level * noisy(1 + np.exp(-T / life), noise, seed)
    lasts = np.exp(-T / life) > 0.1
    assert not ever_settled(losses[lasts])


@settings(max_examples=20)
@given(level=levels, noise=st.floats(0.05, 1), seed=seeds)
def test_what_varies_by_several_per_cent_has_not_settled(level, noise, seed):
    assert not ever_settled(level * np.abs(noisy(np.ones(EPOCHS), noise, seed)))


@settings(max_examples=20)
@given(level=levels, noise=st.floats(0, 0.002), seed=seeds, burn_in=st.floats(0.1, 5))
def test_a_level_within_a_little_noise_has_settled(level, noise, seed, burn_in):
    assert ever_settled(level * noisy(1 + 5 * np.exp(-T / burn_in), noise, seed))


@settings(max_examples=20)
@given(seed=seeds, half_life=st.floats(2, 4))
def test_a_rate_that_dies_away_settles_nothing(seed, half_life):
    """The loss stands still because the steps do: at the first rate it would fall far."""
    rates = 0.5 ** (T / half_life)
    gone = np.cumsum(rates) / (half_life / np.log(2))
    losses = noisy(10 - 3 * gone, 1e-3, seed)
    assert not ever_settled(losses, rates)
    assert ever_settled(losses)  # it is the rates that tell


@pytest.mark.parametrize(("losses", "falls"), [
    (np.linspace(2, 1, 20), True),
    (np.full(20, 2.0), False),
    (np.linspace(1, 2, 20), False),
    ([2.0, 1.0], True),
])  # fmt: skip
def test_a_fall_is_seen_and_too_few_losses_tell_nothing(losses, falls):
    assert still_fall(np.asarray(losses), 5) is falls
