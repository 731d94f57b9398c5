"""The words of a command line, before they are taken apart."""

from collections.abc import Sequence

FORMULA_COMMANDS = ("minimize", "maximize", "race", "derive", "rate", "playground")


def with_formulas(words: Sequence[str]) -> list[str]:
    """Return the words of a command line, so that a formula may begin with a minus.

    A blank before it makes it an argument; else it would be read as options of one dash.

    >>> with_formulas(["minimize", "-x^2", "--starts", "5"])
    ['minimize', ' -x^2', '--starts', '5']
    """
    if not words or words[0] not in FORMULA_COMMANDS:
        return list(words)
    return [
        f" {word}" if word[:1] == "-" and word[1:2] not in ("", "-") else word for word in words
    ]
