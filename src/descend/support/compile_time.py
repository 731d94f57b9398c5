"""How long loading and compiling kernels took: a price that a process pays once."""

from __future__ import annotations

_spent = 0.0


def note_compiling(seconds: float) -> None:
    """Note that loading or compiling took so many seconds."""
    global _spent
    _spent += seconds


def compile_seconds() -> float:
    """Return the seconds that loading and compiling took so far in this process."""
    return _spent
