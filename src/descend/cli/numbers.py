"""Numbers in the text of an option."""

import math

from descend.support.numbers import finite_or_nan


def positive_or(option: str, text: str, *words: str) -> float | str:
    """Return one of the words, or a positive number."""
    text = text.strip()
    if text in words:
        return text
    if not finite_or_nan(text) > 0:
        raise ValueError(f"{option} must be {', '.join(words)} or a positive number, not {text!r}")
    return finite_or_nan(text)


def whole_or(option: str, text: str, *words: str) -> int | str:
    """Return one of the words, or a whole number from 1."""
    if text in words:
        return text
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        raise ValueError(f"{option} must be {', '.join(words)} or a number from 1, not {text!r}")
    return int(text)


def rate_or_schedule(text: str) -> float | str:
    """Return a learning rate: a number, "auto", or the text of a schedule or a search."""
    text = text.strip()
    try:
        float(text)
    except ValueError:
        if text != "auto":
            from descend.rates import read

            read(text)  # refuses what it does not know
        return text
    return positive_or("--learning-rate", text, "auto")


def ends_of(text: str) -> tuple[float, float]:
    """Return the two finite ends, the lower one first, of a window that is written as `-2,2`."""
    text = text.strip()
    ends = [finite_or_nan(part) for part in text.split(",")]
    if len(ends) != 2 or not ends[0] < ends[1]:
        raise ValueError(f"--window must be two numbers, the lower first, as -5,5: not {text!r}")
    if not math.isfinite(ends[1] - ends[0]):
        raise ValueError(f"--window must be narrower than 1e308: not {text!r}")
    return ends[0], ends[1]
