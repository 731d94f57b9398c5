"""Recording: how a function of arrays goes on the tape, with its slope or by an expression."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np

from descend.objectives.functions.tracing.tape import Tape, add_at
from descend.objectives.functions.tracing.traced import Traced

Slope: TypeAlias = Callable[..., Any]
"""`(g, y, *inputs, **options)` to the slope by one input, where `y` is the result."""


_FLOAT = np.dtype(float)


def record(tape: Tape, value: Any, parents: tuple[int, ...], pullback: Any) -> Traced:
    """Write a result on a tape and return it as a traced array."""
    if value.dtype.kind == "c":
        tape.has_complex = True
    nodes = tape.nodes
    nodes.append((value, parents, pullback))
    return Traced(value, tape, len(nodes) - 1)


def top(arrays: Any) -> Tape | None:
    """Return the tape of the highest level among arrays; None if none is traced."""
    tape = None
    for array in arrays:
        if type(array) is Traced and (tape is None or array.tape.level > tape.level):
            tape = array.tape
    return tape


def plain(value: Any) -> Any:
    """Return a traced array as the plain one; in lists, tuples and dictionaries, too."""
    while type(value) is Traced:
        value = value.value
    if type(value) is np.float64 or (type(value) is np.ndarray and value.dtype.kind != "O"):
        return value  # the usual cases, at once
    if isinstance(value, list | tuple):
        inner = [plain(each) for each in value]
        return type(value)(*inner) if hasattr(value, "_fields") else type(value)(inner)
    if isinstance(value, dict):
        return {name: plain(each) for name, each in value.items()}
    if isinstance(value, np.ndarray) and value.dtype == object and contains_traced(value):
        return np.array([plain(each) for each in value.ravel()]).reshape(value.shape)
    return value


def contains_traced(thing: Any) -> bool:
    """Say whether a traced array is in a list, a tuple or an array of objects."""
    if type(thing) is Traced:
        return True
    if isinstance(thing, np.ndarray):
        return thing.dtype == object and any(contains_traced(each) for each in thing.ravel())
    return isinstance(thing, list | tuple) and any(contains_traced(each) for each in thing)


def packed(thing: Any) -> Any:
    """Return nested lists, or an array of objects, that hold traced numbers as a traced array."""
    if type(thing) is Traced or not contains_traced(thing):
        return thing
    if isinstance(thing, np.ndarray):
        flat = thing.ravel().tolist()
        return np.reshape(assembled(*flat), thing.shape) if flat else thing
    parts = [packed(part) for part in thing]
    if all(np.ndim(part) == 0 for part in parts):
        return assembled(*parts)
    return np.stack(parts)


def primitive(evaluate: Callable[..., Any], *slopes: Slope | None) -> Callable[..., Any]:
    """Return a function of arrays as one that is recorded, from its slope by each input.

    The slopes are written with NumPy, so that they are followed in turn for second derivatives.
    """

    def recorded(*inputs: Any, **options: Any) -> Any:
        tape = top(inputs)
        if tape is None:
            return evaluate(*inputs, **options)
        values = [
            x.value
            if type(x) is Traced and x.tape is tape
            else tape.kept(x)
            if type(x) is np.ndarray
            else x
            for x in inputs
        ]
        inner = evaluate if top(values) is None else recorded
        y = inner(*values, **options)
        parents, used = [], []
        for x, slope in zip(inputs, slopes, strict=False):
            if type(x) is Traced and x.tape is tape:
                assert slope is not None
                parents.append(x.node)
                used.append(slope)
        for value in values:
            if getattr(value, "dtype", _FLOAT).kind == "c":
                tape.has_complex = True

        def pullback(g: Any, times: Any) -> list[Any]:
            return [slope(g, y, *values, **options) for slope in used]

        return record(tape, y, tuple(parents), pullback)

    return recorded


def expressed(function: Callable[..., Any], expression: Callable[..., Any]) -> Callable[..., Any]:
    """Return a NumPy function as one whose value is its own, its slope that of an expression.

    The expression is the same function of the same arguments, written with functions that are
    followed. It is evaluated on the way back only.
    """

    def recorded(*args: Any, **kwargs: Any) -> Any:
        arguments = Arguments(args, kwargs)
        inputs = arguments.inputs
        tape = top(inputs)
        if tape is None:
            return function(*args, **kwargs)
        values = [x.value if x.tape is tape else x for x in inputs]
        arguments.keep(tape)
        nodes = tuple(x.node for x in inputs if x.tape is tape)
        arguments.inputs = []
        following = [k for k, x in enumerate(inputs) if x.tape is tape]
        inner_args, inner_kwargs = arguments.filled(values)
        y = (function if top(values) is None else recorded)(*inner_args, **inner_kwargs)

        def pullback(g: Any, times: Any) -> list[Any]:
            inside = Tape()
            leaves = list(values)
            for k in following:
                leaves[k] = record(inside, values[k], (), None)
            args, kwargs = arguments.filled(leaves)
            end = expression(*args, **kwargs)
            inside.close()
            if type(end) is not Traced or end.tape is not inside:
                return [g * 0.0 + np.zeros(np.shape(values[k])) for k in following]
            return inside.slopes(end.node, g, len(following), is_careful=times is not operator.mul)

        if tape.checks:
            pullback(np.ones(np.shape(y)), operator.mul)
        return record(tape, np.asarray(y)[()] if top((y,)) is None else y, nodes, pullback)

    return recorded


class Arguments:
    """The arguments of a call, with the traced arrays among them taken out.

    `inputs` are these; `filled` puts others in their places.
    """

    __slots__ = ("_named", "_pattern", "inputs")

    def __init__(self, args: Any, kwargs: Any) -> None:
        self.inputs: list[Any] = []
        self._pattern = [_with_places(arg, self.inputs) for arg in args]
        self._named = {name: _with_places(value, self.inputs) for name, value in kwargs.items()}

    def filled(self, values: list[Any]) -> tuple[list[Any], dict[str, Any]]:
        """Return the arguments with values in the places of the traced arrays."""
        return (
            [_filled(each, values) for each in self._pattern],
            {name: _filled(each, values) for name, each in self._named.items()},
        )

    def keep(self, tape: Tape) -> None:
        """Keep the plain arrays as they are now."""
        self._pattern = [_kept(each, tape) for each in self._pattern]
        self._named = {name: _kept(each, tape) for name, each in self._named.items()}


def _with_places(thing: Any, inputs: list[Any]) -> Any:
    thing = packed(thing) if isinstance(thing, np.ndarray) else thing
    if type(thing) is Traced:
        inputs.append(thing)
        return _Place(len(inputs) - 1)
    if isinstance(thing, list | tuple) and contains_traced(thing):
        return [_with_places(each, inputs) for each in thing]
    return thing


def _filled(thing: Any, values: list[Any]) -> Any:
    if type(thing) is _Place:
        return values[thing.number]
    return [_filled(each, values) for each in thing] if isinstance(thing, list) else thing


def _kept(thing: Any, tape: Tape) -> Any:
    if isinstance(thing, list):
        return [_kept(each, tape) for each in thing]
    return tape.kept(thing) if isinstance(thing, np.ndarray) else thing


class _Place:
    """Where a traced array stood among arguments."""

    __slots__ = ("number",)

    def __init__(self, number: int) -> None:
        self.number = number


def _assembled(*numbers: Any) -> Any:
    return np.array(numbers)


def assembled(*numbers: Any) -> Any:
    """Return numbers as an array of one axis, recorded."""
    slopes = [lambda g, y, *inputs, k=k: g[k] for k in range(len(numbers))]
    return primitive(_assembled, *slopes)(*numbers)


def _placed(g: Any, index: Any, shape: tuple[int, ...]) -> Any:
    array = np.zeros(shape, np.asarray(g).dtype)
    add_at(array, index, g)
    return array


def placed(g: Any, index: Any, shape: tuple[int, ...]) -> Any:
    """Return zeros of a shape with `g` added at an index, recorded."""
    return primitive(lambda g: _placed(g, index, shape), lambda g, y, x: g[index])(g)
