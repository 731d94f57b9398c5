"""A table as text, for `print`."""

from collections.abc import Sequence


def text_table(rows: Sequence[Sequence[str]], n_words: int | None = None) -> list[str]:
    """Return the lines of a table, its first `n_words` columns (None: all) aligned on the left.

    >>> text_table([("name", "value"), ("adam", "1")])
    ['name  value', 'adam  1']
    >>> text_table([("name", "value"), ("adam", "1")], n_words=1)
    ['name  value', 'adam      1']
    """
    columns = list(zip(*rows, strict=True))
    widths = [max(map(len, column)) for column in columns]
    words = len(columns) if n_words is None else n_words
    return [
        "  ".join(
            cell.ljust(width) if place < words else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
