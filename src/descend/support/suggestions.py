"""Which known word an unknown one was meant to be."""

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that is most like another, or None if none is like it.

    Examples
    --------
    >>> nearest("adm", ["sgd", "adam"]), nearest("newton", ["sgd", "adam"])
    ('adam', None)
    """
    return next(iter(get_close_matches(word, list(known), n=1)), None)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return `" (did you mean 'adam'?)"`, or nothing if no known word is like it."""
    near = nearest(word, known)
    return "" if near is None else f" (did you mean {near!r}?)"
