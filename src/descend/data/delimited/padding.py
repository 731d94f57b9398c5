"""Whole numbers with leading zeros, which a parser of numbers takes for the numbers alone."""

from __future__ import annotations

import numpy as np

from descend.data.containers import Content

BLOCK = 1 << 17
"""Bytes that are looked through at a time: they and what is made of them stay in the cache."""

ZERO, QUOTE = np.uint8(ord("0")), np.uint8(ord('"'))


def has_padded_numbers(content: Content, offset: int, delimiter: str) -> bool:
    """Say whether a cell begins with a zero and another digit, as codes such as `01` do."""
    # on one thread: several wait for the interpreter between operations as short as these
    with content.open() as stream:
        stream.seek(offset)
        before = b"\n"
        while block := bytes(stream.read(BLOCK)):
            text = before + block
            found = np.frombuffer(text, dtype=np.uint8)
            # a digit less the sign of zero is below 10, any other byte wraps to more
            padded = (found[1:-1] == ZERO) & (found[2:] - ZERO < 10)
            # blanks, ends of lines and quotes come first among the bytes
            padded &= (found[:-2] <= QUOTE) | (found[:-2] == ord(delimiter))
            if padded.any():
                return True
            before = text[-2:]
    return False
