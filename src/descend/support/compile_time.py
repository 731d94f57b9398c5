"""How long loading and compiling kernels took: a price that a process pays once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import perf_counter

COMPILING = "compiling the loop, once"
"""What a bar says meanwhile."""

_told: list[Callable[[], None]] = []
_spent = 0.0
_depth = 0
_began = 0.0


def begin_compiling() -> None:
    """Note that compiling begins, maybe of what something that is being compiled calls."""
    global _depth, _began
    _depth += 1
    if _depth == 1:
        _began = perf_counter()
        for tell in _told:
            tell()


def end_compiling() -> None:
    """Note that it ends: the outermost counts."""
    global _depth
    _depth -= 1
    if _depth == 0:
        note_compiling(perf_counter() - _began)


def is_compiling() -> bool:
    """Say whether something is being compiled or loaded now."""
    return _depth > 0


@contextmanager
def telling(tell: Callable[[], None]) -> Iterator[None]:
    """Call a function each time that compiling or loading begins, while a block runs."""
    _told.append(tell)
    try:
        yield
    finally:
        _told.remove(tell)


def note_compiling(seconds: float) -> None:
    """Note that loading or compiling took so many seconds."""
    global _spent
    _spent += seconds


def compile_seconds() -> float:
    """Return the seconds that loading and compiling took so far in this process."""
    return _spent
