"""Compiled code on disk serves the source that it was made from, and no other."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import descend

FIT = """
import numpy as np
from descend import DescentRegressor
X = np.random.default_rng(0).standard_normal((50, 3))
model = DescentRegressor(
    optimizer="momentum", learning_rate=0.01, batch_size=1, max_iter=1, tol=0.0, random_state=0
)
print(model.fit(X, X.sum(axis=1)).coef_.tolist())
"""


@pytest.fixture
def fit(tmp_path):
    """Return a run of a small fit by a copy of the package, with a cache folder of its own."""
    package = tmp_path / "descend"
    shutil.copytree(
        Path(descend.__file__).parent, package, ignore=shutil.ignore_patterns("__pycache__")
    )
    environment = {
        **os.environ,
        "PYTHONPATH": str(tmp_path),
        "PYTHONDONTWRITEBYTECODE": "1",
        "NUMBA_CACHE_DIR": str(tmp_path / "cache"),
    }

    def run():
        command = [sys.executable, "-c", FIT]
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, check=True, timeout=120
        )
        return done.stdout

    return package, run


def changed(file, old, new):
    """Change a source without changing its size or its time, which is all that Numba looks at."""
    assert len(old) == len(new)
    times = file.stat()
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))


def test_a_changed_optimizer_is_compiled_anew(fit):
    package, run = fit
    before = run()
    assert run() == before
    changed(
        package / "optimizers" / "classical.py",
        "velocity = self.mu * velocity",
        "velocity = self.mu - velocity",
    )
    assert run() != before


@pytest.mark.thorough
def test_a_class_that_moved_is_found(fit):
    package, run = fit
    before = run()
    classical = package / "optimizers" / "classical.py"
    text = classical.read_text()
    begin = text.index("class Momentum")
    end = text.find("\nclass ", begin)
    moved = text[begin:] if end < 0 else text[begin:end]
    head = "from typing import NamedTuple\nimport numpy as np\nfrom descend.protocols import *\n"
    (package / "optimizers" / "inertia.py").write_text(head + moved)
    classical.write_text(
        text.replace(moved, "from descend.optimizers.inertia import Momentum\n", 1)
    )
    assert run() == before
