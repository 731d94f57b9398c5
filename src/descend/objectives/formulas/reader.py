"""From a formula's syntax to a SymPy expression, part by part."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NoReturn, TypeAlias

import numpy as np
import sympy

from descend.objectives.formulas.expression_depth import (
    LARGEST_EXACT_POWER,
    is_shallow,
    negated,
    power,
)
from descend.objectives.formulas.grammar import DEEPEST, too_deep
from descend.objectives.formulas.names import CONSTANTS, Vocabulary
from descend.objectives.formulas.syntax import (
    Call,
    Group,
    Name,
    Negative,
    Node,
    Number,
    Power,
    Product,
    Sum,
)
from descend.objectives.formulas.vocabulary import WORDS, Numeric

# A float or a SymPy expression: numbers are folded as floats while reading, since SymPy's exact
# integers would make 9**9**9 hang.
Value: TypeAlias = Any


class Reader:
    """Builds a value from a formula's syntax, and collects the variables in `found`."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.found: set[str] = set()

    def read(self, node: Node, depth: int) -> Value:
        """Return the value of a node."""
        if depth > DEEPEST:
            raise too_deep()
        match node:
            case Number():
                return _number(node.value, node)
            case Name():
                return self._name(node)
            case Group():
                return self.read(node.inner, depth)
            case Negative():
                return negated(self.read(node.operand, depth + 1))
            case Sum():
                return self._sum(node, depth)
            case Product():
                return self._product(node, depth)
            case Power():
                return self._power(node, depth)
            case Call():
                return self._call(node, depth)

    def _name(self, node: Name) -> Value:
        name = node.name
        if self.vocabulary.is_constant(name):
            return CONSTANTS[name]
        if not self.vocabulary.is_variable(name):
            _refuse(node, self.vocabulary.unknown_name(name))
        self.found.add(name)
        return sympy.Symbol(name, real=True)

    def _sum(self, node: Sum, depth: int) -> Value:
        constant = 0.0
        terms: list[sympy.Expr] = []
        for subtracted, term in node.terms:
            value = self.read(term, depth + 1)
            signed = negated(value) if subtracted else value
            if isinstance(signed, float):
                constant += signed
            else:
                terms.append(signed)
        _number(constant, node)
        if not terms:
            return constant
        if constant:
            terms.append(sympy.Float(constant))
        return _simplest(sympy.Add(*terms, evaluate=all(map(is_shallow, terms))), node)

    def _product(self, node: Product, depth: int) -> Value:
        constant = 1.0
        factors: list[sympy.Expr] = []
        for divides, factor in node.factors:
            value = self.read(factor, depth + 1)
            if not isinstance(value, float):
                factors.append(power(value, sympy.S.NegativeOne) if divides else value)
            elif divides and value == 0:
                _refuse(node, "division by zero: the divisor here is always 0")
            else:
                constant = constant / value if divides else constant * value
        _number(constant, node)
        if not factors:
            return constant
        if constant != 1:
            factors.append(sympy.S.NegativeOne if constant == -1 else sympy.Float(constant))
        return _simplest(sympy.Mul(*factors, evaluate=all(map(is_shallow, factors))), node)

    def _power(self, node: Power, depth: int) -> Value:
        base = self.read(node.base, depth + 1)
        exponent = self.read(node.exponent, depth + 1)
        if isinstance(base, float) and isinstance(exponent, float):
            if base == 0 and exponent < 0:
                _refuse(node, "division by zero: 0 to a negative power")
            return _folded(np.power, (base, exponent), node)
        if isinstance(base, float):
            if base == math.e:
                return _simplest(sympy.exp(exponent, evaluate=is_shallow(exponent)), node)
            return 1.0 if base == 1 else _simplest(power(sympy.Float(base), exponent), node)
        if isinstance(exponent, float):
            if exponent == 0:
                return 1.0
            exponent = _exponent(base, exponent)
        return _simplest(power(base, exponent), node)

    def _call(self, node: Call, depth: int) -> Value:
        word = WORDS[node.function]
        given = len(node.arguments)
        if given < word.arity or (given > word.arity and not word.many):
            plural = "" if word.arity == 1 else "s"
            least = f"{word.arity} or more" if word.many else str(word.arity)
            _refuse(node, f"{node.function} takes {least} argument{plural}, not {given}")
        values = [self.read(argument, depth + 1) for argument in node.arguments]
        if all(isinstance(value, float) for value in values):
            return _folded(word.numeric, values, node)
        operands = [sympy.sympify(value) for value in values]
        built = word.build(*operands, evaluate=all(map(is_shallow, operands)))
        return _simplest(built, node)


def _refuse(node: Node, why: str) -> NoReturn:
    raise ValueError(f"column {node.column}: {why}")


def _number(value: float, node: Node) -> float:
    """Return a float, or refuse it if it is not finite."""
    if math.isinf(value):
        _refuse(node, "a number overflows here: keep numbers below 1e308")
    if math.isnan(value):
        _refuse(node, "this is not a real number: a root or logarithm of something negative")
    return value


def _simplest(value: sympy.Expr, node: Node) -> Value:
    """Return a value, as a float if its variables have cancelled."""
    return _number(float(value), node) if isinstance(value, sympy.Number) else value


def _folded(numeric: Numeric, values: Sequence[Value], node: Node) -> float:
    with np.errstate(all="ignore"):
        return _number(float(numeric(*values)), node)


def _exponent(base: sympy.Expr, exponent: float) -> sympy.Expr:
    """Return an exact exponent where it is small, also together with the powers inside the base."""
    if (2 * exponent).is_integer() and abs(exponent) * _inner_power(base) <= LARGEST_EXACT_POWER:
        return sympy.Rational(int(2 * exponent), 2)
    return sympy.Float(exponent)


def _inner_power(base: sympy.Expr) -> float:
    """Return the largest numeric exponent among the factors of a base."""
    exponents = [factor.as_base_exp()[1] for factor in sympy.Mul.make_args(base)]
    return max(abs(float(exponent)) if exponent.is_Number else 1.0 for exponent in exponents)
