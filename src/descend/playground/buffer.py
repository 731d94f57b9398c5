"""Answers as one buffer: a header in JSON, then numbers as 32-bit floats."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

import numpy as np

CONTENT_TYPE = "application/octet-stream"

LARGEST = float(np.finfo(np.float32).max)
"""What stands for numbers that are larger."""


def packed(header: Mapping[str, Any], arrays: Mapping[str, Any]) -> bytes:
    """Return a header and arrays as bytes.

    First the length of the header as a 32-bit integer, then the header, padded with blanks to a
    multiple of four bytes, then the numbers of all arrays, one after the other, row by row; all
    with the lowest byte first. The header's `arrays` holds each array's shape, and the place of its
    first number among all. Numbers too large for 32 bits become the largest; NaN stays NaN.

    Examples
    --------
    >>> unpacked(packed({"names": ["x"]}, {"values": [[1.0, 2.0]]}))
    ({'names': ['x']}, {'values': array([[1., 2.]], dtype=float32)})
    """
    places: dict[str, dict[str, Any]] = {}
    parts: list[bytes] = []
    offset = 0
    for name, array in arrays.items():
        floats = as_floats(array)
        places[name] = {"shape": list(floats.shape), "offset": offset}
        parts.append(floats.tobytes())
        offset += floats.size
    text = as_json({**header, "arrays": places})
    text += b" " * (-len(text) % 4)
    return b"".join([len(text).to_bytes(4, "little"), text, *parts])


def as_floats(array: Any) -> np.ndarray[Any, np.dtype[np.float32]]:
    """Return numbers as 32-bit floats, the lowest byte first."""
    with np.errstate(over="ignore"):
        floats = np.asarray(array).astype("<f4")
    return np.ascontiguousarray(np.clip(floats, -LARGEST, LARGEST, out=floats))


def unpacked(answer: bytes) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the header and the arrays of what `packed` made."""
    length = int.from_bytes(answer[:4], "little")
    header = json.loads(answer[4 : 4 + length])
    floats = np.frombuffer(answer, dtype="<f4", offset=4 + length)
    arrays = {}
    for name, place in header.pop("arrays").items():
        size = math.prod(place["shape"])
        arrays[name] = floats[place["offset"] : place["offset"] + size].reshape(place["shape"])
    return header, arrays


def as_json(content: Any) -> bytes:
    """Return content as JSON; numbers that are not finite become null, as JSON has none."""
    return json.dumps(_plain(content), separators=(",", ":"), allow_nan=False).encode()


def _plain(content: Any) -> Any:
    """Return content as the types that JSON has."""
    if isinstance(content, Mapping):
        return {str(name): _plain(part) for name, part in content.items()}
    if isinstance(content, np.ndarray):
        return _plain(content.tolist())
    if isinstance(content, list | tuple):
        return [_plain(part) for part in content]
    if isinstance(content, np.generic):
        return _plain(content.item())
    if isinstance(content, float):
        return content if math.isfinite(content) else None
    return content
