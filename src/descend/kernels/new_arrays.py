"""Arrays made in compiled loops: Numba takes a tenth of a second to compile each of NumPy's makers.

LLVM knows of them that they overlap with nothing.
"""

from typing import Any

import numpy as np
from numba import types
from numba.core import cgutils
from numba.extending import lower_builtin, type_callable
from numba.np.arrayobj import _empty_nd_impl

from descend.protocols import Array


def new_array(shape: tuple[int, ...], dtype: Any) -> Array:
    """Return an array of a shape, a tuple, and a type, filled with nothing."""
    return np.empty(shape, dtype)


def _typed(shape: Any, dtype: Any) -> Any:
    number = dtype.dtype if isinstance(dtype, types.DType) else dtype.instance_type
    return types.Array(number, len(shape), "C")


def _generated(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    make: Any = _empty_nd_impl
    unpacked: Any = cgutils.unpack_tuple
    sizes = unpacked(builder, arguments[0])
    return make(context, builder, signature.return_type, sizes)._getvalue()


_type: Any = type_callable(new_array)
_lower: Any = lower_builtin
_type(lambda context: _typed)
_lower(new_array, types.BaseTuple, types.Any)(_generated)
