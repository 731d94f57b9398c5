"""Rows that will be visited soon, asked for in time.

Shuffled rows lie far apart, and a step waits for its rows longer than it computes. So the walks of
one example a step ask for the lines of memory of a row some steps ahead, and those by batches for
all rows of a tile before they read the first. Nobody waits for an answer, and a row is there when
its turn comes, or on its way.
"""

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from descend.kernels.rows import compile_by_storage

AHEAD = 8
"""Steps between asking for a row and visiting it."""

LINE = 64
"""Bytes that the memory hands over at once."""

FIRST, SECOND = 3, 2
"""The caches that lines can be asked into. The first is the nearest, but waits for few lines at
once: asked for all lines of long rows, it would keep the step itself waiting."""

NEAR = 8 * LINE
"""Bytes of the longest row that is asked into the first cache."""


def look_ahead(X: Any, y: Any, order: Any, k: Any) -> None:
    """Ask for the row of `X` and the target that come `AHEAD` places after the k-th.

    Compiled loops do so; in Python there is nothing to ask.
    """


def ask_for_rows(X: Any, y: Any, rows: Any) -> None:
    """Ask for some rows of `X` and their targets, of `y` `(n, outputs)`, all at once.

    Compiled loops do so; in Python there is nothing to ask.
    """


def _ask_for_dense_row(X: Any, y: Any, order: Any, k: Any) -> None:
    i = order[min(k + AHEAD, order.shape[0] - 1)]
    _ask_for(y, (i,), 1, FIRST)
    if X.shape[1] * X.itemsize <= NEAR:
        _ask_for(X, (i, 0), X.shape[1], FIRST)
    else:
        _ask_for(X, (i, 0), X.shape[1], SECOND)


def _ask_for_sparse_row(X: Any, y: Any, order: Any, k: Any) -> None:
    i = order[min(k + AHEAD, order.shape[0] - 1)]
    begin = X.indptr[i]
    count = X.indptr[i + 1] - begin
    _ask_for(y, (i,), 1, FIRST)
    _ask_for_part(X, "data", (begin,), count, SECOND)
    _ask_for_part(X, "indices", (begin,), count, SECOND)


def _ask_for_dense_rows(X: Any, y: Any, rows: Any) -> None:
    for k in range(rows.shape[0]):
        _ask_for(y, (rows[k], 0), y.shape[1], SECOND)
        _ask_for(X, (rows[k], 0), X.shape[1], SECOND)


def _ask_for_sparse_rows(X: Any, y: Any, rows: Any) -> None:
    for k in range(rows.shape[0]):
        begin = X.indptr[rows[k]]
        count = X.indptr[rows[k] + 1] - begin
        _ask_for(y, (rows[k], 0), y.shape[1], SECOND)
        _ask_for_part(X, "data", (begin,), count, SECOND)
        _ask_for_part(X, "indices", (begin,), count, SECOND)


def _asking(typing: Any, array: Any, place: Any, count: Any, cache: Any) -> Any:
    """Ask for `count` elements of an array, side by side from a place on."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        given, indices, several, _ = arguments
        _generate(context, builder, array, given, indices, several, cache)
        return context.get_dummy_value()

    return types.void(array, _place_in(array), types.intp, cache), generate


# of an attribute, Numba would count the users anew at each step
def _asking_part(typing: Any, X: Any, part: Any, place: Any, count: Any, cache: Any) -> Any:
    """Ask for `count` elements of an array that is a part of a NamedTuple."""
    number = X.fields.index(part.literal_value)

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        given, _, indices, several, _ = arguments
        array = builder.extract_value(given, number)
        _generate(context, builder, X.types[number], array, indices, several, cache)
        return context.get_dummy_value()

    return types.void(X, part, _place_in(X.types[number]), types.intp, cache), generate


def _place_in(array: Any) -> Any:
    indices: Any = types.UniTuple
    return indices(types.intp, array.ndim)


def _generate(
    context: Any, builder: Any, kind: Any, array: Any, place: Any, count: Any, cache: Any
) -> None:
    """Write instructions that ask for the lines in which elements of an array lie."""
    pointer_to: Any = cgutils.get_item_pointer
    unpacked: Any = cgutils.unpack_tuple
    parts = context.make_array(kind)(context, builder, array)
    first = pointer_to(context, builder, kind, parts, unpacked(builder, place))
    address, flag, size = ir.IntType(8).as_pointer(), ir.IntType(32), count.type
    prefetch = builder.module.declare_intrinsic(
        "llvm.prefetch", [address], ir.FunctionType(ir.VoidType(), [address, *3 * [flag]])
    )
    # to read it, into that cache, and it is data
    how = [ir.Constant(flag, number) for number in (0, cache.literal_value, 1)]
    none, line = ir.Constant(size, 0), ir.Constant(size, LINE * 8 // kind.dtype.bitwidth)
    with cgutils.for_range_slice(builder, none, count, line, size) as (offset, _):
        element = builder.gep(first, [offset])
        builder.call(prefetch, [builder.bitcast(element, address), *how])


_ask_for: Any = intrinsic(prefer_literal=True)(_asking)
_ask_for_part: Any = intrinsic(prefer_literal=True)(_asking_part)

compile_by_storage(look_ahead, sparse=_ask_for_sparse_row, dense=_ask_for_dense_row)
compile_by_storage(ask_for_rows, sparse=_ask_for_sparse_rows, dense=_ask_for_dense_rows)
