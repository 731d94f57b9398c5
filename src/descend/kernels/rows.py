"""What a compiled loop does with one row of `X`, dense or sparse."""

from typing import Any, NamedTuple

from numba import types
from numba.extending import overload

from descend.kernels.dispatch import OPTIONS
from descend.typing import Array


class CSR(NamedTuple):
    """Compressed sparse rows: SciPy's three arrays."""

    data: Array
    indices: Any
    indptr: Any


def score(X: Any, i: int, w: Array) -> Any:
    """Return the i-th row of `X` times the first parameters in `w`."""
    if isinstance(X, CSR):
        span = slice(X.indptr[i], X.indptr[i + 1])
        return X.data[span] @ w[X.indices[span]]
    return X[i] @ w[: X.shape[1]]


def scatter(X: Any, i: int, r: Any, g: Array) -> None:
    """Add `r` times the i-th row of `X` to `g`."""
    if isinstance(X, CSR):
        span = slice(X.indptr[i], X.indptr[i + 1])
        g[X.indices[span]] += r * X.data[span]
    else:
        g[: X.shape[1]] += r * X[i]


@overload(score, inline="always", jit_options=OPTIONS)
def _score(X, i, w):  # type: ignore[no-untyped-def]  # numba compares the signatures
    if isinstance(X, types.BaseNamedTuple):

        def score(X, i, w):  # type: ignore[no-untyped-def]
            z = w.dtype.type(0)
            for k in range(X.indptr[i], X.indptr[i + 1]):
                z += X.data[k] * w[X.indices[k]]
            return z

    else:

        def score(X, i, w):  # type: ignore[no-untyped-def]
            z = w.dtype.type(0)
            for j in range(X.shape[1]):
                z += X[i, j] * w[j]
            return z

    return score


@overload(scatter, inline="always", jit_options=OPTIONS)
def _scatter(X, i, r, g):  # type: ignore[no-untyped-def]
    if isinstance(X, types.BaseNamedTuple):

        def scatter(X, i, r, g):  # type: ignore[no-untyped-def]
            for k in range(X.indptr[i], X.indptr[i + 1]):
                g[X.indices[k]] += r * X.data[k]

    else:

        def scatter(X, i, r, g):  # type: ignore[no-untyped-def]
            for j in range(X.shape[1]):
                g[j] += r * X[i, j]

    return scatter
