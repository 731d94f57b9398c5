"""`/api/line/export`: the fit as a picture, a film, a page or a table."""

from __future__ import annotations

import csv
import io
from types import SimpleNamespace
from typing import Any

import numpy as np

from descend.playground.descents import Check
from descend.playground.exports import File, drawn, file_of, read_kind
from descend.playground.fields import Fields
from descend.playground.fits import Fit, fitted
from descend.playground.lines import in_order, names_of, read_seen_line


def answer(fields: Fields, check: Check) -> File:
    """Return the file that is asked for."""
    line, _, _ = read_seen_line(fields)
    kind = read_kind(fields)
    fit = fitted(line, check)
    if kind == "csv":
        return file_of(kind, table_of(fit).encode())
    return file_of(kind, drawn(pipeline_of(fit), kind, check))


def pipeline_of(fit: Fit) -> Any:
    """Return a fit as views know it: what makes features of `x`, then who holds the record."""
    # imported when needed: it takes longer to load than the server
    from sklearn.pipeline import Pipeline
    from sklearn.preprocessing import FunctionTransformer

    powers = FunctionTransformer(
        lambda x: fit.features.at(np.ravel(x)), lambda X: fit.features.inverse(X)[:, None]
    )
    return Pipeline([("powers", powers), ("fit", SimpleNamespace(descent_=fit.descent))])


def table_of(fit: Fit) -> str:
    """Return the path of the parameters as CSV, a row a step, each number with all its digits."""
    descent = fit.descent
    assert descent.points is not None
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(
        ["step", *names_of(fit.features.degree), "loss", "gradient_norm", "learning_rate"]
    )
    rates = np.atleast_1d(descent.learning_rates).tolist()
    for step, (point, value, norm, rate) in enumerate(
        zip(
            in_order(descent.points).tolist(),
            descent.values.tolist(),
            descent.gradient_norms.tolist(),
            ["", *rates],
            strict=True,
        )
    ):
        writer.writerow([step, *point, value, norm, rate])
    return text.getvalue()
