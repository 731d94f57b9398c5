"""Another process compiles where that helps, hands over what it compiled, and never stays."""

import multiprocessing
import os
import signal
import subprocess
import sys
from time import monotonic, sleep

import numba
import pytest

from descend.kernels import beside
from descend.kernels.batched.tapes import compiled_tape, run_tape
from descend.kernels.cache import digest
from descend.support import compile_time

NEVER_ENDS = signal.pause

SCRIPT = """
from hashlib import sha256
import numpy as np, descend
from descend.kernels import beside
helped = beside._started
beside._started = lambda compiled: (print("beside"), helped(compiled))[1]
starts = np.random.default_rng(0).uniform(-2, 2, (2_000, 2))
run = descend.minimize("rosenbrock", starts, optimizer="adam", learning_rate=0.01, steps=1000,
                       record=None)
print(sha256(run.x.tobytes()).hexdigest())
"""

FIT = """
from hashlib import sha256
import numpy as np
from descend import DescentRegressor
from descend.kernels import beside
helped = beside._started
beside._started = lambda *given: (print("beside"), helped(*given))[1]
X = np.random.default_rng(0).standard_normal((20_000, 5))
fitted = DescentRegressor(optimizer="adam", max_iter=3, tol=None, random_state=0)
fitted.fit(X, X.sum(axis=1))
print(sha256(fitted.coef_.tobytes()).hexdigest())
# long enough for the other process, which yields to all others
begun = beside._begun.get("fill_shuffled")
begun and begun.wait(60)
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Return an empty folder for compiled code, of a process with two processors."""
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(beside, "workers", lambda: 2)
    monkeypatch.setattr(beside, "_begun", {})
    return tmp_path


def gone(pid):
    """Say whether a process has ended, within some seconds."""
    until = monotonic() + 20
    while monotonic() < until:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        sleep(0.02)
    return False


def test_a_process_helps_where_a_kernel_is_not_on_disk(folder):
    assert beside._helps(run_tape)
    kept = beside._folder(run_tape)
    assert kept.is_relative_to(folder)
    (kept / f"tapes.run_tape_{digest()}-1.py.1.nbc").touch()
    assert not beside._helps(run_tape)


def a_worker(monkeypatch):
    monkeypatch.setattr(beside, "parent_process", lambda: multiprocessing.current_process())


def a_named_worker(monkeypatch):
    monkeypatch.setattr(multiprocessing.current_process(), "_name", "LokyProcess-1")


def no_folder(monkeypatch):
    def refused(function):
        raise RuntimeError("cannot cache function: no locator available")

    monkeypatch.setattr(beside, "FunctionCache", refused)


CASES = {
    "one processor": lambda patch: patch.setattr(beside, "workers", lambda: 1),
    "a worker of multiprocessing": a_worker,
    "a worker of joblib": a_named_worker,
    "no interpreter": lambda patch: patch.setattr(sys, "executable", ""),
    "a frozen program": lambda patch: patch.setattr(sys, "frozen", True, raising=False),
    "a folder that cannot be written to": lambda patch: patch.setattr(
        beside.os, "access", lambda *_: False
    ),
    "no folder for compiled code": no_folder,
}


@pytest.mark.parametrize("case", CASES)
def test_no_process_is_started_where_it_would_not_help(case, folder, monkeypatch):
    CASES[case](monkeypatch)
    monkeypatch.setattr(beside, "_started", lambda compiled: pytest.fail("a process was started"))
    with beside.compiled_beside(compiled_tape, run_tape) as elsewhere:
        assert not elsewhere
    assert not beside.begun_beside(compiled_tape, run_tape)


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_a_block_that_fails_ends_the_process(error, folder, monkeypatch):
    started = beside._started(NEVER_ENDS)
    monkeypatch.setattr(beside, "_started", lambda compiled: started)
    with pytest.raises(error), beside.compiled_beside(NEVER_ENDS, run_tape):
        raise error
    assert started.returncode is not None
    assert not compile_time.is_compiling()


def test_a_process_ends_with_the_pipe_of_its_parent():
    process = beside._started(NEVER_ENDS)
    process.stdin.close()
    assert process.wait(20) == 1


def test_a_process_ends_when_its_parent_is_killed():
    program = (
        "import os, signal\n"
        "from descend.kernels import beside\n"
        "print(beside._started(signal.pause).pid, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    parent = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
    assert parent.returncode == -signal.SIGKILL
    assert gone(int(parent.stdout))


def test_a_process_that_nobody_waits_for_is_begun_once_and_leaves_nothing(folder):
    assert beside.begun_beside(NEVER_ENDS, run_tape)
    process = beside._begun["run_tape"]
    assert not beside.begun_beside(NEVER_ENDS, run_tape)
    assert beside._begun["run_tape"] is process
    process.kill()
    # not even an entry in the system's table, though nobody asks again
    assert gone(process.pid)


def test_a_process_that_takes_too_long_is_given_up(folder, monkeypatch):
    monkeypatch.setattr(beside, "LONGEST", 0.1)
    assert beside.begun_beside(NEVER_ENDS, run_tape)
    assert gone(beside._begun["run_tape"].pid)
    started = beside._started(NEVER_ENDS)
    monkeypatch.setattr(beside, "_started", lambda compiled: started)
    with beside.compiled_beside(NEVER_ENDS, run_tape) as elsewhere:
        assert elsewhere
    assert gone(started.pid)
    assert not compile_time.is_compiling()


def test_a_process_that_nobody_waits_for_ends_with_a_script(tmp_path):
    program = (
        "import signal\n"
        "from descend.kernels import beside\n"
        "from descend.kernels.batched.tapes import run_tape\n"
        "beside.workers = lambda: 2\n"
        "assert beside.begun_beside(signal.pause, run_tape)\n"
        "print(beside._begun['run_tape'].pid)\n"
    )
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)}
    command = [sys.executable, "-X", "dev", "-W", "error", "-c", program]
    script = subprocess.run(command, env=environment, capture_output=True, check=True)
    assert gone(int(script.stdout))
    assert not script.stderr


def missing():
    """Stand for what another process cannot import."""
    raise AssertionError


def test_a_process_that_fails_is_no_error(folder, monkeypatch):
    monkeypatch.setattr(missing, "__module__", "descend.kernels.nowhere")
    assert beside.begun_beside(missing, run_tape)
    assert gone(beside._begun["run_tape"].pid)
    assert not beside.begun_beside(missing, run_tape)
    with beside.compiled_beside(missing, run_tape) as elsewhere:
        assert elsewhere
    assert beside._helps(run_tape)


def test_no_process_where_none_can_be_started(folder, monkeypatch):
    monkeypatch.setattr(sys, "executable", str(folder / "nothing"))
    with beside.compiled_beside(compiled_tape, run_tape) as elsewhere:
        assert not elsewhere


@pytest.mark.thorough
@pytest.mark.parametrize(("program", "kernels"), [(SCRIPT, 3), (FIT, 2)])
def test_what_it_compiles_is_loaded_and_gives_the_same_bits(program, kernels, tmp_path):
    """A script without a guard, on an empty folder, on a filled one, and on its own."""

    def output(processors, cache):
        environment = {
            **os.environ, "NUMBA_CACHE_DIR": str(cache), "OMP_NUM_THREADS": str(processors)
        }  # fmt: skip
        script = tmp_path / "script.py"
        script.write_text(program)
        done = subprocess.run(
            [sys.executable, script], env=environment, capture_output=True, text=True, check=True
        )
        return done.stdout.split()

    together = output(2, tmp_path / "together")
    assert together[0] == "beside"
    assert len(list((tmp_path / "together").rglob("*.nbi"))) == kernels
    assert len(list((tmp_path / "together").rglob("*.nbc"))) == kernels
    assert output(2, tmp_path / "together") == together[1:]
    assert output(1, tmp_path / "alone") == together[1:]
