"""What is descended."""

from typing import Protocol, runtime_checkable

from descend.protocols.arrays import Array
from descend.protocols.penalty import Penalty
from descend.protocols.remembering import Remembering


@runtime_checkable
class Objective(Protocol, metaclass=Remembering):
    """What is descended."""

    def value(self, w: Array) -> Array:
        """Return the values at `w`: `(..., d)` to `(...)`."""

    def value_and_gradient(self, w: Array) -> tuple[Array, Array]:
        """Return the values and gradients at `w`: `(..., d)` to `(...)` and `(..., d)`."""

    def hessian_product(self, w: Array, v: Array) -> Array:
        """Return the Hessian at `w` times `v`: `(..., d)`.

        One that does not know it raises `NotImplementedError`; whoever must know it, as to tell a
        minimum from a saddle, then takes differences of gradients.
        """


@runtime_checkable
class Named(Protocol, metaclass=Remembering):
    """An objective whose coordinates have names of their own."""

    @property
    def names(self) -> tuple[str, ...]:
        """The coordinates' names, in order."""


@runtime_checkable
class Composite(Protocol, metaclass=Remembering):
    """An objective with a part that is not smooth; its gradient is that of the smooth part."""

    def nonsmooth(self, w: Array) -> Penalty:
        """Return that penalty, whose value and smooth gradient the objective's hold already."""


@runtime_checkable
class Inexact(Protocol, metaclass=Remembering):
    """An objective that knows how inexact its values are, as a sum of many terms does."""

    def value_rounding(self, w: Array) -> Array:
        """Return how far rounding may move the values at `w`: `(..., d)` to `(...)`."""
