"""A process a solver, forked from the one that holds the data, which can end it when it is late.

The data are shared, not copied. A process makes what its solver takes as input, fits a few rows so
that nothing is compiled or imported later, and then waits for rungs.
"""

import ctypes
import gc
import multiprocessing
import signal
import time
import warnings
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from objective import value
from problems import Problem

from solvers import Solver, Weights, is_classes

WARM_ROWS = 2_000, 10_000
WARM_NUMBERS = 4_300_000
"""So many rows and numbers have the first fits: our loops by batches interpret smaller ones."""

WARM_RUNGS = 2
"""Finer rungs may need functions that the coarsest does without."""

PR_SET_PDEATHSIG = 1

VALUE_SECONDS = 60.0


class Fit(NamedTuple):
    """A fit as measured: `weights` are those where they were asked for, `memory` is in bytes.

    `processor` seconds, of all threads, say how much else the machine did.
    """

    seconds: float
    processor: float
    value: float
    memory: float
    weights: Weights | None


class FailedError(Exception):
    """A solver refuses the problem, or took too long; the message says which."""


class TooSlowError(FailedError):
    """A fit was ended at its limit."""


class Worker:
    """A solver's process."""

    def __init__(self, problem: Problem, solver: Solver) -> None:
        forked = multiprocessing.get_context("fork")
        self.pipe, theirs = forked.Pipe()
        self.process = forked.Process(target=serve, args=(theirs, problem, solver), daemon=True)
        self.process.start()
        theirs.close()

    def warm(self, limit: float) -> None:
        """Wait until the first fits, of few rows, are over, and the data are ready."""
        self._answer(limit, "preparing took longer than")

    def fit(self, rung: float, limit: float, *, keep: bool = False) -> Fit:
        """Return the fit of a rung, or raise what became of it."""
        self.pipe.send((rung, keep))
        seconds, processor, memory = self._answer(limit, "a fit took longer than")
        found, weights = self._answer(VALUE_SECONDS, "its objective took longer than")
        return Fit(seconds, processor, found, memory, weights)

    def end(self) -> None:
        """End the process, whatever it is doing."""
        self.process.kill()
        self.process.join()
        self.pipe.close()

    def _answer(self, limit: float, late: str) -> Any:
        try:
            if not self.pipe.poll(limit):
                raise TooSlowError(f"{late} {limit:.3g} s")
            answer = self.pipe.recv()
        except (EOFError, ConnectionError):
            raise FailedError("its process ended by itself") from None
        if isinstance(answer, Exception):
            raise FailedError(f"{type(answer).__name__}: {str(answer).splitlines()[0][:200]}")
        return answer


def serve(pipe: Connection, problem: Problem, solver: Solver) -> None:
    """Answer for a solver until the pipe ends."""
    warnings.simplefilter("ignore")  # the peers' about rungs that were not enough
    np.seterr(all="ignore")
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)  # not to outlive a parent that fails
    try:
        fit_few(problem, solver)
        data = solver.prepare(problem)
        pipe.send(None)
        while True:
            rung, keep = pipe.recv()
            gc.collect()
            resident = reset_peak()
            began, worked = time.perf_counter(), time.process_time()
            w, b = solver.fit(problem, data, rung)
            seconds, processor = time.perf_counter() - began, time.process_time() - worked
            pipe.send((seconds, processor, peak() - resident))
            w = np.asarray(w, float).reshape(problem.classes, -1)
            b = np.asarray(b, float).ravel()
            pipe.send((value(problem, w, b), (w, b) if keep else None))
    except EOFError:
        return
    except Exception as error:
        # an exception of a library may not travel: its words do
        pipe.send(RuntimeError(f"{type(error).__name__}: {error}"))


def fit_few(problem: Problem, solver: Solver) -> None:
    """Fit the first rows, and one of every class."""
    least, most = WARM_ROWS
    count = min(most, max(least, WARM_NUMBERS // problem.X.shape[1]))
    rows = np.arange(min(count, len(problem.y)))
    if is_classes(problem):
        _, firsts = np.unique(problem.y, return_index=True)
        rows = np.union1d(rows, firsts)
    few = problem._replace(X=problem.X[rows], y=problem.y[rows])
    data = solver.prepare(few)
    for rung in solver.rungs[:WARM_RUNGS]:
        solver.fit(few, data, rung)


def reset_peak() -> float:
    """Start the count of the most memory anew, and return what is resident, in bytes."""
    ctypes.CDLL(None).malloc_trim(0)  # what earlier fits freed would hide what this one takes
    Path("/proc/self/clear_refs").write_text("5")
    return status("VmRSS")


def peak() -> float:
    return status("VmHWM")


def status(name: str) -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return float(next(line for line in lines if line.startswith(name)).split()[1]) * 1024
