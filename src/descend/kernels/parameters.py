"""The step of a single parameter in a compiled loop."""

from typing import Any

from descend.kernels.dispatch import inlined, read, write
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
