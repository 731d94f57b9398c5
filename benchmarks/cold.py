"""The first call of each door on a fresh machine, beside the second call and a second process.

    python benchmarks/cold.py [--repeats 3]

Each door runs in a process of its own with an empty folder for compiled code, then again in a
process that finds there what the first left. Seconds are of the call alone, imports included; the
least of the repeats counts.
"""

import argparse
import os
import subprocess
import sys
import tempfile

PREPARE = """
import numpy as np
random = np.random.default_rng(0)
X = random.standard_normal((20_000, 20))
y = (X @ random.standard_normal(20) > 0).astype(int)
"""

SPARSE = """
import scipy.sparse
X = scipy.sparse.random(20_000, 2_000, 0.01, format="csr", random_state=0)
"""

FIT = "from descend import DescentClassifier; DescentClassifier({}, random_state=0).fit(X, y)"

DOORS = {
    "fit, untuned": (PREPARE, FIT.format("max_iter=100")),
    "SGD, an example a step": (
        PREPARE, FIT.format("optimizer='sgd', batch_size=1, max_iter=2, tol=None"),
    ),
    "Adam by batches": (PREPARE, FIT.format("optimizer='adam', max_iter=2, tol=None")),
    "SAGA": (PREPARE, FIT.format("optimizer='saga', max_iter=2, tol=None")),
    "SGD, sparse rows": (
        PREPARE + SPARSE, FIT.format("optimizer='sgd', batch_size=1, max_iter=2, tol=None"),
    ),
    "sparse lasso, SGD by batches": (
        PREPARE + SPARSE, FIT.format("optimizer='sgd', penalty='l1', max_iter=2, tol=None"),
    ),
    "small: Adam, 200 rows": (
        PREPARE + "X, y = X[:200], y[:200]", FIT.format("optimizer='adam', max_iter=20, tol=None"),
    ),
    "minimize, untuned": ("", "import descend; descend.minimize('rosenbrock', [-1.2, 1.0])"),
    "10,000 runs of Adam": (
        "import numpy as np; starts = np.random.default_rng(0).uniform(-2, 2, (10_000, 2))",
        "import descend; descend.minimize('rosenbrock', starts, optimizer='adam',"
        " learning_rate=0.01, steps=1000, record=None)",
    ),
    "race on Rosenbrock": ("", "import descend; descend.race('rosenbrock', [-1.2, 1.0])"),
}  # fmt: skip

PROGRAM = """
import time
{prepare}
for _ in range(2):
    started = time.perf_counter()
    {door}
    print(time.perf_counter() - started)
"""


def measured(door, folder):
    """Return the seconds of the first and the second call of a process."""
    prepare, call = DOORS[door]
    environment = {**os.environ, "NUMBA_CACHE_DIR": folder, "PYTHONWARNINGS": "ignore"}
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(prepare=prepare, door=call)],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return [float(line) for line in ran.stdout.split()]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--door", action="append", choices=DOORS, help="these alone")
    asked = parser.parse_args()
    print(f"{'seconds':30} {'cold':>7} {'again':>7} {'process':>8} {'again':>7}")
    for door in asked.door or DOORS:
        runs = []
        for _ in range(asked.repeats):
            with tempfile.TemporaryDirectory() as folder:
                runs.append(measured(door, folder) + measured(door, folder))
        cold, again, second, warm = map(min, zip(*runs, strict=True))
        print(f"{door:30} {cold:7.2f} {again:7.3f} {second:8.2f} {warm:7.3f}", flush=True)


if __name__ == "__main__":
    main()
