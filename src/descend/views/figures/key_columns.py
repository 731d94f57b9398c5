"""In how many columns a key fits."""

from collections.abc import Sequence

LETTER, MARK = 0.066, 0.45
"""The width of a letter of the key, and of a mark with the space around it, in inches."""


def columns_of_key(labels: Sequence[str], room: float, most: int) -> int:
    """Return in how many columns, at most, a key fits into so many inches.

    >>> columns_of_key(["start", "end", "minimum"], 2.0, most=4)
    2
    """
    columns = most
    while columns > 1 and _width(labels, columns) > room:
        columns -= 1
    return columns


def _width(labels: Sequence[str], columns: int) -> float:
    """Return about how wide a key is in inches, filled column by column as matplotlib does."""
    rows = -(-len(labels) // columns)
    lengths = [max(map(len, label.splitlines()), default=0) for label in labels]
    parts = [lengths[i : i + rows] for i in range(0, len(labels), rows)]
    return sum(MARK + LETTER * max(part) for part in parts)
