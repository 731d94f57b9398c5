"""Columns of texts to a table's columns, those of a whole file in one locale."""

from __future__ import annotations

from collections.abc import Mapping

from descend.data.request import Request
from descend.data.table import Column
from descend.data.written.cells import Cells
from descend.data.written.expected import expected
from descend.data.written.kinds import as_text, learned
from descend.data.written.locale import Locale
from descend.data.written.notation import COMMA, Notation


def columns_of(
    cells: Mapping[int, Cells],
    names: tuple[str, ...],
    locale: Locale,
    request: Request,
    notes: list[str],
) -> dict[int, Column]:
    """Return columns of texts by position, as learned from them or as a model expects them."""
    if locale.notation == COMMA and not locale.forced:
        notes.append("Decimals follow a comma.")
    return {
        position: _column(names[position], of_column, locale, request, notes)
        for position, of_column in cells.items()
    }


def file_locale(
    cells: Mapping[int, Cells],
    names: tuple[str, ...],
    request: Request,
    plain: Notation | None = None,
    delimiter: str = "",
) -> Locale:
    """Return the locale of a file from its columns of texts, and from plain numbers it has.

    What a model knows to be no numbers is no evidence.
    """
    telling = [
        of_column for position, of_column in cells.items() if request.may_tell(names[position])
    ]
    return Locale.of(
        telling,
        plain=plain,
        delimiter=delimiter,
        decimal=request.decimal,
        date_format=request.date_format,
    )


def _column(name: str, cells: Cells, locale: Locale, request: Request, notes: list[str]) -> Column:
    """Return one column of texts."""
    if request.expected is None:
        return learned(name, cells, locale, notes)
    feature = request.feature(name)
    return as_text(cells) if feature is None else expected(feature, cells, locale, notes)
