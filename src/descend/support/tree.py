"""Trees of tuples: NamedTuples such as optimizers around others, losses, penalties.

A leaf is anything that is no tuple.
"""

from collections.abc import Callable, Iterator
from typing import Any


def nodes(part: Any) -> Iterator[Any]:
    """Iterate over the nodes of a tree, each before what it wraps.

    Examples
    --------
    >>> from descend.optimizers import SGD, Lookahead
    >>> [type(node).__name__ for node in nodes(Lookahead(SGD()))]
    ['Lookahead', 'SGD']
    """
    if isinstance(part, tuple):
        yield part
        for child in part:
            yield from nodes(child)


def leaves(part: Any) -> Iterator[Any]:
    """Iterate over the leaves of a tree, in order."""
    if isinstance(part, tuple):
        for child in part:
            yield from leaves(child)
    else:
        yield part


def map_children(part: Any, change: Callable[[Any], Any]) -> Any:
    """Return a node with each child changed; the very same node if no child did."""
    children = [change(child) for child in part]
    same = all(new is child for new, child in zip(children, part, strict=True))
    return part if same else type(part)(*children)


def map_leaves(part: Any, change: Callable[[Any], Any]) -> Any:
    """Return a tree with each leaf changed; the very same tree if no leaf did."""
    if isinstance(part, tuple):
        return map_children(part, lambda child: map_leaves(child, change))
    return change(part)
