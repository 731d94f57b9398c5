"""How long loading and compiling kernels took: a price that a process pays once."""

from __future__ import annotations

from time import perf_counter

_spent = 0.0
_depth = 0
_began = 0.0


def begin_compiling() -> None:
    """Note that compiling begins, maybe of what something that is being compiled calls."""
    global _depth, _began
    _depth += 1
    if _depth == 1:
        _began = perf_counter()


def end_compiling() -> None:
    """Note that it ends: the outermost counts."""
    global _depth
    _depth -= 1
    if _depth == 0:
        note_compiling(perf_counter() - _began)


def note_compiling(seconds: float) -> None:
    """Note that loading or compiling took so many seconds."""
    global _spent
    _spent += seconds


def compile_seconds() -> float:
    """Return the seconds that loading and compiling took so far in this process."""
    return _spent
