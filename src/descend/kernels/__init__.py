"""The compiled loops over examples; the only home of Numba."""

import gc
from time import perf_counter
from typing import Any

from descend.support.compile_time import begin_compiling, end_compiling, note_compiling


def _load_numba() -> None:
    """Load Numba and all that it would load at its first compiled call.

    Garbage collection is off meanwhile: scanning the many new objects takes as long as making them.
    """
    collecting = gc.isenabled()
    started = perf_counter()
    gc.disable()
    try:
        from numba.core import event
        from numba.core.registry import cpu_target

        cpu_target.target_context.refresh()
        cpu_target.typing_context.refresh()
    finally:
        if collecting:
            gc.enable()
    register: Any = event.register
    register("numba:compiler_lock", _compile_clock(event.Listener))
    note_compiling(perf_counter() - started)


def _compile_clock(listener: Any) -> Any:
    """Return a listener that notes how long Numba compiles, or loads what it has compiled."""

    class CompileClock(listener):  # type: ignore[misc]
        """Tells the count of seconds when compiling begins and ends."""

        def on_start(self, _: Any) -> None:
            begin_compiling()

        def on_end(self, _: Any) -> None:
            end_compiling()

    return CompileClock()


_load_numba()
