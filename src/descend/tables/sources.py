"""Whatever holds a table, as a table."""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any

from descend.data.bundled import NAMES, bundled_table
from descend.data.table import Table
from descend.support.suggestions import nearest

if TYPE_CHECKING:
    from descend.data.columns import Columns


def open_table(
    source: Any,
    *,
    expected: Columns | None = None,
    use: Collection[str] | None = None,
    drop: Collection[str] = (),
    decimal: str | None = None,
    date_format: str | None = None,
) -> Table:
    """Return a table, a data frame, a file or a bundled data set as a table.

    The `expected` columns are those of a model; `decimal` and `date_format` are for files.
    """
    # pyarrow takes longer to import than a bundled set to read
    if isinstance(source, str | os.PathLike):
        name = str(source)
        if not name.strip():
            raise ValueError("the name of the data is empty: give a file or a data set")
        if Path(source).exists():
            from descend.data.files import read_table

            return read_table(
                source,
                expected=expected,
                use=use,
                drop=drop,
                decimal=decimal,
                date_format=date_format,
            )
        _refuse_unknown(name)
        table = bundled_table(name)
    elif isinstance(source, Table):
        table = source
    else:
        from descend.data.frames import table_from_frame

        table = table_from_frame(source, expected=expected)
    return _chosen(table, use, drop)


def _chosen(table: Table, use: Collection[str] | None, drop: Collection[str]) -> Table:
    """Return a table with the columns to use alone, and without those to drop."""
    for name in use or ():
        table[name]  # refuses what it does not have
    unused = [] if use is None else [name for name in table.names if name not in use]
    return table.without({*drop, *unused})


def _refuse_unknown(name: str) -> None:
    """Refuse the name of a data set that there is not."""
    if name in NAMES:
        return
    near = nearest(name, NAMES)
    hint = f"; did you mean {near!r}?" if near else ""
    raise FileNotFoundError(
        f"there is no file {name!r}, and it is none of the data sets {', '.join(NAMES)}{hint}"
    )
