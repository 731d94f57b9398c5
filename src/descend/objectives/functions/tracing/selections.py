"""Functions that only move elements: shapes, joins, picks, recorded.

Which element of an input each element of the result is, the function says itself: it is called a
second time, with the elements' numbers in their places.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import cache, partial
from typing import Any

import numpy as np

from descend.objectives.functions.tracing.dispatch import NotFollowedError
from descend.objectives.functions.tracing.recording import (
    Arguments,
    contains_traced,
    packed,
    placed,
    plain,
    primitive,
    record,
    top,
)
from descend.objectives.functions.tracing.views import note_view

# the parameters of each function that hold what it moves
MOVED: dict[Any, tuple[str, ...]] = {
    **dict.fromkeys(
        (
            np.ravel,
            np.squeeze,
            np.expand_dims,
            np.moveaxis,
            np.swapaxes,
            np.rollaxis,
            np.repeat,
            np.resize,
            np.roll,
            np.take,
            np.transpose,
            np.diagonal,
            np.reshape,
        ),
        ("a",),
    ),
    **dict.fromkeys((np.flip, np.rot90, np.fliplr, np.flipud, np.tril, np.triu), ("m",)),
    **dict.fromkeys((np.diag, np.diagflat), ("v",)),
    **dict.fromkeys((np.split, np.array_split, np.hsplit, np.vsplit, np.dsplit), ("ary",)),
    **dict.fromkeys((np.matrix_transpose, np.unstack, np.fft.fftshift, np.fft.ifftshift), ("x",)),
    **dict.fromkeys((np.concatenate, np.stack, np.block), ("arrays",)),
    **dict.fromkeys((np.hstack, np.vstack, np.dstack, np.column_stack), ("tup",)),
    **dict.fromkeys((np.atleast_1d, np.atleast_2d, np.atleast_3d), ("arys",)),
    np.linalg.matrix_transpose: ("x",),
    np.linalg.diagonal: ("x",),
    np.broadcast_to: ("array",),
    np.broadcast_arrays: ("args",),
    np.meshgrid: ("xi",),
    np.ix_: ("args",),
    np.tile: ("A",),
    np.pad: ("array", "constant_values"),
    np.append: ("arr", "values"),
    np.insert: ("arr", "values"),
    np.delete: ("arr",),
    np.compress: ("a",),
    np.extract: ("arr",),
    np.take_along_axis: ("arr",),
    np.choose: ("choices",),
    np.select: ("choicelist", "default"),
    np.where: ("x", "y"),
}

PLAIN_PADDING = ("constant", "edge", "reflect", "symmetric", "wrap", "empty")


def _pad(
    array: Any,
    pad_width: Any,
    mode: str = "constant",
    *,
    constant_values: Any = 0,
    reflect_type: str = "even",
    stat_length: Any = None,
    end_values: Any = 0,
) -> None: ...


@cache
def _signature(function: Callable[..., Any]) -> inspect.Signature:
    if function is np.where:  # which has none of its own
        return inspect.signature(lambda condition, x=None, y=None: None)
    if function is np.pad:  # whose own says nothing of what its modes take
        return inspect.signature(_pad)
    if function is np.concatenate:
        return inspect.signature(lambda arrays, axis=0, out=None, *, dtype=None, casting=None: None)
    return inspect.signature(function)


def moving(
    function: Callable[..., Any],
    names: tuple[str, ...],
    signature: inspect.Signature | None = None,
) -> Callable[..., Any]:
    """Return a function that moves elements, recorded."""
    own = signature

    def recorded(*args: Any, **kwargs: Any) -> Any:
        bound = (own or _signature(function)).bind(*args, **kwargs)
        arguments = bound.arguments
        if arguments.get("out") is not None:
            raise NotFollowedError("out= cannot be followed: leave it out")
        _refuse_averages(function, arguments)
        if function is np.where and "x" not in arguments:
            return np.where(plain(args[0]))
        for name, value in arguments.items():
            if name not in names:
                arguments[name] = plain(value)
        moved = tuple(arguments[name] for name in names if name in arguments)
        places = Arguments(moved, {})
        inputs = places.inputs
        tape = top(inputs)
        if tape is None:
            return function(*bound.args, **bound.kwargs)
        values = [x.value if x.tape is tape else x for x in inputs]

        def called(parts: list[Any], how: Callable[..., Any] = function) -> Any:
            rebound = (own or _signature(function)).bind(*args, **kwargs)
            rebound.arguments.update(
                {n: plain(v) for n, v in rebound.arguments.items() if n not in names}
            )
            rebound.arguments.update(
                zip([name for name in names if name in arguments], parts, strict=True)
            )
            return how(*rebound.args, **rebound.kwargs)

        found = called(places.filled(values)[0], function if top(values) is None else recorded)
        numbers, sizes = [], [1]
        for x in inputs:
            ids = np.arange(sizes[-1], sizes[-1] + x.size).reshape(x.shape)
            numbers.append(ids if x.tape is tape else np.zeros(x.shape, int))
            sizes.append(sizes[-1] + x.size)
        with np.errstate(all="ignore"):
            sources = called(_without_constants(places.filled(numbers)[0], set(map(id, numbers))))
        ours = [k for k, x in enumerate(inputs) if x.tape is tape]
        shapes = [x.shape for x in inputs]

        def again(k: int, part: int | None, base: Any) -> Any:
            """Return the same with another array in the place of input `k`."""
            others = [base if j == k else x for j, x in enumerate(inputs)]
            found = called(places.filled(others)[0], recorded)
            return found if part is None else found[part]

        def result(y: Any, source: Any, part: int | None = None) -> Any:
            source = np.asarray(source)

            def pullback(g: Any, times: Any) -> list[Any]:
                sums = placed(np.ravel(g), np.ravel(source), (sizes[-1],))
                return [np.reshape(sums[sizes[k] : sizes[k + 1]], shapes[k]) for k in ours]

            recorded_result = record(tape, y, tuple(inputs[k].node for k in ours), pullback)
            for k in ours:
                made = partial(again, k, part)
                note_view(inputs[k], recorded_result, made)
            return recorded_result

        if isinstance(found, list | tuple):
            pairs = zip(found, sources, strict=True)
            return type(found)([result(y, s, j) for j, (y, s) in enumerate(pairs)])
        return result(found, sources)

    return recorded


def _refuse_averages(function: Callable[..., Any], arguments: dict[str, Any]) -> None:
    if function is not np.pad:
        return
    mode = arguments.get("mode", "constant")
    if mode not in PLAIN_PADDING or arguments.get("reflect_type") == "odd":
        raise NotFollowedError(f"np.pad with mode={mode!r} has no derivative here")


def _without_constants(thing: Any, numbers: set[int]) -> Any:
    """Return arguments with zeros for the numbers that are no places of elements."""
    if isinstance(thing, list | tuple):
        return [_without_constants(each, numbers) for each in thing]
    return thing if id(thing) in numbers else np.zeros(np.shape(thing), int)


# --- those called most, by themselves


def _reshape(
    a: Any, /, shape: Any = None, order: Any = "C", *, newshape: Any = None, copy: Any = None
) -> Any:
    if order != "C":
        return MOVING[np.reshape](a, shape, order=order)
    found = primitive(lambda a: np.reshape(a, shape), lambda g, y, a: np.reshape(g, a.shape))(a)
    return note_view(a, found, lambda base: _reshape(base, shape))


def _ravel(a: Any, order: Any = "C") -> Any:
    if isinstance(a, list | tuple):
        a = packed(a)
    return _reshape(a, (-1,)) if order == "C" else MOVING[np.ravel](a, order=order)


def _transpose(a: Any, axes: Any = None) -> Any:
    if isinstance(a, list | tuple):
        a = packed(a)
    back = None if axes is None else np.argsort([j % len(axes) for j in axes])
    found = primitive(lambda a: np.transpose(a, axes), lambda g, y, a: np.transpose(g, back))(a)
    return note_view(a, found, lambda base: _transpose(base, axes))


def _concatenate(arrays: Any, axis: Any = 0, out: Any = None, **options: Any) -> Any:
    if axis is None or out is not None or options or not isinstance(arrays, list | tuple):
        return MOVING[np.concatenate](arrays, axis, out, **options)
    arrays = [packed(x) if contains_traced(x) else x for x in arrays]
    ends = np.cumsum([np.shape(x)[axis] for x in arrays]).tolist()
    ndim = np.ndim(arrays[0])

    def part(k: int) -> Any:
        picks = [slice(None)] * ndim
        picks[axis] = slice(ends[k - 1] if k else 0, ends[k])
        return lambda g, y, *inputs: g[tuple(picks)]

    return primitive(
        lambda *xs: np.concatenate(xs, axis=axis), *(part(k) for k in range(len(arrays)))
    )(*arrays)


def _where(condition: Any, x: Any = None, y: Any = None, /) -> Any:
    condition = plain(condition)
    if x is None or y is None:
        return np.where(condition)
    x, y = (packed(v) if contains_traced(v) else v for v in (x, y))
    chosen = np.asarray(condition) != 0
    return primitive(
        lambda x, y: np.where(chosen, x, y),
        lambda g, value, x, y: np.where(chosen, g, 0.0),
        lambda g, value, x, y: np.where(chosen, 0.0, g),
    )(x, y)


def _broadcast_to(array: Any, shape: Any, subok: bool = False) -> Any:
    found = primitive(lambda a: np.broadcast_to(a, shape), lambda g, y, a: g)(array)
    return note_view(array, found, lambda base: _broadcast_to(base, shape))


def _copy(a: Any, order: Any = "K", subok: bool = False) -> Any:
    return primitive(lambda a: np.copy(a), lambda g, y, a: g)(a)


def _stack(arrays: Any, axis: Any = 0, out: Any = None, **options: Any) -> Any:
    if out is not None or options:
        return MOVING[np.stack](arrays, axis, out, **options)
    arrays = [packed(x) if contains_traced(x) else np.asarray(x) for x in arrays]
    return np.concatenate([np.expand_dims(x, axis) for x in arrays], axis=axis)


def _astype(x: Any, dtype: Any, /, *, copy: bool = True, device: Any = None) -> Any:
    kind = np.dtype(dtype).kind
    if kind in "biu":
        return plain(x).astype(dtype)
    if kind == "O":
        return x
    return primitive(lambda x: np.asarray(x).astype(dtype)[()], lambda g, y, x: g.astype(x.dtype))(
        x
    )


MOVING: dict[Any, Callable[..., Any]] = {f: moving(f, names) for f, names in MOVED.items()}


def _trim_zeros(filt: Any, trim: str = "fb", axis: Any = None) -> Any:
    if np.ndim(filt) != 1:
        raise NotFollowedError("np.trim_zeros has a derivative here for one axis alone")
    kept = np.flatnonzero(plain(filt))
    if not kept.size:
        return filt[:0]
    first = kept[0] if "f" in trim.lower() else 0
    last = kept[-1] + 1 if "b" in trim.lower() else len(filt)
    return filt[int(first) : int(last)]


def _trace(
    a: Any, offset: int = 0, axis1: int = 0, axis2: int = 1, dtype: Any = None, out: Any = None
) -> Any:
    return np.sum(np.diagonal(a, offset, axis1, axis2), axis=-1)


def selection_rules() -> dict[Any, Callable[..., Any]]:
    """Return NumPy's functions that move elements, recorded."""
    return {
        **MOVING,
        np.reshape: _reshape,
        np.ravel: _ravel,
        np.transpose: _transpose,
        np.concatenate: _concatenate,
        np.stack: _stack,
        np.where: _where,
        np.broadcast_to: _broadcast_to,
        np.copy: _copy,
        np.astype: _astype,
        np.trim_zeros: _trim_zeros,
        np.trace: _trace,
        np.linalg.trace: lambda x, /, *, offset=0, dtype=None: _trace(x, offset, -2, -1),
    }
