"""What a memory alone would step, against the library's own step."""

import numpy as np
import pytest

import descend
from descend.objectives import as_problem
from descend.optimizers import by_name, names
from descend.playground.momenta import BLOCK, momenta
from descend.protocols import verbs

BOWL = "x^2 + 2*y^2 + sin(x*y)"
STARTS = [[1.0, 1.0], [-1.5, 0.5], [0.3, -2.0]]


def record(optimizer, steps=12, rate=0.05):
    """Return a descent's rate, points, gradients and rates."""
    descent = descend.minimize(
        BOWL, STARTS, optimizer=optimizer, learning_rate=rate, steps=steps, tol=0
    )
    gradients = as_problem(BOWL).objective.value_and_gradient(descent.points)[1]
    return descent.learning_rate, descent.points, gradients, descent.learning_rates


@pytest.mark.parametrize("name", names())
def test_momenta_are_what_a_step_without_a_gradient_adds(name):
    """Taken all at once they are those of single steps."""
    optimizer = by_name(name)
    rule, points, gradients, rates = record(optimizer)
    found = momenta(optimizer, rule, points, gradients, rates, lambda: None)
    assert found.shape == points.shape
    assert np.isfinite(found).all()
    if name in ("momentum", "nesterov"):
        velocity = np.zeros_like(gradients[0])
        for g, moved in zip(gradients, found, strict=True):
            share = 0.9 if name == "momentum" else 0.81
            np.testing.assert_allclose(moved, -0.05 * share * velocity, atol=1e-12)
            velocity = 0.9 * velocity + g
    if name in ("sgd", "rmsprop", "adagrad", "signsgd"):
        assert not found.any()
    if name in ("adam", "lion", "lamb", "qhm", "adan", "novograd"):
        memory = tuple(np.zeros_like(gradients[0]) for _ in optimizer.memory)
        for t, (w, g) in enumerate(zip(points, gradients, strict=True), 1):
            after, _ = verbs.step(optimizer, w, 0 * g, memory, np.full((3, 1), 0.05), float(t))
            np.testing.assert_allclose(found[t - 1], after - w, atol=1e-12)
            _, memory = verbs.step(optimizer, w, g, memory, np.full((3, 1), 0.05), float(t))


@pytest.mark.parametrize("name", ["adam", "lamb"])
def test_nothing_of_what_is_to_come_moves_them(name):
    rule, points, gradients, rates = record(by_name(name))
    whole = momenta(by_name(name), rule, points, gradients, rates, lambda: None)
    first = momenta(by_name(name), rule, points[:6], gradients[:6], rates[:5], lambda: None)
    np.testing.assert_allclose(first, whole[:6], atol=1e-15)


def test_without_a_step_there_is_no_momentum():
    rule, points, gradients, _ = record("momentum", steps=1)
    found = momenta(by_name("momentum"), rule, points[:1], gradients[:1], np.zeros((0, 3)), None)
    assert found.shape == (1, 3, 2)
    assert not found.any()


def test_they_end_when_nobody_waits():
    asked = []

    def check():
        asked.append(1)
        raise InterruptedError

    rule, points, gradients, rates = record("momentum", steps=BLOCK)
    with pytest.raises(InterruptedError):
        momenta(by_name("momentum"), rule, points, gradients, rates, check)
    assert asked == [1]
