"""The fields of a request, each checked when it is read, and named when it is wrong."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np

from descend.playground import texts
from descend.protocols import Array
from descend.support.intervals import FINITE, Interval

SHOWN = 40
"""Characters of a wrong value that a sentence shows."""

_REQUIRED = object()


class RefusedError(ValueError):
    """What is wrong with a request, as a sentence, and in which field, if it is one's fault."""

    def __init__(self, sentence: str, field: str | None = None) -> None:
        super().__init__(sentence)
        self.field = field


@contextmanager
def blaming(field: str | None) -> Iterator[None]:
    """Name a field where what is done with it is refused."""
    try:
        yield
    except RefusedError:
        raise
    except (ValueError, ArithmeticError) as error:
        raise RefusedError(str(error), field) from error


def read_json(body: bytes) -> Any:
    """Return what a request holds; numbers that are not finite are no JSON."""
    try:
        return json.loads(body, parse_constant=_refuse_constant)
    except RecursionError:
        raise RefusedError(texts.NO_JSON.format(reason="it is nested too deeply")) from None
    except ValueError as error:
        raise RefusedError(texts.NO_JSON.format(reason=_shown(str(error)))) from None


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is no number")


class Fields:
    """The fields of an object in a request.

    Parameters
    ----------
    given
        What was sent.
    place
        Where it stands in the request, for messages.
    """

    def __init__(self, given: Any, place: str = "") -> None:
        if not isinstance(given, dict):
            raise RefusedError(texts.NO_OBJECT.format(name=place or "the request"), place or None)
        self._given: Mapping[str, Any] = given
        self._place = place
        self._known: list[str] = []

    def done(self) -> None:
        """Refuse fields that nobody has read: they are misspelled, or mean nothing here."""
        for name in self._given:
            if name not in self._known:
                own = self.path(_shown(name))
                raise RefusedError(
                    texts.UNKNOWN.format(name=own, known=", ".join(self._known) or "none"), own
                )

    def path(self, name: str) -> str:
        """Return where a field stands in the request."""
        return f"{self._place}.{name}" if self._place else name

    def names(self) -> tuple[str, ...]:
        """Return the names of the fields that were sent."""
        return tuple(self._given)

    def is_given(self, name: str) -> bool:
        """Say whether a field was sent, and is not null."""
        self._know(name)
        return self._given.get(name) is not None

    def is_number(self, name: str) -> bool:
        """Say whether a number was sent."""
        self._know(name)
        given = self._given.get(name)
        return isinstance(given, int | float) and not isinstance(given, bool)

    def text(self, name: str, longest: int, default: Any = _REQUIRED) -> str:
        """Return a text of at most so many characters."""
        given = self._take(name, default)
        if not isinstance(given, str):
            raise self._refused(name, texts.NOT_TEXT)
        if len(given) > longest:
            raise self._refused(name, texts.LONG_TEXT, length=len(given), longest=longest)
        return given

    def choice(self, name: str, options: tuple[str, ...], default: Any = _REQUIRED) -> str:
        """Return a text that is one of some."""
        given = self._take(name, default)
        if not isinstance(given, str) or given not in options:
            raise self._refused(
                name, texts.NOT_CHOICE, options=", ".join(options), given=_shown(given)
            )
        return given

    def choices(self, name: str, options: tuple[str, ...]) -> tuple[str, ...]:
        """Return texts that are each one of some: none, if nothing was sent."""
        if not self.is_given(name):
            return ()
        given = self._list(name, 0, len(options))
        parts = Fields({str(i): each for i, each in enumerate(given)}, self.path(name))
        return tuple(parts.choice(each, options) for each in parts.names())

    def number(self, name: str, interval: Interval = FINITE, default: Any = _REQUIRED) -> float:
        """Return a finite number in an interval."""
        given = self._take(name, default)
        number = _as_float(given)
        if not interval.holds(number):
            raise self._refused(name, texts.NOT_NUMBER, wanted=interval, given=_shown(given))
        return number

    def number_or(self, word: str, name: str, interval: Interval) -> float | None:
        """Return a number, or None for a word, which is what nothing means, too."""
        if self._take(name, word) == word:
            return None
        return self.number(name, interval)

    def whole(self, name: str, least: int, most: int, default: Any = _REQUIRED) -> int:
        """Return a whole number between two."""
        given = self._take(name, default)
        is_whole = isinstance(given, int | float) and not isinstance(given, bool)
        if not (is_whole and least <= given <= most and given == math.floor(given)):
            wanted = f"a whole number from {least:,} to {most:,}"
            raise self._refused(name, texts.NOT_NUMBER, wanted=wanted, given=_shown(given))
        return int(given)

    def flag(self, name: str, default: Any = _REQUIRED) -> bool:
        """Return true or false."""
        given = self._take(name, default)
        if not isinstance(given, bool):
            raise self._refused(name, texts.NOT_FLAG, given=_shown(given))
        return given

    def object(self, name: str, default: Any = _REQUIRED) -> Fields:
        """Return the fields of an object within."""
        return Fields(self._take(name, default), self.path(name))

    def objects(self, name: str, most: int) -> list[Fields]:
        """Return the fields of each of several objects within."""
        given = self._list(name, 1, most)
        return [Fields(part, f"{self.path(name)}[{i}]") for i, part in enumerate(given)]

    def points(self, name: str, coordinates: int, least: int, most: int) -> Array:
        """Return points `(n, coordinates)`."""
        given = self._list(name, least, most)
        wanted = "numbers" if coordinates == 1 else f"lists of {coordinates} numbers"
        rows = []
        for point in given:
            numbers = point if isinstance(point, list) else [point]
            floats = [_as_float(number) for number in numbers]
            if len(floats) != coordinates or not all(map(math.isfinite, floats)):
                raise self._refused(name, texts.NOT_POINTS, wanted=wanted)
            rows.append(floats)
        return np.array(rows, dtype=float).reshape(-1, coordinates)

    def numbers(self, name: str, count: int) -> tuple[float, ...]:
        """Return so many finite numbers."""
        return tuple(self.points(name, 1, count, count)[:, 0].tolist())

    def window(self, name: str, variables: int) -> tuple[tuple[float, float], ...]:
        """Return pairs that rise, one a variable."""
        edges = self.points(name, 2, variables, variables)
        with np.errstate(over="ignore"):
            widths = np.diff(edges, axis=1)
        if not (np.isfinite(widths) & (widths > 0)).all():
            raise self._refused(name, texts.EMPTY_WINDOW)
        return tuple((float(low), float(high)) for low, high in edges)

    def _list(self, name: str, least: int, most: int) -> list[Any]:
        given = self._take(name, _REQUIRED)
        if not isinstance(given, list):
            raise self._refused(name, texts.NOT_LIST)
        if not least <= len(given) <= most:
            raise self._refused(name, texts.WRONG_COUNT, count=len(given), least=least, most=most)
        return given

    def _know(self, name: str) -> None:
        if name not in self._known:
            self._known.append(name)

    def _take(self, name: str, default: Any) -> Any:
        """Return what was sent; the default if that is nothing, or null."""
        self._know(name)
        given = self._given.get(name)
        if given is None:
            if default is _REQUIRED:
                raise self._refused(name, texts.MISSING)
            return default
        return given

    def _refused(self, name: str, sentence: str, **parts: Any) -> RefusedError:
        own = self.path(name)
        return RefusedError(sentence.format(name=own, **parts), own)


def _as_float(given: Any) -> float:
    """Return a number as a float, NaN if it is none, infinite if it is too large."""
    if isinstance(given, bool) or not isinstance(given, int | float):
        return math.nan
    try:
        return float(given)
    except OverflowError:
        return math.inf


def _shown(given: Any) -> str:
    """Return the beginning of what was sent, for a sentence."""
    text = given if isinstance(given, str) else json.dumps(given)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}..."
