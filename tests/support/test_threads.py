"""Threads that share a computation: as many as told, and alive in a forked process."""

import os
import subprocess
import sys

import pytest

from descend.support.threads import workers


@pytest.mark.parametrize(
    ("told", "count"),
    [("3", 3), ("", os.cpu_count()), ("0", os.cpu_count()), ("many", os.cpu_count())],
)
def test_there_are_as_many_as_told(told, count, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", told)
    assert workers() == count


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
