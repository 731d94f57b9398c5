"""Compiled code that is kept on disk, as long as nothing that went into it has changed."""

from collections.abc import Callable
from functools import cache
from hashlib import sha256
from pathlib import Path
from types import FunctionType
from typing import Any

from numba import cfunc, njit

from descend.support.tree import nodes

ROOT = Path(__file__).parents[1]

INGREDIENTS = ("kernels", "optimizers", "losses", "penalties.py", "protocols/verbs.py")
"""What compiled loops are made of: their own source, and that of the methods compiled into them."""


def kept(function: Callable[..., Any], **options: Any) -> Any:
    """Return the function compiled, and kept on disk under the digest of all its ingredients.

    Numba looks at the file of the function alone: it would not see that an optimizer changed, and
    it fails on code kept for a class that has moved. Under a name of its own, code from other
    sources is not found.

    Parameters
    ----------
    function
        What to compile.
    options
        Numba's.
    """
    return njit(cache=True, **options)(_named(function))


def kept_callback(function: Callable[..., Any], signature: Any, **options: Any) -> Any:
    """Return the function compiled for one signature, and kept as `kept` does.

    Compiled loops that it is passed to call it by its address: they do not depend on what it does.
    """
    return cfunc(signature, cache=True, **options)(_named(function))


def _named(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return the function under a name with the digest."""
    named = FunctionType(function.__code__, function.__globals__, function.__name__)
    named.__qualname__ = f"{function.__name__}_{digest()}"
    return named


@cache
def digest() -> str:
    """Return twelve digits that change with the source of any ingredient."""
    text = sha256()
    for ingredient in INGREDIENTS:
        place = ROOT / ingredient
        for file in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
            text.update(file.name.encode())
            text.update(file.read_bytes())
    return text.hexdigest()[:12]


def is_ours(part: Any) -> bool:
    """Say whether a part, and what it wraps, is the library's: code compiled of it may be kept."""
    return isinstance(part, tuple) and all(
        type(node).__module__.startswith("descend.") for node in nodes(part)
    )
