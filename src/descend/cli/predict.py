"""`descend predict`: a saved model and a table to predictions."""

from pathlib import Path
from typing import Annotated

import typer


def predict(
    model: Annotated[str, typer.Argument(metavar="MODEL", help="A file that fit --model wrote.")],
    data: Annotated[
        str,
        typer.Argument(metavar="DATA", help="A CSV, TSV, Parquet or Arrow file, or a data set."),
    ],
    out: Annotated[
        str | None, typer.Option(metavar="FILE.csv", help="Write here instead of printing.")
    ] = None,
) -> None:
    """Predict with a saved model: the number, or the class and each class's probability."""
    import sys

    from descend.cli.fitting.model import TableModel
    from descend.cli.outputs import refuse_outputs
    from descend.data.bundled import open_table
    from descend.data.cells import write_csv, write_csv_stream

    fitted = TableModel.load(model)
    refuse_outputs([out], [model, data])
    table = open_table(data)
    X, _, notes = fitted.columns.transform(table)
    for note in (*table.notes, *notes):
        print(f"descend: {note}", file=sys.stderr)
    header, rows = fitted.predictions(X)
    if out is None:
        write_csv_stream(sys.stdout, header, rows)
    else:
        write_csv(Path(out), header, rows)
        print(f"descend: {len(rows)} predictions written to {out}", file=sys.stderr)
