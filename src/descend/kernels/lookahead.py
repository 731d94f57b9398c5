"""Sparse rows that will be visited soon, asked for in time.

Shuffled rows lie far apart, and a step waits for its row longer than it computes. So the walk of
one example a step asks for the lines of memory of a row some steps ahead. Nobody waits for an
answer, and the row is there when its turn comes.
"""

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic, overload

from descend.kernels.dispatch import OPTIONS, bare

AHEAD = 6
"""Steps between asking for a row and visiting it."""

LINE = 64
"""Bytes that the memory hands over at once."""


def look_ahead(X: Any, y: Any, order: Any, k: Any) -> None:
    """Ask for the row of `X` and the target that come `AHEAD` places after the k-th.

    Compiled loops do so; in Python there is nothing to ask.
    """


def _look_ahead(X: Any, y: Any, order: Any, k: Any) -> Any:
    return bare(_ask_for_row)


# without branches: with them, Numba counts the arrays' users anew at each step
def _ask_for_row(X: Any, y: Any, order: Any, k: Any) -> None:
    i = order[min(k + AHEAD, order.shape[0] - 1)]
    begin = X.indptr[i]
    count = X.indptr[i + 1] - begin
    _ask_for(y, i, 1)
    _ask_for(X.data, begin, count)
    _ask_for(X.indices, begin, count)


def _asking(typing: Any, array: Any, begin: Any, count: Any) -> Any:
    """Ask for the lines of memory in which `count` elements of an array from `begin` on lie."""
    pointer_to: Any = cgutils.get_item_pointer

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        kind, (given, place, several) = signature.args[0], arguments
        parts = context.make_array(kind)(context, builder, given)
        first = pointer_to(context, builder, kind, parts, [place])
        address, flag, size = ir.IntType(8).as_pointer(), ir.IntType(32), several.type
        prefetch = builder.module.declare_intrinsic(
            "llvm.prefetch", [address], ir.FunctionType(ir.VoidType(), [address, *3 * [flag]])
        )
        # to read it, to keep it close, and it is data
        how = [ir.Constant(flag, number) for number in (0, 3, 1)]
        none, line = ir.Constant(size, 0), ir.Constant(size, LINE * 8 // kind.dtype.bitwidth)
        with cgutils.for_range_slice(builder, none, several, line, size) as (offset, _):
            element = builder.gep(first, [offset])
            builder.call(prefetch, [builder.bitcast(element, address), *how])
        return context.get_dummy_value()

    return types.void(array, types.intp, types.intp), generate


_ask_for: Any = intrinsic(_asking)

overload(look_ahead, inline="always", jit_options=OPTIONS)(bare(_look_ahead))
