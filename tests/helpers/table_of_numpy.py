"""Every public function of NumPy, as it is called on what depends on the point `w`, `(6,)`."""

from functools import partial

import numpy as np

W = np.array([0.7, -1.3, 0.4, 1.9, -0.6, 1.1])
"""Six numbers, none equal, none at a kink of what is in the table."""

M = np.array([[0.9, -0.4, 0.3], [0.2, 1.1, -0.7], [-0.5, 0.6, 1.3]])
V = np.array([0.3, -0.8, 1.2])
ORDER = np.array([3, 0, 5, 1, 4, 2])


def _words(text):
    return text.split()


def each(names, *calls, home=None):
    """Return calls `(f, w)` of several functions by their names."""
    module = np if home is None else getattr(np, home)
    return {
        name if home is None else f"{home}.{name}": [
            partial(call, getattr(module, name)) for call in calls
        ]
        for name in names.split()
    }


def flat(names, call):
    """Return one call of several functions by their names."""
    return {name: calls[0] for name, calls in each(names, call).items()}


def square(w):
    """Return a matrix that can be inverted."""
    return M + 0.3 * np.reshape(w, (2, 3))[[0, 1, 0]] * np.array([1.0, -0.5, 0.8])


def symmetric(w):
    a = square(w)
    return a @ a.T + np.eye(3)


def tall(w):
    return np.reshape(w, (3, 2)) + M[:, :2]


def grid(w):
    return np.reshape(w, (2, 3))


def spin(w):
    """Return complex numbers."""
    return w[:3] + 1j * w[3:]


def positive(w):
    return w**2 + 0.1


def inside(w):
    return w / 2.5


# one or several calls each; those that return several arrays are followed in each of them
FOLLOWED = {
    # elementwise
    **each(
        "absolute fabs positive negative square sin cos tan arctan sinh cosh tanh exp exp2 "
        "expm1 arcsinh cbrt reciprocal degrees rad2deg radians deg2rad conjugate sinc",
        lambda f, w: f(w),
    ),
    **each("sqrt log log2 log10 log1p", lambda f, w: f(positive(w))),
    **each("arcsin arccos arctanh", lambda f, w: f(inside(w))),
    "arccosh": [lambda w: np.arccosh(1 + positive(w))],
    **each(
        "add subtract multiply divide hypot arctan2 logaddexp logaddexp2 maximum minimum fmax "
        "fmin remainder fmod",
        lambda f, w: f(w, w[::-1]),
        lambda f, w: f(grid(w), V),
        lambda f, w: f(0.83, w),
    ),
    "copysign": [lambda w: np.copysign(w, w[::-1]), lambda w: np.copysign(grid(w), V)],
    "power": [lambda w: np.power(w, 3), lambda w: np.power(positive(w), w[::-1]), lambda w: 2.5**w],
    "float_power": [lambda w: np.float_power(positive(w), 1.5)],
    "heaviside": [lambda w: np.heaviside(np.zeros(6), w)],
    "ldexp": [lambda w: np.ldexp(w, [1, 2, 3, 0, -1, -2])],
    "frexp": [lambda w: np.frexp(w)[0]],
    "modf": [lambda w: np.modf(w)[0]],
    "divmod": [lambda w: np.divmod(w, 0.73)[1]],
    "clip": [lambda w: np.clip(w, -0.5, 0.9), lambda w: np.clip(w, None, w[::-1])],
    "nan_to_num": [lambda w: np.nan_to_num(w)],
    "real": [lambda w: np.real(w), lambda w: np.real(spin(w) ** 2)],
    "imag": [lambda w: np.imag(spin(w) ** 2)],
    "angle": [lambda w: np.angle(spin(w)), lambda w: np.angle(spin(w), deg=True)],
    "real_if_close": [lambda w: np.real_if_close(w)],
    "unwrap": [lambda w: np.unwrap(3 * w)],
    # sums and the like
    **each(
        "sum mean prod var std max min nansum nanmean nanprod nanvar nanstd nanmax nanmin "
        "median nanmedian ptp",
        lambda f, w: f(w),
        lambda f, w: f(grid(w), axis=0),
        lambda f, w: f(grid(w), axis=-1, keepdims=True),
        lambda f, w: f(grid(w), axis=(0, 1)),
    ),
    "amax": [lambda w: np.amax(w)],
    "amin": [lambda w: np.amin(grid(w), axis=1)],
    **each(
        "cumsum cumprod nancumsum nancumprod", lambda f, w: f(w), lambda f, w: f(grid(w), axis=1)
    ),
    "cumulative_sum": [lambda w: np.cumulative_sum(w, include_initial=True)],
    "cumulative_prod": [lambda w: np.cumulative_prod(grid(w), axis=1)],
    "average": [
        lambda w: np.average(w),
        lambda w: np.average(grid(w), axis=1, weights=[0.2, 0.3, 0.9]),
        lambda w: np.average(ORDER, weights=positive(w)),
    ],
    "quantile": [
        lambda w: np.quantile(w, 0.3),
        lambda w: np.quantile(grid(w), [0.2, 0.6], axis=1),
        lambda w: np.quantile(w, 0.4, method="hazen"),
    ],
    "percentile": [lambda w: np.percentile(grid(w), 30, axis=0, keepdims=True)],
    "nanquantile": [lambda w: np.nanquantile(w, 0.3)],
    "nanpercentile": [lambda w: np.nanpercentile(np.where(w < -1, np.nan, w), 30)],
    "trace": [lambda w: np.trace(square(w)), lambda w: np.trace(square(w), offset=1)],
    # order
    "sort": [lambda w: np.sort(w), lambda w: np.sort(grid(w), axis=0)],
    "partition": [lambda w: np.partition(w, 2)],
    "unique": [lambda w: np.unique(w)],
    "unique_values": [lambda w: np.sort(np.unique_values(w))],
    "unique_all": [lambda w: np.unique_all(w).values],
    "unique_counts": [lambda w: np.unique_counts(w)[0]],
    "unique_inverse": [lambda w: np.unique_inverse(w)[0]],
    "union1d": [lambda w: np.union1d(w, [0.5, 3.0])],
    "intersect1d": [lambda w: np.intersect1d(w[:4], w[2:])],
    "setdiff1d": [lambda w: np.setdiff1d(w[:4], w[2:])],
    "setxor1d": [lambda w: np.setxor1d(w[:4], w[2:])],
    "trim_zeros": [lambda w: np.trim_zeros(np.maximum(w - 0.5, 0))],
    # moves
    "ravel": [lambda w: np.ravel(grid(w)), lambda w: np.ravel(grid(w), order="F")],
    "reshape": [lambda w: np.reshape(w, (3, 2)), lambda w: np.reshape(grid(w), (3, 2), order="F")],
    "transpose": [
        lambda w: np.transpose(grid(w)),
        lambda w: np.transpose(w.reshape(1, 2, 3), (2, 0, 1)),
    ],
    "matrix_transpose": [lambda w: np.matrix_transpose(grid(w))],
    "swapaxes": [lambda w: np.swapaxes(grid(w), 0, 1)],
    "moveaxis": [lambda w: np.moveaxis(w.reshape(1, 2, 3), 0, 2)],
    "rollaxis": [lambda w: np.rollaxis(w.reshape(1, 2, 3), 2)],
    "squeeze": [lambda w: np.squeeze(w.reshape(1, 6))],
    "expand_dims": [lambda w: np.expand_dims(w, 1)],
    "atleast_1d": [lambda w: np.atleast_1d(w[0])],
    "atleast_2d": [lambda w: np.atleast_2d(w)],
    "atleast_3d": [lambda w: np.atleast_3d(w)],
    "flip": [lambda w: np.flip(grid(w), 1)],
    "fliplr": [lambda w: np.fliplr(grid(w))],
    "flipud": [lambda w: np.flipud(grid(w))],
    "rot90": [lambda w: np.rot90(grid(w))],
    "roll": [lambda w: np.roll(w, 2), lambda w: np.roll(grid(w), 1, axis=1)],
    "repeat": [lambda w: np.repeat(w, 2), lambda w: np.repeat(grid(w), [1, 3], axis=0)],
    "tile": [lambda w: np.tile(w, (2, 2))],
    "resize": [lambda w: np.resize(w, (3, 5))],
    "take": [lambda w: np.take(w, [0, 0, 3]), lambda w: np.take(grid(w), 1, axis=1)],
    "take_along_axis": [lambda w: np.take_along_axis(w, ORDER, 0)],
    "compress": [lambda w: np.compress([True, False, True], w)],
    "extract": [lambda w: np.extract(w > 0, w)],
    "delete": [lambda w: np.delete(w, [1, 2])],
    "insert": [lambda w: np.insert(w, 2, 5.0), lambda w: np.insert(ORDER * 1.0, [1, 2], w[:2])],
    "append": [lambda w: np.append(w, [1.0, 2.0]), lambda w: np.append(1.0, w)],
    "choose": [lambda w: np.choose([0, 1, 0], [w[:3], w[3:]])],
    "select": [lambda w: np.select([w > 1, w < 0], [w**2, -w], 7.0)],
    "where": [lambda w: np.where(w > 0, w**2, 3.0), lambda w: np.where(w > 0, 1.0, w)],
    "piecewise": [lambda w: np.piecewise(w, [w < 0, w > 1], [lambda x: -x, lambda x: x**2, 2.0])],
    "concatenate": [
        lambda w: np.concatenate([w, [1.0], w[:2]]),
        lambda w: np.concatenate((grid(w), M), axis=0),
        lambda w: np.concatenate([grid(w), M], axis=None),
    ],
    "concat": [lambda w: np.concat([w, w])],
    "stack": [lambda w: np.stack([w[0], 2.0, w[1]]), lambda w: np.stack([w, w**2], axis=1)],
    "hstack": [lambda w: np.hstack([w, 1.0])],
    "vstack": [lambda w: np.vstack([w, w**2])],
    "dstack": [lambda w: np.dstack([w, w**2])],
    "column_stack": [lambda w: np.column_stack([w, w**2])],
    "block": [lambda w: np.block([[square(w), np.ones((3, 1))], [V, w[0]]])],
    "split": [lambda w: np.split(w, 3)[1]],
    "array_split": [lambda w: np.array_split(w, 4)[0]],
    "hsplit": [lambda w: np.hsplit(grid(w), 3)[2]],
    "vsplit": [lambda w: np.vsplit(grid(w), 2)[1]],
    "dsplit": [lambda w: np.dsplit(w.reshape(1, 2, 3), 3)[1]],
    "unstack": [lambda w: np.unstack(grid(w))[1]],
    "diag": [lambda w: np.diag(w), lambda w: np.diag(square(w), 1)],
    "diagflat": [lambda w: np.diagflat(grid(w))],
    "diagonal": [lambda w: np.diagonal(square(w))],
    "tril": [lambda w: np.tril(square(w))],
    "triu": [lambda w: np.triu(square(w), 1)],
    "broadcast_to": [lambda w: np.broadcast_to(w, (2, 6))],
    "broadcast_arrays": [lambda w: np.broadcast_arrays(w, np.ones((2, 1)))[0]],
    "meshgrid": [lambda w: np.meshgrid(w[:2], w[2:])[1]],
    "pad": [
        lambda w: np.pad(w, 2, constant_values=3.0),
        lambda w: np.pad(grid(w), 1, mode="reflect"),
        lambda w: np.pad(w, (1, 2), mode="edge"),
    ],
    "copy": [lambda w: np.copy(w)],
    "astype": [lambda w: np.astype(w, np.float64)],
    "full_like": [lambda w: np.full_like(grid(w), w[:3])],
    # products
    "dot": [
        lambda w: np.dot(w, w),
        lambda w: np.dot(M, w[:3]),
        lambda w: np.dot(w[:3], M),
        lambda w: np.dot(grid(w), M),
        lambda w: np.dot(w, 3.0),
        lambda w: np.dot(np.ones((2, 2, 3)), np.reshape(np.tile(w, 2), (2, 3, 2))),
    ],
    "matmul": [
        lambda w: square(w) @ w[:3],
        lambda w: w[:3] @ square(w),
        lambda w: square(w) @ square(w),
        lambda w: np.matmul(np.ones((4, 2, 3)), square(w)),
        lambda w: np.matmul(np.reshape(w, (2, 1, 3)), V),
        lambda w: np.matmul(V, np.reshape(w, (2, 3, 1))),
        lambda w: [1.0, 2.0, 0.5, 1.0, 1.0, 3.0] @ w,
    ],
    "vecdot": [lambda w: np.vecdot(grid(w), V)],
    "matvec": [lambda w: np.matvec(square(w), grid(w))],
    "vecmat": [lambda w: np.vecmat(grid(w), square(w))],
    "inner": [lambda w: np.inner(grid(w), M), lambda w: np.inner(w, w)],
    "outer": [lambda w: np.outer(w, V), lambda w: np.outer(w, w)],
    "vdot": [lambda w: np.vdot(grid(w), grid(w) ** 2)],
    "tensordot": [
        lambda w: np.tensordot(grid(w), M, 1),
        lambda w: np.tensordot(square(w), square(w), axes=([0, 1], [1, 0])),
    ],
    "kron": [lambda w: np.kron(grid(w), V), lambda w: np.kron(w[:2], w[2:])],
    "cross": [lambda w: np.cross(w[:3], w[3:]), lambda w: np.cross(grid(w), V)],
    "einsum": [
        lambda w: np.einsum("ij,j", grid(w), V),
        lambda w: np.einsum("ii->i", square(w)),
        lambda w: np.einsum("ij->j", grid(w)),
        lambda w: np.einsum("...i,ji->j...", grid(w), square(w)),
        lambda w: np.einsum(square(w), [0, 1], V, [1], [0]),
    ],
    "convolve": [
        lambda w, mode=mode, k=k: np.convolve(w, V[:k], mode)
        for mode in ("full", "same", "valid")
        for k in (2, 3)
    ]
    + [lambda w: np.convolve(w[:2], w), lambda w: np.convolve(V, w, "same")],
    "correlate": [
        lambda w, mode=mode, k=k: np.correlate(w, V[:k], mode)
        for mode in ("full", "same", "valid")
        for k in (2, 3)
    ]
    + [
        lambda w, mode=mode, k=k: np.correlate(V[:k], w, mode)
        for mode in ("full", "same", "valid")
        for k in (2, 3)
    ],
    # differences, integrals, interpolation, polynomials
    "diff": [
        lambda w: np.diff(w),
        lambda w: np.diff(grid(w), 2, axis=1),
        lambda w: np.diff(w, prepend=0.0, append=w[:2]),
    ],
    "ediff1d": [lambda w: np.ediff1d(grid(w), to_begin=1.0, to_end=w[:1])],
    "gradient": [
        lambda w: np.gradient(w),
        lambda w: np.gradient(w, 0.1, edge_order=2),
        lambda w: np.gradient(w, np.cumsum(ORDER + 1.0), edge_order=2),
        lambda w: np.gradient(square(w))[1],
        lambda w: np.gradient(square(w), axis=0),
        lambda w: np.gradient(V, np.cumsum(positive(w[:3]))),
    ],
    "trapezoid": [
        lambda w: np.trapezoid(w),
        lambda w: np.trapezoid(grid(w), dx=0.1, axis=0),
        lambda w: np.trapezoid(w**2, np.cumsum(positive(w))),
    ],
    "interp": [
        lambda w: np.interp(w, [-1.0, 0.0, 2.0], [1.0, 0.0, 3.0]),
        lambda w: np.interp([-2.0, 0.2, 0.9, 9.0], [0.0, 1.0, 2.0], w[:3]),
        lambda w: np.interp([0.2, 0.9], np.cumsum(positive(w)), ORDER),
        lambda w: np.interp(w, [0.3, 1.0, 0.6], w[:3], period=1.5),
        lambda w: np.interp([-2.0, 0.2, 9.0], [0.0, 1.0, 2.0], w[:3], left=5.0, right=-1.0),
    ],
    "polyval": [lambda w: np.polyval(w, 1.5), lambda w: np.polyval([1.0, -2.0, 3.0], w)],
    "polyadd": [lambda w: np.polyadd(w, [1.0, 2.0])],
    "polysub": [lambda w: np.polysub([1.0, 2.0], w)],
    "polymul": [lambda w: np.polymul(w, w[:3])],
    "polyder": [lambda w: np.polyder(w, 2)],
    "polyint": [lambda w: np.polyint(w, 2)],
    "poly": [lambda w: np.poly(w)],
    "roots": [
        lambda w: np.sum(np.roots(w) ** 3).real,
        lambda w: np.roots([1.0, -8.0 + w[0], 12.0]),
    ],
    "polyfit": [
        lambda w: np.polyfit(ORDER, w, 2),
        lambda w: np.polyfit(w, ORDER, 1, w=positive(w)),
    ],
    "vander": [lambda w: np.vander(w, 4), lambda w: np.vander(w, 3, increasing=True)],
    "cov": [
        lambda w: np.cov(grid(w)),
        lambda w: np.cov(w[:3], w[3:], bias=True),
        lambda w: np.cov(w),
    ],
    "corrcoef": [lambda w: np.corrcoef(grid(w)), lambda w: np.corrcoef(w, ORDER)],
    "linspace": [
        lambda w: np.linspace(w[0], w[1], 5),
        lambda w: np.linspace(w, 3, 4, endpoint=False),
    ],
    "logspace": [lambda w: np.logspace(w[0], 1.0, 4)],
    "geomspace": [lambda w: np.geomspace(positive(w)[0], 7.0, 4)],
    "apply_along_axis": [lambda w: np.apply_along_axis(lambda r: r * r.sum(), 1, grid(w))],
    "apply_over_axes": [lambda w: np.apply_over_axes(np.sum, grid(w), [0, 1])],
    "bincount": [lambda w: np.bincount([0, 1, 1, 3, 0, 2], weights=w)],
    "i0": [lambda w: np.i0(w)],
    # numpy.linalg
    "linalg.matmul": [lambda w: np.linalg.matmul(square(w), M)],
    "linalg.vecdot": [lambda w: np.linalg.vecdot(grid(w), V)],
    "linalg.tensordot": [lambda w: np.linalg.tensordot(grid(w), M, axes=1)],
    "linalg.outer": [lambda w: np.linalg.outer(w, V)],
    "linalg.cross": [lambda w: np.linalg.cross(w[:3], w[3:])],
    "linalg.diagonal": [lambda w: np.linalg.diagonal(square(w))],
    "linalg.trace": [lambda w: np.linalg.trace(square(w))],
    "linalg.matrix_transpose": [lambda w: np.linalg.matrix_transpose(grid(w))],
    "linalg.multi_dot": [lambda w: np.linalg.multi_dot([grid(w), square(w), V])],
    "linalg.matrix_power": [
        lambda w: np.linalg.matrix_power(square(w), 3),
        lambda w: np.linalg.matrix_power(square(w), -2),
    ],
    "linalg.solve": [
        lambda w: np.linalg.solve(square(w), V),
        lambda w: np.linalg.solve(M, w[:3]),
        lambda w: np.linalg.solve(square(w), grid(w).T),
    ],
    "linalg.inv": [lambda w: np.linalg.inv(square(w))],
    "linalg.pinv": [lambda w: np.linalg.pinv(tall(w)), lambda w: np.linalg.pinv(tall(w).T)],
    "linalg.det": [lambda w: np.linalg.det(square(w)), lambda w: np.linalg.det(np.outer(V, w[:3]))],
    "linalg.slogdet": [lambda w: np.linalg.slogdet(square(w))[1]],
    "linalg.lstsq": [
        lambda w: np.linalg.lstsq(tall(w), V)[0],
        lambda w: np.linalg.lstsq(tall(w), V)[1],
    ],
    "linalg.tensorinv": [lambda w: np.linalg.tensorinv(square(w)[:, :, None], ind=1)],
    "linalg.tensorsolve": [lambda w: np.linalg.tensorsolve(square(w), V)],
    "linalg.cholesky": [
        lambda w: np.linalg.cholesky(symmetric(w)),
        lambda w: np.linalg.cholesky(symmetric(w), upper=True),
    ],
    "linalg.qr": [
        lambda w: np.linalg.qr(tall(w))[0],
        lambda w: np.linalg.qr(tall(w))[1],
        lambda w: np.linalg.qr(square(w), mode="r"),
    ],
    "linalg.eigh": [
        lambda w: np.linalg.eigh(symmetric(w))[0],
        lambda w: np.linalg.eigh(symmetric(w), "U")[1] ** 2,
    ],
    "linalg.eigvalsh": [lambda w: np.linalg.eigvalsh(square(w))],
    "linalg.eig": [
        lambda w: np.linalg.eig(square(w)).eigenvalues,
        lambda w: np.abs(np.linalg.eig(square(w)).eigenvectors) ** 2,
    ],
    "linalg.eigvals": [lambda w: np.linalg.eigvals(square(w))],
    "linalg.svd": [
        lambda w: np.linalg.svd(square(w))[0] ** 2,
        lambda w: np.linalg.svd(tall(w), full_matrices=False)[1],
        lambda w: np.linalg.svd(tall(w), full_matrices=False)[2] ** 2,
        lambda w: np.linalg.svd(tall(w), compute_uv=False),
    ],
    "linalg.svdvals": [lambda w: np.linalg.svdvals(tall(w))],
    "linalg.norm": [
        lambda w: np.linalg.norm(w),
        *(lambda w, p=p: np.linalg.norm(w, p) for p in (1, 2, 3, 0.5, np.inf, -np.inf)),
        *(
            lambda w, p=p: np.linalg.norm(grid(w), p)
            for p in (None, "fro", "nuc", 1, -1, 2, -2, np.inf, -np.inf)
        ),
        lambda w: np.linalg.norm(grid(w), axis=0),
        lambda w: np.linalg.norm(grid(w), 1, axis=1, keepdims=True),
        lambda w: np.linalg.norm(spin(w)),
    ],
    "linalg.vector_norm": [
        lambda w: np.linalg.vector_norm(grid(w)),
        lambda w: np.linalg.vector_norm(grid(w), axis=0, ord=3),
        lambda w: np.linalg.vector_norm(grid(w), axis=(0, 1), keepdims=True),
    ],
    "linalg.matrix_norm": [
        lambda w: np.linalg.matrix_norm(grid(w)),
        lambda w: np.linalg.matrix_norm(square(w), ord="nuc"),
    ],
    "linalg.cond": [lambda w: np.linalg.cond(square(w)), lambda w: np.linalg.cond(square(w), 1)],
    # numpy.fft
    **each(
        "fft ifft rfft irfft hfft ihfft",
        lambda f, w: f(w),
        lambda f, w: f(spin(w)) if f.__name__ not in ("rfft", "ihfft") else f(w, norm="forward"),
        lambda f, w: f(grid(w), 5, 0, "ortho"),
        lambda f, w: f(w, 4),
        home="fft",
    ),
    **each(
        "fft2 ifft2 rfft2 irfft2 fftn ifftn rfftn irfftn",
        lambda f, w: f(grid(w)),
        lambda f, w: f(w.reshape(1, 3, 2), (3, 4), (1, 2), "ortho"),
        home="fft",
    ),
    "fft.fftshift": [lambda w: np.fft.fftshift(w)],
    "fft.ifftshift": [lambda w: np.fft.ifftshift(grid(w), axes=1)],
}


def assigned(make):
    """Return a call that assigns the point to elements of an array that is made for it."""

    def call(w):
        array = make()
        array[0] = w[0] * w[1]
        array[1] += w[2]
        return array * np.cos(array)

    return call


# makers of arrays, followed where they hold what depends on the point
FOLLOWED |= {
    "array": [lambda w: np.array([[w[0], 1.0], [w[1] ** 2, w[2]]]), lambda w: np.array(w, float)],
    "asarray": [lambda w: np.asarray(w, dtype=float) ** 2, lambda w: np.asarray([w[0], 2.0])],
    **each(
        "asanyarray ascontiguousarray asfortranarray asarray_chkfinite require",
        lambda f, w: f(w) ** 2,
    ),
    "zeros": [assigned(lambda: np.zeros(3))],
    "ones": [assigned(lambda: np.ones(3))],
    "empty": [assigned(lambda: np.empty(2) * 0 + np.zeros(2))],
    "zeros_like": [assigned(lambda: np.zeros_like(V))],
    "ones_like": [assigned(lambda: np.ones_like(V))],
    "empty_like": [assigned(lambda: np.empty_like(V) * 0 + np.zeros(3))],
    "full": [lambda w: np.full((2, 3), w[0]) * w[1], assigned(lambda: np.full(3, 2.0))],
    "full_like": [*FOLLOWED["full_like"], lambda w: np.full_like(M, w[0]) * w[1]],
    "eye": [lambda w: assigned(lambda: np.eye(6)[0])(w), lambda w: np.eye(6) @ w],
    "identity": [lambda w: np.identity(6) @ w],
    "tri": [lambda w: np.tri(6) @ w],
    "arange": [assigned(lambda: np.arange(3.0))],
    "fromfunction": [lambda w: np.fromfunction(lambda i: i * w[0] ** 2, (3,))],
    "frompyfunc": [lambda w: np.frompyfunc(lambda a, b: a * np.sin(b), 2, 1)(w, w[::-1])],
    "kaiser": [lambda w: np.kaiser(5, positive(w)[0])],
    "ix_": [lambda w: np.multiply(*np.ix_(w[:2], w[2:]))],
}


def changed(change):
    """Return a call that changes an array of zeros by a function of NumPy's."""

    def call(w):
        array = np.zeros((3, 3))
        change(array, w)
        return array * np.sin(array + 1)

    return call


FOLLOWED |= {
    "fill_diagonal": [changed(lambda a, w: np.fill_diagonal(a, w[:3] ** 2))],
    "copyto": [changed(lambda a, w: np.copyto(a, w[:3] ** 2))],
    "put": [changed(lambda a, w: np.put(a, [1, 5, 7], w[:3] ** 2))],
    "place": [changed(lambda a, w: np.place(a, M > 0, w**2))],
    "putmask": [changed(lambda a, w: np.putmask(a, M > 0, square(w)))],
    "put_along_axis": [
        changed(lambda a, w: np.put_along_axis(a, np.array([[0], [2], [1]]), w[:3, None] ** 2, 1))
    ],
}

# truths, counts, places, shapes, text: the slope is zero, and the value NumPy's
FLAT = {
    **flat(
        "sign floor ceil rint trunc isnan isinf isfinite signbit spacing logical_not all any "
        "argmax argmin argsort argwhere around round fix count_nonzero flatnonzero nonzero "
        "ndim shape size iscomplex iscomplexobj isreal isrealobj isneginf isposinf nanargmax "
        "nanargmin result_type min_scalar_type common_type array_str array_repr array2string",
        lambda f, w: f(w),
    ),
    **flat(
        "equal not_equal less less_equal greater greater_equal logical_and logical_or "
        "logical_xor floor_divide nextafter isclose allclose array_equal array_equiv isin",
        lambda f, w: f(w, 0.5),
    ),
    **flat(
        "bitwise_and bitwise_or bitwise_xor left_shift right_shift gcd lcm",
        lambda f, w: f(np.floor(w).astype(int), 3),
    ),
    **flat("bitwise_not bitwise_count", lambda f, w: f(np.floor(w).astype(int))),
    "argpartition": lambda w: np.argpartition(w, 2)[2],
    "lexsort": lambda w: np.lexsort((w, w)),
    "digitize": lambda w: np.digitize(w, [0.0, 1.0]),
    "searchsorted": lambda w: np.searchsorted([0.0, 1.0], w),
    "can_cast": lambda w: np.can_cast(w.dtype, "f4"),
    "may_share_memory": lambda w: np.may_share_memory(w, w[1:]),
    "shares_memory": lambda w: np.shares_memory(w, w[1:]),
    "einsum_path": lambda w: len(np.einsum_path("i,i", w, w)),
    "diag_indices_from": lambda w: np.diag_indices_from(square(w)),
    "tril_indices_from": lambda w: np.tril_indices_from(square(w)),
    "triu_indices_from": lambda w: np.triu_indices_from(square(w)),
    "isscalar": lambda w: np.isscalar(w[0]),
    "iterable": lambda w: np.iterable(w) and not np.iterable(w[0]),
    "linalg.matrix_rank": lambda w: np.linalg.matrix_rank(square(w)),
}

# what has no derivative here, and says so by its name
REFUSED = {
    "asmatrix": lambda w: np.asmatrix(w),
    "bmat": lambda w: np.bmat([[w, np.ones(1)]]),
    "histogram": lambda w: np.histogram(w)[1],
    "histogram2d": lambda w: np.histogram2d(w, w)[1],
    "histogramdd": lambda w: np.histogramdd(w)[1],
    "histogram_bin_edges": lambda w: np.histogram_bin_edges(w),
    "polydiv": lambda w: np.polydiv(w, [1.0, 2.0])[0],
    "sort_complex": lambda w: np.sort_complex(w).real,
    "fromiter": lambda w: np.fromiter((x for x in w), float),
    "nested_iters": lambda w: next(iter(np.nested_iters(w, [[0], []])[0])) and w,
    "format_float_positional": lambda w: float(np.format_float_positional(w[0])),
    "format_float_scientific": lambda w: float(np.format_float_scientific(w[0])),
}

# what takes no array of numbers: integers, dates, text, files, settings
WITHOUT_NUMBERS = frozenset(
    _words(
        "bartlett base_repr binary_repr blackman broadcast_shapes busday_count busday_offset "
        "datetime_as_string datetime_data diag_indices from_dlpack frombuffer fromfile "
        "fromregex fromstring genfromtxt get_include get_printoptions getbufsize geterr "
        "geterrcall hamming hanning indices info is_busday isdtype isfortran isnat issubdtype "
        "load loadtxt mask_indices mintypecode packbits printoptions promote_types "
        "ravel_multi_index row_stack save savetxt savez savez_compressed set_printoptions "
        "setbufsize seterr seterrcall show_config show_runtime test tril_indices triu_indices "
        "typename unpackbits unravel_index fft.fftfreq fft.rfftfreq fft.test linalg.test"
    )
)
