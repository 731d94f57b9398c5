"""The compiled loops over examples; the only home of Numba."""

import gc


def _load_numba() -> None:
    """Load Numba and all that it would load at its first compiled call.

    Garbage collection is off meanwhile: scanning the many new objects takes as long as making them.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        from numba.core.registry import cpu_target

        cpu_target.target_context.refresh()
        cpu_target.typing_context.refresh()
    finally:
        if collecting:
            gc.enable()


_load_numba()
