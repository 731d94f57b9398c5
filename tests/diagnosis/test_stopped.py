"""How a run was going when it stopped, and what would lead further."""

import numpy as np
import pytest

from descend import diagnose, minimize


def test_a_slow_descent_is_told_to_go_on():
    descent = minimize("sphere", [3.0, 4.0], optimizer="sgd", learning_rate=1e-3, steps=100)
    told = diagnose(descent)
    fall = descent.values[-10] - descent.values[-1]
    assert told.status == "stopped"
    assert f"after 100 steps at the value {descent.fun:.6g}" in str(told)
    assert f"still falling, by {fall:.3g} in the last 9 steps" in str(told)
    assert "The learning rate was 0.001; at the end, rates up to 1 are stable" in str(told)
    assert told.stable_rate == pytest.approx(1, rel=1e-6)


def test_a_descent_that_swings_is_told_so():
    class Kink:
        def value(self, w):
            return np.abs(w).sum(axis=-1)

        def value_and_gradient(self, w):
            return self.value(w), np.sign(w)

        def hessian_product(self, w, v):
            return 0 * v

    descent = minimize(Kink(), [0.93], optimizer="sgd", learning_rate=0.1, steps=50)
    assert "goes up and down: a smaller learning rate would settle" in str(diagnose(descent))


def test_a_descent_that_rises_is_told_so():
    descent = minimize("sphere", [1.0, 1.0], optimizer="sgd", learning_rate=1.01, steps=30)
    assert descent.status == "stopped"
    assert "The value was rising: a smaller learning rate would make it fall" in str(
        diagnose(descent)
    )


@pytest.mark.parametrize("name", ["signsgd", "signum", "lion"])
def test_steps_of_one_length_are_told_to_fall(name):
    run = minimize("x^2", [2.03], optimizer=name, learning_rate=0.1, steps=80)
    kind = type(run.optimizer).__name__
    assert f"Steps of {kind} are about 0.1 long" in str(diagnose(run))
    assert diagnose(run).stable_rate is None
