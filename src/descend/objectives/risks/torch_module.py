"""A PyTorch module on some data, as an objective."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from descend.objectives.functions.pointwise import (
    floats,
    gradients_at,
    products_at,
    values_at,
    warn_of_noise,
)
from descend.objectives.functions.torch_function import derivative
from descend.protocols import Array

if TYPE_CHECKING:
    from torch import Tensor, nn


NUMBERS = 1_000_000
"""About the most numbers that a block of points makes at once: larger ones leave the cache."""

ROW_NUMBERS = 100
"""The numbers that a layer is taken to make of a row."""


class ModuleRisk:
    """The mean loss of a PyTorch module on some data, as an objective of its parameters.

    `value(w)` is the mean of `loss(module(X), y)` over the batches, each weighted by its rows: a
    loss that is a mean over its rows, as PyTorch's are, becomes the mean over all rows. `w` holds
    all parameters that require a gradient, one after the other, and sets the precision. The module
    itself changes only by `write`.

    Parameters
    ----------
    module
        A `torch.nn.Module`.
    loss
        `(module(X), y)` to a number: `torch.nn.MSELoss()`, or a function.
    data
        `(X, y)`, tensors or arrays; or batches of such pairs that can be iterated over again and
        again, as a list or a `DataLoader`.

    Raises
    ------
    ValueError
        If the module has no parameters to train or complex ones, or the data are neither.

    Examples
    --------
    >>> import descend, torch
    >>> X = torch.linspace(-1, 1, 20)[:, None]
    >>> line = torch.nn.Linear(1, 1)
    >>> risk = descend.ModuleRisk(line, torch.nn.MSELoss(), (X, 3 * X - 1))
    >>> descent = descend.minimize(risk, risk.start.astype(float))
    >>> {name: round(float(x), 4) for name, x in zip(descent.names, descent.x)}
    {'weight[0,0]': 3.0, 'bias[0]': -1.0}
    >>> risk.write(descent.x)
    >>> round(line.bias.item(), 4)
    -1.0
    """

    def __init__(
        self,
        module: nn.Module,
        loss: Callable[[Any, Any], Any],
        data: tuple[Any, Any] | Iterable[tuple[Any, Any]],
    ) -> None:
        import torch

        if not isinstance(module, torch.nn.Module):
            raise ValueError(f"{module!r} is no torch.nn.Module: give one, or minimize a function")
        if not callable(loss):
            raise ValueError(f"loss={loss!r} is no function: give one of (prediction, y)")
        self.module = module
        self.loss = loss
        self._batches = _batches(data)
        self._parameters = {n: p for n, p in module.named_parameters() if p.requires_grad}
        self._is_checked = False
        self._is_batchable = True
        if not self._parameters:
            raise ValueError(
                "the module has no parameters to train: none of them requires a gradient"
            )
        for name, parameter in self._parameters.items():
            if parameter.is_complex():
                raise ValueError(
                    f"the parameter {name!r} is complex, and coordinates are real numbers: let the "
                    "module hold its real and its imaginary part, and join them by torch.complex"
                )

    def __repr__(self) -> str:
        """Name the module."""
        size = sum(parameter.numel() for parameter in self._parameters.values())
        return f"ModuleRisk({type(self.module).__name__}, {size:,} parameters)"

    @property
    def names(self) -> tuple[str, ...]:
        """The parameters' names, with their places: `"0.weight[2,1]"`."""
        return tuple(
            f"{name}[{','.join(map(str, place))}]" if place else name
            for name, parameter in self._parameters.items()
            for place in np.ndindex(tuple(parameter.shape))
        )

    @property
    def shapes(self) -> tuple[tuple[int, ...], ...]:
        """The shapes of the parameters' tensors, in the order in which a point holds them."""
        return tuple(tuple(parameter.shape) for parameter in self._parameters.values())

    @property
    def start(self) -> Array:
        """The module's present parameters, `(d,)`, in its own precision."""
        each = [p.detach().cpu().numpy().ravel() for p in self._parameters.values()]
        return floats(np.concatenate(each))

    def write(self, w: Array) -> None:
        """Write parameters `(d,)` into the module."""
        import torch

        with torch.no_grad():
            for name, parameter in self._shaped(torch.from_numpy(np.array(w))).items():
                self._parameters[name].copy_(parameter)

    def value(self, w: Array) -> Array:
        """Return the mean losses at points: `(..., d)` to `(...)`, many at once where that goes."""
        points = floats(w)
        if points.ndim > 1 and self._is_batchable and points.size:
            try:
                return self._values_together(points)
            except (RuntimeError, NotImplementedError):
                # layers that draw numbers or change in place, and what reads numbers out of tensors
                self._is_batchable = False
        return values_at(self._value_at, points)

    def _value_at(self, point: Array) -> float:
        import torch

        with torch.no_grad():
            parts = [(n, n * float(part)) for n, part in self._parts(torch.from_numpy(point))]
        rows, total = map(sum, zip(*parts, strict=True))
        return total / rows

    def _values_together(self, points: Array) -> Array:
        """Return the values at points, a block of them at a time."""
        import torch

        def value(point: Tensor) -> Tensor:
            parts = [(n, n * part.double()) for n, part in self._parts(point)]
            rows, total = map(sum, zip(*parts, strict=True))
            return total / rows  # type: ignore[return-value]

        d, most_rows = points.shape[-1], max(len(X) for X, _ in self._batches())
        block = max(1, NUMBERS // (d + ROW_NUMBERS * most_rows))
        flat = torch.from_numpy(np.ascontiguousarray(points.reshape(-1, d)))
        with torch.no_grad():
            values = torch.func.vmap(value, chunk_size=block)(flat)
        return values.numpy().astype(points.dtype).reshape(points.shape[:-1])

    def value_and_gradient(self, w: Array) -> tuple[Array, Array]:
        """Return the mean losses and their gradients at points, one batch after the other."""
        # the first value is compared with another: with dropout each call returns a new one
        first = None if self._is_checked else float(np.ravel(self.value(w))[0])
        self._is_checked = True
        values, gradients = gradients_at(self._gradient_at, w)
        if first is not None:
            warn_of_noise(first, values, f"{type(self.module).__name__} (call its eval()?)")
        return values, gradients

    def hessian_product(self, w: Array, v: Array) -> Array:
        """Return the Hessians at points times vectors, by differentiating twice."""
        return products_at(self._product_at, w, v)

    def _gradient_at(self, w: Array) -> tuple[float, Array]:
        import torch

        point = torch.from_numpy(w).requires_grad_()
        rows, total, g = 0, 0.0, np.zeros_like(w)
        for n, part in self._parts(point):
            rows += n
            total += n * float(part.detach())
            g += n * derivative(part, point).numpy()
        return total / rows, g / rows

    def _product_at(self, w: Array, v: Array) -> Array:
        import torch

        point = torch.from_numpy(w).requires_grad_()
        vector = torch.from_numpy(v.astype(w.dtype))
        rows, product = 0, np.zeros_like(w)
        for n, part in self._parts(point):
            rows += n
            g = derivative(part, point, create_graph=True)
            if g.requires_grad:
                product += n * derivative(g @ vector, point).numpy()
        return product / rows

    def _parts(self, point: Tensor) -> Iterator[tuple[int, Tensor]]:
        """Yield each batch's number of rows and its mean loss, at least one."""
        from torch.func import functional_call

        parameters = self._shaped(point)
        device = next(iter(self._parameters.values())).device

        def ready(tensor: Tensor) -> Tensor:
            kind = point.dtype if tensor.is_floating_point() else None
            return tensor.to(device, kind)

        # copies: a batch norm must not count our evaluations
        buffers = {name: ready(b.clone()) for name, b in self.module.named_buffers()}
        is_empty = True
        for X, y in self._batches():
            is_empty = False
            predicted = functional_call(self.module, {**parameters, **buffers}, (ready(X),))
            part = self.loss(predicted, ready(y))
            if part.shape != ():
                raise ValueError(
                    f"the loss returned a tensor of shape {tuple(part.shape)}, not a number: let "
                    "it take the mean (reduction='mean')"
                )
            yield len(X), part.cpu()
        if is_empty:
            raise ValueError("there are no batches: give at least one pair (X, y)")

    def _shaped(self, point: Tensor) -> dict[str, Tensor]:
        """Return the parameters as the module has them, from all of them in a row."""
        import torch

        sizes = [parameter.numel() for parameter in self._parameters.values()]
        if point.shape != (sum(sizes),):
            raise ValueError(
                f"the module has {sum(sizes)} parameters, but the point has the shape "
                f"{tuple(point.shape)}"
            )
        pieces: tuple[Tensor, ...] = torch.split(point, sizes)
        return {
            name: piece.view(parameter.shape).to(parameter.device)
            for (name, parameter), piece in zip(self._parameters.items(), pieces, strict=True)
        }


def _batches(data: Any) -> Callable[[], Iterator[tuple[Tensor, Tensor]]]:
    """Return what iterates over the batches of data; refuse what can be iterated over only once."""
    import torch

    def tensors(batch: Any) -> tuple[Tensor, Tensor]:
        if not isinstance(batch, tuple | list) or len(batch) != 2:
            raise ValueError(
                f"each batch must be a pair (X, y), not {type(batch).__name__}: give "
                "(X, y), or a list or DataLoader of such pairs"
            )
        X, y = (torch.as_tensor(part) for part in batch)
        if len(X) != len(y) or not len(X):
            raise ValueError(f"X has {len(X)} rows and y has {len(y)}: give each row its target")
        return X, y

    if isinstance(data, tuple | list) and len(data) == 2 and not isinstance(data[0], tuple | list):
        pair = tensors(data)
        return lambda: iter([pair])
    if not isinstance(data, Iterable):
        raise ValueError(
            f"data={type(data).__name__} is neither a pair (X, y) nor batches of such pairs"
        )
    if isinstance(data, Iterator):
        raise ValueError(
            "the batches can be gone through only once: give a list of them or a DataLoader"
        )
    return lambda: map(tensors, data)
