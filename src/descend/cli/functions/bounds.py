"""Between which numbers the variables stay, from the option `--bounds`."""

from __future__ import annotations

import math

from descend.support.numbers import finite_or_nan


def named_bounds(text: str) -> dict[str, tuple[float | None, float | None]]:
    """Return the bounds of `x=0:5,y=:3`, None where a side is empty.

    >>> named_bounds("x=0:5, y=:3")
    {'x': (0.0, 5.0), 'y': (None, 3.0)}
    """
    bounds: dict[str, tuple[float | None, float | None]] = {}
    for part in text.split(","):
        name, equals, ends = (piece.strip() for piece in part.partition("="))
        low, colon, high = (piece.strip() for piece in ends.partition(":"))
        if not (name and equals and colon and (low or high)):
            raise ValueError(
                "--bounds must give each variable two ends, as x=0:5, or one, as x=0: or x=:5: "
                f"not {part.strip()!r}"
            )
        if name in bounds:
            raise ValueError(f"--bounds gives {name} twice: give it once")
        bounds[name] = (_end(name, low), _end(name, high))
    return bounds


def _end(name: str, text: str) -> float | None:
    """Return an end, None if it is empty."""
    if not text:
        return None
    if math.isnan(finite_or_nan(text)):
        raise ValueError(f"--bounds must give {name} finite numbers, as {name}=0:5: not {text!r}")
    return finite_or_nan(text)
