"""A process a solver, forked from the one that holds the data: a fit that takes too long can be ended.

The data are shared, not copied. A process makes what its solver takes as input, fits a few rows so
that nothing is compiled or imported later, and then waits for rungs.
"""

import multiprocessing
import time
import warnings
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from objective import value
from problems import Problem
from solvers import Solver, Weights, is_classes

WARM_ROWS = 2_000
WARM_SECONDS = 60.0
"""What preparing may take: skglm compiles for half a minute."""

VALUE_SECONDS = 60.0


class Fit(NamedTuple):
    """A fit as measured: `weights` are those where they were asked for, `memory` is in bytes."""

    seconds: float
    value: float
    memory: float
    weights: Weights | None


class Failed(Exception):
    """A solver refuses the problem, or took too long; the message says which."""


class TooSlow(Failed):
    """A fit was ended at its limit."""


class Worker:
    """A solver's process."""

    def __init__(self, problem: Problem, solver: Solver) -> None:
        forked = multiprocessing.get_context("fork")
        self.pipe, theirs = forked.Pipe()
        self.process = forked.Process(target=serve, args=(theirs, problem, solver), daemon=True)
        self.process.start()
        theirs.close()

    def warm(self, seconds: float = WARM_SECONDS) -> float:
        """Return the seconds of the first fit, of few rows."""
        return float(self._answer(seconds, "preparing took longer than"))

    def fit(self, rung: float, limit: float, *, keep: bool = False) -> Fit:
        """Return the fit of a rung, or raise what became of it."""
        self.pipe.send((rung, keep))
        seconds, memory = self._answer(limit, "a fit took longer than")
        found, weights = self._answer(VALUE_SECONDS, "its objective took longer than")
        return Fit(seconds, found, memory, weights)

    def end(self) -> None:
        """End the process, whatever it is doing."""
        self.process.kill()
        self.process.join()
        self.pipe.close()

    def _answer(self, limit: float, late: str) -> Any:
        try:
            if not self.pipe.poll(limit):
                raise TooSlow(f"{late} {limit:.3g} s")
            answer = self.pipe.recv()
        except (EOFError, ConnectionError):
            raise Failed("its process ended by itself") from None
        if isinstance(answer, Exception):
            raise Failed(f"{type(answer).__name__}: {str(answer).splitlines()[0][:200]}")
        return answer


def serve(pipe: Connection, problem: Problem, solver: Solver) -> None:
    """Answer for a solver until the pipe ends."""
    warnings.simplefilter("ignore")  # the peers' about rungs that were not enough
    np.seterr(all="ignore")
    try:
        pipe.send(first_fit(problem, solver))
        data = solver.prepare(problem)
        while True:
            rung, keep = pipe.recv()
            resident = reset_peak()
            began = time.perf_counter()
            w, b = solver.fit(problem, data, rung)
            seconds = time.perf_counter() - began
            pipe.send((seconds, peak() - resident))
            w = np.asarray(w, float).reshape(problem.classes, -1)
            b = np.asarray(b, float).ravel()
            pipe.send((value(problem, w, b), (w, b) if keep else None))
    except EOFError:
        return
    except Exception as error:
        # an exception of a library may not travel: its words do
        pipe.send(RuntimeError(f"{type(error).__name__}: {error}"))


def first_fit(problem: Problem, solver: Solver) -> float:
    """Return the seconds of a fit of few rows, with every class among them."""
    rows = np.arange(min(WARM_ROWS, len(problem.y)))
    if is_classes(problem):
        _, firsts = np.unique(problem.y, return_index=True)
        rows = np.union1d(rows, firsts)
    few = problem._replace(X=problem.X[rows], y=problem.y[rows])
    began = time.perf_counter()
    solver.fit(few, solver.prepare(few), solver.rungs[0])
    return time.perf_counter() - began


def reset_peak() -> float:
    """Start the count of the most memory anew, and return what is resident, in bytes."""
    Path("/proc/self/clear_refs").write_text("5")
    return status("VmRSS")


def peak() -> float:
    return status("VmHWM")


def status(name: str) -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return float(next(line for line in lines if line.startswith(name)).split()[1]) * 1024
