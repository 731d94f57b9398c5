"""Arithmetic: elementwise functions of traced arrays, recorded in as few steps as can be."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from descend.objectives.functions.tracing.slopes import one
from descend.objectives.functions.tracing.traced import Traced

if TYPE_CHECKING:
    from descend.objectives.functions.tracing.tape import Tape

NUMBERS = (float, int, np.float64)


def unary(evaluate: Callable[[Any], Any], slope: Callable[..., Any], x: Traced) -> Traced:
    """Return an elementwise function of one traced array, recorded."""
    tape, a = x.tape, x.value
    y = evaluate(a)

    def pullback(g: Any, times: Any) -> tuple[Any]:
        return (times(g, slope(y, a)),)

    nodes = tape.nodes
    nodes.append((y, (x.node,), pullback))
    return Traced(y, tape, len(nodes) - 1)


def binary(
    evaluate: Callable[[Any, Any], Any],
    by_x: Callable[..., Any],
    by_y: Callable[..., Any],
    x: Any,
    y: Any,
) -> Any:
    """Return an elementwise function of two arrays, one of them traced, recorded."""
    if type(x) is Traced:
        if type(y) is Traced:
            if x.tape is y.tape:
                return _of_both(evaluate, by_x, by_y, x, y)
            if x.tape.level < y.tape.level:
                return _of_right(evaluate, by_y, x, y)
        elif type(y) not in NUMBERS:
            y = constant(y, x.tape)
            if y is NotImplemented or type(y) is Traced:
                return y if y is NotImplemented else binary(evaluate, by_x, by_y, x, y)
        return _of_left(evaluate, by_x, x, y)
    if type(x) not in NUMBERS:
        x = constant(x, y.tape)
        if x is NotImplemented or type(x) is Traced:
            return x if x is NotImplemented else binary(evaluate, by_x, by_y, x, y)
    return _of_right(evaluate, by_y, x, y)


def _of_both(evaluate: Any, by_x: Any, by_y: Any, x: Traced, y: Traced) -> Traced:
    tape, a, b = x.tape, x.value, y.value
    value = evaluate(a, b)

    def pullback(g: Any, times: Any) -> tuple[Any, Any]:
        return (
            g if by_x is one else times(g, by_x(value, a, b)),
            g if by_y is one else times(g, by_y(value, a, b)),
        )

    nodes = tape.nodes
    nodes.append((value, (x.node, y.node), pullback))
    return Traced(value, tape, len(nodes) - 1)


def _of_left(evaluate: Any, by_x: Any, x: Traced, b: Any) -> Traced:
    tape, a = x.tape, x.value
    value = evaluate(a, b)

    def pullback(g: Any, times: Any) -> tuple[Any]:
        return (g if by_x is one else times(g, by_x(value, a, b)),)

    nodes = tape.nodes
    nodes.append((value, (x.node,), pullback))
    return Traced(value, tape, len(nodes) - 1)


def _of_right(evaluate: Any, by_y: Any, a: Any, y: Traced) -> Traced:
    tape, b = y.tape, y.value
    value = evaluate(a, b)

    def pullback(g: Any, times: Any) -> tuple[Any]:
        return (g if by_y is one else times(g, by_y(value, a, b)),)

    nodes = tape.nodes
    nodes.append((value, (y.node,), pullback))
    return Traced(value, tape, len(nodes) - 1)


def constant(thing: Any, tape: Tape) -> Any:
    """Return what is no traced array as one side of an operation; NotImplemented if it is none."""
    if isinstance(thing, list | tuple):
        thing = np.asarray(thing)
    if isinstance(thing, np.ndarray):
        kind = thing.dtype.kind
        if kind == "O":
            from descend.objectives.functions.tracing.recording import packed

            return packed(thing)
        if kind == "c":
            tape.has_complex = True
        return tape.kept(thing)
    if isinstance(thing, complex | np.complexfloating):
        tape.has_complex = True
    elif not isinstance(thing, int | float | np.generic):
        return NotImplemented
    return thing
