"""A table as text, for `print`."""

from collections.abc import Sequence


def text_table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return the lines of a table, its columns aligned on the left.

    >>> text_table([("name", "value"), ("adam", "1")])
    ['name  value', 'adam  1']
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]
