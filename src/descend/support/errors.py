"""What can go wrong beyond a wrong argument."""

from typing import Any


class DivergenceError(ArithmeticError):
    """A descent diverged: its learning rate was too large for the data.

    The message names the rate, a rate that is safe for this data, and what to change.

    Attributes
    ----------
    descent
        The record up to then, a `Descent`, which `plot()` and `explain()` take; None where there is
        none.
    """

    def __init__(self, message: str, descent: Any = None) -> None:
        super().__init__(message)
        self.descent = descent
