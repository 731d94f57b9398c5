"""Functions written with NumPy, differentiated in reverse."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from descend.objectives.functions.pointwise import number
from descend.objectives.functions.tracing.recording import packed, plain
from descend.objectives.functions.tracing.rules import Tape, Traced
from descend.objectives.functions.untraceable import untraceable
from descend.protocols import Array


class NumPyFunction:
    """A function written with NumPy; its gradient and Hessian products are exact."""

    def __init__(self, function: Callable[[Any], Any]) -> None:
        self.function = function

    def value_at(self, w: Array) -> float:
        return number(self.function(w), self.function)

    def gradient_at(self, w: Array) -> tuple[float, Array]:
        tape = Tape()
        found = self._traced(tape, w)
        return number(plain(found), self.function), _gradient(tape, found, w)

    def product_at(self, w: Array, v: Array) -> Array:
        outer, inner = Tape(), Tape()
        point = outer.point(w)
        g = _gradient(inner, self._traced(inner, point), point)
        if g.__class__ is not Traced:
            return np.zeros_like(w)
        return np.asarray(_gradient(outer, g @ v, w))

    def _traced(self, tape: Tape, w: Any) -> Any:
        """Return what the function returns for a traced point, or say what cannot be followed."""
        try:
            return packed(self.function(tape.point(w)))
        except Exception as error:
            # an error of the function itself is raised as it is
            number(self.function(plain(w).copy()), self.function)
            raise untraceable("descend", self.function, error) from error


def _gradient(tape: Tape, end: Any, w: Any) -> Any:
    """Return the gradient of a number, the end of a function, by its point."""
    if end.__class__ is not Traced or end.tape is not tape:
        return np.zeros(w.shape, w.dtype)
    one = np.ones(end.shape, plain(end).dtype)[()]
    with np.errstate(all="ignore"):
        (g,) = tape.slopes(end.node, one, 1)
        values = plain(g)
        if not math.isfinite(values.dot(values)):
            (g,) = tape.slopes(end.node, one, 1, is_careful=True)
    return g
