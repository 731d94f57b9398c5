"""The error that says which operation of a function a library cannot differentiate."""

from __future__ import annotations

import linecache
import sysconfig
import traceback
from collections.abc import Callable
from pathlib import Path
from types import FunctionType
from typing import Any

import numpy as np

from descend.objectives.functions.pointwise import name_of
from descend.objectives.functions.tracing.dispatch import NotFollowedError

ALTERNATIVES = {
    "descend": "pass gradient= (a function, or 'differences'), or write the function with JAX or "
    "PyTorch",
    "JAX": "write it with jax.numpy, pass gradient=, or write the whole function with NumPy",
    "PyTorch": "write it with torch, pass gradient=, or write the whole function with NumPy",
}
"""What to do where a library, or this one, cannot differentiate a function."""

BY_LIBRARY = {
    "pandas": "columns of pandas cannot be followed: take their numbers, by to_numpy(); ",
    "scipy/stats": "write the density with NumPy; ",
}
"""What to do where the error came from within a library."""


class UntraceableError(ValueError):
    """A function cannot be differentiated: the message names the operation, line and remedies."""


_INSTALLED = (
    *(sysconfig.get_path(name) for name in ("stdlib", "purelib", "platlib")),
    str(Path(__file__).parents[2]),
)


def untraceable(library: str, function: Callable[..., Any], error: Exception) -> UntraceableError:
    """Return the error that says which operation of a function a library cannot differentiate."""
    operation, line = _operation(error, function)
    place = f" (line {line})" if line else ""
    first = (str(error).splitlines() or ["no message"])[0]
    # our own errors say what they are
    kind = "" if isinstance(error, NotFollowedError) else f"{type(error).__name__}: "
    what = f"{operation} in {name_of(function)}" if operation else name_of(function)
    return UntraceableError(
        f"{library} cannot follow {what}{place}: {kind}{first}; "
        f"{_hint(operation, error)}{ALTERNATIVES[library]}"
    )


def _operation(error: Exception, function: Callable[..., Any]) -> tuple[str, int | None]:
    """Return the expression in the user's own code that an error came from, and its line."""
    frames = traceback.extract_tb(error.__traceback__)
    code = function.__code__ if isinstance(function, FunctionType) else None
    inside = [
        i
        for i, frame in enumerate(frames)
        if code is not None and (frame.filename, frame.name) == (code.co_filename, code.co_name)
    ]
    if not inside:
        return "", None
    # what the function calls of its author's own counts as the function
    own = [i for i in range(inside[0], len(frames)) if not _is_installed(frames[i].filename)]
    frame = frames[max([*inside, *own])]
    text = linecache.getline(frame.filename, frame.lineno or 0)
    end = frame.end_colno if frame.end_lineno == frame.lineno else None
    # columns count bytes
    segment = text.encode()[frame.colno : end].decode(errors="replace").strip()
    return segment, frame.lineno


def _is_installed(file: str) -> bool:
    return file.startswith(("<", *_INSTALLED))


def _hint(operation: str, error: Exception) -> str:
    """Return what to write instead of an operation, if it is a usual one."""
    files = {Path(frame.filename).as_posix() for frame in traceback.extract_tb(error.__traceback__)}
    for package, advice in BY_LIBRARY.items():
        if any(f"/{package}/" in file for file in files):
            return advice
    called = operation.partition("(")[0]
    if called.startswith("math.") and called[5:] in dir(np):
        return f"math knows plain numbers only: np.{called[5:]} does it; "
    if "setting an array element" in str(error) and not called.startswith("np.float"):
        return "make the array in the function, by np.zeros or np.array; "
    if called in ("float", "int", "complex", "round", "np.float64", "np.float32"):
        return f"leave {called}() out; "
    return ""
