"""From a formula's syntax tree to a SymPy expression, part by part."""

from __future__ import annotations

import ast
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
from descend.objectives.formulas.names import CONSTANTS, is_variable
from descend.objectives.formulas.spelling import DEEPEST, Plain
from descend.objectives.formulas.vocabulary import WORDS, Numeric
from descend.support.suggestions import did_you_mean

# A float or a SymPy expression: numbers are folded as floats while reading, since SymPy's exact
# integers would make 9**9**9 hang.
Value: TypeAlias = Any


def too_deep() -> ValueError:
    """Return the error of a formula that is nested too deep."""
    return ValueError(f"the formula is nested more than {DEEPEST} levels deep: simplify it")


class Reader:
    """Builds a value from a syntax tree, and collects the variables in `found`."""

    def __init__(self, spelled: Plain, declared: tuple[str, ...] | None) -> None:
        self.spelled = spelled
        self.declared = declared
        self.found: set[str] = set()

    def read(self, node: ast.expr, depth: int) -> Value:
        """Return the value of a node."""
        if depth > DEEPEST:
            raise too_deep()
        match node:
            case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
                return self._number(value, node)
            case ast.Name():
                return self._name(node)
            case ast.UnaryOp(op=ast.UAdd()):
                return self.read(node.operand, depth + 1)
            case ast.UnaryOp(op=ast.USub()):
                return negated(self.read(node.operand, depth + 1))
            case ast.BinOp(op=ast.Add() | ast.Sub()):
                return self._sum(node, depth)
            case ast.BinOp(op=ast.Mult() | ast.Div()):
                return self._product(node, depth)
            case ast.BinOp(op=ast.Pow()):
                return self._power(node, depth)
            case ast.Call():
                return self._call(node, depth)
        return self._refuse(node, _refusal(node))

    def _refuse(self, node: ast.expr, why: str) -> NoReturn:
        raise ValueError(f"column {self.spelled.column(node.col_offset)}: {why}")

    def _number(self, value: float, node: ast.expr) -> float:
        """Return a float, or refuse it if it is not finite."""
        try:
            number = float(value)
        except OverflowError:
            number = math.inf
        if math.isinf(number):
            self._refuse(node, "a number overflows here: keep numbers below 1e308")
        if math.isnan(number):
            self._refuse(
                node, "this is not a real number: a root or logarithm of something negative"
            )
        return number

    def _simplest(self, value: sympy.Expr, node: ast.expr) -> Value:
        """Return a value, as a float if its variables have cancelled."""
        return self._number(float(value), node) if isinstance(value, sympy.Number) else value

    def _name(self, node: ast.Name) -> Value:
        name = node.id
        if self.declared is not None and name in self.declared:
            return sympy.Symbol(name, real=True)
        if name in CONSTANTS:
            return CONSTANTS[name]
        if name in WORDS:
            self._refuse(node, f"{name!r} is a function and needs its argument: write {name}(...)")
        if self.declared is not None:
            self._refuse(
                node, f"unknown name {name!r}: the variables are {', '.join(self.declared)}"
            )
        if not is_variable(name):
            hint = did_you_mean(name, [*WORDS, *CONSTANTS])
            self._refuse(
                node,
                f"unknown name {name!r}{hint}; a variable is a letter or a Greek "
                "letter's name, with an optional number: x, y2, theta",
            )
        self.found.add(name)
        return sympy.Symbol(name, real=True)

    def _chain(
        self, node: ast.BinOp, operators: tuple[type[ast.operator], ...], depth: int
    ) -> list[tuple[ast.operator | None, Value]]:
        """Read `a + b - c ...`, a left-deep tree, without recursion."""
        links: list[tuple[ast.operator, ast.expr]] = []
        first: ast.expr = node
        while isinstance(first, ast.BinOp) and isinstance(first.op, operators):
            links.append((first.op, first.right))
            first = first.left
        return [
            (None, self.read(first, depth + 1)),
            *((op, self.read(right, depth + 1)) for op, right in reversed(links)),
        ]

    def _sum(self, node: ast.BinOp, depth: int) -> Value:
        constant = 0.0
        terms: list[sympy.Expr] = []
        for operator, value in self._chain(node, (ast.Add, ast.Sub), depth):
            signed = negated(value) if isinstance(operator, ast.Sub) else value
            if isinstance(signed, float):
                constant += signed
            else:
                terms.append(signed)
        self._number(constant, node)
        if not terms:
            return constant
        if constant:
            terms.append(sympy.Float(constant))
        return self._simplest(sympy.Add(*terms, evaluate=all(map(is_shallow, terms))), node)

    def _product(self, node: ast.BinOp, depth: int) -> Value:
        constant = 1.0
        factors: list[sympy.Expr] = []
        for operator, value in self._chain(node, (ast.Mult, ast.Div), depth):
            divides = isinstance(operator, ast.Div)
            if not isinstance(value, float):
                factors.append(power(value, sympy.S.NegativeOne) if divides else value)
            elif divides and value == 0:
                self._refuse(node, "division by zero: the divisor here is always 0")
            else:
                constant = constant / value if divides else constant * value
        self._number(constant, node)
        if not factors:
            return constant
        if constant != 1:
            factors.append(sympy.S.NegativeOne if constant == -1 else sympy.Float(constant))
        return self._simplest(sympy.Mul(*factors, evaluate=all(map(is_shallow, factors))), node)

    def _power(self, node: ast.BinOp, depth: int) -> Value:
        base = self.read(node.left, depth + 1)
        exponent = self.read(node.right, depth + 1)
        if isinstance(base, float) and isinstance(exponent, float):
            if base == 0 and exponent < 0:
                self._refuse(node, "division by zero: 0 to a negative power")
            return self._folded(np.power, (base, exponent), node)
        if isinstance(base, float):
            if base == math.e:
                return self._simplest(sympy.exp(exponent, evaluate=is_shallow(exponent)), node)
            return 1.0 if base == 1 else self._simplest(power(sympy.Float(base), exponent), node)
        if isinstance(exponent, float):
            if exponent == 0:
                return 1.0
            exponent = _exponent(base, exponent)
        return self._simplest(power(base, exponent), node)

    def _call(self, node: ast.Call, depth: int) -> Value:
        if not isinstance(node.func, ast.Name):
            self._refuse(node, "only a function's name can be called: put a * before the '('")
        name = node.func.id
        word = WORDS.get(name)
        if word is None:
            if is_variable(name) or name in (self.declared or ()):
                self._refuse(node, f"{name!r} is not a function: write {name}*(...) for a product")
            self._refuse(node, f"unknown function {name!r}{did_you_mean(name, WORDS)}")
        if node.keywords:
            self._refuse(node, f"{name} takes no named arguments")
        if len(node.args) != word.arity:
            plural = "" if word.arity == 1 else "s"
            self._refuse(node, f"{name} takes {word.arity} argument{plural}, not {len(node.args)}")
        values = [self.read(argument, depth + 1) for argument in node.args]
        if all(isinstance(value, float) for value in values):
            return self._folded(word.numeric, values, node)
        operands = [sympy.sympify(value) for value in values]
        built = word.build(*operands, evaluate=all(map(is_shallow, operands)))
        return self._simplest(built, node)

    def _folded(self, numeric: Numeric, values: Sequence[Value], node: ast.expr) -> float:
        with np.errstate(all="ignore"):
            return self._number(float(numeric(*values)), node)


def _exponent(base: sympy.Expr, exponent: float) -> sympy.Expr:
    """Return an exact exponent where it is small, also together with the powers inside the base."""
    if (2 * exponent).is_integer() and abs(exponent) * _inner_power(base) <= LARGEST_EXACT_POWER:
        return sympy.Rational(int(2 * exponent), 2)
    return sympy.Float(exponent)


def _inner_power(base: sympy.Expr) -> float:
    """Return the largest numeric exponent among the factors of a base."""
    exponents = [factor.as_base_exp()[1] for factor in sympy.Mul.make_args(base)]
    return max(abs(float(exponent)) if exponent.is_Number else 1.0 for exponent in exponents)


def _refusal(node: ast.expr) -> str:
    """Say why formulas have no such node."""
    match node:
        case ast.Tuple(elts=[]):
            return "there is nothing between the brackets"
        case ast.Tuple():
            return "a comma stands between two formulas here: write one"
        case ast.Starred():
            return "a * or ** has nothing before it"
        case ast.BinOp(op=ast.FloorDiv()):
            return "there is no floor division // in formulas: write / for division"
    return (
        f"{type(node).__name__} is not part of formulas: use numbers, names, + - * / ** and "
        "functions"
    )
