"""Running the command line as a user does."""

import contextlib
import csv
import io
import os
import subprocess
import sys
from pathlib import Path
from unittest import mock

import numpy as np

import descend as package
from descend.cli import main

SOURCE = str(Path(package.__file__).parents[1])

# The package under test, also where it is found by a relative path.
ENVIRONMENT = {**os.environ, "PYTHONIOENCODING": "utf-8", "PYTHONPATH": SOURCE}


def descend(*arguments, cwd):
    """Run the command in this process, which has its libraries loaded."""
    command = ["descend", *map(str, arguments)]
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
    with (
        contextlib.chdir(cwd),
        mock.patch.object(sys, "argv", command),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            main()
        except SystemExit as end:
            status = end.code or 0
    told = []
    for stream in (out, err):
        stream.flush()
        told.append(stream.buffer.getvalue().decode().replace("\r\n", "\n"))
    return subprocess.CompletedProcess(command, status, *told)


def descend_apart(*arguments, cwd):
    """Run the command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "descend", *map(str, arguments)],
        cwd=cwd,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        env=ENVIRONMENT,
        check=False,
    )


def succeed(*arguments, cwd):
    done = descend(*arguments, cwd=cwd)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def write_people(path, rows=200, seed=0, **changes):
    """Write a table with every kind of column, and return the cells by column."""
    generator = np.random.default_rng(seed)
    height = generator.normal(170, 10, rows)
    sex = generator.choice(["male", "female"], rows)
    member = generator.random(rows) < 0.4
    town = generator.choice(["Rome", "Oslo", "Bern"], rows)
    weight = 0.9 * height + 8 * (sex == "male") - 3 * member - 80 + generator.normal(0, 1, rows)
    columns = {
        "name": [f"person {row}" for row in range(rows)],
        "height": [f"{x:.3f}" if row % 10 else "" for row, x in enumerate(height)],
        "sex": list(sex),
        "member": ["true" if x else "false" for x in member],
        "town": [x if row % 25 else "NA" for row, x in enumerate(town)],
        "planet": ["Earth"] * rows,
        "weight": [f"{x:.3f}" for x in weight],
        **changes,
    }
    with path.open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(columns)
        writer.writerows(zip(*columns.values(), strict=True))
    return columns
