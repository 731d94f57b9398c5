"""Functions written with NumPy, differentiated in reverse."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from descend.objectives.functions.domain import OUTSIDE, Domain
from descend.objectives.functions.pointwise import number
from descend.objectives.functions.tracing.constructors import followed_constructors
from descend.objectives.functions.tracing.recording import packed, plain
from descend.objectives.functions.tracing.rules import Tape, Traced
from descend.objectives.functions.untraceable import untraceable
from descend.protocols import Array

_ONE = np.float64(1.0)


class NumPyFunction:
    """A function written with NumPy; its gradient and Hessian products are exact.

    If it makes arrays of the point's numbers by `np.array` and its like, or assigns them to
    elements, it is traced with these followed, too.
    """

    def __init__(self, function: Callable[[Any], Any]) -> None:
        self.function = function
        self._domain = Domain(function)
        self._makes_arrays: bool | None = None  # not known yet
        self._changes_arrays = False
        self._checks = False

    def value_at(self, w: Array) -> float:
        return number(self._value(w), self.function)

    def gradient_at(self, w: Array) -> tuple[float, Array]:
        tape, found = self._traced(w)
        value = number(plain(found), self.function)
        # what the function remembers of earlier calls may be traced still
        return value, plain(self._gradient(tape, found, w))

    def product_at(self, w: Array, v: Array) -> Array:
        outer = Tape()
        point = outer.point(w)
        inner, found = self._traced(point)
        g = self._gradient(inner, found, point)
        if type(g) is not Traced:
            return np.asarray(0 * g)
        return np.asarray(plain(self._gradient(outer, g @ v, w)))

    def _gradient(self, tape: Tape, end: Any, w: Any) -> Any:
        """Return the gradient of the end of a tape, or say what has none."""
        try:
            return _gradient(tape, end, w)
        except Exception as error:
            # traced anew, the operation fails in its own line
            self._checks = True
            self._traced(w)
            raise untraceable("descend", self.function, error) from error

    def _traced(self, w: Any) -> tuple[Tape, Any]:
        """Return the tape and what the function returns, or say what cannot be followed."""
        try:
            found = self._followed(w)
        except Exception as error:
            # an error of the function itself is raised as it is, or means that it has no value
            value = self._value(plain(w).copy())
            number(value, self.function)
            if value is OUTSIDE:
                return Tape(), value
            raise untraceable("descend", self.function, error) from error
        self._domain.has_value = True
        return found

    def _value(self, w: Array) -> Any:
        """Return what the function returns at numbers that are not traced."""
        with self._domain:
            return plain(self.function(w))
        return OUTSIDE

    def _followed(self, w: Any) -> tuple[Tape, Any]:
        """Return the same, with or without NumPy's makers of arrays followed."""
        if self._makes_arrays:
            return self._run(w, True)
        try:
            tape, found = self._run(w, False)
        except Exception:
            whole = self._run(w, True)
            self._makes_arrays = True
            return whole
        if tape.is_taken_apart and self._makes_arrays is None:
            # it is followed number by number; as a whole is faster
            try:
                whole = self._run(w, True)
            except Exception:
                self._makes_arrays = False
            else:
                self._makes_arrays = True
                return whole
        return tape, found

    def _run(self, w: Any, makes_arrays: bool) -> tuple[Tape, Any]:
        """Return the tape and what the function returns."""
        tape = Tape(self._changes_arrays, self._checks)
        try:
            if not makes_arrays:
                return tape, packed(self.function(tape.point(w)))
            with followed_constructors(tape):
                return tape, packed(self.function(tape.point(w)))
        except Exception:
            if not tape.locked:
                raise
            self._changes_arrays = True
        finally:
            tape.close()
        return self._run(w, makes_arrays)


def _gradient(tape: Tape, end: Any, w: Any) -> Any:
    """Return the gradient of a number, the end of a function, by its point."""
    if type(end) is not Traced or end.tape is not tape:
        return np.full(w.shape, 0 * np.ravel(plain(end)), w.dtype)
    value = end.value
    one = _ONE if type(value) is np.float64 else np.ones(end.shape, plain(end).dtype)[()]
    with np.errstate(all="ignore"):
        (g,) = tape.slopes(end.node, one, 1)
        values = g if type(g) is np.ndarray else plain(g)
        if not math.isfinite(values.dot(values)):
            (g,) = tape.slopes(end.node, one, 1, is_careful=True)
    return g
