"""Reading a table of a million rows: time and peak memory, beside Arrow's own reader.

    python benchmarks/reading.py [--rows 1000000] [--repeats 3]

Each reading runs in a process of its own, the readers in turns, and the best of each counts.
"""

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv

READERS = ("pyarrow", "descend")
COLUMNS = 20


def write(file, rows, kind):
    random = np.random.default_rng(0)
    numbers = {
        f"c{j}": random.normal(size=rows) if j % 4 else random.integers(0, 100_000, rows)
        for j in range(COLUMNS)
    }
    options = pa.csv.WriteOptions()
    if kind == "mixed":
        start = np.datetime64("2020-01-01")
        numbers["c0"] = random.choice(["red", "green", "blue"], rows)
        numbers["c4"] = start + random.integers(0, 1000, rows).astype("timedelta64[D]")
    pa.csv.write_csv(pa.table(numbers), file, options)
    if kind == "decimal commas":
        text = Path(file).read_bytes().replace(b",", b";").replace(b".", b",")
        Path(file).write_bytes(text)


def read(reader, file):
    """Read in this process, and print the seconds and the peak of memory in MB."""
    if reader == "pyarrow":
        # it is told what descend has to find out
        with Path(file).open() as stream:
            delimiter = ";" if ";" in stream.readline() else ","
        parsing = pa.csv.ParseOptions(delimiter=delimiter)
        convert = pa.csv.ConvertOptions(decimal_point="," if delimiter == ";" else ".")

        def read_table(file):
            return pa.csv.read_csv(file, parse_options=parsing, convert_options=convert)

    else:
        from descend.data.files import read_table
    start = time.perf_counter()
    read_table(file)
    seconds = time.perf_counter() - start
    print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def measured(reader, file):
    ran = subprocess.run(
        [sys.executable, __file__, "--read", reader, str(file)],
        capture_output=True,
        text=True,
        check=True,
    )
    return tuple(map(float, ran.stdout.split()))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--read", nargs=2, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.read:
        read(*asked.read)
        return
    print(f"{asked.rows:,} x {COLUMNS}; ratios are to Arrow's own")
    with tempfile.TemporaryDirectory() as folder:
        for kind in ("plain numbers", "mixed", "decimal commas"):
            file = Path(folder, "table.csv")
            write(file, asked.rows, kind)
            runs = {reader: [] for reader in READERS}
            for _ in range(asked.repeats):
                for reader in READERS:
                    runs[reader].append(measured(reader, file))
            (time_a, memory_a), (time_b, memory_b) = (
                tuple(map(min, zip(*runs[reader], strict=True))) for reader in READERS
            )
            print(
                f"{kind:15} pyarrow {time_a:5.2f} s {memory_a:5.0f} MB   descend {time_b:5.2f} s"
                f" {memory_b:5.0f} MB   ratios {time_b / time_a:.2f} {memory_b / memory_a:.2f}"
            )


if __name__ == "__main__":
    main()
