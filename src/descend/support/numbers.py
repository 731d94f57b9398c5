"""Numbers and counts as people write them."""

from __future__ import annotations

import math

LEAST_PLAIN, LEAST_POWER = 1e-4, 1e6
"""Sizes from the first and below the second are written without a power of ten."""


def written(value: float, digits: int = 3) -> str:
    """Return a number in so many digits, with commas between thousands.

    >>> written(-1500.0), written(0.12345), written(3e-7), written(1e18)
    ('-1,500', '0.123', '3e-07', '1e+18')
    >>> written(351.76, digits=4)
    '351.8'
    """
    if value != 0 and not LEAST_PLAIN <= abs(value) < LEAST_POWER:
        mantissa, letter, exponent = f"{value:.{digits - 1}e}".partition("e")
        if "." in mantissa:
            mantissa = mantissa.rstrip("0").rstrip(".")
        return mantissa + letter + exponent
    rounded = float(f"{value:.{digits}g}")
    text = f"{rounded:,.10f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def counted(count: int, noun: str) -> str:
    """Return a count with its noun.

    >>> counted(1, "step"), counted(2000, "step")
    ('1 step', '2,000 steps')
    """
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def finite_or_nan(text: str) -> float:
    """Return a finite number, or NaN if the text is none.

    >>> finite_or_nan("1e-3"), finite_or_nan("inf"), finite_or_nan("x")
    (0.001, nan, nan)
    """
    try:
        number = float(text)
    except ValueError:
        return math.nan
    return number if math.isfinite(number) else math.nan
