"""What a caller wants to be told after each step, in the loop's form."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from descend.engine.loop import Callback
from descend.typing import Array


def together(callbacks: tuple[Callback, ...]) -> Callback:
    """Return one callback that calls all."""

    def call(w: Array, value: Array) -> None:
        for callback in callbacks:
            callback(w, value)

    return call


def as_scipy_calls(callback: Callable[..., Any], single: bool) -> Callback:
    """Return the user's callback in the loop's form."""
    try:
        named = "intermediate_result" in inspect.signature(callback).parameters
    except (TypeError, ValueError):
        named = False
    count = 0

    def call(w: Array, value: Array) -> None:
        nonlocal count
        count += 1
        x = w[0].copy() if single else w.copy()
        if not named:
            callback(x)
            return
        from scipy.optimize import OptimizeResult

        fun = value[0].item() if single else value.copy()
        result = OptimizeResult()
        result.update(x=x, fun=fun, nit=count)
        callback(intermediate_result=result)

    return call
