"""The words and signs of a formula, in order."""

from __future__ import annotations

import re
from typing import NamedTuple

from descend.objectives.formulas.spelling import Plain

_REFUSED = {
    **dict.fromkeys("'\"", "a text in quotes is no number: remove it"),
    **dict.fromkeys(
        "[]", "there are no square brackets in formulas: use round ones, and names such as x1, x2"
    ),
    **dict.fromkeys("{}", "there are no curly brackets in formulas: use round ones"),
    **dict.fromkeys("<>", "a comparison is no number: use max, min or step"),
    "=": "there is no = in formulas: write only what is to be minimised",
    "!": "there are no factorials or comparisons in formulas",
    ".": "there are no attributes in formulas: a name stands alone",
    "%": "there is no remainder in formulas",
    ":": "there are no functions to define in formulas (no lambda): write the expression alone",
    "#": "there are no comments in formulas: remove it",
}

_TOKEN = re.compile(
    r"(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)"
    r"|(?P<name>[A-Za-z]\w*)|(?P<sign>\*\*|[-+*/(),|])|(?P<space> +)|(?P<other>.)",
    re.ASCII,
)


class Token(NamedTuple):
    """A number, a name or a sign; the last token has the kind "end" and no text.

    `start` and `stop` are its place in the plain text, `column` in the text as typed; `spaced` says
    whether a blank stands before it.
    """

    kind: str
    text: str
    start: int
    stop: int
    column: int
    spaced: bool


def tokens_of(spelled: Plain) -> list[Token]:
    """Return the tokens of a formula; refuse what is not part of formulas.

    Examples
    --------
    >>> from descend.objectives.formulas.spelling import plain
    >>> [token.text for token in tokens_of(plain("2x² + π"))]
    ['2', 'x', '**', '(', '2', ')', '+', 'pi', '']
    """
    tokens: list[Token] = []
    spaced = False
    for match in _TOKEN.finditer(spelled.text):
        kind, text = str(match.lastgroup), match.group()
        column = spelled.column(match.start())
        if kind == "other":
            why = _REFUSED.get(text, "it is not part of formulas: remove it")
            raise ValueError(f"{text!r} at column {column}: {why}")
        if kind != "space":
            word = "lamda" if text == "lambda" else text
            tokens.append(Token(kind, word, match.start(), match.end(), column, spaced))
        spaced = kind == "space"
    length = len(spelled.text)
    return [*tokens, Token("end", "", length, length, spelled.column(length), spaced)]


def quoted(text: str) -> str:
    """Return a word in quotes, shortened if it is long."""
    return repr(text if len(text) <= 24 else f"{text[:20]}...")
