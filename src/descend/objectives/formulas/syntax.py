"""The parts of a formula as it was written, before they become SymPy's."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias


class Number(NamedTuple):
    """A number; `scientific` if it was written with an exponent, as 2e3."""

    value: float
    column: int
    scientific: bool


class Name(NamedTuple):
    """A variable or a constant."""

    name: str
    column: int


class Group(NamedTuple):
    """What stands in parentheses."""

    inner: Node
    column: int


class Negative(NamedTuple):
    """A minus sign before an operand."""

    operand: Node
    column: int


class Sum(NamedTuple):
    """Terms, each with whether it is subtracted."""

    terms: tuple[tuple[bool, Node], ...]
    column: int


class Product(NamedTuple):
    """Factors, each with whether it is divided by."""

    factors: tuple[tuple[bool, Node], ...]
    column: int


class Power(NamedTuple):
    """A base to an exponent."""

    base: Node
    exponent: Node
    column: int


class Call(NamedTuple):
    """A function of arguments; `enclosed` if they stand in parentheses or bars."""

    function: str
    arguments: tuple[Node, ...]
    column: int
    enclosed: bool = True


Node: TypeAlias = Number | Name | Group | Negative | Sum | Product | Power | Call


def open_end(node: Node) -> Node | None:
    """Return the part at the end of a node that what comes next might belong to, None if none.

    That is an exponent, or the argument of a function without parentheses: `2^3` of `2^3x`.
    """
    match node:
        case Negative(operand=operand):
            return open_end(operand)
        case Call(enclosed=False):
            return node
        case Power(base=Call(enclosed=False)):  # sin^2 x
            return node.base
        case Power(exponent=Group()):
            return None
        case Power():
            return open_end(node.exponent) or node
    return None
