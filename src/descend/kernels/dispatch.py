"""How a compiled loop asks an optimizer, a loss or a penalty: by compiling its very own method.

Each verb of `descend.protocols.verbs` is overloaded here by the method of its name on the class of
its first argument. NamedTuples are plain Numba types, so loops that take them are kept on disk, one
entry a class: see `descend.kernels.cache`.
"""

from collections.abc import Callable
from dis import get_instructions
from types import FunctionType
from typing import Any

import numpy as np
from numba import types
from numba.core.errors import TypingError
from numba.extending import overload

from descend.protocols import verbs
from descend.support.tree import map_leaves

OPTIONS: Any = {"fastmath": True, "error_model": "numpy"}
FORCED: Any = {**OPTIONS, "forceinline": True}


def bare(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return the function without its annotations: Numba wants the signatures to be equal."""
    return FunctionType(function.__code__, function.__globals__, function.__name__)


def inlined(function: Callable[..., Any]) -> Callable[..., Any]:
    """Let compiled loops call a function as it is written; return it.

    LLVM must take it into the loop: left to choose, it calls what is long, such as an adaptive step
    past a kink, and the loop takes up to twenty times as long. Numba's own inlining, which the
    verbs need for their methods, would multiply the time to compile.
    """
    overload(function, jit_options=FORCED, strict=False)(lambda *arguments: bare(function))
    return function


def _method(self: Any, name: str, number: Any) -> Callable[..., Any]:
    """Return the method `name` of the class whose instances have the Numba type `self`.

    `number` is the type of what it works on: float32 stays float32.
    """
    if not isinstance(self, types.NamedTuple | types.NamedUniTuple):
        raise TypingError(f"{self} is not a NamedTuple with a method {name!r}")
    method = bare(getattr(self.instance_class, name))
    return in_single(method) if number == types.float32 else method


def in_single(method: Callable[..., Any]) -> Callable[..., Any]:
    """Return a method with its literal numbers in single precision.

    For Numba a literal is of double precision, and so would be all that it meets: `1 - beta1` and
    whatever is multiplied by it. In NumPy literals take the arrays' type. A method that indexes is
    returned as it is, since an index must stay whole.
    """
    if any(instruction.opname == "BINARY_SUBSCR" for instruction in get_instructions(method)):
        return method
    code = method.__code__
    literals = tuple(
        np.float32(each) if type(each) in (int, float) else each for each in code.co_consts
    )
    return FunctionType(code.replace(co_consts=literals), method.__globals__, method.__name__)


def in_precision(part: Any, dtype: Any) -> Any:
    """Return an optimizer, loss or penalty with its numbers, and what it wraps, in a precision."""
    return map_leaves(part, lambda leaf: dtype.type(leaf) if isinstance(leaf, float) else leaf)


def _step(self: Any, w: Any, g: Any, memory: Any, rate: Any, t: Any) -> Any:
    return _method(self, "step", w)


def _value(self: Any, y: Any, z: Any) -> Any:
    return _method(self, "value", z)


def _slope(self: Any, y: Any, z: Any) -> Any:
    return _method(self, "slope", z)


def _gradient(self: Any, w: Any) -> Any:
    return _method(self, "gradient", w)


def _prox(self: Any, w: Any, rate: Any) -> Any:
    return _method(self, "prox", w)


def _kink(self: Any) -> Any:
    return _method(self, "kink", None) if hasattr(self.instance_class, "kink") else bare(_no_kink)


def _no_kink(self: Any) -> Any:
    return 0.0


def _advance(optimizer: Any, penalty: Any, w: Any, g: Any, memory: Any, rate: Any, t: Any) -> Any:
    # a class without a kink costs nothing for those that have one
    kinked = hasattr(penalty.instance_class, "kink")
    return bare(_past_any_kink if kinked else verbs.proximal_step)


def _past_any_kink(
    optimizer: Any, penalty: Any, w: Any, g: Any, memory: Any, rate: Any, t: Any
) -> Any:
    if verbs.kink(penalty) == 0.0:
        return verbs.proximal_step(optimizer, penalty, w, g, memory, rate, t)
    return verbs.implicit_subgradient_step(optimizer, penalty, w, g, memory, rate, t)


def read(memory: Any, j: Any) -> Any:
    """Return the element at `j`, an index or a tuple of indices, of each array in `memory`."""
    return tuple(array[j] for array in memory)


def write(memory: Any, j: Any, new: Any) -> None:
    """Set the element at `j` of each array in `memory`."""
    for array, element in zip(memory, new, strict=True):
        array[j] = element


def _read(memory: Any, j: Any) -> Any:
    return bare(_read_all if len(memory) else _read_nothing)


def _read_nothing(memory: Any, j: Any) -> Any:
    return ()


def _read_all(memory: Any, j: Any) -> Any:
    return (memory[0][j], *read(memory[1:], j))


def _write(memory: Any, j: Any, new: Any) -> Any:
    return bare(_write_all if len(memory) else _write_nothing)


def _write_nothing(memory: Any, j: Any, new: Any) -> None:
    return


def _write_all(memory: Any, j: Any, new: Any) -> None:
    memory[0][j] = new[0]
    write(memory[1:], j, new[1:])


def read_rate(rates: Any, step: Any) -> Any:
    """Return the rate of a step: its own of an array, or the number that holds for all."""
    return rates[step] if np.ndim(rates) else rates


def _read_rate(rates: Any, step: Any) -> Any:
    return bare(_own_rate if isinstance(rates, types.Array) else _same_rate)


def _own_rate(rates: Any, step: Any) -> Any:
    return rates[step]


def _same_rate(rates: Any, step: Any) -> Any:
    return rates


def weighted(each: Any, weight: Any, i: Any) -> Any:
    """Return a number of the i-th row times the row's weight, if rows have weights."""
    return each if weight is None else each * weight[i]


def _weighted(each: Any, weight: Any, i: Any) -> Any:
    unweighted = isinstance(weight, types.NoneType | types.Omitted)
    return bare(_as_it_is if unweighted else _times_weight)


def _as_it_is(each: Any, weight: Any, i: Any) -> Any:
    return each


def _times_weight(each: Any, weight: Any, i: Any) -> Any:
    return each * weight[i]


def _where(condition: Any, x: Any, y: Any) -> Any:
    if all(isinstance(each, types.Number | types.Boolean) for each in (condition, x, y)):
        return bare(_choose)
    return None


def _choose(condition: Any, x: Any, y: Any) -> Any:
    return x if condition else y


for _verb, _typing in (
    (verbs.step, _step),
    (verbs.value, _value),
    (verbs.slope, _slope),
    (verbs.gradient, _gradient),
    (verbs.prox, _prox),
    (verbs.kink, _kink),
    (verbs.advance, _advance),
    (read_rate, _read_rate),
    (weighted, _weighted),
):
    overload(_verb, inline="always", jit_options=OPTIONS)(bare(_typing))

for _function in (verbs.proximal_step, verbs.implicit_subgradient_step):
    inlined(_function)

overload(read, jit_options=OPTIONS)(bare(_read))
overload(write, jit_options=OPTIONS)(bare(_write))

# Numba's own makes an array even of scalars; one for the target "cpu" is asked before it
overload(np.where, target="cpu", jit_options=OPTIONS)(bare(_where))
