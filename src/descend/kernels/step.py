"""The compiled steps of single parameters, and of all for gradients that come from elsewhere."""

from typing import Any

from descend.kernels.cache import kept
from descend.kernels.dispatch import OPTIONS, inlined, read, write
from descend.protocols import verbs


@inlined
def step_parameter(
    w: Any, place: Any, g: Any, memory: Any, optimizer: Any, penalty: Any, rate: Any, t: Any
) -> None:
    """Step the parameter at `place` along the gradient `g` of the loss, under a penalty."""
    smooth = g + verbs.gradient(penalty, w[place])
    w[place], remembered = verbs.advance(
        optimizer, penalty, w[place], smooth, read(memory, place), rate, w.dtype.type(t)
    )
    write(memory, place, remembered)


@inlined
def step_unpenalised(
    w: Any, place: Any, g: Any, memory: Any, optimizer: Any, rate: Any, t: Any
) -> None:
    """Step the parameter at `place` along the gradient `g` without a penalty: an intercept."""
    w[place], remembered = verbs.step(
        optimizer, w[place], g, read(memory, place), rate, w.dtype.type(t)
    )
    write(memory, place, remembered)


def step_all(w: Any, g: Any, memory: Any, optimizer: Any, rate: Any, t: Any, ended: Any) -> None:
    """Take one step of an element-wise optimizer in one pass over `w`, `g` and `memory`.

    It writes where it leads to `ended`, and updates `memory`, `(d,)`, in place; NumPy makes an
    array of every intermediate result.
    """
    for j in range(w.shape[0]):
        ended[j], remembered = verbs.step(
            optimizer, w[j], g[j], read(memory, j), rate, w.dtype.type(t)
        )
        write(memory, j, remembered)


cached_step_all = kept(step_all, nogil=True, **OPTIONS)
