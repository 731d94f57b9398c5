"""Tape: what was computed from a point, in order, and the pass back through it."""

from __future__ import annotations

import itertools
import operator
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeAlias

import numpy as np

Times: TypeAlias = Callable[[Any, Any], Any]
"""How the slope of what follows is multiplied by that of one operation."""

Pullback: TypeAlias = Callable[[Any, Times], Sequence[Any]]
"""The slope of the end by a result, to its slopes by what the result was computed from."""

_LEVELS = itertools.count()


class Picked(NamedTuple):
    """The pullback of `x[index]`: what was picked has the slope, the rest has none."""

    index: Any


CONSTANT = object()
"""In the place of a pullback: the entry is an array of plain numbers, made to be assigned to."""

SMALL = 4096
"""Arrays of so many elements are copied, not locked."""


class Tape:
    """The operations on a point in the order in which they ran.

    Entry `j` of `nodes` is `(value, parents, pullback)`: the j-th result, the numbers of the
    results that it was computed from, and how a slope by it becomes slopes by them. The first
    entries are the points. A tape made later has a higher level: its arrays may hold arrays that
    an earlier tape follows, and are thus differentiated twice.
    """

    __slots__ = (
        "checks",
        "copies_all",
        "has_complex",
        "is_taken_apart",
        "level",
        "locked",
        "nodes",
        "views",
    )

    def __init__(self, copies_all: bool = False, checks: bool = False) -> None:
        self.copies_all = copies_all
        # to find the operation that fails on the way back, it is tried at once
        self.checks = checks
        self.locked: list[Any] = []
        self.level = next(_LEVELS)
        self.nodes: list[tuple[Any, tuple[int, ...], Any]] = []
        self.has_complex = False
        self.is_taken_apart = False
        # which arrays show elements of others
        self.views: list[Any] = []

    def point(self, w: Any) -> Any:
        """Return a point as a traced array, the first entry."""
        from descend.objectives.functions.tracing.recording import record

        return record(self, w, (), None)

    def slopes(self, end: int, slope: Any, inputs: int, is_careful: bool = False) -> list[Any]:
        """Return the slopes by the first `inputs` entries, from that by the entry `end`.

        A careful pass takes zero times an infinite slope as zero: so `sqrt(x**2)` has the slope 0
        at 0, and the branch that `np.where` does not take has no say.
        """
        nodes = self.nodes
        times = product if is_careful or self.has_complex else operator.mul
        found: list[Any] = [None] * (end + 1)
        found[end] = slope
        # the entries whose slope is an array of this pass, which may be added to in place
        own: set[int] = set()
        for j in range(end, inputs - 1, -1):
            g = found[j]
            if g is None:
                continue
            found[j] = None
            _, parents, pullback = nodes[j]
            if not parents:
                continue
            if type(pullback) is Picked:
                parent = parents[0]
                found[parent] = self._with_picked(parent, found[parent], pullback.index, g, own)
                continue
            for parent, part in zip(parents, pullback(g, times), strict=False):
                value = nodes[parent][0]
                if type(value) is not np.float64 or type(part) is not np.float64:
                    part = self._fitted(part, value)
                known = found[parent]
                if known is None:
                    found[parent] = part
                else:
                    found[parent] = known + part
                    own.discard(parent)
        return [
            np.zeros(np.shape(node[0]), getattr(node[0], "dtype", float)) if g is None else g
            for g, node in zip(found[:inputs], nodes[:inputs], strict=True)
        ]

    def _fitted(self, part: Any, value: Any) -> Any:
        """Return a slope in the shape of what it belongs to, and real if that is."""
        if part.shape != value.shape:
            part = fitted(part, value.shape)
        if self.has_complex and np.iscomplexobj(part) and not np.iscomplexobj(value):
            part = np.real(part)
        return part

    def _with_picked(self, parent: int, known: Any, index: Any, g: Any, own: set[int]) -> Any:
        """Return a known slope by an array, plus `g` by its elements at `index`."""
        value = self.nodes[parent][0]
        if self.has_complex and np.iscomplexobj(g) and not np.iscomplexobj(value):
            g = np.real(g)
        is_plain = issubclass(type(g), (np.ndarray, np.generic)) and type(value) is np.ndarray
        if not is_plain or not (known is None or type(known) is np.ndarray):
            # for second derivatives: the slope is traced in turn
            from descend.objectives.functions.tracing.recording import placed

            own.discard(parent)
            part = placed(g, index, value.shape)
            return part if known is None else known + part
        if parent not in own:
            own.add(parent)
            known = np.zeros(value.shape, value.dtype) if known is None else known + 0.0
        add_at(known, index, g)
        return known

    def kept(self, array: Any) -> Any:
        """Return a plain array as it is now, whatever the function does to it afterwards.

        A small one is copied. A large one is locked until the function has returned: if the
        function changes it, it is traced anew, with copies of all.
        """
        if not array.flags.writeable:
            return array
        if self.copies_all or array.size <= SMALL:
            return array.copy()
        whole = array
        while isinstance(whole, np.ndarray) and whole.flags.writeable:
            whole.flags.writeable = False
            self.locked.append(whole)
            whole = whole.base
        return array

    def close(self) -> None:
        """End the recording: let the arrays that were locked be changed again."""
        self.views.clear()
        if self.locked:
            # what is shown by others first: a view is as locked as what it shows
            for array in sorted(self.locked, key=_depth):
                array.flags.writeable = True
            self.locked.clear()

    def depends(self, end: int) -> bool:
        """Say whether an entry was computed from the point, the first entry."""
        seen, left = {end}, [end]
        while left:
            j = left.pop()
            if j == 0:
                return True
            for parent in self.nodes[j][1]:
                if parent not in seen:
                    seen.add(parent)
                    left.append(parent)
        return False


def _depth(array: Any) -> int:
    """Return of how many arrays an array is a view in turn."""
    return 1 + _depth(array.base) if isinstance(array.base, np.ndarray) else 0


def product(g: Any, slope: Any) -> Any:
    """Return a slope times the slope of what comes before, where zero times infinity is zero.

    The slope of a complex operation is taken conjugate: slopes are those of the real value at the
    end by the real and the imaginary part, as one complex number.
    """
    if np.iscomplexobj(slope):
        slope = np.conj(slope)
    return np.where((g == 0) | (slope == 0), 0.0, g * slope)


def fitted(g: Any, shape: tuple[int, ...]) -> Any:
    """Return a slope by what was broadcast as the slope by the array of a shape before."""
    if len(shape) < g.ndim:
        g = np.sum(g, axis=tuple(range(g.ndim - len(shape))))
    repeated = tuple(j for j, n in enumerate(shape) if n == 1 and g.shape[j] != 1)
    if repeated:
        g = np.sum(g, axis=repeated, keepdims=True)
    return g if g.shape == shape else np.broadcast_to(g, shape)


def add_at(array: Any, index: Any, g: Any) -> None:
    """Add to the elements of an array at an index, as often as each is picked."""
    if is_basic(index):
        array[index] += g
    else:
        np.add.at(array, index, g)


def is_basic(index: Any) -> bool:
    """Say whether an index picks each element once at most, and as a view."""
    if type(index) in (int, slice):
        return True
    parts = index if isinstance(index, tuple) else (index,)
    return all(
        part is None
        or part is Ellipsis
        or (isinstance(part, int | np.integer | slice) and not isinstance(part, bool))
        for part in parts
    )
