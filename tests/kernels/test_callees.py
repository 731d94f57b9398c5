"""What compiled loops call is compiled into them, with their own options, and nowhere else."""

import re

import numpy as np
import pytest
from numba import njit
from numba.core.codegen import JITCodeLibrary

from descend.kernels.cache import disjoint_loop
from descend.kernels.dispatch import called, inlined
from descend.losses import LogLoss
from descend.optimizers import Adam
from descend.protocols import verbs

FLAGS = re.compile(r"= f(?:add|sub|mul|div) ((?:[a-z]+ )*)double")


@inlined
def doubled(x):
    return 2 * x


@called(error_model="numpy")
def summed(x):
    total = 0.0
    for each in x:
        total += doubled(each)
    return total


def total_of(x):
    return summed(x) + doubled(1.0)


def test_only_the_loop_becomes_machine_code(monkeypatch):
    made = []
    finalize = JITCodeLibrary._finalize_specific
    monkeypatch.setattr(
        JITCodeLibrary,
        "_finalize_specific",
        lambda library: (made.append(library.name), finalize(library)),
    )
    x = np.arange(4.0)
    assert njit(total_of)(x) == total_of(x) == 14.0
    assert made == ["total_of"]


@pytest.mark.parametrize(
    ("fastmath", "expected"), [(False, ""), ({"contract"}, "contract "), (True, "fast ")]
)
def test_methods_are_compiled_with_the_options_of_the_loop(fastmath, expected):
    """A loop that must see what is not finite sees it, though others drop the checks."""

    @njit(error_model="numpy", fastmath=fastmath)
    def both(loss, optimizer, y, z):
        stepped, _ = verbs.step(optimizer, y, z, (y, z), 0.1, 1.0)
        return verbs.value(loss, y, z) + stepped

    both(LogLoss(), Adam(), 1.0, 0.5)
    (signature,) = both.signatures
    assert set(FLAGS.findall(both.inspect_llvm(signature))) == {expected}


def test_arrays_of_a_disjoint_loop_are_declared_so():
    @disjoint_loop
    def copy(x, y):
        for i in range(len(x)):
            y[i] = x[i]

    y = np.zeros(3)
    copy.fresh(np.ones(3), y)
    assert y.tolist() == [1.0, 1.0, 1.0]
    (signature,) = copy.fresh.signatures
    definition = re.search(r"^define .* i32 @.*copy.*$", copy.fresh.inspect_llvm(signature), re.M)
    assert definition[0].count("noalias") > 2  # what Numba declares of every function
