"""The time that compiling takes is counted, and nothing else is."""

import importlib
import time

import numpy as np
from numba import njit

import descend.kernels
from descend.support.compile_time import compile_seconds, telling


def test_loading_numba_counts():
    assert compile_seconds() > 0


def test_compiling_counts_and_running_does_not():
    @njit
    def inner(x):
        return np.sin(x) + np.cos(x)

    @njit
    def outer(x):
        return inner(x) + inner(2 * x)

    before, began = compile_seconds(), time.perf_counter()
    outer(1.0)
    spent, passed = compile_seconds() - before, time.perf_counter() - began
    # what is compiled within what is compiled counts once
    assert 0.5 * passed < spent <= passed
    # nor does a clock that listens twice, as after the module is imported anew
    importlib.reload(descend.kernels)
    before, began = compile_seconds(), time.perf_counter()
    outer(np.float32(1.0))
    assert 0 < compile_seconds() - before <= time.perf_counter() - began
    before = compile_seconds()
    outer(2.0)
    assert compile_seconds() == before


def test_what_begins_to_compile_is_told_once_and_what_runs_is_not():
    @njit
    def doubled(x):
        return x + x

    told = []
    with telling(lambda: told.append("compiling")):
        doubled(1.0)
        assert set(told) == {"compiling"}
        before = len(told)
        doubled(2.0)
        assert len(told) == before
    doubled(np.float32(1.0))
    assert len(told) == before
