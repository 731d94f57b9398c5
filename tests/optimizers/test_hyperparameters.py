"""Hyper-parameters by name, through wrapped optimizers, and one optimizer for many runs."""

import numpy as np
import pytest

from descend.optimizers import SGD, Adam, Clipped, Lookahead, Momentum, by_name, names
from descend.optimizers.hyperparameters import (
    has_hyperparameter,
    stacked,
    structure,
    with_hyperparameters,
)
from descend.protocols import verbs


class Own:
    """An optimizer of one's own that is no NamedTuple."""

    memory = ()

    def step(self, w, g, memory, rate, t):
        return w - rate * g, memory


WRAPPED = Lookahead(Clipped(Momentum(mu=0.9), norm=1.0))


@pytest.mark.parametrize(
    ("optimizer", "name", "has"),
    [
        (Momentum(), "mu", True),
        (Momentum(), "beta1", False),
        (WRAPPED, "mu", True),
        (WRAPPED, "norm", True),
        (SGD(), "mu", False),
        (Own(), "memory", False),
        (Clipped(Own(), norm=1.0), "norm", True),
    ],
)
def test_a_hyper_parameter_may_be_that_of_a_wrapped_optimizer(optimizer, name, has):
    assert has_hyperparameter(optimizer, name) is has


def test_the_others_stay_as_they_were():
    changed = with_hyperparameters(WRAPPED, {"mu": 0.5, "norm": 2.0, "beta1": 0.1})
    assert changed == Lookahead(Clipped(Momentum(mu=0.5), norm=2.0))
    own = Own()
    assert with_hyperparameters(own, {"mu": 0.5}) is own


@pytest.mark.parametrize("name", names())
def test_the_structure_is_all_but_the_numbers(name):
    optimizer = by_name(name)
    numbers = {
        field: 0.9 * value for field, value in zip(optimizer._fields, optimizer, strict=True)
        if isinstance(value, float)
    }  # fmt: skip
    assert structure(optimizer._replace(**numbers)) == structure(optimizer)
    wrapped = Clipped(optimizer, norm=1.0)
    assert structure(wrapped) != structure(optimizer)
    hash(structure(wrapped))


def test_optimizers_of_other_classes_or_switches_have_another_structure():
    own = Own()
    several = [
        SGD(),
        Momentum(),
        Adam(),
        own,
        Own(),
        Clipped(own, norm=1.0),
        Clipped(SGD(), norm=1.0),
        WRAPPED,
    ]
    assert len({structure(optimizer) for optimizer in several}) == len(several)


def test_each_row_of_a_stacked_optimizer_steps_as_its_own():
    optimizers = [Clipped(Momentum(mu), norm=2.0) for mu in (0.5, 0.9)]
    together = stacked(optimizers, repeats=2, dtype=np.float32)
    assert together.norm == 2.0
    assert (together.optimizer.mu.shape, together.optimizer.mu.dtype) == ((4, 1), np.float32)
    w, g = np.random.default_rng(0).standard_normal((2, 4, 3)).astype(np.float32)
    speed = np.ones_like(w)
    moved, _ = verbs.step(together, w, g, (speed,), 0.1, 2.0)
    for row, optimizer in enumerate(np.repeat([0, 1], 2)):
        rows = slice(row, row + 1)
        alone, _ = verbs.step(optimizers[optimizer], w[rows], g[rows], (speed[rows],), 0.1, 2.0)
        np.testing.assert_allclose(moved[rows], alone, rtol=1e-6)
