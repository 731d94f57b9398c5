"""Whole numbers with leading zeros, which a parser of numbers takes for the numbers alone."""

from __future__ import annotations

import numpy as np

from descend.data.containers import Content

BLOCK = 1 << 22
"""Bytes that are looked through at a time."""


def has_padded_numbers(content: Content, offset: int, delimiter: str) -> bool:
    """Say whether a cell begins with a zero and another digit, as codes such as `01` do."""
    begins = np.zeros(256, dtype=np.bool_)
    begins[[ord(sign) for sign in (delimiter, "\n", "\r", '"', "-", "+", " ")]] = True
    digits = np.zeros(256, dtype=np.bool_)
    digits[ord("0") : ord("9") + 1] = True
    with content.open() as stream:
        stream.seek(offset)
        before = b"\n"
        while block := bytes(stream.read(BLOCK)):
            found = np.frombuffer(before + block, dtype=np.uint8)
            zeros = np.flatnonzero(found[1:-1] == ord("0"))
            if (begins[found[zeros]] & digits[found[zeros + 2]]).any():
                return True
            before = block[-2:]
    return False
