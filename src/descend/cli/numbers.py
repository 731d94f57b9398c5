"""Numbers in the text of an option."""

import math


def finite(text: str) -> float:
    """Return a finite number, or NaN if the text is none.

    >>> finite("1e-3"), finite("inf"), finite("x")
    (0.001, nan, nan)
    """
    try:
        number = float(text)
    except ValueError:
        return math.nan
    return number if math.isfinite(number) else math.nan


def positive_or(option: str, text: str, *words: str) -> float | str:
    """Return one of the words, or a positive number."""
    text = text.strip()
    if text in words:
        return text
    if not finite(text) > 0:
        raise ValueError(f"{option} must be {', '.join(words)} or a positive number, not {text!r}")
    return finite(text)


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
            _refuse_unknown_rate(text)
        return text
    return positive_or("--learning-rate", text, "auto")


def _refuse_unknown_rate(text: str) -> None:
    """Say what is wrong with the text of a schedule or a search."""
    from descend.rates import read

    try:
        read(text)
    except ValueError as error:
        raise ValueError(str(error).replace("learning_rate=", "--learning-rate ")) from None


def ends_of(text: str) -> tuple[float, float]:
    """Return the two finite ends, the lower one first, of a window that is written as `-2,2`."""
    text = text.strip()
    ends = [finite(part) for part in text.split(",")]
    if len(ends) != 2 or not ends[0] < ends[1]:
        raise ValueError(f"--window must be two numbers, the lower first, as -5,5: not {text!r}")
    if not math.isfinite(ends[1] - ends[0]):
        raise ValueError(f"--window must be narrower than 1e308: not {text!r}")
    return ends[0], ends[1]
