"""How a compiled loop calls an optimizer, a loss or a penalty: by compiling its own method.

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

from descend.kernels.callees import CalleeCompiler
from descend.protocols import verbs
from descend.support.tree import map_leaves

OPTIONS: Any = {"fastmath": True, "error_model": "numpy"}
AS_CALLER: Any = {"forceinline": True, "pipeline_class": CalleeCompiler}
"""Inlined by LLVM, and with the caller's own options: a loop that must see NaN does."""
FORCED: Any = {**OPTIONS, **AS_CALLER}


def bare(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return the function without its annotations: Numba wants the signatures to be equal."""
    return FunctionType(function.__code__, function.__globals__, function.__name__)


def called(**options: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Let compiled loops call the decorated function, compiled with these options of Numba's.

    Python calls it as it is written.
    """

    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        as_callee: Any = {**options, "pipeline_class": CalleeCompiler}
        overload(function, jit_options=as_callee, strict=False)(lambda *arguments: bare(function))
        return function

    return register


def inlined(function: Callable[..., Any]) -> Callable[..., Any]:
    """Let compiled loops call a function as it is written; return it.

    LLVM is forced to inline it: by default it calls long functions, and the loop takes up to twenty
    times as long. Numba's own inlining would multiply the time to compile.
    """
    return called(**FORCED)(function)


def _method(self: Any, name: str, number: Any = None) -> Callable[..., Any]:
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


def _advance(optimizer: Any, penalty: Any, w: Any, g: Any, memory: Any, rate: Any, t: Any) -> Any:
    # classes without a kink are compiled without its branch
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


# few functions, since each takes Numba a fortieth of a second: two arrays at a time
def _read(memory: Any, j: Any) -> Any:
    return bare((_read_none, _read_one, _read_two, _read_more)[min(len(memory), 3)])


def _read_none(memory: Any, j: Any) -> Any:
    return ()


def _read_one(memory: Any, j: Any) -> Any:
    return (memory[0][j],)


def _read_two(memory: Any, j: Any) -> Any:
    return memory[0][j], memory[1][j]


def _read_more(memory: Any, j: Any) -> Any:
    return (memory[0][j], memory[1][j], *read(memory[2:], j))


def _write(memory: Any, j: Any, new: Any) -> Any:
    return bare((_write_none, _write_one, _write_two, _write_more)[min(len(memory), 3)])


def _write_none(memory: Any, j: Any, new: Any) -> None:
    return


def _write_one(memory: Any, j: Any, new: Any) -> None:
    memory[0][j] = new[0]


def _write_two(memory: Any, j: Any, new: Any) -> None:
    memory[0][j], memory[1][j] = new[0], new[1]


def _write_more(memory: Any, j: Any, new: Any) -> None:
    memory[0][j], memory[1][j] = new[0], new[1]
    write(memory[2:], j, new[2:])


def read_rate(rates: Any, step: Any) -> Any:
    """Return the rate of a step: its own of an array, or the number that holds for all."""
    return rates[step] if np.ndim(rates) else rates


def _read_rate(rates: Any, step: Any) -> Any:
    if isinstance(rates, types.Array):
        return lambda rates, step: rates[step]
    return lambda rates, step: rates


def weighted(each: Any, weight: Any, i: Any) -> Any:
    """Return a number of the i-th row times the row's weight, if rows have weights."""
    return each if weight is None else each * weight[i]


def _weighted(each: Any, weight: Any, i: Any) -> Any:
    if isinstance(weight, types.NoneType | types.Omitted):
        return lambda each, weight, i: each
    return lambda each, weight, i: each * weight[i]


def _where(condition: Any, x: Any, y: Any) -> Any:
    if all(isinstance(each, types.Number | types.Boolean) for each in (condition, x, y)):
        return lambda condition, x, y: x if condition else y
    return None


def _kink(self: Any) -> Any:
    return _method(self, "kink") if hasattr(self.instance_class, "kink") else lambda self: 0.0


# Numba compares the parameters' names with those of the verb
for _verb, _typing in (
    (verbs.step, lambda self, w, g, memory, rate, t: _method(self, "step", w)),
    (verbs.value, lambda self, y, z: _method(self, "value", z)),
    (verbs.slope, lambda self, y, z: _method(self, "slope", z)),
    (verbs.gradient, lambda self, w: _method(self, "gradient", w)),
    (verbs.prox, lambda self, w, rate: _method(self, "prox", w)),
    (verbs.kink, bare(_kink)),
    (verbs.advance, bare(_advance)),
    (read_rate, bare(_read_rate)),
    (weighted, bare(_weighted)),
):
    overload(_verb, jit_options=AS_CALLER)(_typing)

for _function in (verbs.proximal_step, verbs.implicit_subgradient_step):
    inlined(_function)

overload(read, jit_options=AS_CALLER)(bare(_read))
overload(write, jit_options=AS_CALLER)(bare(_write))

# Numba's own makes an array even of scalars; an overload for the target "cpu" takes precedence
overload(np.where, target="cpu", jit_options=AS_CALLER)(bare(_where))
