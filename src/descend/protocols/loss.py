"""How wrong a prediction is."""

from typing import Protocol, runtime_checkable

from descend.protocols.arrays import Array
from descend.protocols.remembering import Remembering
from descend.support.intervals import Interval


@runtime_checkable
class Loss(Protocol, metaclass=Remembering):
    """How wrong a prediction is, element by element; `z` is the prediction before the link."""

    @property
    def normalised(self) -> bool:
        """Whether a row of `z` is first shifted to log-probabilities, which add up to one."""

    @property
    def largest_curvature(self) -> float:
        """The supremum of `curvature`, from which a safe learning rate follows."""

    def value(self, y: Array, z: Array) -> Array:
        """Return the loss of each element."""

    def slope(self, y: Array, z: Array) -> Array:
        """Return the derivative of the loss by `z`."""

    def curvature(self, y: Array, z: Array) -> Array:
        """Return the second derivative of the loss by `z`."""

    def mean(self, z: Array) -> Array:
        """Return the prediction in the units of `y` (the inverse link)."""


@runtime_checkable
class Probabilistic(Protocol, metaclass=Remembering):
    """A loss for classes whose prediction is a probability."""

    def probability(self, z: Array) -> Array:
        """Return the probability of `y = 1`; that of `y = 0` is `probability(-z)`."""


@runtime_checkable
class Restricted(Protocol, metaclass=Remembering):
    """A loss that is not defined for all targets."""

    @property
    def domain(self) -> Interval:
        """The targets for which it is."""


@runtime_checkable
class Linked(Protocol, metaclass=Remembering):
    """A loss whose scores are not in the units of `y`: a descent starts at the mean of `y`."""

    def link(self, mean: Array) -> Array:
        """Return the `z` of a prediction in the units of `y`: what `mean` is the inverse of."""


@runtime_checkable
class Curved(Protocol, metaclass=Remembering):
    """A loss whose curvature at `z` says little of its curvature nearby."""

    def typical_curvature(self, y: Array, z: Array) -> Array:
        """Return a curvature to scale steps by: above zero where the slope is not zero."""


@runtime_checkable
class Smoothable(Protocol, metaclass=Remembering):
    """A loss with kinks, at which its slope jumps, that has a smooth approximation."""

    def smoothed(self, width: float) -> Loss:
        """Return a smooth loss that is off by about `width` at a kink, and less elsewhere."""


@runtime_checkable
class Bent(Protocol, metaclass=Remembering):
    """A loss of two straight lines that meet at zero."""

    def bend(self, y: Array) -> tuple[Array, Array, Array]:
        """Return `place, lowest, highest` for each target, with `lowest <= 0 <= highest`.

        The loss is `max(lowest * (z - place), highest * (z - place))`.
        """


@runtime_checkable
class Supporting(Protocol, metaclass=Remembering):
    """A smooth loss whose slopes are those of lines below the loss with kinks."""

    def shortfall(self, y: Array, z: Array) -> Array:
        """Return how far the loss with kinks lies above the highest such line at `z`."""


@runtime_checkable
class Redescending(Protocol, metaclass=Remembering):
    """A loss whose slope falls again far away, so that it is not convex, and has many minima."""

    def convex(self) -> Loss:
        """Return the convex loss that it resembles near its target."""


@runtime_checkable
class StatesQuadratic(Protocol, metaclass=Remembering):
    """A loss that states whether it is quadratic in `z`; see `descend.losses.is_quadratic`."""

    @property
    def quadratic(self) -> bool:
        """Whether the curvature is the same everywhere."""
