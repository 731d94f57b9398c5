"""What optimizers state of themselves is what is measured on their steps."""

import inspect
from typing import NamedTuple

import numpy as np
import pytest

from descend import optimizers
from descend.optimizers import (
    LAMB,
    SAGA,
    SAM,
    SGD,
    SVRG,
    Adam,
    Averaged,
    ClippedByNorm,
    ClippedByValue,
    Decayed,
    Lookahead,
    ScheduleFree,
    by_name,
    names,
)
from descend.optimizers.traits import is_elementwise
from descend.optimizers.traits.measured import steps_elementwise
from descend.optimizers.wrappers.scaled import Scaled

WRAPPERS = [Averaged, SAM, Lookahead, Scaled, ScheduleFree]
WRAPPED = [wrapper(inner) for wrapper in WRAPPERS for inner in (SGD(), Adam(), LAMB())] + [
    ClippedByNorm(Adam(), 1.0),
    ClippedByValue(Adam(), 1.0),
    ClippedByValue(LAMB(), 1.5),
    Decayed(Adam(), 0.1),
    Decayed(LAMB(), 0.1),
]
OURS = [by_name(name) for name in names()] + WRAPPED


@pytest.mark.parametrize("optimizer", OURS, ids=repr)
def test_the_statement_agrees_with_the_measurement(optimizer):
    assert is_elementwise(optimizer) == steps_elementwise(optimizer)


def test_every_class_is_asked():
    classes = {kind for kind in vars(optimizers).values() if inspect.isclass(kind)}
    steps = {kind for kind in classes if hasattr(kind, "step") and kind.__name__ != "Optimizer"}
    # these two take no step without rows of data
    assert steps - {SAGA, SVRG} <= set(map(type, OURS))


class Own(NamedTuple):
    """An optimizer of one's own that states nothing."""

    whole: bool

    @property
    def memory(self):
        return ()

    def step(self, w, g, memory, rate, t):
        length = np.linalg.norm(g, axis=-1, keepdims=True)
        return w - rate * np.where(self.whole, g / length, g), memory


class Stating(NamedTuple):
    """An optimizer of one's own that states what it is."""

    elementwise: bool
    memory: tuple[str, ...] = ()

    def step(self, w, g, memory, rate, t):
        raise AssertionError("nothing needs to be measured")


@pytest.mark.parametrize("answer", [True, False])
def test_a_users_own_is_measured_unless_it_states_it(answer):
    assert is_elementwise(Own(whole=not answer)) == answer
    assert is_elementwise(Averaged(Own(whole=not answer))) == answer
    assert is_elementwise(Stating(answer)) == answer
