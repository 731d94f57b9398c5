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


def read_table(
    source: Any,
    *,
    expected: Columns | None = None,
    use: Collection[str] | None = None,
    drop: Collection[str] = (),
    decimal: str | None = None,
    date_format: str | None = None,
) -> Table:
    """Read a table from a file, a data set that scikit-learn ships, or a data frame.

    Parameters
    ----------
    source
        The name of a file: CSV and its kin, Excel, Parquet, Arrow, Feather, JSON lines, told by
        content, compressed or not; "breast_cancer", "diabetes", "digits", "iris" or "wine"; or
        anything that holds a table in memory.
    expected
        The columns of a model, whose types are read.
    use, drop
        The names of the columns to keep (None: all), and of those to leave out.
    decimal, date_format
        What decimals of a text file follow, "." or ",", and how its dates are written,
        "%d/%m/%Y"; both are found out by default.

    Returns
    -------
    Table
        With `names`, `columns`, and `notes` on what was decided.

    Examples
    --------
    >>> from descend import read_table
    >>> read_table("iris", drop=["petal width (cm)"]).names[-2:]
    ('petal length (cm)', 'target')
    """
    # pyarrow takes longer to import than a bundled set to read
    if isinstance(source, str | os.PathLike):
        name = str(source)
        if not name.strip():
            raise ValueError("the name of the data is empty: give a file or a data set")
        if Path(source).exists():
            from descend.data.files import read_table as read_file

            return read_file(
                Path(source),
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
