"""What an optimizer's class states: whether its step is element-wise."""

from typing import TypeVar

from descend.optimizers.traits.measured import steps_elementwise
from descend.protocols import Optimizer, StatesElementwise
from descend.support.tree import nodes

T = TypeVar("T")


def elementwise(kind: type[T]) -> type[T]:
    """State of a class that a coordinate's step depends on no other (but by what it wraps)."""
    kind.elementwise = True  # type: ignore[attr-defined]
    return kind


def whole_vector(kind: type[T]) -> type[T]:
    """State of a class that a coordinate's step depends on the others: on a norm, or a sum."""
    kind.elementwise = False  # type: ignore[attr-defined]
    return kind


def is_elementwise(optimizer: Optimizer) -> bool:
    """Say whether a coordinate's step depends on no other coordinate: no norms, no sums.

    An optimizer is element-wise if its class and those of all that it wraps state it. Where one of
    them states nothing, as a user's own need not, it is measured.

    Examples
    --------
    >>> from descend.optimizers import LAMB, Adam, Averaged
    >>> is_elementwise(Averaged(Adam())), is_elementwise(Averaged(LAMB()))
    (True, False)
    """
    parts = [part for part in nodes(optimizer) if isinstance(part, Optimizer)] or [optimizer]
    stated = [part.elementwise for part in parts if isinstance(part, StatesElementwise)]
    return all(stated) if len(stated) == len(parts) else steps_elementwise(optimizer)
