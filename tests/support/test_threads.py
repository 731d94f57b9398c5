"""Threads that share a computation: as many as told, and alive in a forked process."""

import os
import subprocess
import sys

import joblib
import pytest

from descend.support.threads import granted_processors, share, workers


@pytest.mark.parametrize(
    ("told", "count"),
    [("3", 3), ("", None), ("0", None), ("many", None)],
)
def test_there_are_as_many_as_told(told, count, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", told)
    assert workers() == (count or granted_processors())


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere processes run on all processors")
def test_a_process_on_one_processor_has_one_thread(monkeypatch):
    monkeypatch.delenv("OMP_NUM_THREADS")
    granted = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(granted)})
    try:
        assert workers() == 1
    finally:
        os.sched_setaffinity(0, granted)


@pytest.mark.parametrize("inner", [None, 3])
def test_the_workers_of_joblib_share_the_processors(inner, monkeypatch):
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        monkeypatch.delenv(name)
    with joblib.parallel_config("loky", n_jobs=2, inner_max_num_threads=inner):
        found = joblib.Parallel()(joblib.delayed(workers)() for _ in range(2))
    assert found == [inner or max(joblib.cpu_count() // 2, 1)] * 2


FORK = """
import os
from descend.support.threads import pool

pool().submit(int).result()
child = os.fork()
if child == 0:
    pool().submit(int).result(timeout=20)
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
"""


def test_a_forked_process_has_threads_of_its_own():
    # in a process of its own: JAX, if it is loaded, warns of every fork
    subprocess.run([sys.executable, "-W", "ignore", "-c", FORK], check=True, timeout=60)


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_each_part_is_worked_on_once_whoever_takes_it(threads):
    done = []
    share(range(100), done.append, threads)
    assert sorted(done) == list(range(100))


@pytest.mark.parametrize("threads", [1, 3])
def test_an_error_of_any_part_is_the_callers(threads):
    def work(part):
        if part == 40:
            raise ZeroDivisionError("part 40")

    for _ in range(20):  # by which thread is chance
        with pytest.raises(ZeroDivisionError, match="part 40"):
            share(range(100), work, threads)
    share(range(3), work, threads)  # and threads go on
