"""Traced: an array of NumPy's that remembers how it was computed."""

from __future__ import annotations

import operator
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from descend.objectives.functions.tracing.dispatch import FUNCTIONS, UFUNCS, WAYS, NotFollowedError
from descend.objectives.functions.tracing.slopes import SLOPES
from descend.objectives.functions.tracing.tape import Picked, is_basic

if TYPE_CHECKING:
    from descend.objectives.functions.tracing.tape import Tape

_COPY = np.copy  # which is exchanged at times


def _operator(ufunc: np.ufunc, evaluate: Callable[[Any, Any], Any]) -> tuple[Any, Any]:
    """Return the two methods of an operator: of the left operand, and of the right one."""
    by_x, by_y = SLOPES[ufunc]

    def left(self: Traced, other: Any) -> Any:
        return arithmetic.binary(evaluate, by_x, by_y, self, other)

    def right(self: Traced, other: Any) -> Any:
        return arithmetic.binary(evaluate, by_x, by_y, other, self)

    return left, right


def _in_place(evaluate: Callable[[Any, Any], Any]) -> Any:
    """Return the method of an operator such as `+=`."""

    def method(self: Traced, other: Any) -> Any:
        if self.value.ndim == 0:
            return evaluate(self, other)
        self.assign(..., evaluate(self, other))
        return self

    return method


def _kept(index: Any) -> Any:
    """Return an index as it is now, whatever the function does to its arrays later."""
    if isinstance(index, np.ndarray):
        return index.copy()
    if isinstance(index, list):
        return list(index)
    return tuple(map(_kept, index)) if isinstance(index, tuple) else index


def _comparison(evaluate: Callable[[Any, Any], Any]) -> Any:
    """Return the method of a comparison, whose result has no slope."""

    def method(self: Traced, other: Any) -> Any:
        while type(other) is Traced:
            other = other.value
        return evaluate(self.value, other)

    return method


def _method(name: str) -> Any:
    """Return the method that is the function of NumPy of the same name."""
    function = getattr(np, name)

    def method(self: Traced, *args: Any, **kwargs: Any) -> Any:
        return FUNCTIONS[function](self, *args, **kwargs)

    method.__name__ = name
    return method


class Traced:
    """An array, or a number, that remembers on a tape how it was computed.

    NumPy hands it every function of its own (`__array_ufunc__`, `__array_function__`). What is
    written is the same as for arrays: operators, methods, indices, assignment to elements.
    """

    __slots__ = ("__weakref__", "node", "tape", "value")

    # two are never the same key, whatever their values: one may depend on the point
    __hash__ = object.__hash__

    @property  # type: ignore[misc]
    def __class__(self) -> Any:
        """Return the class of its value, so that a function sees the array it expects."""
        return self.value.__class__

    def __init__(self, value: Any, tape: Tape, node: int) -> None:
        self.value = value
        self.tape = tape
        self.node = node

    # what an array says of itself

    @property
    def shape(self) -> tuple[int, ...]:
        shape: tuple[int, ...] = self.value.shape
        return shape

    @property
    def ndim(self) -> int:
        return len(self.value.shape)

    @property
    def size(self) -> int:
        return int(self.value.size)

    @property
    def dtype(self) -> Any:
        return self.value.dtype

    @property
    def flags(self) -> Any:
        return self.value.flags

    @property
    def itemsize(self) -> int:
        return int(self.value.itemsize)

    @property
    def nbytes(self) -> int:
        return int(self.value.nbytes)

    def __len__(self) -> int:
        return len(self.value)

    def __repr__(self) -> str:
        return repr(self.value)

    def __str__(self) -> str:
        return str(self.value)

    def __format__(self, how: str) -> str:
        return format(self.value, how)

    def __bool__(self) -> bool:
        return bool(self.value)

    def __contains__(self, item: Any) -> bool:
        return bool(np.any(self == item))

    # elements

    def __getitem__(self, index: Any) -> Any:
        value = self.value[index]
        nodes = self.tape.nodes
        if type(index) is not int:
            index = _kept(index)
        nodes.append((value, (self.node,), Picked(index)))
        picked = Traced(value, self.tape, len(nodes) - 1)
        if value.ndim and is_basic(index):
            WAYS[0].note_view(self, picked, lambda base: base[index], index)
        return picked

    def __iter__(self) -> Iterator[Any]:
        # a number refuses at once, as NumPy's do
        return iter([self[j] for j in range(len(self.value))])

    def __setitem__(self, index: Any, new: Any) -> None:
        self.assign(index, new)

    def assign(self, index: Any, new: Any) -> None:
        """Assign to elements: from here on this is another array."""
        WAYS[0].assign(self, index, new)

    # operators

    __add__, __radd__ = _operator(np.add, operator.add)
    __sub__, __rsub__ = _operator(np.subtract, operator.sub)
    __mul__, __rmul__ = _operator(np.multiply, operator.mul)
    __truediv__, __rtruediv__ = _operator(np.divide, operator.truediv)
    __pow__, __rpow__ = _operator(np.power, operator.pow)
    __mod__, __rmod__ = _operator(np.remainder, operator.mod)
    __iadd__ = _in_place(operator.add)
    __isub__ = _in_place(operator.sub)
    __imul__ = _in_place(operator.mul)
    __itruediv__ = _in_place(operator.truediv)
    __ipow__ = _in_place(operator.pow)
    __imod__ = _in_place(operator.mod)
    __lt__ = _comparison(operator.lt)
    __le__ = _comparison(operator.le)
    __gt__ = _comparison(operator.gt)
    __ge__ = _comparison(operator.ge)
    __eq__ = _comparison(operator.eq)
    __ne__ = _comparison(operator.ne)
    __floordiv__ = _comparison(operator.floordiv)

    def __rfloordiv__(self, other: Any) -> Any:
        return other // self.value

    def __neg__(self) -> Any:
        return arithmetic.unary(operator.neg, SLOPES[np.negative][0], self)

    def __pos__(self) -> Any:
        return arithmetic.unary(operator.pos, SLOPES[np.positive][0], self)

    def __abs__(self) -> Any:
        return arithmetic.unary(operator.abs, SLOPES[np.absolute][0], self)

    def __matmul__(self, other: Any) -> Any:
        return UFUNCS[np.matmul](self, other)

    def __rmatmul__(self, other: Any) -> Any:
        return UFUNCS[np.matmul](other, self)

    def __divmod__(self, other: Any) -> Any:
        return self // other, self % other

    def __rdivmod__(self, other: Any) -> Any:
        return other // self, other % self

    # what an array can do

    sum, mean, prod, std, var = map(_method, ("sum", "mean", "prod", "std", "var"))
    max, min, argmax, argmin = map(_method, ("max", "min", "argmax", "argmin"))
    all, any, nonzero, argsort = map(_method, ("all", "any", "nonzero", "argsort"))
    cumsum, cumprod, dot, trace = map(_method, ("cumsum", "cumprod", "dot", "trace"))
    ravel, squeeze, swapaxes, diagonal = map(_method, ("ravel", "squeeze", "swapaxes", "diagonal"))
    take, repeat, choose, searchsorted = map(_method, ("take", "repeat", "choose", "searchsorted"))
    clip, round, argpartition = map(_method, ("clip", "round", "argpartition"))
    conj, conjugate = map(_method, ("conj", "conjugate"))

    def reshape(self, *shape: Any, order: Any = "C", copy: Any = None) -> Any:
        return np.reshape(self, shape[0] if len(shape) == 1 else shape, order=order)

    def transpose(self, *axes: Any) -> Any:
        found = axes[0] if len(axes) == 1 else axes or None
        return np.transpose(self, found)

    def compress(self, condition: Any, axis: Any = None) -> Any:
        return np.compress(condition, self, axis=axis)

    @property
    def T(self) -> Any:  # noqa: N802 - NumPy's name
        return np.transpose(self)

    @property
    def mT(self) -> Any:  # noqa: N802 - NumPy's name
        return np.matrix_transpose(self)

    @property
    def real(self) -> Any:
        return np.real(self)

    @property
    def imag(self) -> Any:
        return np.imag(self)

    @property
    def flat(self) -> Any:
        return np.ravel(self)

    def flatten(self, order: Any = "C") -> Any:
        return np.ravel(self, order=order).copy()

    def copy(self, order: Any = "C") -> Any:
        return FUNCTIONS[_COPY](self)

    def __copy__(self) -> Any:
        return self.copy()

    def __deepcopy__(self, memory: Any) -> Any:
        return self.copy()

    def astype(self, dtype: Any, *args: Any, **kwargs: Any) -> Any:
        return FUNCTIONS[np.astype](self, dtype)

    def item(self, *index: Any) -> Any:
        return self.ravel()[index[0] if index else 0] if len(index) < 2 else self[index]

    def tolist(self) -> Any:
        return self if self.ndim == 0 else [each.tolist() for each in self]

    # what NumPy asks of it

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        recorded = UFUNCS.get(ufunc)
        if recorded is None or method != "__call__" or options:
            return WAYS[0].call(ufunc, method, inputs, options)
        return recorded(*inputs)

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        recorded = FUNCTIONS.get(function)
        if recorded is None:
            name = f"{function.__module__}.{function.__name__}".replace("numpy", "np", 1)
            raise NotFollowedError(f"{name} has no derivative here")
        return recorded(*args, **kwargs)

    def __array_namespace__(self, api_version: Any = None) -> Any:
        """Return NumPy, whose functions it takes part in; SciPy asks, and wants its own name."""
        return sys.modules.get("scipy._lib.array_api_compat.numpy", np)

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        """Return an array of objects, its elements, which are followed one by one."""
        if not self.tape.depends(self.node):
            return np.array(self.value, dtype=dtype)
        self.tape.is_taken_apart = True
        array = np.empty(self.shape, object)
        for index in np.ndindex(self.shape):
            array[index] = self[index] if index else self
        return array

    def _as_plain(self) -> Any:
        """Return the plain number, if it has nothing to do with the point."""
        if self.tape.depends(self.node):
            self.tape.is_taken_apart = True
            raise NotFollowedError("it takes the plain number out of what is followed")
        return self.value

    def __float__(self) -> float:
        return float(self._as_plain())

    def __int__(self) -> int:
        return int(self._as_plain())

    def __index__(self) -> int:
        return operator.index(self._as_plain())

    def __complex__(self) -> complex:
        return complex(self._as_plain())

    def sort(self, axis: int = -1, kind: Any = None, order: Any = None) -> None:
        self.assign(..., np.sort(self, axis=axis))

    def partition(self, kth: Any, axis: int = -1) -> None:
        self.assign(..., np.partition(self, kth, axis=axis))

    def fill(self, value: Any) -> None:
        self.assign(..., value)


# the two need each other: this one looks there when it is used
from descend.objectives.functions.tracing import arithmetic  # noqa: E402
