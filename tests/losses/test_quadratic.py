"""Which losses are quadratic: what they state is what is measured."""

from typing import NamedTuple

import numpy as np
import pytest

from descend.losses import (
    CLASSIFICATION,
    REGRESSION,
    CrossEntropy,
    MeanSquaredError,
    SquaredError,
    SquaredHinge,
    has_constant_curvature,
    is_quadratic,
)

OURS = [*REGRESSION.values(), *CLASSIFICATION.values(), CrossEntropy()]
KINKED = [loss for loss in OURS if loss.largest_curvature == np.inf and hasattr(loss, "smoothed")]


@pytest.mark.parametrize(
    "loss", [loss for loss in OURS if not any(loss is each for each in KINKED)], ids=repr
)
def test_the_statement_agrees_with_the_measurement(loss):
    ours = isinstance(loss, SquaredError | MeanSquaredError)
    assert is_quadratic(loss) == has_constant_curvature(loss) == ours


@pytest.mark.parametrize("loss", KINKED, ids=repr)
def test_a_loss_of_straight_lines_is_not_quadratic(loss):
    # its curvature is zero wherever it is looked for, but its slope jumps
    assert has_constant_curvature(loss)
    assert not is_quadratic(loss)


class Power(NamedTuple):
    """A loss of one's own."""

    power: int
    normalised: bool = False
    largest_curvature: float = np.inf

    def value(self, y, z):
        return (z - y) ** self.power

    def slope(self, y, z):
        return self.power * (z - y) ** (self.power - 1)

    def curvature(self, y, z):
        return self.power * (self.power - 1) * (z - y) ** (self.power - 2)

    def mean(self, z):
        return z


class Stating(Power):
    """One that states it."""

    quadratic = True

    def curvature(self, y, z):
        raise AssertionError("nothing needs to be measured")


def test_a_users_own_is_measured_unless_it_states_it():
    assert is_quadratic(Power(2))
    assert not is_quadratic(Power(4))
    assert is_quadratic(Stating(2))
    assert not is_quadratic(SquaredHinge())
