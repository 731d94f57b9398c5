"""What an optimizer's class states: whether its step is element-wise."""

from typing import TypeVar

from descend.optimizers.traits.measured import steps_elementwise
from descend.protocols import Optimizer, StatesElementwise
from descend.support.tree import nodes

T = TypeVar("T")


def whole_vector(kind: type[T]) -> type[T]:
    """State of a class that a coordinate's step depends on the others: on a norm, or a sum."""
    kind.elementwise = False  # type: ignore[attr-defined]
    return kind


def is_elementwise(optimizer: Optimizer) -> bool:
    """Say whether a coordinate's step depends on no other coordinate: no norms, no sums.

    The library's are, unless they or what they wrap state otherwise. A user's own may state it
    (`descend.protocols.StatesElementwise`); else it is measured.

    Examples
    --------
    >>> from descend.optimizers import LAMB, Adam, Averaged
    >>> is_elementwise(Averaged(Adam())), is_elementwise(Averaged(LAMB()))
    (True, False)
    """
    parts = [part for part in nodes(optimizer) if isinstance(part, Optimizer)] or [optimizer]
    stated = [part.elementwise for part in parts if isinstance(part, StatesElementwise)]
    known = all(isinstance(part, StatesElementwise) or _is_ours(part) for part in parts)
    return all(stated) if known else steps_elementwise(optimizer)


def _is_ours(optimizer: Optimizer) -> bool:
    return type(optimizer).__module__.startswith("descend.optimizers.")
