"""Columns that only tell rows apart."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import numpy.typing as npt

CERTAIN = re.compile(
    r"(?i:(.*[\W_])?(id|ids|idx|uid|uuid|guid|pk|identifier|rowid|row_?names?)"
    r"|(row|record|customer|client|passenger|patient|subject|user|order|product|item|student"
    r"|employee|person|sample|case|transaction|account|invoice|listing|house|loan|member)id)"
    r"|.*[a-z]I[dD]"
)
"""A name that says so: unique values under it are identifiers."""

LIKELY = re.compile(
    r"(?i:(.*[\W_])?(index|key|nr\.?|no\.?|num|number|row|serial|#|numero|número)|.*nummer)"
    r"|(?i:(row|record|serial|customer|order|lfd\.?)[\W_]*(nr\.?|no\.?|number|nummer))|#|№"
)
"""A name that may say so: unique whole numbers under it that only rise are identifiers."""

FEWEST = 3
"""In fewer rows than this nothing is taken for identifiers."""


def is_identifier(name: str, present: npt.NDArray[Any]) -> bool:
    """Say whether a column of whole numbers or texts tells rows apart, and nothing else.

    >>> is_identifier("customer_id", np.array([17.0, 4.0, 9.0]))
    True
    >>> is_identifier("rooms", np.array([1.0, 2.0, 3.0]))
    False
    """
    certain = CERTAIN.fullmatch(name.strip()) is not None
    if len(present) < FEWEST or not (certain or LIKELY.fullmatch(name.strip())):
        return False
    if present.dtype == object:
        return certain and len(set(present.tolist())) == len(present)
    if not np.equal(present, np.floor(present)).all():
        return False
    if certain:
        return len(np.unique(present)) == len(present)
    return bool((np.diff(present) > 0).all())
