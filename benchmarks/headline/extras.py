"""What is measured in fresh processes: threads, joblib's workers, the first fit on a machine."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any

from peers import installed

EXTRAS_WEIGHT = 3.0

DATA = """
import json, time, warnings
import numpy as np
import scipy.sparse
warnings.simplefilter("ignore")
random = np.random.default_rng(0)
X = random.standard_normal(({n}, {d}))
y = (X @ random.standard_normal({d}) + 2 * random.standard_normal({n}) > 0).astype(int)
"""

BITS = """
from descend import DescentClassifier, DescentRegressor
S = scipy.sparse.random(20_000, 500, 0.02, format="csr", random_state=0)
rows = {"C": X, "F": np.asfortranarray(X), "float32": X.astype(np.float32), "sparse": S}
digests = {}
for name, kind, options in SOLVERS:
    for order, given in rows.items():
        began = time.perf_counter()
        model = {"c": DescentClassifier, "r": DescentRegressor}[kind](random_state=0, **options)
        model.fit(given, y)
        found = np.append(np.ravel(model.coef_), model.intercept_)
        digests[f"{name}, {order}"] = found.astype(float).tobytes().hex()
print(json.dumps(digests))
"""

SOLVERS = (
    ("logistic", "c", {}),
    ("squared error", "r", {}),
    ("huber", "r", {"loss": "huber"}),
    ("hinge, smoothed", "c", {"loss": "hinge", "max_iter": 50}),
    ("elastic net, proximal Newton", "r", {"penalty": "elasticnet", "alpha": 1e-2}),
    ("SGD by batches", "c", {"optimizer": "sgd", "max_iter": 2, "tol": None}),
    ("Adam by batches", "c", {"optimizer": "adam", "max_iter": 2, "tol": None}),
    ("SAGA", "c", {"optimizer": "saga", "max_iter": 2, "tol": None}),
    ("gradient descent", "c", {"optimizer": "sgd", "batch_size": "full", "max_iter": 20}),
)
"""Each way to fit: name, kind of estimator, and what it is given."""

SEARCH = """
from sklearn.model_selection import GridSearchCV
from sklearn.linear_model import LogisticRegression
from descend import DescentClassifier
strengths = np.logspace(-5, -1, 8)
made = {"descend": (DescentClassifier(), "alpha", strengths),
        "LogisticRegression lbfgs": (
            LogisticRegression(max_iter=1000), "C", 1 / (strengths * len(X) * 2 / 3))}
told = {}
for name, (model, parameter, values) in made.items():
    for jobs in (1, 2):
        search = GridSearchCV(model, {parameter: list(values)}, n_jobs=jobs, cv=3, refit=False)
        search.fit(X, y)  # starts the workers, and loads in them what is compiled
        times = []
        for _ in range(3):
            began = time.perf_counter()
            search.fit(X, y)
            times.append(time.perf_counter() - began)
        told.setdefault(name, {})[jobs] = sorted(times)[1]
print(json.dumps(told))
"""

COLD = """
import sys
began = time.perf_counter()
{fit}
first = time.perf_counter() - began
began = time.perf_counter()
{fit}
print(json.dumps([first, time.perf_counter() - began]))
"""

OWN = "from descend import DescentClassifier; DescentClassifier({}).fit(X, y)"
PEER = "from sklearn.linear_model import {0}; {0}({1}).fit(X, y)"

DOORS = {
    "descend": ("descend", OWN.format("")),
    "descend sgd, an example a step": (
        "descend", OWN.format("optimizer='sgd', batch_size=1, max_iter=2, tol=None"),
    ),
    "descend adam by batches": ("descend", OWN.format("optimizer='adam', max_iter=2, tol=None")),
    "descend saga": ("descend", OWN.format("optimizer='saga', max_iter=2, tol=None")),
    "LogisticRegression lbfgs": ("sklearn", PEER.format("LogisticRegression", "")),
    "SGDClassifier": ("sklearn", PEER.format("SGDClassifier", "max_iter=2, tol=None")),
    "Snap ML": (
        "snapml", "import snapml; snapml.LogisticRegression(fit_intercept=True).fit(X, y)",
    ),
    "skglm": (
        "skglm",
        "from skglm import SparseLogisticRegression as L; L(1e-4, l1_ratio=0.0).fit(X, y)",
    ),
}  # fmt: skip
"""The first fit of a fresh process, by name: the library that it needs, and the call."""


def python(program: str, seconds: float, **environment: str) -> Any:
    """Return what a program prints as JSON; an error of it, or lateness, is an error here."""
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=seconds,
        env={**os.environ, **environment}, check=False,
    )  # fmt: skip
    if ran.returncode:
        raise RuntimeError(ran.stderr.splitlines()[-1] if ran.stderr else "a program failed")
    return json.loads(ran.stdout.splitlines()[-1])


def threads(seconds: float) -> dict[str, Any]:
    """Return whether one and two threads give the same bits, and what joblib's workers cost."""
    end = time.monotonic() + seconds
    program = DATA.format(n=20_000, d=50) + f"SOLVERS = {SOLVERS!r}\n" + BITS
    counts = ("1", "2")
    one, two = (
        python(program, seconds, OMP_NUM_THREADS=count, OPENBLAS_NUM_THREADS=count)
        for count in counts
    )
    left = max(end - time.monotonic(), 10.0)
    search = python(DATA.format(n=100_000, d=30) + SEARCH, left)
    return {"bits": {name: one[name] == two[name] for name in one}, "search": search}


def cold(seconds: float) -> dict[str, Any]:
    """Return the seconds of the first fit on a machine, and in the process after that."""
    doors = {}
    for name, (library, call) in DOORS.items():
        if not installed(library):
            continue
        with tempfile.TemporaryDirectory() as folder:
            program = DATA.format(n=20_000, d=20) + COLD.format(fit=call)
            try:
                first, next_process = (
                    python(program, seconds, NUMBA_CACHE_DIR=folder) for _ in range(2)
                )
            except (RuntimeError, subprocess.TimeoutExpired) as failure:
                doors[name] = {"failed": str(failure)[:200]}
                continue
        doors[name] = {"machine": first[0], "again": first[1], "process": next_process[0]}
    return {"doors": doors}


EXTRAS: dict[str, Callable[[float], dict[str, Any]]] = {"threads": threads, "cold": cold}
