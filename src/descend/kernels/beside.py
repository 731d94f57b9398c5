"""Compiling a kernel in another process, while this one compiles others that do not depend on it.

The other process fills the folder of compiled code, from which this one then loads. It ends when it
has, or when this one ends or fails, however that happens: it reads from a pipe that closes then;
and it is given up after `LONGEST` seconds. It runs the library's own code alone and nothing of the
program's, so that scripts need no `if __name__ == "__main__"`. None is started where it would not
help: the kernel is on disk, the folder cannot be written to, there is one processor, or this is
itself a worker of a pool.
"""

import atexit
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import current_process, parent_process
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen, TimeoutExpired
from threading import Thread
from typing import Any

import numba
from numba.core.caching import FunctionCache

from descend.kernels.cache import digest
from descend.support.compile_time import begin_compiling, end_compiling
from descend.support.threads import workers

PROGRAM = """
import os, sys, threading
from importlib import import_module
def end_with_parent():
    os.read(0, 1)
    os._exit(1)
threading.Thread(target=end_with_parent, daemon=True).start()
module, name, niceness, *sys.path[:] = sys.argv[1:]
if hasattr(os, "nice"):
    os.nice(int(niceness))
getattr(import_module(module), name)()
os._exit(0)
"""

LONGEST = 60.0
"""Seconds after which another process is given up: it takes two to four."""

YIELDING = 19
"""The niceness of a process that nobody waits for: it takes no time that another could use."""

_begun: "dict[str, Popen[bytes] | None]" = {}
"""The processes of `begun_beside`, by the function."""


@contextmanager
def compiled_beside(compiled: Callable[[], Any], function: Callable[..., Any]) -> Iterator[bool]:
    """Let another process call `compiled`, which compiles `function`, while a block runs.

    The block is told whether it does. At its end the process is waited for; if it failed, or was
    given up, the kernel is not on disk, and whoever needs it compiles it.
    """
    process = _started(compiled) if _helps(function) else None
    if process is None:
        yield False
        return
    with process:
        try:
            yield True
            # not counted as a run's time, and shown as what it is
            begin_compiling()
            try:
                process.wait(LONGEST)
            except TimeoutExpired:
                pass
            finally:
                end_compiling()
        finally:
            process.kill()


def begun_beside(compiled: Callable[[], Any], function: Callable[..., Any]) -> bool:
    """Let another process call `compiled`, and say whether it begins now: at the first call alone.

    Who asks does then without `function`, which it compiles, and later loads it, or compiles it if
    it is not there. The process is not waited for, and it does not outlast this one.
    """
    name = function.__name__
    if name in _begun:
        return False
    process = _begun[name] = _started(compiled, YIELDING) if _helps(function) else None
    if process is None:
        return False
    atexit.register(_end, process)
    # else the system would keep what has ended until somebody asks
    Thread(target=_wait_for, args=(process,), daemon=True).start()
    return True


def _wait_for(process: "Popen[bytes]") -> None:
    """Wait until a process has ended, and end it if that takes too long."""
    with process:
        try:
            process.wait(LONGEST)
        except TimeoutExpired:
            process.kill()


def _end(process: "Popen[bytes]") -> None:
    """End a process, if it has not ended."""
    with process:
        process.kill()


def _started(compiled: Callable[[], Any], niceness: int = 0) -> "Popen[bytes] | None":
    # -P: it must not import what happens to lie in the working folder
    target = compiled.__module__, compiled.__name__, str(niceness)
    command = [sys.executable, "-P", "-c", PROGRAM, *target, *sys.path]
    config: Any = numba.config
    environment = dict(os.environ)
    if config.CACHE_DIR:
        environment["NUMBA_CACHE_DIR"] = config.CACHE_DIR
    try:
        return Popen(command, stdin=PIPE, stdout=DEVNULL, stderr=DEVNULL, env=environment)
    except OSError:
        return None


def _helps(function: Callable[..., Any]) -> bool:
    """Say whether another process would compile a kernel sooner, and could hand it over."""
    is_worker = parent_process() is not None or current_process().name != "MainProcess"
    if is_worker or workers() < 2 or not sys.executable or getattr(sys, "frozen", False):
        return False
    folder = _folder(function)
    # the code, which Numba writes after its index
    name = f"*{function.__name__}_{digest()}*.nbc"
    return folder is not None and os.access(folder, os.W_OK) and not any(folder.glob(name))


def _folder(function: Callable[..., Any]) -> Path | None:
    """Return the folder where Numba keeps a function, if there can be one."""
    cache: Any = FunctionCache
    try:
        own = cache(function)
        own.enable()
        folder = Path(own.cache_path)
        folder.mkdir(parents=True, exist_ok=True)
    except (RuntimeError, OSError):
        return None
    return folder
