"""Descend's optimizers as methods of `scipy.optimize.minimize`."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.optimize import OptimizeResult, OptimizeWarning

from descend.api.minimization import minimize
from descend.objectives.functions.function import Function
from descend.objectives.functions.untraceable import UntraceableError
from descend.protocols import Array, Optimizer
from descend.records.descent import Descent
from descend.support.numbers import counted as number_of

CODES = {"converged": 0, "stopped": 1, "stalled": 2, "diverged": 3, "unbounded": 4}
"""SciPy's numbers for how a minimisation ended: those of its method BFGS."""

ENDED_BY_CALLBACK = 99


class ScipyMethod:
    """What `scipy.optimize.minimize(..., method=...)` calls: see `as_scipy_method`."""

    def __init__(
        self, optimizer: str | Optimizer, learning_rate: Any, steps: int, tol: float
    ) -> None:
        self.optimizer = optimizer
        self.learning_rate = learning_rate
        self.steps = steps
        self.tol = tol

    def __repr__(self) -> str:
        """Return the call that makes this method."""
        return f"as_scipy_method({self.optimizer!r})"

    def __call__(
        self,
        fun: Callable[..., Any],
        x0: Array,
        args: tuple[Any, ...] = (),
        jac: Callable[..., Any] | None = None,
        hess: Any = None,
        hessp: Any = None,
        bounds: Any = None,
        constraints: Any = (),
        callback: Callable[..., Any] | None = None,
        tol: float | None = None,
        maxiter: int | None = None,
        disp: bool = False,
        **unknown: Any,
    ) -> OptimizeResult:
        """Minimise as SciPy asks for it; SciPy has checked the arguments that are its own."""
        if np.size(constraints):
            raise ValueError(
                "gradient descent knows bounds but no other constraints: leave them out, or choose "
                "SciPy's own method 'SLSQP' or 'trust-constr'"
            )
        if unknown:
            warnings.warn(
                f"Unknown solver options: {', '.join(unknown)}", OptimizeWarning, stacklevel=3
            )
        counted = _Counted(fun, jac, args)
        stopped = _Stopped(callback)
        descent = minimize(
            counted.objective(np.asarray(x0)),
            x0,
            optimizer=self.optimizer,
            learning_rate=self.learning_rate,
            steps=self.steps if maxiter is None else maxiter,
            tol=self.tol if tol is None else tol,
            bounds=bounds,
            callback=None if callback is None else stopped,
            record="values",
        )
        result = _result(descent, counted, ENDED_BY_CALLBACK if stopped.asked else None)
        if disp:
            print(
                f"{result.message}\n  value {result.fun:.6g} after {number_of(result.nit, 'step')}"
            )
        return result


def as_scipy_method(
    optimizer: str | Optimizer = "auto",
    *,
    learning_rate: Any = "auto",
    steps: int = 1000,
    tol: float = 1e-8,
) -> ScipyMethod:
    """Return a method for `scipy.optimize.minimize` that descends by an optimizer.

    The gradient is SciPy's `jac`, a function or True. Without it the function is derived exactly,
    if it can be followed, and else by central differences. SciPy's `tol`, and `maxiter` in its
    `options`, take precedence over those given here. Its `bounds` are kept, and at a bound
    that holds a coordinate back `jac` is zero.

    The result has SciPy's fields, those of the last point; beside them `best_x` and `best_fun`, and
    the whole record as `descent`. `status` is 0 if it converged, 1 if the steps were used up, 2 if
    no step led down, 3 if it diverged, 99 if the callback ended it.

    Parameters
    ----------
    optimizer, learning_rate, steps, tol
        As `descend.minimize`.

    Raises
    ------
    ValueError
        When called: as `descend.minimize`, or if there are constraints other than bounds.

    Examples
    --------
    >>> from scipy.optimize import minimize, rosen, rosen_der
    >>> import descend
    >>> found = minimize(rosen, [-1.2, 1.0], jac=rosen_der, method=descend.as_scipy_method())
    >>> found.x.round(4), found.success
    (array([1., 1.]), True)
    """
    return ScipyMethod(optimizer, learning_rate, steps, tol)


class _Counted:
    """A function and its gradient as SciPy passes them, with a count of the calls."""

    def __init__(
        self, fun: Callable[..., Any], jac: Callable[..., Any] | None, args: tuple[Any, ...]
    ) -> None:
        self.fun, self.jac, self.args = fun, jac, args
        self.nfev = self.njev = 0
        self.is_followed = jac is None
        # what messages call it
        self.__name__ = getattr(fun, "__name__", "fun")

    def __call__(self, w: Any) -> Any:
        """Return the value."""
        self.nfev += 1
        return self.fun(w, *self.args)

    def gradient(self, w: Array) -> Array:
        """Return the gradient that was given."""
        assert self.jac is not None
        self.njev += 1
        return np.asarray(self.jac(w, *self.args), dtype=float)

    def objective(self, x0: Array) -> Function:
        """Return the function with the best gradient there is for it."""
        if self.jac is not None:
            return Function(self, self.gradient)
        exact = Function(self)
        try:
            exact.value_and_gradient(x0)
        except UntraceableError:
            self.is_followed = False
            return Function(self, "differences")
        return exact


class _Stopped:
    """A callback that remembers whether it asked for an end."""

    def __init__(self, callback: Callable[..., Any] | None) -> None:
        self.callback = callback
        self.asked = False
        # its signature says how it wants to be called
        self.__wrapped__ = callback

    def __call__(self, *positional: Any, **named: Any) -> None:
        assert self.callback is not None
        try:
            self.callback(*positional, **named)
        except StopIteration:
            self.asked = True
            raise


def _result(descent: Descent, counted: _Counted, status: int | None) -> OptimizeResult:
    """Return a record as SciPy's result."""
    message = f"{descent.status}: {descent.message}"
    result = OptimizeResult()
    result.update(
        x=descent.x,
        fun=descent.fun,
        jac=descent.jac,
        nit=descent.nit,
        nfev=counted.nfev,
        njev=counted.nfev if counted.is_followed else counted.njev or descent.nfev,
        success=descent.success,
        status=CODES[descent.status] if status is None else status,
        message=message,
        best_x=descent.best_x,
        best_fun=descent.best_fun,
        descent=descent,
    )
    return result
