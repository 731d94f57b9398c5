"""Products of rows of `X`, dense or sparse, in compiled loops: of one, or of some at a time."""

from collections.abc import Callable
from typing import Any, NamedTuple

from numba import types
from numba.extending import overload

from descend.kernels.dispatch import FORCED, bare
from descend.protocols import Array


class CSR(NamedTuple):
    """Compressed sparse rows: SciPy's three arrays."""

    data: Array
    indices: Any
    indptr: Any


def compressed(X: Any) -> CSR:
    """Return the arrays of a SciPy CSR matrix as compiled loops take them: no copies.

    Indices are unsigned there: of a signed one Numba tests whether it counts from the end, and then
    LLVM gathers even the numbers that lie side by side, at twice the time.
    """
    unsigned = (each.view(f"u{each.itemsize}") for each in (X.indices, X.indptr))
    return CSR(X.data, *unsigned)


def compile_by_storage(
    function: Callable[..., Any],
    *,
    sparse: Callable[..., Any],
    dense: Callable[..., Any],
) -> None:
    """Let compiled loops inline one function or the other, by how the first argument is stored."""

    def chosen(*arguments: Any) -> Any:
        return bare(sparse if isinstance(arguments[0], types.BaseNamedTuple) else dense)

    overload(function, strict=False, jit_options=FORCED)(chosen)


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


def _scatter_sparse(X: Any, i: Any, r: Any, g: Any) -> None:
    for k in range(X.indptr[i], X.indptr[i + 1]):
        g[X.indices[k]] += r * X.data[k]


def _scatter_dense(X: Any, i: Any, r: Any, g: Any) -> None:
    for j in range(X.shape[1]):
        g[j] += r * X[i, j]


def scores(X: Any, rows: Any, w: Array, z: Array) -> None:
    """Set the first elements of `z` to the scores of some rows of `X`."""
    for k in range(rows.shape[0]):
        z[k] = score(X, rows[k], w)


def scatter_all(X: Any, rows: Any, r: Array, g: Array) -> None:
    """Add each of some rows of `X`, times its element of `r`, to `g`."""
    for k in range(rows.shape[0]):
        scatter(X, rows[k], r[k], g)


def _scores_by_four(X: Any, rows: Any, w: Any, z: Any) -> None:
    # each element of w, once read, serves four rows
    fours = rows.shape[0] // 4 * 4
    for k in range(0, fours, 4):
        a, b, c, d = rows[k], rows[k + 1], rows[k + 2], rows[k + 3]
        z_a = z_b = z_c = z_d = w.dtype.type(0)
        for j in range(X.shape[1]):
            z_a += X[a, j] * w[j]
            z_b += X[b, j] * w[j]
            z_c += X[c, j] * w[j]
            z_d += X[d, j] * w[j]
        z[k], z[k + 1], z[k + 2], z[k + 3] = z_a, z_b, z_c, z_d
    for k in range(fours, rows.shape[0]):
        z[k] = score(X, rows[k], w)


def _scatter_by_four(X: Any, rows: Any, r: Any, g: Any) -> None:
    # each element of g is read and written once for four rows
    fours = rows.shape[0] // 4 * 4
    for k in range(0, fours, 4):
        a, b, c, d = rows[k], rows[k + 1], rows[k + 2], rows[k + 3]
        r_a, r_b, r_c, r_d = r[k], r[k + 1], r[k + 2], r[k + 3]
        for j in range(X.shape[1]):
            g[j] += r_a * X[a, j] + r_b * X[b, j] + r_c * X[c, j] + r_d * X[d, j]
    for k in range(fours, rows.shape[0]):
        scatter(X, rows[k], r[k], g)


compile_by_storage(score, sparse=_score_sparse, dense=_score_dense)
compile_by_storage(scatter, sparse=_scatter_sparse, dense=_scatter_dense)
compile_by_storage(scores, sparse=scores, dense=_scores_by_four)
compile_by_storage(scatter_all, sparse=scatter_all, dense=_scatter_by_four)
