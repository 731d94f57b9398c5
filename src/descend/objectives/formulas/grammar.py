"""From a formula's tokens to its syntax: what binds to what.

Powers bind first, from the right; then signs; then products and quotients, then sums, from the
left. A product needs no sign where its meaning is plain: `2x^2`, `3(x + 1)`, `x sin(y)`. A function
needs no parentheses around a variable with its coefficient and power: `sin x`, `cos 2πx`, `ln x^2`.
What calculators read in different ways is refused, with the ways to write it: see `juxtaposition`.
"""

from __future__ import annotations

from typing import NoReturn

from descend.objectives.formulas.juxtaposition import (
    ROOTS,
    unclear_argument,
    unclear_continuation,
    unclear_product,
)
from descend.objectives.formulas.names import Vocabulary
from descend.objectives.formulas.spelling import Plain
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
from descend.objectives.formulas.tokens import Token, quoted, tokens_of

DEEPEST = 60
"""The most levels that parentheses, powers and signs may be nested."""


def too_deep() -> ValueError:
    """Return the error of a formula that is nested too deep."""
    return ValueError(f"the formula is nested more than {DEEPEST} levels deep: simplify it")


class Grammar:
    """Reads the tokens of a formula from left to right."""

    def __init__(self, spelled: Plain, vocabulary: Vocabulary) -> None:
        self.text = spelled.text
        self.vocabulary = vocabulary
        self.tokens = tokens_of(spelled)
        self.place = 0
        # the brackets and bars that are open, and which brackets hold `|a| b`, where `b` is bare
        self.opened: list[Token] = []
        self.after_bars = [False]

    def read(self) -> Node:
        """Return the syntax of the whole formula."""
        tree = self._sum(0)
        token = self._next
        if token.text == ")":
            _refuse(token, "it closes nothing: remove it, or add a '('")
        if token.text == ",":
            self._refuse_comma(token)
        if token.kind != "end":
            _refuse(token, "it is too much there: remove it")
        return tree

    @property
    def _next(self) -> Token:
        return self.tokens[self.place]

    @property
    def _before(self) -> Token | None:
        return self.tokens[self.place - 1] if self.place else None

    def _advance(self) -> Token:
        self.place += 1
        return self.tokens[self.place - 1]

    def _written(self, first: int, last: int) -> str:
        """Return the text of some tokens, or dots if it is long."""
        text = self.text[self.tokens[first].start : self.tokens[last - 1].stop]
        return text.replace("**", "^") if len(text) <= 20 else "(...)"

    def _is_function(self, token: Token) -> bool:
        return token.kind == "name" and self.vocabulary.is_function(token.text)

    def _starts_operand(self, token: Token) -> bool:
        """Say whether a token after an operand starts another one; a bar may close instead."""
        if token.text == "|":
            return not (self.opened and self.opened[-1].text == "|")
        return token.kind in ("number", "name") or token.text == "("

    def _sum(self, depth: int) -> Node:
        if depth > DEEPEST:
            raise too_deep()
        column = self._next.column
        terms = [(False, self._product(depth))]
        while self._next.text in ("+", "-"):
            subtracted = self._advance().text == "-"
            terms.append((subtracted, self._product(depth)))
        return terms[0][1] if len(terms) == 1 else Sum(tuple(terms), column)

    def _product(self, depth: int) -> Node:
        """Read factors, with signs between them or side by side."""
        column = self._next.column
        begun, dividend = self.place, ""
        factors = [(False, self._factor(depth))]
        while True:
            token, ended = self._next, self.place
            before = factors[-1][1]
            if token.text in ("*", "/"):
                self._advance()
                if not self._is_function(self._next) and (why := unclear_continuation(before)):
                    _refuse(token, why)
                dividend = f"{self._written(begun, ended)}/" if token.text == "/" else ""
                begun = ended + 1
                factors.append((token.text == "/", self._factor(depth)))
            elif self._starts_operand(token):
                self._watch_bars(token)
                after = self._power(depth)
                texts = self._written(begun, ended), self._written(ended, self.place)
                why = unclear_product(before, after, texts, token, dividend, self.vocabulary)
                if why:
                    _refuse(token, why)
                begun = ended
                factors.append((False, after))
            else:
                break
        return factors[0][1] if len(factors) == 1 else Product(tuple(factors), column)

    def _watch_bars(self, token: Token) -> None:
        """Refuse bars that can be paired in two ways: `|x|y|z|`."""
        after_bar = self._before is not None and self._before.text == "|"
        if token.text == "|":
            if self.after_bars[-1] and not after_bar:
                _refuse(token, "these bars can be paired in two ways: write abs(...)")
        elif after_bar:
            self.after_bars[-1] = True

    def _factor(self, depth: int) -> Node:
        """Read an operand with the signs before it."""
        signs: list[Token] = []
        while self._next.text in ("+", "-"):
            signs.append(self._advance())
        if depth + len(signs) > DEEPEST:
            raise too_deep()
        operand = self._power(depth + len(signs))
        for sign in reversed(signs):
            operand = Negative(operand, sign.column) if sign.text == "-" else operand
        return operand

    def _power(self, depth: int) -> Node:
        base = self._operand(depth)
        token = self._next
        if token.text != "**":
            return base
        if isinstance(base, Call) and not base.enclosed:
            _refuse(token, f"write {base.function}(x)^... or {base.function}(x^...)")
        if isinstance(base, Power):
            _refuse(token, "two powers follow one another here: put parentheses around one")
        self._advance()
        return Power(base, self._factor(depth + 1), token.column)

    def _operand(self, depth: int) -> Node:
        """Read a number, a name, a function's value, or what stands in parentheses or bars."""
        if depth > DEEPEST:
            raise too_deep()
        token = self._advance()
        if token.kind == "number":
            return Number(float(token.text), token.column, "e" in token.text.lower())
        if self._is_function(token):
            return self._function(token, depth)
        if token.kind == "name":
            if self._next.text == "(" and not self.vocabulary.is_known(token.text):
                why = self.vocabulary.unknown_function(token.text)
                raise ValueError(f"column {token.column}: {why}")
            return Name(token.text, token.column)
        if token.text == "(":
            return Group(self._enclosed(token, depth)[0], token.column)
        if token.text == "|":
            return Call("abs", self._enclosed(token, depth), token.column)
        return self._missing(token)

    def _enclosed(self, opening: Token, depth: int) -> tuple[Node, ...]:
        """Read up to the bracket or bar that closes: one formula, or a function's arguments."""
        before = self.tokens[self.place - 2] if self.place > 1 else None
        of_function = before is not None and self._is_function(before) and opening.text == "("
        closing = ")" if opening.text == "(" else "|"
        if closing == ")" and self._next.text == ")":
            if of_function:
                self._advance()
                return ()
            named = before is not None and before.kind == "name"
            called = f"{before.text!r} is not a function, and " if before and named else ""
            _refuse(opening, f"{called}there is nothing between the brackets")
        self.opened.append(opening)
        self.after_bars.append(False)
        found = [self._sum(depth + 1)]
        while self._next.text == "," and of_function:
            self._advance()
            self.after_bars[-1] = False
            found.append(self._sum(depth + 1))
        token = self._next
        if token.text != closing:
            if token.text == ",":
                self._refuse_comma(token)
            if token.kind == "end" or token.text == ")":
                _refuse(opening, f"it is never closed: add a {closing!r}")
            _refuse(token, "it is too much there: remove it")
        self.opened.pop()
        self.after_bars.pop()
        self._advance()
        return tuple(found)

    def _function(self, token: Token, depth: int) -> Node:
        """Read what follows a function's name: perhaps a power of it, and its arguments."""
        name = token.text
        exponent = None
        if self._next.text == "**":
            sign = self._advance()
            exponent = self._factor(depth + 1)
            plain = exponent.inner if isinstance(exponent, Group) else exponent
            if not (isinstance(plain, Number) and plain.value.is_integer() and plain.value >= 1):
                _refuse(sign, self.vocabulary.unclear_power(name, plain))
        call = self._call(token, depth)
        if exponent is None:
            return call
        return Power(call, Group(exponent, token.column), token.column)

    def _call(self, token: Token, depth: int) -> Call:
        name, opening = token.text, self._next
        if opening.text == "(":
            return Call(name, self._enclosed(self._advance(), depth), token.column)
        if not (opening.kind in ("number", "name") or opening.text == "|"):
            _refuse(token, f"it is a function and needs its argument: write {name}(...)")
        if self.vocabulary.takes_several(name):
            _refuse(token, f"write its arguments in parentheses: {name}(x, y)")
        argument = (
            self._operand(depth + 1) if name in ROOTS else self._bare_argument(name, depth + 1)
        )
        return Call(name, (argument,), token.column, enclosed=False)

    def _bare_argument(self, function: str, depth: int) -> Node:
        """Read the argument of a function that has no parentheses: `x`, `2x^2`, `2πx`, `cos x`."""
        column = self._next.column
        factors = []
        while True:
            factor = self._power(depth)
            factors.append((False, factor))
            coefficient = self.vocabulary.is_coefficient(factor)
            token = self._next
            if not (coefficient and self._starts_operand(token)) or token.text == "(":
                break
            why = unclear_argument(function, factor, token, self._is_function(token))
            if why:
                _refuse(token, why)
        return factors[0][1] if len(factors) == 1 else Product(tuple(factors), column)

    def _missing(self, token: Token) -> NoReturn:
        """Say what an operand is missing beside."""
        before = self.tokens[self.place - 2] if self.place > 1 else None
        if token.kind == "end" and before is None:
            raise ValueError("the formula is empty: write one, for example 'x**2 + y**2'")
        if token.kind == "end":
            raise ValueError(
                f"the formula ends too early at column {token.column}: something is missing after "
                f"{_shown(before)}"
            )
        if before is None:
            _refuse(token, "there is nothing before it")
        if before.text == token.text == "/":
            _refuse(token, "there is no floor division // in formulas: write / for division")
        _refuse(token, f"something is missing between {_shown(before)} and it")

    def _refuse_comma(self, token: Token) -> NoReturn:
        before, after = self.tokens[self.place - 1], self.tokens[self.place + 1]
        if before.kind == after.kind == "number" and not after.spaced:
            _refuse(token, f"a number has a point: write {before.text}.{after.text}")
        _refuse(
            token, "a comma stands between two formulas here: write one, or a function of several"
        )


def _shown(token: Token | None) -> str:
    """Return a token as it is told in a sentence."""
    return "the beginning" if token is None else quoted(token.text.replace("**", "^"))


def _refuse(token: Token, why: str) -> NoReturn:
    shown = quoted(token.text.replace("**", "^") or "the end")
    raise ValueError(f"{shown} at column {token.column}: {why}")
