"""A tape read by compiled code gives what NumPy gives, operation by operation."""

import mpmath
import numpy as np
import pytest
from numba import njit

from descend.kernels.batched import elementary
from descend.kernels.batched.tapes import (
    LAST_ARITHMETIC,
    Operation,
    compiled_arithmetic,
    compiled_tape,
    encoded,
    interpreter_of,
)
from descend.objectives.formulas.formula import Formula
from descend.objectives.formulas.vocabulary import NUMERIC

N = 200
RANDOM = np.random.default_rng(0)
EDGES = np.array([0.0, -0.0, 1.0, -1.0, 0.5, np.inf, -np.inf, np.nan, 1e300, -1e300, 1e-300, 800.0])
ANYWHERE = np.concatenate([EDGES, RANDOM.standard_normal(N) * 10 ** RANDOM.uniform(-3, 3, N)])
OF_TWO = {
    "add", "subtract", "multiply", "divide", "power", "chained", "maximum", "minimum", "arctan2"
}  # fmt: skip
OPERATIONS = {operation.__name__: operation for operation in NUMERIC.values()}
BINARY = {name: operation for name, operation in OPERATIONS.items() if name in OF_TWO}
UNARY = {name: operation for name, operation in OPERATIONS.items() if name not in OF_TWO}


def test_every_operation_is_tried():
    assert {name.upper() for name in (*UNARY, *BINARY)} == set(Operation.__members__) - {
        "WHOLE_POWER"
    }


@njit
def call(run_tape, instructions, slots, n):
    run_tape(instructions, slots, n)


@njit
def sines(x, out, n, quarters):
    elementary.sines(x, out, n, quarters)


@njit
def exponentials(x, out, n, factor):
    elementary.exponentials(x, out, n, factor)


def run(program, *rows):
    """Return the outputs of a program for rows of inputs, the same of each interpreter."""
    compiled, _ = interpreter_of(program.instructions)
    slots = np.repeat(program.slots[:, None], len(rows[0]), axis=1)
    slots[: len(rows)] = rows
    others = slots.copy()
    call(compiled(), program.instructions, slots, len(rows[0]))
    call(compiled_tape(), program.instructions, others, len(rows[0]))
    np.testing.assert_array_equal(slots, others)
    return slots[program.outputs]


def assert_as_numpy(name, operation, *rows):
    out = len(rows)
    program = encoded([name], [(0, out - 1, out)], [None] * (out + 1), [out])
    with np.errstate(all="ignore"):
        expected = operation(*rows)
    np.testing.assert_allclose(run(program, *rows)[0], expected, rtol=4e-15, atol=1e-300)


@pytest.mark.parametrize("name", UNARY)
def test_operations_of_one_are_numpys(name):
    assert_as_numpy(name, UNARY[name], ANYWHERE)
    # without an element for which a whole row is left to the system's library
    assert_as_numpy(name, UNARY[name], ANYWHERE[np.abs(ANYWHERE) < 1e3])


@pytest.mark.parametrize("name", BINARY)
def test_operations_of_two_are_numpys(name):
    other = np.concatenate([EDGES[::-1], ANYWHERE[len(EDGES) :][::-1]])
    assert_as_numpy(name, BINARY[name], ANYWHERE, other)
    assert_as_numpy(name, BINARY[name], ANYWHERE, ANYWHERE)


@pytest.mark.parametrize("exponent", [1, 2, 5, 6, 7, 20, 31, 63, 64])
def test_whole_powers_are_products(exponent):
    x = np.linspace(-1.5, 1.5, 31)
    program = encoded(["power"], [(0, 1, 2)], [None, float(exponent), None], [2])
    assert program.instructions[0, 0] == Operation.WHOLE_POWER
    np.testing.assert_allclose(run(program, x)[0], x**exponent, rtol=1e-14, atol=1e-300)


def test_a_tape_of_arithmetic_alone_has_the_smaller_interpreter():
    for formula, compiled in (
        ("(1 - x)^2 + 100 (y - x^2)^2", compiled_arithmetic),
        ("sqrt(abs(x)) + max(x, y)^7 / (1 + y^2)", compiled_arithmetic),
        ("x^2 + sin(y)", compiled_tape),
        ("x^2 + log(1 + y^2)", compiled_tape),
        ("3 + 0 x", compiled_arithmetic),
    ):
        tape = Formula(formula).gradient_tape
        names = [instruction.operation.__name__ for instruction in tape.instructions]
        program = encoded(names, [(0, 0, 1)] * len(names), [1.0, None], [1])
        assert interpreter_of(program.instructions)[0] is compiled
    assert {each for each in Operation if each > LAST_ARITHMETIC} >= {
        Operation.SIN, Operation.POWER, Operation.EXP, Operation.TANH
    }  # fmt: skip


@pytest.mark.parametrize("exponent", [0.5, 65.0, -1.0, 2.5])
def test_other_powers_are_not(exponent):
    program = encoded(["power"], [(0, 1, 2)], [None, exponent, None], [2])
    assert program.instructions[0, 0] == Operation.POWER


def test_no_result_is_written_over_its_arguments():
    formula = Formula("sin(x)*cos(y) + exp(x*y)/(1 + x^2) - max(x, y)*sigmoid(x - y)^3")
    for instruction in formula.gradient_tape.instructions:
        assert instruction.out not in (instruction.a, instruction.b)


def units_in_the_last_place(found, exact):
    return [
        abs(mpmath.mpf(float(one)) - other) / np.spacing(abs(float(other)))
        for one, other in zip(found, exact, strict=True)
    ]


@pytest.mark.parametrize("reach", [1.0, 30.0, elementary.LARGEST_ANGLE])
@pytest.mark.parametrize("quarters", [0, 1])
def test_sines_are_exact_to_rounding(reach, quarters):
    x = np.random.default_rng(1).uniform(-reach, reach, 500)
    # where the reduced angle nearly vanishes
    x[:50] = np.round(x[:50] / (np.pi / 2)) * (np.pi / 2)
    out = np.empty_like(x)
    sines(x, out, len(x), quarters)
    with mpmath.workprec(200):
        function = mpmath.cos if quarters else mpmath.sin
        exact = [function(mpmath.mpf(float(angle))) for angle in x]
        assert max(units_in_the_last_place(out, exact)) < 2.5


def test_exponentials_are_exact_to_rounding():
    x = np.random.default_rng(1).uniform(-700, 709, 500)
    out = np.empty_like(x)
    exponentials(x, out, len(x), -0.5)
    with mpmath.workprec(200):
        exact = [mpmath.exp(mpmath.mpf(float(-0.5 * each))) for each in x]
        assert max(units_in_the_last_place(out, exact)) < 2.5
