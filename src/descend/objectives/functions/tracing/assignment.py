"""Assignment to elements: from then on the array is another one, and so are its views."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from descend.objectives.functions.tracing.dispatch import NotFollowedError
from descend.objectives.functions.tracing.recording import (
    contains_traced,
    packed,
    placed,
    plain,
    primitive,
)
from descend.objectives.functions.tracing.selections import moving
from descend.objectives.functions.tracing.traced import Traced
from descend.objectives.functions.tracing.views import View


def _put(array: Any, new: Any, index: Any) -> Any:
    copy = np.array(array)
    copy[index] = new
    return copy


def assigned(array: Any, index: Any, new: Any) -> Any:
    """Return an array with new elements at an index, recorded."""
    shape = np.shape(array)
    taken = np.zeros(shape, bool)
    taken[index] = True
    # of elements that are assigned to twice, the last assignment stays
    count = int(np.prod(np.zeros(shape, bool)[index].shape))
    order = np.full(shape, -1)
    order[index] = np.reshape(np.arange(count), np.shape(taken[index]))
    stays = np.reshape(
        order[index] == np.reshape(np.arange(count), np.shape(taken[index])), np.shape(taken[index])
    )
    return primitive(
        lambda a, b: _put(a, b, index),
        lambda g, y, a, b: np.where(taken, 0.0, g),
        lambda g, y, a, b: np.where(stays, g[index], 0.0) if not stays.all() else g[index],
    )(array, new)


def _become(self: Traced, other: Traced, source: Any) -> None:
    """Let a traced array be another one from here on, and so what it shows and what shows it.

    `source` is the array that the change came from, which knows it already.
    """
    tape = self.tape
    views = [each for each in tape.views if each.view() is not None]
    tape.views[:] = views
    self.value, self.tape, self.node = other.value, other.tape, other.node
    if other.tape is not tape:
        other.tape.views.extend(views)
    for each in views:
        view = each.view()
        if view is self and each.of is not source:
            _become(each.of, _written_through(each, self), self)
        elif each.of is self and view is not source:
            _become(view, each.made(self), self)


def _written_through(view: View, elements: Traced) -> Any:
    """Return the array that a view shows, with the view's elements in it."""
    base = view.of
    if view.index is not None:
        return assigned(base, view.index, elements)
    # which element of the array each element of the view is
    places = plain(view.made(np.reshape(np.arange(base.size), base.shape)))
    flat = assigned(np.ravel(base), np.ravel(places), np.ravel(elements))
    return np.reshape(flat, base.shape)


def assign(self: Traced, index: Any, new: Any) -> None:
    """Assign to elements of a traced array."""
    if isinstance(new, list | tuple | np.ndarray) and contains_traced(new):
        new = packed(new)
    if index is Ellipsis and type(new) is Traced and new.shape == self.shape:
        _become(self, new, None)
        return
    _become(self, assigned(self, plain(index), new), None)


def add_at(array: Any, index: Any, new: Any) -> None:
    """Add to elements of a traced array, as often as each is picked: `np.add.at`."""
    if type(array) is not Traced:
        raise NotFollowedError("the array is a plain one: make it by np.zeros in the function")
    index = plain(index)
    shape = np.shape(np.zeros(array.shape, bool)[index])
    _become(array, array + placed(np.broadcast_to(new, shape), index, array.shape), None)


def _changing(function: Callable[..., Any], names: tuple[str, ...]) -> Callable[..., Any]:
    """Return a function that changes its first argument, recorded."""
    signature = inspect.signature(function)

    def changed(*args: Any, **kwargs: Any) -> Any:
        bound = signature.bind(*args, **kwargs)
        copy = np.array(bound.arguments[names[0]])
        bound.arguments[names[0]] = copy
        function(*bound.args, **bound.kwargs)
        return copy

    moved = moving(changed, names, signature)

    def recorded(*args: Any, **kwargs: Any) -> None:
        array = signature.bind(*args, **kwargs).arguments[names[0]]
        if type(array) is not Traced:
            raise NotFollowedError("the array is a plain one: make it by np.zeros in the function")
        _become(array, moved(*args, **kwargs), None)

    return recorded


def changing_rules() -> dict[Any, Callable[..., Any]]:
    """Return NumPy's functions that change an array, recorded."""
    return {
        np.fill_diagonal: _changing(np.fill_diagonal, ("a", "val")),
        np.put: _changing(np.put, ("a", "v")),
        np.place: _changing(np.place, ("arr", "vals")),
        np.putmask: _changing(_putmask, ("a", "values")),
        np.put_along_axis: _changing(np.put_along_axis, ("arr", "values")),
        np.copyto: _changing(_copyto, ("dst", "src")),
    }


def _putmask(a: Any, mask: Any, values: Any) -> None:
    np.putmask(a, mask, values)


def _copyto(dst: Any, src: Any, casting: Any = "same_kind", where: Any = True) -> None:
    np.copyto(dst, src, casting="unsafe", where=where)
