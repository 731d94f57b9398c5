"""Functions written with PyTorch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from descend.objectives.functions.domain import OUTSIDE, UNDEFINED, Domain
from descend.objectives.functions.pointwise import name_of, number
from descend.objectives.functions.untraceable import ALTERNATIVES, untraceable
from descend.protocols import Array

_PROBE = 1e-3
"""Relative step to a second point, to see whether a value depends on the point."""


class TorchFunction:
    """A function of a tensor in the precision of the point; its derivatives are exact."""

    def __init__(self, function: Callable[[Any], Any]) -> None:
        from torch.linalg import LinAlgError  # type: ignore[attr-defined]

        self.function = function
        self._domain = Domain(function, (*UNDEFINED, LinAlgError))

    def value_at(self, w: Array) -> float:
        return self._number(self._called(_tensor(w)))

    def gradient_at(self, w: Array) -> tuple[float, Array]:
        point = _tensor(w).requires_grad_()
        value = self._called(point)
        found = self._number(value)
        if not self._is_traced(value, w):
            return found, np.full_like(w, 0 * found)
        return found, derivative(value.sum(), point).numpy()

    def product_at(self, w: Array, v: Array) -> Array:
        point = _tensor(w).requires_grad_()
        value = self._called(point)
        if not self._is_traced(value, w):
            return np.full_like(w, 0 * self._number(value))
        g = derivative(value.sum(), point, create_graph=True)
        if not g.requires_grad:
            return np.zeros_like(w)
        return np.asarray(derivative(g @ _tensor(v.astype(w.dtype)), point).numpy())

    def _called(self, point: Any) -> Any:
        """Return the function's value at a tensor, or say what PyTorch cannot differentiate."""
        try:
            found = self.function(point)
        except Exception as error:
            if "dtype" in str(error) and point.dtype.itemsize == 8:
                raise ValueError(
                    f"{name_of(self.function)} mixes the float64 point with tensors of another "
                    f"type ({_first_line(error)}): make them float64 by .double(), or give a "
                    "float32 start"
                ) from error
            # an error of the function itself is raised as it is, or means that it has no value
            value: Any = OUTSIDE
            with self._domain:
                value = self.function(point.detach().clone())
            self._number(value)
            if value is OUTSIDE:
                return value
            raise untraceable("PyTorch", self.function, error) from error
        self._domain.has_value = True
        return found

    def _number(self, value: Any) -> float:
        import torch

        plain = value.detach().cpu().numpy() if isinstance(value, torch.Tensor) else value
        return number(plain, self.function)

    def _is_traced(self, value: Any, w: Array) -> bool:
        """Say whether the value has a gradient; if not, it must not depend on the point."""
        import torch

        if isinstance(value, torch.Tensor) and value.requires_grad:
            return True
        beside = w + _PROBE * np.maximum(np.abs(w), 1)
        here, there = (self.value_at(point.astype(w.dtype)) for point in (w, beside))
        if here != there and np.isfinite([here, there]).all():
            raise ValueError(
                f"PyTorch cannot follow {name_of(self.function)}: its value has no gradient, "
                "though it depends on the point; leave out detach(), item() and float() in it, "
                f"{ALTERNATIVES['PyTorch']}"
            )
        return False


def takes_tensors(function: Callable[[Any], Any], point: Array) -> bool:
    """Say whether a function returns a tensor for a tensor, or fails by the dtype alone."""
    import torch

    try:
        value = function(_tensor(point))
    except Exception as error:
        return "dtype" in str(error)
    return isinstance(value, torch.Tensor)


def derivative(value: Any, point: Any, create_graph: bool = False) -> Any:
    """Return the gradient of a number by a tensor; zeros where it does not depend on it."""
    import torch

    (g,) = torch.autograd.grad(
        value, point, create_graph=create_graph, allow_unused=True, materialize_grads=True
    )
    return g


def _tensor(w: Array) -> Any:
    """Return a point as a tensor with memory of its own."""
    import torch

    return torch.from_numpy(w.copy())


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or ["no message"])[0]
