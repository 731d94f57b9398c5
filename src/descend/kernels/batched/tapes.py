"""Tapes of elementary operations, carried out for a block of runs that fits the cache.

What is compiled, once for all formulas, is this interpreter: one of arithmetic alone, which takes a
fraction of the time to compile, and one of all operations. Each operation is a loop over the runs,
so that finding it costs little.
"""

from collections.abc import Callable, Sequence
from enum import IntEnum, auto
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import types

from descend.kernels.batched.elementary import exponentials, sines
from descend.kernels.cache import kept_callback
from descend.kernels.dispatch import called
from descend.protocols import Array

LARGEST_WHOLE_POWER = 64
"""The largest exponent for which products are as exact as the system's power to a few units."""


TAPE: Any = types.void(types.int64[:, ::1], types.float64[:, ::1], types.int64)
"""The signature of `run_tape` and of `run_arithmetic`."""


class Operation(IntEnum):
    """What a tape can do to one or two rows, named as in NumPy."""

    ADD = auto()
    SUBTRACT = auto()
    MULTIPLY = auto()
    DIVIDE = auto()
    NEGATIVE = auto()
    RECIPROCAL = auto()
    SQUARE = auto()
    CUBE = auto()
    FOURTH = auto()
    SQRT = auto()
    CHAINED = auto()
    MAXIMUM = auto()
    MINIMUM = auto()
    ABSOLUTE = auto()
    SIGN = auto()
    STEP = auto()
    WHOLE_POWER = auto()
    SIN = auto()
    COS = auto()
    EXP = auto()
    SIGMOID = auto()
    POWER = auto()
    LOG = auto()
    SOFTPLUS = auto()
    CBRT = auto()
    TAN = auto()
    ARCSIN = auto()
    ARCCOS = auto()
    ARCTAN = auto()
    ARCTAN2 = auto()
    SINH = auto()
    COSH = auto()
    TANH = auto()
    ARCSINH = auto()
    ARCCOSH = auto()
    ARCTANH = auto()


LAST_ARITHMETIC = Operation.WHOLE_POWER
"""The last operation that is arithmetic, and in `run_arithmetic`."""


class Program(NamedTuple):
    """A tape as numbers; constants stay in their slots, `(n_slots,)`.

    An instruction, a row of `(n, 4)`, is an operation, the slots of its two arguments, and that of
    its result, which is none of them.
    """

    instructions: npt.NDArray[np.int64]
    slots: Array
    outputs: npt.NDArray[np.int64]


def encoded(
    names: Sequence[str],
    slots: Sequence[tuple[int, int, int]],
    initial: Sequence[float | None],
    outputs: Sequence[int],
) -> Program:
    """Return a tape as numbers.

    `slots` are those of each operation's two arguments (twice the same, if it has one) and result;
    `initial` holds the constant in each slot, None where a slot is written.
    """
    rows: list[tuple[int, int, int, int]] = []
    for name, (a, b, out) in zip(names, slots, strict=True):
        operation = Operation[name.upper()]
        if operation == Operation.POWER and _is_small_and_whole(initial[b]):
            operation = Operation.WHOLE_POWER
        rows.append((operation, a, b, out))
    return Program(
        np.array(rows, dtype=np.int64).reshape(-1, 4),
        np.array([0.0 if content is None else content for content in initial]),
        np.array(outputs, dtype=np.int64),
    )


def _is_small_and_whole(exponent: float | None) -> bool:
    """Say whether a constant is an exponent for which products are fast and exact enough."""
    return exponent is not None and exponent.is_integer() and 1 <= exponent <= LARGEST_WHOLE_POWER


def interpreter_of(instructions: npt.NDArray[np.int64]) -> tuple[Callable[[], Any], Any]:
    """Return what compiles the smallest interpreter of some instructions, and that itself."""
    if instructions[:, 0].max(initial=0) <= LAST_ARITHMETIC:
        return compiled_arithmetic, run_arithmetic
    return compiled_tape, run_tape


@cache
def compiled_arithmetic() -> Any:
    """Return `run_arithmetic` compiled, as `compiled_tape` does."""
    return kept_callback(run_arithmetic, TAPE, error_model="numpy")


@cache
def compiled_tape() -> Any:
    """Return `run_tape` compiled, once for all formulas and optimizers, to be passed to loops.

    They call it by its address: compiled into each of them, it would add seconds to each.
    """
    return kept_callback(run_tape, TAPE, error_model="numpy")


def run_arithmetic(instructions: Any, slots: Any, n: Any) -> None:
    """Carry out a program of arithmetic alone, as `run_tape` does."""
    for place in range(instructions.shape[0]):
        a = slots[instructions[place, 1]]
        b = slots[instructions[place, 2]]
        _arithmetic(instructions[place, 0], a, b, slots[instructions[place, 3]], n)


def run_tape(instructions: Any, slots: Any, n: Any) -> None:
    """Carry out a program for the first `n` runs; `slots` is `(n_slots, runs)`, inputs first."""
    for place in range(instructions.shape[0]):
        operation = instructions[place, 0]
        a = slots[instructions[place, 1]]
        b = slots[instructions[place, 2]]
        out = slots[instructions[place, 3]]
        if operation <= LAST_ARITHMETIC:
            _arithmetic(operation, a, b, out, n)
        elif operation == Operation.SIN:
            sines(a, out, n, 0)
        elif operation == Operation.COS:
            sines(a, out, n, 1)
        elif operation == Operation.EXP:
            exponentials(a, out, n, 1.0)
        elif operation == Operation.SIGMOID:
            exponentials(a, out, n, -1.0)
            for i in range(n):
                out[i] = 1.0 / (1.0 + out[i])
        else:
            for i in range(n):
                out[i] = _one_by_one(operation, a[i], b[i])


@called(error_model="numpy")
def _arithmetic(operation: Any, a: Any, b: Any, out: Any, n: Any) -> None:
    """Write the results of an operation on two rows to `out`, for the first `n` runs."""
    if operation == Operation.ADD:
        for i in range(n):
            out[i] = a[i] + b[i]
    elif operation == Operation.SUBTRACT:
        for i in range(n):
            out[i] = a[i] - b[i]
    elif operation == Operation.MULTIPLY:
        for i in range(n):
            out[i] = a[i] * b[i]
    elif operation == Operation.DIVIDE:
        for i in range(n):
            out[i] = a[i] / b[i]
    elif operation == Operation.NEGATIVE:
        for i in range(n):
            out[i] = -a[i]
    elif operation == Operation.RECIPROCAL:
        for i in range(n):
            out[i] = 1.0 / a[i]
    elif operation == Operation.SQUARE:
        for i in range(n):
            out[i] = a[i] * a[i]
    elif operation == Operation.CUBE:
        for i in range(n):
            out[i] = a[i] * a[i] * a[i]
    elif operation == Operation.FOURTH:
        for i in range(n):
            square = a[i] * a[i]
            out[i] = square * square
    elif operation == Operation.SQRT:
        for i in range(n):
            out[i] = np.sqrt(a[i])
    elif operation == Operation.CHAINED:
        for i in range(n):
            out[i] = 0.0 if b[i] == 0 else a[i] * b[i]
    elif operation == Operation.MAXIMUM:
        for i in range(n):
            out[i] = a[i] if a[i] >= b[i] or a[i] != a[i] else b[i]
    elif operation == Operation.MINIMUM:
        for i in range(n):
            out[i] = a[i] if a[i] <= b[i] or a[i] != a[i] else b[i]
    elif operation == Operation.ABSOLUTE:
        for i in range(n):
            out[i] = abs(a[i])
    elif operation == Operation.SIGN:
        for i in range(n):
            out[i] = 1.0 if a[i] > 0 else (-1.0 if a[i] < 0 else 0.0 * a[i])
    elif operation == Operation.STEP:
        for i in range(n):
            out[i] = 1.0 if a[i] > 0 else (0.0 if a[i] < 0 else 0.5 + a[i])
    else:
        _whole_powers(a, b, out, n)


@called(error_model="numpy")
def _whole_powers(a: Any, b: Any, out: Any, n: Any) -> None:
    """Write `a ** b` to `out` for a constant whole `b`, at least 1, by squaring."""
    exponent = int(b[0])
    digit = 1
    while 2 * digit <= exponent:
        digit *= 2
    for i in range(n):
        out[i] = a[i]
    digit //= 2
    while digit:
        if exponent & digit:
            for i in range(n):
                out[i] = out[i] * out[i] * a[i]
        else:
            for i in range(n):
                out[i] = out[i] * out[i]
        digit //= 2


@called(error_model="numpy")
def _one_by_one(operation: Any, a: Any, b: Any) -> Any:
    """Return the result of an operation by the system's library, which takes single numbers."""
    if operation == Operation.POWER:
        return a**b
    if operation == Operation.LOG:
        return np.log(a)
    if operation == Operation.SOFTPLUS:
        return np.logaddexp(0.0, a)
    if operation == Operation.CBRT:
        return np.cbrt(a)
    if operation == Operation.TAN:
        return np.tan(a)
    if operation == Operation.ARCSIN:
        return np.arcsin(a)
    if operation == Operation.ARCCOS:
        return np.arccos(a)
    if operation == Operation.ARCTAN:
        return np.arctan(a)
    if operation == Operation.ARCTAN2:
        return np.arctan2(a, b)
    if operation == Operation.SINH:
        return np.sinh(a)
    if operation == Operation.COSH:
        return np.cosh(a)
    if operation == Operation.TANH:
        return np.tanh(a)
    if operation == Operation.ARCSINH:
        return np.arcsinh(a)
    if operation == Operation.ARCCOSH:
        return np.arccosh(a)
    if operation == Operation.ARCTANH:
        return np.arctanh(a)
    return np.nan
