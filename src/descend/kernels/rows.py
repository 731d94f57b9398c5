"""What a compiled loop does with one row of `X`, dense or sparse."""

from typing import Any, NamedTuple

from numba import types
from numba.extending import overload

from descend.kernels.dispatch import OPTIONS, bare
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


def _score(X: Any, i: Any, w: Any) -> Any:
    return bare(_score_sparse if isinstance(X, types.BaseNamedTuple) else _score_dense)


def _score_sparse(X: Any, i: Any, w: Any) -> Any:
    z = w.dtype.type(0)
    for k in range(X.indptr[i], X.indptr[i + 1]):
        z += X.data[k] * w[X.indices[k]]
    return z


def _score_dense(X: Any, i: Any, w: Any) -> Any:
    z = w.dtype.type(0)
    for j in range(X.shape[1]):
        z += X[i, j] * w[j]
    return z


def _scatter(X: Any, i: Any, r: Any, g: Any) -> Any:
    return bare(_scatter_sparse if isinstance(X, types.BaseNamedTuple) else _scatter_dense)


def _scatter_sparse(X: Any, i: Any, r: Any, g: Any) -> None:
    for k in range(X.indptr[i], X.indptr[i + 1]):
        g[X.indices[k]] += r * X.data[k]


def _scatter_dense(X: Any, i: Any, r: Any, g: Any) -> None:
    for j in range(X.shape[1]):
        g[j] += r * X[i, j]


for _verb, _typing in ((score, _score), (scatter, _scatter)):
    overload(_verb, inline="always", jit_options=OPTIONS)(bare(_typing))
