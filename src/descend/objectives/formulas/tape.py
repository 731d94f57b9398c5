"""A tape: NumPy operations in order, run for any number of points at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from descend.objectives.formulas.graph import Graph
from descend.objectives.formulas.vocabulary import NUMERIC


class Instruction(NamedTuple):
    """An operation, the slots of its arguments (`b` is -1 if unused) and of its result."""

    operation: Callable[..., Any]
    a: int
    b: int
    out: int
    node: int
    """The node of the graph that it computes."""


class Chosen(NamedTuple):
    """An operation, the nodes that it reads, and the node that it computes."""

    operation: Callable[..., Any]
    arguments: tuple[int, ...]
    node: int


class Tape:
    """The operations that some outputs of a graph need; its inputs are the graph's.

    Constants stay Python numbers, so that float32 points have float32 values. A slot is reused once
    its content is no longer needed, so a long formula on a fine grid takes the memory of a few
    grids. Compiled loops are faster because no result overwrites an argument.
    """

    def __init__(self, graph: Graph, outputs: Sequence[int]) -> None:
        writer = _Writer(graph, outputs)
        self.instructions: list[Instruction] = writer.instructions
        self.outputs: list[int] = [writer.slots[node] for node in outputs]
        self.initial: list[float | None] = writer.initial

    def run(self, inputs: Sequence[Any]) -> list[Any]:
        """Return the outputs; those that are constant are plain numbers."""
        slots: list[Any] = [*self.initial]
        slots[: len(inputs)] = inputs
        with np.errstate(all="ignore"):
            for operation, a, b, out, _ in self.instructions:
                slots[out] = operation(slots[a]) if b < 0 else operation(slots[a], slots[b])
        return [slots[slot] for slot in self.outputs]

    def first_failure(self, inputs: Sequence[float]) -> tuple[int, list[float], float] | None:
        """Return the first node that is not finite at a point, with its finite arguments."""
        slots: list[Any] = [*self.initial]
        slots[: len(inputs)] = inputs
        with np.errstate(all="ignore"):
            for operation, a, b, out, node in self.instructions:
                arguments = [slots[a]] if b < 0 else [slots[a], slots[b]]
                slots[out] = operation(*arguments)
                if not np.isfinite(slots[out]) and np.isfinite(arguments).all():
                    return node, [float(argument) for argument in arguments], float(slots[out])
        return None


_POWERS = {0.5: "sqrt", 2.0: "square", 3.0: "cube", 4.0: "fourth"}
"""Exponents that have their own operation."""


class _Writer:
    """Chooses an operation for each node, and a slot for its result."""

    def __init__(self, graph: Graph, outputs: Sequence[int]) -> None:
        self.graph = graph
        n_inputs = sum(node.kind == "input" for node in graph.nodes)
        self.initial: list[float | None] = [None] * n_inputs
        self.slots: dict[int, int] = {node: node for node in range(n_inputs)}
        self.instructions: list[Instruction] = []
        self._place(self._chosen(outputs), outputs)

    def _chosen(self, outputs: Sequence[int]) -> list[Chosen]:
        """Return the operations, chosen backwards from the outputs, and place the constants."""
        wanted = set(outputs)
        chosen: list[Chosen] = []
        for node in range(len(self.graph.nodes) - 1, -1, -1):
            if node not in wanted or node in self.slots:
                continue
            constant = self.graph.constant_of(node)
            if constant is None:
                chosen.append(self._operation(node))
                wanted.update(chosen[-1].arguments)
            else:
                self.slots[node] = len(self.initial)
                self.initial.append(constant)
        return chosen[::-1]

    def _operation(self, node: int) -> Chosen:
        """Return the operation and the arguments that compute a node."""
        kind, arguments, _ = self.graph.nodes[node]
        if kind == "add":
            return self._sum(node, *arguments)
        if kind == "multiply":
            return self._product(node, *arguments)
        if kind == "power":
            base, exponent = arguments
            special = _POWERS.get(self.graph.constant_of(exponent) or 0.0)
            if special is not None:
                return Chosen(NUMERIC[special], (base,), node)
        return Chosen(NUMERIC[kind], arguments, node)

    def _negated(self, node: int) -> int | None:
        """Return `a` if the node is `-a`."""
        kind, arguments, _ = self.graph.nodes[node]
        negates = kind == "multiply" and self.graph.constant_of(arguments[0]) == -1
        return arguments[1] if negates else None

    def _sum(self, node: int, a: int, b: int) -> Chosen:
        if (negated := self._negated(b)) is not None:
            return Chosen(NUMERIC["subtract"], (a, negated), node)
        if (negated := self._negated(a)) is not None:
            return Chosen(NUMERIC["subtract"], (b, negated), node)
        return Chosen(NUMERIC["add"], (a, b), node)

    def _product(self, node: int, a: int, b: int) -> Chosen:
        if self.graph.constant_of(a) == -1:
            return Chosen(NUMERIC["negative"], (b,), node)
        for factor, other in ((b, a), (a, b)):
            kind, arguments, _ = self.graph.nodes[factor]
            if kind == "reciprocal":
                return Chosen(NUMERIC["divide"], (other, *arguments), node)
        return Chosen(NUMERIC["multiply"], (a, b), node)

    def _place(self, chosen: Sequence[Chosen], outputs: Sequence[int]) -> None:
        """Write the instructions, giving each result a slot that is free by then."""
        last_use = {
            argument: position
            for position, operation in enumerate(chosen)
            for argument in operation.arguments
        }
        kept = {*outputs, *self.slots}
        free: list[int] = []
        for position, (operation, arguments, node) in enumerate(chosen):
            places = [self.slots[argument] for argument in arguments]
            if not free:
                free.append(len(self.initial))
                self.initial.append(None)
            self.slots[node] = free.pop()
            free += {self.slots[a] for a in arguments if last_use[a] == position and a not in kept}
            a, b = (*places, -1)[:2]
            self.instructions.append(Instruction(operation, a, b, self.slots[node], node))
