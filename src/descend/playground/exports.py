"""`/api/export`: the runs as a picture, a film, a page or a table."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import Any, NamedTuple

from descend.playground.descents import Check, Group, groups_of
from descend.playground.fields import Fields
from descend.playground.questions import Question, read_question
from descend.records.descent import Descent
from descend.records.joining import side_by_side

TYPES = {"gif": "image/gif", "png": "image/png", "csv": "text/csv", "html": "text/html"}
"""The kinds of files, and their content types."""

DOTS_PER_INCH = 150

_DRAWING = Lock()
"""Matplotlib's settings are the process's: one picture at a time."""


class File(NamedTuple):
    """An answer that is a file of its own."""

    name: str
    content_type: str
    content: bytes


def answer(fields: Fields, check: Check) -> File:
    """Return the file that is asked for."""
    question = read_question(fields)
    kind = read_kind(fields)
    groups = groups_of(question, check)
    if kind == "csv":
        content = table_of(question, groups, check).encode()
    else:
        content = drawn(_together(groups), kind, check)
    return file_of(kind, content)


def read_kind(fields: Fields) -> str:
    """Read which kind of file is asked for, the last of the fields."""
    kind = fields.choice("kind", tuple(TYPES))
    fields.done()
    return kind


def file_of(kind: str, content: bytes) -> File:
    """Return a file of a kind with its name."""
    return File(f"descend.{kind}", TYPES[kind], content)


def table_of(question: Question, groups: Sequence[Group], check: Check) -> str:
    """Return the runs as CSV, a row a step, each number with all its digits."""
    names = question.problem.names
    assert names is not None
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(
        ["optimizer", "start", "step", *names, "value", "gradient_norm", "learning_rate"]
    )
    for group in groups:
        label = type(group.optimizer).__name__
        for start in range(len(question.starts)):
            check()
            run = group.descent.run(start)
            assert run.points is not None
            rates = ["", *run.learning_rates.tolist()]
            rows = zip(
                run.points.tolist(), run.values.tolist(), run.gradient_norms.tolist(), rates,
                strict=True,
            )  # fmt: skip
            for step, (point, value, norm, rate) in enumerate(rows):
                writer.writerow([label, start, step, *point, value, norm, rate])
    return text.getvalue()


def _together(groups: Sequence[Group]) -> Descent:
    """Return the runs of all optimizers as one record."""
    if len(groups) == 1:
        return groups[0].descent
    runs = [group.descent.run(i) for group in groups for i in range(group.descent.n_runs or 0)]
    return side_by_side(runs)


def drawn(what: Any, kind: str, check: Check) -> bytes:
    """Return a picture or a film of a record, or of what has one, as the bytes of its file."""
    # imported when needed: matplotlib takes longer to load than the server
    from descend.views import animate, plot

    with _DRAWING, TemporaryDirectory(prefix="descend-") as folder:
        check()
        file = Path(folder, f"descend.{kind}")
        if kind == "png":
            plot(what).savefig(file, dpi=DOTS_PER_INCH)
        else:
            animate(what, file)
        return file.read_bytes()
