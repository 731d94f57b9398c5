"""A formula as a graph of elementary operations, and the graph's exact gradient."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, reduce
from typing import Any, NamedTuple

import numpy as np
import sympy

from descend.objectives.formulas.vocabulary import NUMERIC


class Node(NamedTuple):
    """One operation; its arguments are earlier nodes."""

    kind: Any
    """"input", "constant", "add", "multiply", "chain", "power", "reciprocal", or one of SymPy's."""
    arguments: tuple[int, ...]
    constant: float = 0.0
    """The constant's value, or the input's position."""


class Graph:
    """Operations on the inputs, nodes 0 to `n_inputs - 1`, with common subexpressions shared.

    By reverse accumulation a gradient costs a small multiple of its function; expanded derivatives
    would grow with the square of its length.
    """

    def __init__(self, n_inputs: int) -> None:
        self.nodes: list[Node] = []
        self.origins: dict[int, sympy.Expr] = {}
        self._known: dict[Node, int] = {}
        for position in range(n_inputs):
            self._add(Node("input", (), float(position)))

    def _add(self, node: Node) -> int:
        if node not in self._known:
            self._known[node] = len(self.nodes)
            self.nodes.append(node)
        return self._known[node]

    def constant_of(self, node: int) -> float | None:
        """Return the value of a constant's node, None for any other."""
        kind, _, constant = self.nodes[node]
        return constant if kind == "constant" else None

    def constant(self, value: float) -> int:
        """Return the node of a number."""
        return self._add(Node("constant", (), value))

    def add(self, a: int, b: int) -> int:
        """Return the node of `a + b`."""
        x, y = self.constant_of(a), self.constant_of(b)
        if x is not None and y is not None:
            return self.constant(x + y)
        if x == 0:
            return b
        if y == 0:
            return a
        return self._add(Node("add", (a, b)))

    def multiply(self, a: int, b: int) -> int:
        """Return the node of `a * b`; a constant factor comes first, and there is one at most."""
        x, y = self.constant_of(a), self.constant_of(b)
        if x is None and y is not None:
            return self.multiply(b, a)
        if x is not None and y is not None:
            return self.constant(x * y)
        if x == 0 or x == 1:
            return a if x == 0 else b
        for inner, outer in ((b, a), (a, b)):
            node = self.nodes[inner]
            if node.kind == "multiply" and self.constant_of(node.arguments[0]) is not None:
                factor, rest = node.arguments
                return (
                    self.multiply(self.multiply(outer, factor), rest)
                    if x is not None
                    else (self.multiply(factor, self.multiply(outer, rest)))
                )
        return self._add(Node("multiply", (a, b) if x is not None else (min(a, b), max(a, b))))

    def chain(self, reached: int, slope: int) -> int:
        """Return the node of `reached * slope`, which is 0 wherever `slope` is."""
        if self.constant_of(reached) is not None or self.constant_of(slope) is not None:
            return self.multiply(reached, slope)
        return self._add(Node("chain", (reached, slope)))

    def power(self, base: int, exponent: int) -> int:
        """Return the node of `base ** exponent`; a negative power is the reciprocal of a power."""
        e = self.constant_of(exponent)
        if e is None:
            return self._add(Node("power", (base, exponent)))
        if e == 0:
            return self.constant(1.0)
        if e == 1:
            return base
        if (x := self.constant_of(base)) is not None:
            with np.errstate(all="ignore"):
                return self.constant(float(np.power(x, e)))
        if e == -1:
            return self._add(Node("reciprocal", (base,)))
        if e < 0:
            return self.power(self.power(base, self.constant(-e)), self.constant(-1.0))
        return self._add(Node("power", (base, exponent)))

    def call(self, function: Any, arguments: tuple[int, ...]) -> int:
        """Return the node of a function of SymPy."""
        constants = [self.constant_of(argument) for argument in arguments]
        if None in constants:
            return self._add(Node(function, arguments))
        with np.errstate(all="ignore"):
            return self.constant(float(NUMERIC[function](*constants)))

    def lower(self, expression: sympy.Expr, places: Mapping[sympy.Symbol, int]) -> int:
        """Return the node of a SymPy expression, its symbols being the nodes of `places`."""
        lowered: dict[sympy.Expr, int] = dict(places)

        def visit(part: sympy.Expr) -> int:
            if part not in lowered:
                lowered[part] = self._lower_one(part, map(visit, part.args))
                self.origins.setdefault(lowered[part], part)
            return lowered[part]

        return visit(expression)

    def _lower_one(self, part: sympy.Expr, operands: Iterator[int]) -> int:
        """Return the node of a part; its operands are lowered one by one."""
        if part.is_Atom:
            return self.constant(_real(part))
        if part.is_Add:
            return self.total(operands)
        if part.is_Mul:
            return reduce(self.multiply, operands)
        if part.is_Pow:
            return self.power(*operands)
        if part.func in NUMERIC:
            return self.call(part.func, tuple(operands))
        raise ValueError(
            f"{part.func.__name__} has no place in formulas: write it with + - * / ** and "
            "functions such as sin, exp, log, max, or pass a Python function"
        )

    def total(self, nodes: Iterable[int]) -> int:
        """Return the node of a sum."""
        return reduce(self.add, nodes, self.constant(0.0))

    def needed(self, outputs: Iterable[int]) -> list[int]:
        """Return the nodes that the outputs depend on, arguments first."""
        pending, found = list(outputs), set()
        while pending:
            node = pending.pop()
            if node not in found:
                found.add(node)
                pending.extend(self.nodes[node].arguments)
        return sorted(found)

    def gradient(self, output: int, inputs: Sequence[int]) -> list[int]:
        """Return the nodes of the derivatives of an output by inputs, by reverse accumulation.

        Where the argument of a root is 0, the root's derivative is infinite; if the argument's
        slope is 0 there, the root's subgradient 0 is taken.
        """
        contributions: dict[int, list[int]] = {output: [self.constant(1.0)]}
        rooted: set[int] = set()
        for node in reversed(self.needed([output])):
            if node not in contributions:
                continue
            reached = self.total(contributions[node])
            contributions[node] = [reached]
            arguments = self.nodes[node].arguments
            times = self.chain if node in rooted else self.multiply
            if node in rooted or self._is_root(node):
                rooted.update(arguments)
            for argument, slope in zip(arguments, self._slopes(node), strict=True):
                if self.constant_of(argument) is None:
                    contributions.setdefault(argument, []).append(times(reached, slope))
        return [self.total(contributions.get(node, [])) for node in inputs]

    def _is_root(self, node: int) -> bool:
        """Say whether a node is a square root, or another power between 0 and 1."""
        kind, arguments, _ = self.nodes[node]
        return kind == "power" and 0 < (self.constant_of(arguments[1]) or 0.0) < 1

    def _slopes(self, node: int) -> list[int]:
        """Return the derivatives of a node by its arguments."""
        kind, arguments, _ = self.nodes[node]
        if kind in ("input", "constant"):
            return []
        if kind == "add":
            return [self.constant(1.0)] * 2
        if kind in ("multiply", "chain"):
            return [arguments[1], arguments[0]]
        if kind == "reciprocal":
            return [self.multiply(self.constant(-1.0), self.multiply(node, node))]
        if kind == "power":
            base, exponent = arguments
            lowered = self.power(base, self.add(exponent, self.constant(-1.0)))
            by_base = self.multiply(exponent, lowered)
            if self.constant_of(exponent) is not None:
                return [by_base, exponent]
            return [by_base, self.multiply(node, self.call(sympy.log, (base,)))]
        variables, derivatives = _derivatives(kind, len(arguments))
        places = dict(zip(variables, arguments, strict=True))
        return [self.lower(derivative, places) for derivative in derivatives]


def _real(number: sympy.Expr) -> float:
    """Return a number as a float."""
    value = complex(number)
    if value.imag or not math.isfinite(value.real):
        raise ValueError(f"the formula holds {number}, which is not a finite real number")
    return value.real


@cache
def _derivatives(
    function: Any, arity: int
) -> tuple[tuple[sympy.Symbol, ...], tuple[sympy.Expr, ...]]:
    """Return symbols, and a function's derivatives by each as SymPy knows them."""
    variables = tuple(sympy.Dummy(real=True) for _ in range(arity))
    called = function(*variables)
    return variables, tuple(called.fdiff(position + 1) for position in range(arity))
