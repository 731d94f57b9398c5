"""Protocols that objects are asked for often, and so remember what to look for."""

from functools import cache
from typing import _ProtocolMeta
from weakref import WeakKeyDictionary

_ANSWERS: WeakKeyDictionary[type, dict[type, bool]] = WeakKeyDictionary()


class Remembering(_ProtocolMeta):
    """Lets `isinstance` look for a protocol's members without collecting their names each time.

    Python does, which takes as long as a step of a few coordinates. Named tuples are asked once a
    type; an object with attributes of its own is asked itself: another of its type may have others.
    """

    def __instancecheck__(self, instance: object) -> bool:
        if not getattr(self, "_is_protocol", False):  # a class that was derived from a protocol
            return bool(super().__instancecheck__(instance))
        kind = type(instance)
        known = _ANSWERS.get(kind)
        if known is not None and self in known:
            return known[self]
        answer = all(
            getattr(instance, name, None) is not None if is_method else hasattr(instance, name)
            for name, is_method in _members(self)
        )
        if issubclass(kind, tuple) and not kind.__dictoffset__:
            _ANSWERS.setdefault(kind, {})[self] = answer
        return answer


@cache
def _members(protocol: type) -> tuple[tuple[str, bool], ...]:
    """Return the names of a protocol's members, and whether each is a method."""
    found = {
        name: callable(member)
        for base in reversed(protocol.__mro__)
        if getattr(base, "_is_protocol", False)
        for name, member in vars(base).items()
        if not name.startswith("_")
    }
    return tuple(found.items())
