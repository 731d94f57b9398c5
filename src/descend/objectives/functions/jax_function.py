"""Functions written with JAX."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

import numpy as np

from descend.objectives.functions.pointwise import floats, number, values_at
from descend.objectives.functions.untraceable import untraceable
from descend.protocols import Array


class JaxFunction:
    """A function written with JAX; its gradient and Hessian products are exact.

    Many points are computed at once, compiled, if it has no branches or loops that depend on the
    point's numbers. It runs in the precision of the points, whatever JAX's default is.
    """

    def __init__(self, function: Callable[[Any], Any]) -> None:
        self.function = function
        self._is_branchless = True

    def value(self, w: Array) -> Array:
        """Return the values at points: `(..., d)` to `(...)`."""
        return values_at(lambda point: number(self._called(point), self.function), w)

    def value_and_gradient(self, w: Array) -> tuple[Array, Array]:
        """Return the values and gradients at points."""
        points = floats(w)
        values, gradients = self._evaluated("gradient", points)
        return values.reshape(points.shape[:-1])[()], gradients.reshape(points.shape)

    def hessian_product(self, w: Array, v: Array) -> Array:
        """Return the Hessians at points times vectors."""
        points, vectors = np.broadcast_arrays(floats(w), floats(v))
        (products,) = self._evaluated("product", points, vectors.astype(points.dtype))
        return products.reshape(points.shape)

    def _called(self, w: Array) -> Any:
        """Return the function's value at one point, a JAX array."""
        import jax.numpy as jnp

        with _precision(w.dtype):
            return self.function(jnp.asarray(w))

    def _evaluated(self, what: str, *arguments: Array) -> tuple[Array, ...]:
        """Return gradients or products at all points, compiled if the function allows it."""
        import jax

        rows = [argument.reshape(-1, argument.shape[-1]) for argument in arguments]
        with _precision(rows[0].dtype):
            try:
                if self._is_branchless:
                    try:
                        return _together(self._compiled[what], rows)
                    except (
                        jax.errors.ConcretizationTypeError,
                        jax.errors.TracerArrayConversionError,
                        jax.errors.TracerIntegerConversionError,
                    ):
                        self._is_branchless = False
                return _one_by_one(self._plain[what], rows)
            except Exception as error:
                # an error of the function itself is raised as it is
                for point in rows[0]:
                    number(self._called(point), self.function)
                raise untraceable("JAX", self.function, error) from error

    @cached_property
    def _plain(self) -> dict[str, Callable[..., tuple[Any, ...]]]:
        """The gradient and the product at one point."""
        import jax

        def value(w: Any) -> Any:
            found = self.function(w)
            number_like = jax.numpy.asarray(found)
            if number_like.size != 1 or number_like.dtype.kind == "c":
                number(np.zeros(number_like.shape, number_like.dtype), self.function)
            return number_like.reshape(()).astype(w.dtype)

        def product(w: Any, v: Any) -> tuple[Any]:
            return (jax.jvp(jax.grad(value), (w,), (v,))[1],)

        return {"gradient": jax.value_and_grad(value), "product": product}

    @cached_property
    def _compiled(self) -> dict[str, Callable[..., tuple[Any, ...]]]:
        """The same at many points at once."""
        import jax

        return {what: jax.jit(jax.vmap(function)) for what, function in self._plain.items()}


def _precision(dtype: np.dtype[Any]) -> Any:
    """Return a context in which JAX computes in a precision."""
    import jax

    return jax.enable_x64(dtype == np.float64)


def _together(function: Callable[..., tuple[Any, ...]], rows: list[Array]) -> tuple[Array, ...]:
    """Return what a compiled function returns for all rows."""
    n = len(rows[0])
    # each number of rows is compiled anew, and it falls as runs end
    padded = 1 << max(n - 1, 0).bit_length()
    filled = [np.concatenate([row, np.repeat(row[-1:], padded - n, axis=0)]) for row in rows]
    # arrays of JAX cannot be written to
    return tuple(np.array(found)[:n] for found in function(*filled))


def _one_by_one(function: Callable[..., tuple[Any, ...]], rows: list[Array]) -> tuple[Array, ...]:
    """Return what a function returns for each row."""
    each = [[np.asarray(found) for found in function(*point)] for point in zip(*rows, strict=True)]
    return tuple(np.array(column) for column in zip(*each, strict=True))
