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

    import numpy as np

    from descend.cli.model import Model
    from descend.cli.outputs import refuse_outputs
    from descend.data.bundled import open_table
    from descend.data.cells import write_csv, write_csv_stream
    from descend.data.table import described_rows

    fitted = Model.load(model)
    refuse_outputs([out], [model, data])
    table = open_table(data)
    X, _, notes = fitted.columns.transform(table)
    for note in (*table.notes, *notes):
        print(f"descend: {note}", file=sys.stderr)
    if fitted.task == "regression":
        header = [fitted.target]
        predicted = fitted.numbers(X)
        usable = np.isfinite(predicted)
        rows = [[number] for number in predicted.tolist()]
    elif not fitted.has_probabilities:
        header = [fitted.target]
        chosen = fitted.choices(X)
        usable = chosen >= 0
        rows = [[fitted.classes[index]] for index in chosen.tolist()]
    else:
        header = [fitted.target, *(f"probability of {name}" for name in fitted.classes)]
        probabilities = np.exp(fitted.log_probabilities(X))
        usable = np.isfinite(probabilities.sum(axis=1))
        best = [fitted.classes[index] for index in probabilities.argmax(axis=1)]
        rows = [[name, *row] for name, row in zip(best, probabilities.tolist(), strict=True)]
    if not usable.all():
        raise ValueError(
            f"the prediction overflows in {described_rows(~usable)}: its numbers are too large"
        )
    if out is None:
        write_csv_stream(sys.stdout, header, rows)
    else:
        write_csv(Path(out), header, rows)
        print(f"descend: {len(rows)} predictions written to {out}", file=sys.stderr)
