"""`descend predict`: a saved model and a table to predictions."""

from pathlib import Path
from typing import Annotated

import typer

from descend.cli.options import ColumnNames, DateFormat, DecimalSign, TableFile


def predict(
    model: Annotated[str, typer.Argument(metavar="MODEL", help="A file that fit --model wrote.")],
    data: TableFile,
    out: Annotated[
        str | None, typer.Option(metavar="FILE.csv", help="Write here instead of printing.")
    ] = None,
    keep: Annotated[
        ColumnNames,
        typer.Option(
            metavar="NAME,NAME",
            help="Columns of DATA to show beside the predictions; may be given several times.",
        ),
    ] = None,
    date_format: DateFormat = None,
    decimal: DecimalSign = None,
) -> None:
    """Predict with a saved model: the number, or the class and each class's probability."""
    import sys

    from descend.cli.options import names_in
    from descend.cli.outputs import refuse_outputs
    from descend.data.cells import write_csv, write_csv_stream
    from descend.support.numbers import counted
    from descend.tables.model_file import read_model
    from descend.tables.predictions import prediction_table
    from descend.tables.sources import read_table

    fitted = read_model(model)
    refuse_outputs([out], [model, data])
    kept = names_in("--keep", keep)
    table = read_table(data, expected=fitted.columns, decimal=decimal, date_format=date_format)
    for name in kept:
        table[name]  # refuses what it does not have
    X, _, notes = fitted.columns.transform(table)
    for note in (*table.notes, *notes):
        print(f"descend: {note}", file=sys.stderr)
    header, rows = prediction_table(fitted, X, table, kept)
    if out is None:
        write_csv_stream(sys.stdout, header, rows)
    else:
        write_csv(Path(out), header, rows)
        print(f"descend: {counted(len(rows), 'prediction')} written to {out}", file=sys.stderr)
