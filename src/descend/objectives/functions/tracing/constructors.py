"""NumPy's makers of arrays (`np.array`, `np.zeros`, ...), while a function is traced.

NumPy asks a traced array to take part in all functions but these: `np.asarray(w)` takes it apart
into single numbers, which are followed, but slowly, and `np.zeros(3)` can hold numbers only. So a
function that uses them is traced with these in their places. Each is NumPy's own, unless an
argument is traced; other threads have NumPy's own in any case.
"""

from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

import numpy as np

from descend.objectives.functions.tracing.recording import contains_traced, packed, record
from descend.objectives.functions.tracing.tape import CONSTANT, Tape
from descend.objectives.functions.tracing.traced import Traced

_CONVERTERS = (
    "array",
    "asarray",
    "asanyarray",
    "ascontiguousarray",
    "asfortranarray",
    "asarray_chkfinite",
    "require",
)
_MAKERS = (
    "zeros",
    "ones",
    "empty",
    "full",
    "zeros_like",
    "ones_like",
    "empty_like",
    "full_like",
    "eye",
    "identity",
    "arange",
    "linspace",
    "copy",
)
_LISTED = (
    "sum",
    "prod",
    "mean",
    "std",
    "var",
    "max",
    "min",
    "median",
    "average",
    "ptp",
    "sort",
    "cumsum",
    "cumprod",
    "diff",
    "quantile",
    "percentile",
    "clip",
)
"""Functions that do not ask the elements of a list."""

_ON_THEIR_OWN = ("numpy", "scipy", "descend")


class _Following(threading.local):
    """The tape on which this thread follows a function; None if it follows none."""

    tape: Tape | None = None


_following = _Following()
_lock = threading.Lock()
_users = 0


def _converter(name: str, original: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function such as `np.asarray` that takes traced arrays as they are."""
    copies = name == "array"

    @wraps(original)
    def converted(*args: Any, **options: Any) -> Any:
        tape = _following.tape
        if tape is None or not args or not contains_traced(args[0]):
            array = original(*args, **options)
            return _assignable(array, tape) if copies and not _is_by_others() else array
        array = packed(args[0])
        dtype = args[1] if len(args) > 1 else options.get("dtype")
        if dtype is not None:
            array = array.astype(dtype)
        if type(array) is not Traced:
            return array
        if array is args[0] and options.get("copy", copies) is True:
            array = array.copy()
        missing = options.get("ndmin", 0) - array.ndim
        return array.reshape((1,) * missing + array.shape) if missing > 0 else array

    return converted


def _maker(name: str, original: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function such as `np.zeros` whose arrays can be assigned traced numbers."""

    @wraps(original)
    def made(*args: Any, **options: Any) -> Any:
        tape = _following.tape
        if tape is None or _is_by_others():
            return original(*args, **options)
        if name.startswith("full"):
            filling = args[1] if len(args) > 1 else options.get("fill_value")
            if contains_traced(filling):
                shape = args[0] if name == "full" else np.shape(args[0])
                return np.broadcast_to(packed(filling), shape).copy()
        return _assignable(original(*args, **options), tape)

    return made


def _is_by_others() -> bool:
    """Say whether a package calls whose own arrays hold plain numbers."""
    name: str = sys._getframe(2).f_globals.get("__name__", "")
    return name.partition(".")[0] in _ON_THEIR_OWN


def _assignable(array: Any, tape: Tape | None) -> Any:
    """Return an array of plain numbers as one that traced numbers can be assigned to."""
    if tape is None or type(array) is not np.ndarray:
        return array
    if array.dtype.kind not in "fc" or array.ndim == 0:
        return array
    return record(tape, array, (), CONSTANT)


def _listing(name: str, original: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function such as `np.mean` that follows a list of traced numbers."""

    @wraps(original)
    def listing(*args: Any, **options: Any) -> Any:
        if _following.tape is not None and args and isinstance(args[0], list | tuple):
            args = (packed(args[0]), *args[1:])
        return original(*args, **options)

    return listing


_ORIGINAL = {name: getattr(np, name) for name in (*_CONVERTERS, *_MAKERS, *_LISTED)}
_FOLLOWED = {
    **{name: _converter(name, _ORIGINAL[name]) for name in _CONVERTERS},
    **{name: _maker(name, _ORIGINAL[name]) for name in _MAKERS},
    **{name: _listing(name, _ORIGINAL[name]) for name in _LISTED},
}


@contextlib.contextmanager
def followed_constructors(tape: Tape) -> Iterator[None]:
    """Follow NumPy's makers of arrays on a tape, in this thread, for a while."""
    global _users
    before = _following.tape
    with _lock:
        _users += 1
        if _users == 1:
            _exchange(_FOLLOWED)
    _following.tape = tape
    try:
        yield
    finally:
        _following.tape = before
        with _lock:
            _users -= 1
            if _users == 0:
                _exchange(_ORIGINAL)


def _exchange(functions: dict[str, Callable[..., Any]]) -> None:
    for name, function in functions.items():
        setattr(np, name, function)
