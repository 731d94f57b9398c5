"""Every optimizer arrives: on a parabola at its recommended rate, on Rosenbrock at one of its own.

The tables are what each is known to reach: how many steps bring it how near to the minimum.
"""

import numpy as np
import pytest

from descend import minimize
from descend.optimizers import by_name, names, recommended_rate

# (x - 1)^2 + 4 (y - 0.5)^2 from (3, -2), at the recommended rate: steps, largest error.
# AdamW's weights decay, and steps of a length of their own end within a few of them
PARABOLA = {
    "sgd": (3000, 1e-8),
    "momentum": (1000, 1e-8),
    "nesterov": (1000, 1e-8),
    "qhm": (3000, 1e-4),
    "asgd": (3000, 1e-3),
    "adagrad": (10_000, 1e-4),
    "rmsprop": (5000, 1e-4),
    "adadelta": (3000, 1e-8),
    "ftrl": (3000, 1e-6),
    "adam": (10_000, 1e-8),
    "adamw": (10_000, 1e-3),
    "amsgrad": (30_000, 1e-6),
    "adamax": (3000, 1e-5),
    "nadam": (10_000, 1e-8),
    "radam": (10_000, 1e-8),
    "adabelief": (3000, 1e-8),
    "yogi": (3000, 1e-8),
    "adan": (10_000, 1e-8),
    "ademamix": (30_000, 1e-6),
    "adopt": (30_000, 1e-8),
    "signsgd": (3000, 2e-3),
    "signum": (3000, 5e-3),
    "lion": (30_000, 5e-4),
    "rprop": (300, 1e-5),
    "lars": (1000, 2e-3),
    "lamb": (3000, 5e-3),
    "novograd": (300, 2e-2),
    "lbfgs": (300, 1e-8),
    "noisysgd": (3000, 1e-2),
    "momo": (1000, 1e-8),
    "momoadam": (3000, 1e-8),
    "dadaptsgd": (1000, 1e-8),
    "cocob": (300, 1e-8),
    "dog": (1000, 1e-8),
    "dowg": (300, 1e-8),
    "dadaptadam": (1000, 1e-8),
    "prodigy": (3000, 1e-5),
}

# from (-1.2, 1): rate, steps, largest error
ROSENBROCK = {
    "sgd": (0.001, 10_000, 0.05),
    "momentum": (0.001, 3000, 1e-4),
    "nesterov": (0.001, 3000, 1e-4),
    "qhm": (0.001, 10_000, 0.05),
    "asgd": (0.001, 10_000, 0.05),
    "adagrad": (1.0, 10_000, 0.005),
    "rmsprop": (0.001, 10_000, 0.005),
    "adadelta": (0.1, 10_000, 0.1),
    "ftrl": (1.0, 10_000, 0.005),
    "adam": (0.01, 10_000, 1e-5),
    "adamw": (0.01, 10_000, 0.02),
    "amsgrad": (0.1, 10_000, 1e-6),
    "adamax": (0.001, 10_000, 1e-6),
    "nadam": (0.01, 10_000, 0.01),
    "radam": (0.001, 10_000, 0.02),
    "adabelief": (0.001, 10_000, 1e-6),
    "yogi": (0.1, 10_000, 1e-6),
    "adan": (0.001, 10_000, 1e-5),
    "ademamix": (0.01, 10_000, 0.02),
    "adopt": (1.0, 10_000, 1e-6),
    "signsgd": (0.0001, 30_000, 0.2),
    "signum": (0.001, 3000, 0.05),
    "lion": (0.001, 10_000, 0.005),
    "rprop": (0.01, 10_000, 0.005),
    "lars": (1.0, 10_000, 0.02),
    "lamb": (0.01, 10_000, 0.2),  # its steps do not shrink: it circles
    "novograd": (0.001, 3000, 0.005),
    "lbfgs": (1.0, 300, 1e-8),
    "noisysgd": (0.001, 10_000, 0.05),
    "momo": (1.0, 3000, 1e-8),
    "momoadam": (1.0, 3000, 1e-8),
    "dadaptsgd": (1.0, 3000, 1e-4),
    "cocob": (1.0, 10_000, 0.1),
    "dog": (1.0, 10_000, 0.05),
    "dowg": (1.0, 10_000, 0.05),
    "dadaptadam": (1.0, 10_000, 0.005),
    "prodigy": (0.1, 3000, 0.002),
}


class Parabola:
    def value(self, w):
        return (w[..., 0] - 1) ** 2 + 4 * (w[..., 1] - 0.5) ** 2

    def value_and_gradient(self, w):
        return self.value(w), (w - [1.0, 0.5]) * [2.0, 8.0]

    def hessian_product(self, w, v):
        return v * [2.0, 8.0]


class Valley:
    def value(self, w):
        x, y = w[..., 0], w[..., 1]
        return (1 - x) ** 2 + 100 * (y - x * x) ** 2

    def value_and_gradient(self, w):
        x, y = w[..., 0], w[..., 1]
        bend = y - x * x
        g = np.stack([-2 * (1 - x) - 400 * x * bend, 200 * bend], axis=-1)
        return self.value(w), g

    def hessian_product(self, w, v):
        raise NotImplementedError


def soon(steps_of):
    """Return every optimizer's name; those that walk long are for the thorough run."""
    slow = pytest.mark.thorough
    return [pytest.param(name, marks=slow) if steps_of(name) > 3000 else name for name in names()]


def test_the_tables_have_a_row_for_each():
    assert set(PARABOLA) == set(ROSENBROCK) == set(names())


@pytest.mark.parametrize("name", soon(lambda name: PARABOLA[name][0]))
def test_it_reaches_the_bottom_of_a_parabola_at_its_recommended_rate(name):
    steps, within = PARABOLA[name]
    rate = recommended_rate(by_name(name))
    descent = minimize(
        Parabola(),
        [3.0, -2.0],
        optimizer=name,
        learning_rate=rate,
        steps=steps,
        tol=0.0,
        record=None,
    )
    assert descent.status in ("converged", "stopped")
    assert np.abs(descent.x - [1.0, 0.5]).max() < within


@pytest.mark.parametrize("name", soon(lambda name: ROSENBROCK[name][1]))
def test_it_finds_its_way_through_rosenbrocks_valley(name):
    rate, steps, within = ROSENBROCK[name]
    descent = minimize(
        Valley(),
        [-1.2, 1.0],
        optimizer=name,
        learning_rate=rate,
        steps=steps,
        tol=0.0,
        record=None,
    )
    assert descent.status in ("converged", "stopped")
    assert np.abs(descent.x - 1.0).max() < within
