"""Functions written with PyTorch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from descend.objectives.functions.pointwise import (
    WAYS_OUT,
    gradients_at,
    name_of,
    number,
    products_at,
    untraceable,
    values_at,
)
from descend.protocols import Array

_PROBE = 1e-3


class Tensors:
    """A function of a PyTorch tensor; its gradient and Hessian products are exact.

    Parameters
    ----------
    function
        `(d,)` to a number, of tensors. It is called with a tensor of the point's precision.
    """

    def __init__(self, function: Callable[[Any], Any]) -> None:
        self.function = function

    def value(self, w: Array) -> Array:
        """Return the values at points: `(..., d)` to `(...)`."""
        return values_at(lambda point: self._number(self._called(_tensor(point))), w)

    def value_and_gradient(self, w: Array) -> tuple[Array, Array]:
        """Return the values and gradients at points."""
        return gradients_at(self._at, w)

    def hessian_product(self, w: Array, v: Array) -> Array:
        """Return the Hessians at points times vectors, by differentiating twice."""
        return products_at(self._product, w, v)

    def _at(self, w: Array) -> tuple[float, Array]:
        import torch

        point = _tensor(w).requires_grad_()
        value = self._called(point)
        found = self._number(value)
        if not self._is_followed(value, w):
            return found, np.zeros_like(w)
        (g,) = torch.autograd.grad(value.sum(), point, allow_unused=True, materialize_grads=True)
        return found, g.numpy()

    def _product(self, w: Array, v: Array) -> Array:
        import torch

        point = _tensor(w).requires_grad_()
        value = self._called(point)
        if not self._is_followed(value, w):
            return np.zeros_like(w)
        (g,) = torch.autograd.grad(
            value.sum(), point, create_graph=True, allow_unused=True, materialize_grads=True
        )
        if not g.requires_grad:
            return np.zeros_like(w)
        (product,) = torch.autograd.grad(
            g @ _tensor(v.astype(w.dtype)), point, allow_unused=True, materialize_grads=True
        )
        return np.asarray(product.numpy())

    def _called(self, point: Any) -> Any:
        """Return the function's value at a tensor, or say what PyTorch could not follow."""
        try:
            return self.function(point)
        except Exception as error:
            if "dtype" in str(error) and point.dtype.itemsize == 8:
                raise ValueError(
                    f"{name_of(self.function)} mixes the float64 point with tensors of another "
                    f"type ({_first_line(error)}): make them float64 by .double(), or give a "
                    "float32 start"
                ) from error
            if not point.requires_grad:
                raise
            # An error of the function itself is its author's to see, as it is.
            self._number(self.function(point.detach().clone()))
            raise untraceable("PyTorch", self.function, error) from error

    def _number(self, value: Any) -> float:
        import torch

        plain = value.detach().cpu().numpy() if isinstance(value, torch.Tensor) else value
        return number(plain, self.function)

    def _is_followed(self, value: Any, w: Array) -> bool:
        """Say whether the value leads back to the point; if not, it must not depend on it."""
        import torch

        if isinstance(value, torch.Tensor) and value.requires_grad:
            return True
        beside = w + _PROBE * np.maximum(np.abs(w), 1)
        here, there = (self._number(self.function(_tensor(p.astype(w.dtype)))) for p in (w, beside))
        if here != there and np.isfinite([here, there]).all():
            raise ValueError(
                f"PyTorch cannot follow {name_of(self.function)}: its value has no gradient, "
                "though it depends on the point; leave out detach(), item() and float() in it, "
                f"{WAYS_OUT['PyTorch']}"
            )
        return False


def takes_tensors(function: Callable[[Any], Any], point: Array) -> bool:
    """Say whether a function that refuses arrays returns a tensor for a tensor.

    So does one that is stopped by nothing but the type of the tensor's numbers.
    """
    import torch

    try:
        value = function(_tensor(point))
    except Exception as error:
        return "dtype" in str(error)
    return isinstance(value, torch.Tensor)


def _tensor(w: Array) -> Any:
    """Return a tensor of a point's own."""
    import torch

    return torch.from_numpy(w.copy())


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or ["no message"])[0]
