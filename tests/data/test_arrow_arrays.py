import numpy as np
import pyarrow as pa
import pytest

from descend.data.arrow_arrays import booleans_of, texts_of


@pytest.mark.parametrize("words", [[], ["a"], [None], ["", "a", None, "äö€", "x" * 300] * 5])
def test_texts_are_arrows_own(words):
    made = texts_of(words)
    made.validate(full=True)
    assert made.equals(pa.array(words, pa.large_string()))


@pytest.mark.parametrize("length", [0, 1, 7, 8, 9, 100])
def test_booleans_are_arrows_own(length):
    mask = np.random.default_rng(length).random(length) < 0.5
    made = booleans_of(mask)
    made.validate(full=True)
    assert made.equals(pa.array(mask, pa.bool_()))
