"""Threads that share a computation: as many as told, and alive in a forked process."""

import multiprocessing
import os

import pytest

from descend.workers import pool, workers


@pytest.mark.parametrize(
    ("told", "count"),
    [("3", 3), ("", os.cpu_count()), ("0", os.cpu_count()), ("many", os.cpu_count())],
)
def test_there_are_as_many_as_told(told, count, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", told)
    assert workers() == count


def _ask(answers):
    answers.put(pool().submit(lambda: 7).result(timeout=20))


# Python itself warns of every fork beside threads, from 3.12 on
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_forked_process_has_threads_of_its_own():
    assert pool().submit(lambda: 7).result() == 7
    context = multiprocessing.get_context("fork")
    answers = context.SimpleQueue()
    child = context.Process(target=_ask, args=(answers,))
    child.start()
    child.join(30)
    assert child.exitcode == 0
    assert answers.get() == 7
