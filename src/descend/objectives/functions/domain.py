"""Where a Python function is defined."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

from descend.objectives.functions.pointwise import name_of

UNDEFINED: tuple[type[Exception], ...] = (ArithmeticError, ValueError)
"""What functions raise outside their domain: `math.log(-1)`, `1 / 0`, a matrix without a factor."""

OUTSIDE = float("nan")
"""The value of a function outside its domain."""


class Domain:
    """Where a function is defined: wherever it raises none of the errors of undefined values.

    A context in which the function is called: it passes such an error over, and warns of the
    first, once the function has had a value; before that a mistake in the function is likelier.
    """

    def __init__(
        self, function: Callable[..., Any], undefined: tuple[type[Exception], ...] = UNDEFINED
    ) -> None:
        self._function, self._undefined = function, undefined
        self.has_value = False
        self._has_warned = False

    def __enter__(self) -> None:
        """Begin a call."""

    def __exit__(self, kind: type[BaseException] | None, error: Any, traceback: Any) -> bool:
        """End a call; say whether its error only means that the function has no value there."""
        if kind is None:
            self.has_value = True
            return False
        if not self.has_value or not issubclass(kind, self._undefined):
            return False
        if not self._has_warned:
            self._has_warned = True
            first = (str(error).splitlines() or ["no message"])[0]
            warnings.warn(
                f"{name_of(self._function)} raised {kind.__name__}: {first}; points where it does "
                "are taken as outside its domain",
                UserWarning,
                stacklevel=4,
            )
        return True
