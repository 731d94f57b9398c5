"""What a protocol remembers of a type is what Python's own look-up says of each object."""

from collections.abc import Callable
from typing import NamedTuple, Protocol, runtime_checkable

import pytest

from descend import losses, optimizers, penalties, protocols
from descend.objectives.composite import MaskedPenalty
from descend.protocols.remembering import Remembering

ASKED = [kind for kind in vars(protocols).values() if isinstance(kind, Remembering)]


class Plain(NamedTuple):
    alpha: float = 1.0


class Able(NamedTuple):
    alpha: float = 1.0

    def kink(self) -> float:
        return self.alpha


class Assigned:
    """Has the method only if it is given one."""

    def __init__(self, kink: Callable[[], float] | None = None) -> None:
        if kink is not None:
            self.kink = kink


class AbleWithAttributes(Able):
    """A named tuple whose objects have attributes of their own."""


class Refusing:
    """Says of a method that it has none."""

    kink = None


@runtime_checkable
class PlainlyKinked(Protocol):
    def kink(self) -> float: ...


def test_the_protocols_are_asked():
    assert {protocols.Kinked, protocols.Valued, protocols.Search, protocols.Smoothable} <= {*ASKED}


@pytest.mark.parametrize("kind", ASKED, ids=lambda kind: kind.__name__)
def test_answers_are_those_of_a_plain_protocol(kind):
    members = {name: member for name, member in vars(kind).items() if not name.startswith("_")}
    bases = [base for base in kind.__mro__[1:] if base in ASKED]
    for base in bases:
        members |= {name: each for name, each in vars(base).items() if not name.startswith("_")}
    plain = runtime_checkable(type(Protocol)("Twin", (Protocol,), members))
    parts = [
        *(optimizers.by_name(name) for name in optimizers.names()),
        *(made() for made in (penalties.L1, penalties.L2, penalties.NoPenalty)),
        *(losses.SquaredError(), losses.Huber(), losses.LogLoss(), losses.Hinge()),
        MaskedPenalty(penalties.L1(), None), 1.0, (), "text",
    ]  # fmt: skip
    for part in parts:
        for _ in range(2):  # asked, and remembered
            assert isinstance(part, kind) == isinstance(part, plain), part


@pytest.mark.parametrize(
    "objects",
    [
        [Plain(), Able(), Plain(), Able()],
        [Refusing(), Refusing(), Able()],
        [Assigned(), Assigned(lambda: 1.0), Assigned(), Assigned(lambda: 1.0)],
        [AbleWithAttributes(), Plain(), AbleWithAttributes()],
        [Able, Plain, int, None],
    ],
    ids=["tuples", "refused", "own attributes", "subclass", "classes"],
)
def test_each_object_gets_its_own_answer(objects):
    assert [isinstance(each, protocols.Kinked) for each in objects] == [
        isinstance(each, PlainlyKinked) for each in objects
    ]


class Derived(protocols.Kinked):
    """A class of its own: who has the method alone is none."""

    def kink(self) -> float:
        return 1.0


def test_a_class_derived_from_a_protocol_is_asked_by_its_name():
    assert isinstance(Derived(), Derived)
    assert isinstance(Derived(), protocols.Kinked)
    assert not isinstance(Able(), Derived)


class Answering:
    """An objective whose members are the ones given, whatever they hold."""

    def __init__(self, **members: object) -> None:
        vars(self).update(members)


@pytest.mark.parametrize(
    ("kind", "members", "answer"),
    [
        (protocols.Named, {"names": None}, True),  # what it holds is not asked
        (protocols.Named, {}, False),
        (protocols.Composite, {"nonsmooth": abs}, True),
        (protocols.Composite, {"nonsmooth": None}, False),
        (protocols.Objective, {"value": abs, "value_and_gradient": abs}, False),
    ],
)
def test_objectives_are_asked_themselves(kind, members, answer):
    for _ in range(2):
        assert isinstance(Answering(**members), kind) is answer
