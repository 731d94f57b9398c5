"""Prefetch of rows that will be visited soon: shuffled, they lie far apart in memory.

Loops of one example a step prefetch a row some steps ahead, those by batches the rows of a tile.
"""

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from descend.kernels.rows import compile_by_storage

AHEAD = 8
"""Steps between the prefetch of a row and its visit."""

LINE = 64
"""Bytes of a cache line of x86 and most ARM processors."""

FIRST, SECOND = 3, 2
"""LLVM's localities: the first cache, the nearest, waits for few lines at once; the second."""

NEAR = 8 * LINE
"""Bytes of the longest row that is prefetched into the first cache."""


def prefetch_next(X: Any, y: Any, order: Any, k: Any) -> None:
    """Prefetch, in compiled loops, the row and the target `AHEAD` places after the k-th."""


def prefetch_rows(X: Any, y: Any, rows: Any) -> None:
    """Prefetch, in compiled loops, some rows and their targets, of `y` `(n, outputs)`."""


def _prefetch_next_dense(X: Any, y: Any, order: Any, k: Any) -> None:
    i = order[k + AHEAD if k + AHEAD < order.shape[0] else order.shape[0] - 1]
    _prefetch(y, (i,), 1, FIRST)
    if X.shape[1] * X.itemsize <= NEAR:
        _prefetch(X, (i, 0), X.shape[1], FIRST)
    else:
        _prefetch(X, (i, 0), X.shape[1], SECOND)


def _prefetch_next_sparse(X: Any, y: Any, order: Any, k: Any) -> None:
    i = order[k + AHEAD if k + AHEAD < order.shape[0] else order.shape[0] - 1]
    begin = X.indptr[i]
    count = X.indptr[i + 1] - begin
    _prefetch(y, (i,), 1, FIRST)
    _prefetch_field(X, "data", (begin,), count, SECOND)
    _prefetch_field(X, "indices", (begin,), count, SECOND)


def _prefetch_rows_dense(X: Any, y: Any, rows: Any) -> None:
    for k in range(rows.shape[0]):
        _prefetch(y, (rows[k], 0), y.shape[1], SECOND)
        _prefetch(X, (rows[k], 0), X.shape[1], SECOND)


def _prefetch_rows_sparse(X: Any, y: Any, rows: Any) -> None:
    for k in range(rows.shape[0]):
        begin = X.indptr[rows[k]]
        count = X.indptr[rows[k] + 1] - begin
        _prefetch(y, (rows[k], 0), y.shape[1], SECOND)
        _prefetch_field(X, "data", (begin,), count, SECOND)
        _prefetch_field(X, "indices", (begin,), count, SECOND)


def _prefetch_typed(typing: Any, array: Any, place: Any, count: Any, cache: Any) -> Any:
    """Prefetch `count` elements of an array, side by side from a place on."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        given, indices, several, _ = arguments
        _generate(context, builder, array, given, indices, several, cache)
        return context.get_dummy_value()

    return types.void(array, _place_in(array), types.intp, cache), generate


# for an attribute, Numba would change the reference count of its array at each step
def _prefetch_field_typed(
    typing: Any, X: Any, field: Any, place: Any, count: Any, cache: Any
) -> Any:
    """Prefetch `count` elements of an array that is a field of a NamedTuple."""
    number = X.fields.index(field.literal_value)

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        given, _, indices, several, _ = arguments
        array = builder.extract_value(given, number)
        _generate(context, builder, X.types[number], array, indices, several, cache)
        return context.get_dummy_value()

    return types.void(X, field, _place_in(X.types[number]), types.intp, cache), generate


def _place_in(array: Any) -> Any:
    indices: Any = types.UniTuple
    return indices(types.intp, array.ndim)


def _generate(
    context: Any, builder: Any, kind: Any, array: Any, place: Any, count: Any, cache: Any
) -> None:
    """Write instructions that prefetch the lines in which elements of an array lie."""
    pointer_to: Any = cgutils.get_item_pointer
    unpacked: Any = cgutils.unpack_tuple
    parts = context.make_array(kind)(context, builder, array)
    first = pointer_to(context, builder, kind, parts, unpacked(builder, place))
    address, flag, size = ir.IntType(8).as_pointer(), ir.IntType(32), count.type
    prefetch = builder.module.declare_intrinsic(
        "llvm.prefetch", [address], ir.FunctionType(ir.VoidType(), [address, *3 * [flag]])
    )
    # for reading, into that cache, as data
    how = [ir.Constant(flag, number) for number in (0, cache.literal_value, 1)]
    none, line = ir.Constant(size, 0), ir.Constant(size, LINE * 8 // kind.dtype.bitwidth)
    with cgutils.for_range_slice(builder, none, count, line, size) as (offset, _):
        element = builder.gep(first, [offset])
        builder.call(prefetch, [builder.bitcast(element, address), *how])


_prefetch: Any = intrinsic(prefer_literal=True)(_prefetch_typed)
_prefetch_field: Any = intrinsic(prefer_literal=True)(_prefetch_field_typed)

compile_by_storage(prefetch_next, sparse=_prefetch_next_sparse, dense=_prefetch_next_dense)
compile_by_storage(prefetch_rows, sparse=_prefetch_rows_sparse, dense=_prefetch_rows_dense)
