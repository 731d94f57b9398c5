"""What a caller wants to be told after each step, in the solvers' form."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from descend.protocols import Callback, Step


def as_scipy_calls(callback: Callable[..., Any], single: bool) -> Callback:
    """Return the user's callback, called as SciPy does, in the solvers' form."""
    named = _takes_result(callback)

    def call(step: Step) -> None:
        x = step.w[0].copy() if single else step.w.copy()
        if not named:
            callback(x)
            return
        from scipy.optimize import OptimizeResult

        fun = step.value[0].item() if single else step.value.copy()
        result = OptimizeResult()
        result.update(x=x, fun=fun, nit=step.number)
        callback(intermediate_result=result)

    return call


def upside_down(callback: Callable[..., Any]) -> Callable[..., Any]:
    """Return a user's callback on an ascent as one on the descent of the negative."""
    if not _takes_result(callback):
        return callback

    def call(intermediate_result: Any) -> None:
        intermediate_result.fun = -intermediate_result.fun
        callback(intermediate_result=intermediate_result)

    return call


def _takes_result(callback: Callable[..., Any]) -> bool:
    """Say whether a user's callback wants more than the point, as SciPy finds out."""
    try:
        return "intermediate_result" in inspect.signature(callback).parameters
    except (TypeError, ValueError):
        return False
