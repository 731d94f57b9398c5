"""Protocols that are asked of an object at every step, and so remember what a type answered."""

from typing import _ProtocolMeta
from weakref import WeakKeyDictionary

_ANSWERS: WeakKeyDictionary[type, dict[type, bool]] = WeakKeyDictionary()


class Remembering(_ProtocolMeta):
    """Lets `isinstance` ask named tuples for a protocol's methods once a type.

    Python looks the methods up anew each time, which takes as long as a step of a few coordinates.
    An object with attributes of its own is asked itself: another of its type may have others.
    """

    def __instancecheck__(self, instance: object) -> bool:
        kind = type(instance)
        known = _ANSWERS.get(kind)
        if known is not None and self in known:
            return known[self]
        answer: bool = super().__instancecheck__(instance)
        if issubclass(kind, tuple) and not kind.__dictoffset__:
            _ANSWERS.setdefault(kind, {})[self] = answer
        return answer
