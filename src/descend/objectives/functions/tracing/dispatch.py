"""Dispatch: the tables that say how each function of NumPy is recorded; `rules` fills them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

UFUNCS: dict[np.ufunc, Callable[..., Any]] = {}
"""The elementwise functions."""

FUNCTIONS: dict[Any, Callable[..., Any]] = {}
"""All others."""


class Ways(NamedTuple):
    """How else a traced array is used."""

    call: Callable[..., Any]
    """Of a ufunc with options, or of its methods: `(ufunc, method, inputs, options)`."""
    assign: Callable[..., Any]
    """Of an assignment to elements: `(array, index, new)`."""
    note_view: Callable[..., Any]
    """Of an array that shows elements of another: `(base, view, made, index)`."""


WAYS: list[Ways] = []
"""The one set of them."""


class NotFollowedError(TypeError):
    """An operation has no derivative that is known here; the message names it and the remedy."""
