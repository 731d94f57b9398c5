"""Compiled code that is kept on disk, as long as nothing that went into it has changed."""

from collections.abc import Callable
from functools import cache, partial
from hashlib import sha256
from pathlib import Path
from types import FunctionType
from typing import Any, NamedTuple

import numba
from numba import cfunc

from descend.kernels.callees import DisjointCompiler
from descend.kernels.dispatch import OPTIONS
from descend.support.tree import nodes

njit: Any = partial(numba.njit, no_cfunc_wrapper=True)
"""Compiles a function for Python alone: nothing in C calls loops, and a wrapper takes time."""

ROOT = Path(__file__).parents[1]

INGREDIENTS = ("kernels", "optimizers", "losses", "penalties.py", "protocols/verbs.py")
"""What compiled loops are made of: their own source, and that of the methods compiled into them."""


class Loop(NamedTuple):
    """A loop that compiles the methods of the optimizer, loss and penalty that it is given.

    `plain` is the Python function; `kept` is compiled once a combination of classes and types, and
    kept on disk, for the library's own classes; `fresh` is compiled anew in each process, for other
    classes, whose source may have changed.
    """

    plain: Callable[..., Any]
    kept: Any
    fresh: Any

    def compiled_for(self, *parts: Any) -> Any:
        """Return the compiled loop for an optimizer, a loss or a penalty."""
        return self.kept if all(map(is_ours, parts)) else self.fresh


def loop(function: Callable[..., Any], **options: Any) -> Loop:
    """Return a function with both of its compilations, neither of which is made before a call."""
    options = {"nogil": True, **OPTIONS, **options}
    fresh = njit(**options)(function)
    return Loop(function, kept(function, **options), fresh)


def disjoint_loop(function: Callable[..., Any]) -> Loop:
    """Return what `loop` does, where no array that the function writes to overlaps with another."""
    return loop(function, pipeline_class=DisjointCompiler)


def kept(function: Callable[..., Any], **options: Any) -> Any:
    """Return the function compiled, and kept on disk under the digest of all its ingredients.

    Numba compares the file of the function alone: it would miss a change of an optimizer, and it
    fails on code kept for a class that has moved. Under a name with the digest, code made from
    other sources is not found. `options` are Numba's.
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
