"""Whole numbers with leading zeros, which a parser of numbers takes for the numbers alone."""

from __future__ import annotations

import numpy as np

from descend.data.containers import Content
from descend.support.threads import pool

BLOCK = 1 << 17
"""Bytes that are looked through at a time: they and what is made of them stay in the cache."""

SHARE = 1 << 23
"""Bytes that a thread looks through before it takes others."""

ZERO, QUOTE = np.uint8(ord("0")), np.uint8(ord('"'))


def has_padded_numbers(content: Content, offset: int, delimiter: str) -> bool:
    """Say whether a cell begins with a zero and another digit, as codes such as `01` do."""
    shares = range(offset, content.size(), SHARE)
    return any(pool().map(lambda start: _has_padded(content, start, delimiter), shares))


def _has_padded(content: Content, start: int, delimiter: str) -> bool:
    """Say so of the cells whose first digit but the zero is in the share that starts here."""
    with content.open() as stream:
        before = b"\n"
        if start > 1:
            stream.seek(start - 2)
            before = bytes(stream.read(2))
        read = 0
        while read < SHARE and (block := bytes(stream.read(BLOCK))):
            text = before + block
            found = np.frombuffer(text, dtype=np.uint8)
            # a digit less the sign of zero is below 10, any other byte wraps to more
            padded = (found[1:-1] == ZERO) & (found[2:] - ZERO < 10)
            # blanks, ends of lines and quotes come first among the bytes
            padded &= (found[:-2] <= QUOTE) | (found[:-2] == ord(delimiter))
            if padded.any():
                return True
            read += len(block)
            before = text[-2:]
    return False
