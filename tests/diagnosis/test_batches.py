"""Noise of batches is told as noise: no larger rate from it, no falling one where the rate fell."""

import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from one_weight import fitted, one_weight

from descend import DescentRegressor
from descend.optimizers import Averaged, Momentum, by_name

X, Y, _ = one_weight(0)
BASE = fitted(X, Y, optimizer="sgd", learning_rate=1e-5, tol=0.0, max_iter=40).descent_
LEVEL = np.full(40, 100.0)
FALLING = 100 * np.exp(-np.arange(40) / 10)


def told(losses, rates=None, **changes):
    rates = np.full(len(losses), 0.01) if rates is None else rates
    return replace(BASE, batch_losses=losses, learning_rates=rates, **changes).explain()


@settings(max_examples=30)
@given(
    seed=st.integers(0, 2**32 - 1), shape=st.sampled_from([LEVEL, FALLING, FALLING[::-1]]),
    noise=st.floats(0, 1), decay=st.sampled_from([1.0, 0.9]),
    optimizer=st.sampled_from(["sgd", "adam", "momentum", "averaged:sgd", "dog", "rprop"]),
    status=st.sampled_from([("stopped", "epochs used"), ("stalled", "noise")]),
)  # fmt: skip
def test_no_larger_rate_is_advised_nor_a_falling_one_that_fell(
    seed, shape, noise, decay, optimizer, status
):
    losses = shape * (1 + noise * np.random.default_rng(seed).uniform(-1, 1, 40))
    explanation = told(
        losses, 0.01 * decay ** np.arange(40), optimizer=by_name(optimizer),
        status=status[0], ending=status[1],
    )  # fmt: skip
    assert not re.search(r"larger (learning )?rate", explanation)
    assert ("one that falls" in explanation) <= (decay == 1)
    assert ("average=True" in explanation) <= (optimizer != "averaged:sgd")
    assert "nan" not in explanation


@pytest.mark.parametrize(
    ("losses", "rates", "optimizer", "sentence"),
    [
        (FALLING, None, None, r"still falling: its mean over the last 10 epochs is 5\.68 below"),
        (FALLING[::-1], None, None, r"was rising: .* A smaller learning rate, or one that falls,"),
        (LEVEL + 30 * (-1) ** np.arange(40), None, None, r"varies by 32 .*noise of the batches"),
        (LEVEL + 0.1 * (-1) ** np.arange(40), None, None, r"has not fallen by more than that"),
        (LEVEL + 30 * (-1) ** np.arange(40), 0.9 ** np.arange(40), Averaged(Momentum()),
         r"batches\. A smaller learning rate or larger batches would settle\.$"),
    ],
)  # fmt: skip
def test_what_the_losses_do_is_told(losses, rates, optimizer, sentence):
    assert re.search(sentence, told(losses, rates, optimizer=optimizer or BASE.optimizer))


@pytest.mark.parametrize("record", ["epoch", "step", None])
def test_the_lessons_momentum_is_told_of_its_noise(record):
    descent = fitted(
        X, Y, optimizer=Momentum(0.9), learning_rate=1e-4, tol=0, max_iter=60, record=record
    ).descent_
    assert "the noise of the batches. A smaller learning rate, or one" in descent.explain()


def test_a_run_that_noise_holds_up_is_stalled_and_warns_with_a_remedy():
    random = np.random.default_rng(0)
    rows = random.standard_normal((20_000, 10))
    y = rows @ random.standard_normal(10) + random.standard_normal(20_000)
    model = DescentRegressor(optimizer="sgd", learning_rate=0.01, batch_size=1, random_state=0)
    with pytest.warns(UserWarning, match=r"at least 0\.0\d+ above the minimum.*lower the learning"):
        model.fit(rows, y)
    assert (model.descent_.status, model.descent_.ending) == ("stalled", "noise")
    assert "A smaller learning rate, or one that falls, or" in model.descent_.explain()
