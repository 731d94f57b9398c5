"""Descents by hand: plain descent in NumPy, on functions whose gradient is written out."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from descend.records.descent import Descent


class Function:
    def __init__(self, value: Callable[..., Any], gradient: Callable[..., Any]) -> None:
        self.f, self.g = value, gradient

    def value(self, w: Any) -> Any:
        return self.f(*np.moveaxis(np.asarray(w), -1, 0))

    def value_and_gradient(self, w: Any) -> Any:
        w = np.asarray(w)
        slopes = self.g(*np.moveaxis(w, -1, 0))
        return self.value(w), np.stack(np.broadcast_arrays(*slopes), axis=-1)

    def hessian_product(self, w: Any, v: Any) -> Any:
        raise NotImplementedError


HILL = Function(
    lambda x, y: np.sin(x) * np.sin(y),
    lambda x, y: (np.cos(x) * np.sin(y), np.sin(x) * np.cos(y)),
)
ROSENBROCK = Function(
    lambda x, y: (1 - x) ** 2 + 100 * (y - x * x) ** 2,
    lambda x, y: (-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)),
)
BOWL = Function(lambda x, y: (5 * x * x + y * y) / 2, lambda x, y: (5 * x, y))
WELL = Function(lambda x: x**4 - 3 * x**2 + 0.5 * x, lambda x: (4 * x**3 - 6 * x + 0.5,))
CUBE = Function(lambda x, y, z: x * x + y * y + z * z, lambda x, y, z: (2 * x, 2 * y, 2 * z))
LOG = Function(lambda x, y: x - np.log(x) + y * y, lambda x, y: (1 - 1 / x, 2 * y))


def descended(
    function: Function,
    start: Any,
    rate: float = 0.1,
    steps: int = 30,
    *,
    names: Sequence[str] = ("x", "y"),
    record: bool = True,
    **fields: Any,
) -> Descent:
    first = np.array(start, dtype=float)
    single = first.ndim == 1
    points, values, norms = [np.atleast_2d(first)], [], []
    with np.errstate(all="ignore"):
        for _ in range(steps + 1):
            value, g = function.value_and_gradient(points[-1])
            values.append(value)
            norms.append(np.sqrt((g * g).sum(axis=-1)))
            points.append(points[-1] - rate * g)
    P, V, G = np.array(points[:-1]), np.array(values), np.array(norms)
    runs = P.shape[1]
    with np.errstate(all="ignore"):
        diverged = ~np.isfinite(V[-1]) | (np.abs(V[-1]) > 1e6 * (1 + np.abs(V[0])))
    status = np.where(diverged, "diverged", np.where(G[-1] < 1e-6, "converged", "stopped"))
    best = np.where(np.isfinite(V), V, np.inf).argmin(axis=0)

    def history(a: Any) -> Any:
        return a[:, 0] if single else a

    def ends(a: Any) -> Any:
        return a[0] if single else a

    arrays: dict[str, Any] = {
        "x": ends(P[-1]),
        "fun": ends(V[-1]),
        "jac": ends(g),
        "best_x": ends(P[best, np.arange(runs)]),
        "best_fun": ends(V.min(axis=0)),
        "nit": ends(np.full(runs, steps)),
        "nfev": ends(np.full(runs, steps + 1)),
        "status": ends(status),
        "message": ends(status),
        "points": history(P) if record else None,
        "point_steps": np.arange(steps + 1) if record else np.arange(0),
        "values": history(V),
        "gradient_norms": history(G),
        "learning_rates": np.full(steps if single else (steps, runs), rate),
        "seconds": np.arange(steps + 1) * 1e-4,
        "names": tuple(names),
        "objective": function,
    }
    return Descent(**{**arrays, **fields})
