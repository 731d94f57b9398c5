"""What keeps parameters small, or between bounds."""

from typing import Protocol, runtime_checkable

from descend.protocols.arrays import Array, Rate
from descend.protocols.remembering import Remembering


@runtime_checkable
class Penalty(Protocol, metaclass=Remembering):
    """What is added to the mean loss, element by element, to keep parameters small."""

    def value(self, w: Array) -> Array:
        """Return the penalty of each parameter."""

    def gradient(self, w: Array) -> Array:
        """Return the derivative of the smooth part."""

    def curvature(self, w: Array) -> Array:
        """Return the second derivative of the smooth part."""

    def prox(self, w: Array, rate: Rate) -> Array:
        """Return the proximal step of the part that is not smooth."""


@runtime_checkable
class Kinked(Protocol, metaclass=Remembering):
    """A penalty with a kink at zero: its slope jumps there, from `-kink` to `kink`."""

    def kink(self) -> float | Array:
        """Return the size of the slope on either side of zero."""


@runtime_checkable
class StatesSubgradient(Protocol, metaclass=Remembering):
    """A penalty, as one on groups, that states what it leaves of the gradient beside it."""

    def minimum_norm_subgradient(self, w: Array, g: Array) -> Array:
        """Return the smallest subgradient of a function of gradient `g` and this penalty."""


@runtime_checkable
class StatesSmooth(Protocol, metaclass=Remembering):
    """A penalty that states whether it is smooth; see `descend.penalties.is_smooth`."""

    @property
    def smooth(self) -> bool:
        """Whether its `prox` changes nothing: it is its smooth part alone."""
