"""Numbers in the text of an option."""

import pytest

from descend.cli.numbers import ends_of, positive_or, rate_or_schedule, whole_or


@pytest.mark.parametrize(
    ("text", "rate"),
    [("auto", "auto"), (" 1e-3 ", 0.001), ("cosine:0.1", "cosine:0.1"), ("wolfe", "wolfe")],
)
def test_a_rate_is_a_number_or_a_name(text, rate):
    assert rate_or_schedule(text) == rate


def test_words_and_numbers():
    assert positive_or("--learning-rate", "tuned", "tuned") == "tuned"
    assert positive_or("--learning-rate", "0.5", "tuned") == 0.5
    assert whole_or("--batch-size", "full", "auto", "full") == "full"
    assert whole_or("--batch-size", "32", "auto", "full") == 32
    assert ends_of(" -1,2.5") == (-1, 2.5)


@pytest.mark.parametrize("text", ["0", "-1", "1.5", "x", "", "\N{SUPERSCRIPT TWO}"])
def test_whole_numbers_begin_at_1(text):
    with pytest.raises(ValueError, match="--batch-size must be auto or a number from 1"):
        whole_or("--batch-size", text, "auto")
