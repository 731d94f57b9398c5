"""Compiled loops, loaded in the background: no answer waits for a compiler."""

from __future__ import annotations

import sys
from subprocess import DEVNULL, PIPE, Popen
from threading import Lock, Thread, main_thread

import numpy as np

from descend.api.minimization import minimize
from descend.optimizers import by_name
from descend.protocols import Optimizer
from descend.rates import Constant
from descend.solvers.array_loop import ArrayLoop
from descend.solvers.batched.runs import Compiled

WARMED = ("sgd", "momentum", "nesterov", "adam", "rmsprop", "adagrad")
"""The optimizers whose loops are loaded when the server starts, in this order."""

WARMING_FORMULA = "x^2 + y^2"

CLOSING_SECONDS = 5.0
"""How long the end waits for a loop that is being loaded."""

COMPILER = """
import os, sys
from descend import optimizers
from descend.playground.warmth import load_loop
if hasattr(os, "nice"):
    os.nice(10)
for name in sys.argv[1:]:
    load_loop(getattr(optimizers, name)())
    print(name, flush=True)
"""
"""What another process runs, which compiles the loops of optimizers, and names each."""


def load_loop(optimizer: Optimizer) -> None:
    """Load the compiled loop of an optimizer; if it was never compiled on this machine, that."""
    solver = Compiled(ArrayLoop(optimizer, Constant(0.01)))
    minimize(WARMING_FORMULA, np.ones((2, 2)), optimizer=solver, steps=2)


class Warmth:
    """Which compiled loops are loaded; others are loaded in the background, one at a time.

    It is the process's: each server that starts says so, and that it has ended.
    """

    def __init__(self) -> None:
        self._loaded: set[type] = set()
        self._asked: list[type] = []
        self._lock = Lock()
        self._thread: Thread | None = None
        self._servers = 0
        self._compiler: Popen[str] | None = None

    def start(self) -> None:
        """Begin to load, in the background, the loops that are asked for most."""
        with self._lock:
            self._servers += 1
        for name in WARMED:
            self.ask(by_name(name))

    def has(self, optimizer: Optimizer) -> bool:
        """Say whether the loop of an optimizer is loaded; if not, it soon is."""
        if type(optimizer) in self._loaded:
            return True
        self.ask(optimizer)
        return False

    def is_coming(self, kind: type) -> bool:
        """Say whether the loop of a kind of optimizer is being loaded, or soon will be."""
        with self._lock:
            return bool(self._servers) and kind in self._asked and kind not in self._loaded

    def ask(self, optimizer: Optimizer) -> None:
        """Load the loop of an optimizer in the background."""
        with self._lock:
            if not self._servers or type(optimizer) in self._asked:
                return
            self._asked.append(type(optimizer))
            if self._thread is None or not self._thread.is_alive():
                self._thread = Thread(target=self._work, name="playground-warmth", daemon=True)
                self._thread.start()

    def wait(self, seconds: float) -> None:
        """Wait until all that was asked for is loaded, at most so long."""
        thread = self._thread
        if thread is not None:
            thread.join(seconds)

    def close(self) -> None:
        """Load no more, once the last server has ended; what is being loaded is waited for.

        A thread that still loaded when the interpreter ends would fail in the middle of it.
        """
        with self._lock:
            self._servers = max(0, self._servers - 1)
            if self._servers:
                return
            if self._compiler is not None:
                self._compiler.kill()
        self.wait(CLOSING_SECONDS)

    def _work(self) -> None:
        try:
            self._load()
        except Exception:
            # the interpreter may end under a thread that did not come to its end in time
            if self._servers and main_thread().is_alive():
                raise

    def _load(self) -> None:
        while True:
            with self._lock:
                waiting = {kind.__name__: kind for kind in self._asked if kind not in self._loaded}
                if not waiting or not self._servers:
                    # those left are asked for again by the next server
                    self._asked = list(self._loaded)
                    self._thread = None
                    return
                # a compiler in this process would hold up every answer: another one fills the
                # folder from which loops are loaded
                self._compiler = Popen(
                    [sys.executable, "-c", COMPILER, *waiting],
                    stdin=DEVNULL, stdout=PIPE, stderr=DEVNULL, text=True,
                )  # fmt: skip
            with self._compiler as compiler:
                assert compiler.stdout is not None
                for line in compiler.stdout:
                    self._take(waiting.pop(line.strip(), None))
            # what it could not compile is not asked for again
            for kind in waiting.values():
                self._take(kind)

    def _take(self, kind: type | None) -> None:
        """Load a loop that another process has compiled."""
        if kind is not None and self._servers:
            load_loop(kind())
            self._loaded.add(kind)


WARMTH = Warmth()
"""Loaded loops are the process's, as they are Numba's."""
