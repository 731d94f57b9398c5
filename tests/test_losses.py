"""Slopes and curvatures are derivatives, and values are scikit-learn's and PyTorch's."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import log_loss

from descend.losses import (
    CLASSIFICATION,
    REGRESSION,
    CrossEntropy,
    LogLoss,
    SquaredError,
    log_probabilities,
)
from descend.typing import Loss

Z = np.linspace(-6, 6, 25)
TABLE = [(SquaredError(), np.sin(Z) * 3), (LogLoss(), (np.arange(25) % 2).astype(float))]
PLAIN = pytest.mark.parametrize(("loss", "y"), TABLE, ids=["squared", "log"])
# scores so large that exponentials overflow
FAR = np.array([-1e4, -800.0, -40.0, 0.0, 40.0, 800.0, 1e4])


@PLAIN
def test_the_slope_is_the_derivative_of_the_value(loss, y):
    step = 1e-5
    rise = (loss.value(y, Z + step) - loss.value(y, Z - step)) / (2 * step)
    np.testing.assert_allclose(loss.slope(y, Z), rise, atol=1e-8)


@PLAIN
def test_the_curvature_is_the_derivative_of_the_slope(loss, y):
    step = 1e-5
    turn = (loss.slope(y, Z + step) - loss.slope(y, Z - step)) / (2 * step)
    np.testing.assert_allclose(loss.curvature(y, Z), turn, atol=1e-8)
    assert (loss.curvature(y, Z) <= loss.largest_curvature).all()
    assert loss.curvature(y, 0 * Z).max() == loss.largest_curvature


@pytest.mark.parametrize("loss", [SquaredError(), LogLoss(), CrossEntropy()], ids=repr)
def test_all_are_losses(loss):
    assert isinstance(loss.normalised, bool)
    assert set(dir(loss)) >= {name for name in vars(Loss) if not name.startswith("_")}


def test_the_squared_error_is_halved():
    assert SquaredError().value(np.array([1.0]), np.array([4.0])).tolist() == [4.5]
    assert SquaredError().mean(Z) is Z


def test_the_log_loss_is_that_of_scikit_learn_and_torch():
    y = TABLE[1][1]
    ours = LogLoss().value(y, Z)
    assert np.mean(ours) == pytest.approx(log_loss(y, LogLoss().mean(Z)))
    theirs = torch.nn.functional.binary_cross_entropy_with_logits(
        torch.from_numpy(Z), torch.from_numpy(y), reduction="none"
    )
    np.testing.assert_allclose(ours, theirs.numpy(), rtol=1e-12)


@pytest.mark.parametrize("y", [0.0, 1.0])
def test_the_log_loss_stays_finite_far_out(y):
    loss, labels = LogLoss(), np.full(len(FAR), y)
    with np.errstate(over="ignore"):
        assert np.isfinite(loss.value(labels, FAR)).all()
        assert np.isfinite(loss.curvature(labels, FAR)).all()
        assert ((loss.slope(labels, FAR) >= -1) & (loss.slope(labels, FAR) <= 1)).all()
        assert loss.mean(FAR)[[0, -1]].tolist() == [0, 1]
    wrong = FAR[0] if y == 1 else FAR[-1]
    assert loss.value(np.array([y]), np.array([wrong]))[0] == pytest.approx(1e4)


@pytest.mark.parametrize("scale", [1.0, 1000.0])
def test_the_cross_entropy_is_that_of_torch(scale):
    random = np.random.default_rng(0)
    scores = scale * random.standard_normal((30, 4))
    codes = random.integers(4, size=30)
    y, loss = np.eye(4)[codes], CrossEntropy()
    z = log_probabilities(scores)
    tensor = torch.from_numpy(scores).requires_grad_()
    theirs = torch.nn.functional.cross_entropy(tensor, torch.from_numpy(codes), reduction="none")
    np.testing.assert_allclose(loss.value(y, z).sum(axis=1), theirs.detach().numpy(), rtol=1e-12)
    theirs.sum().backward()
    np.testing.assert_allclose(loss.slope(y, z), tensor.grad.numpy(), atol=1e-12)
    np.testing.assert_allclose(loss.mean(z).sum(axis=1), 1)


def test_the_cross_entropy_bends_as_its_own_slope():
    random = np.random.default_rng(1)
    scores, y, loss = random.standard_normal((6, 3)), np.eye(3)[[0, 1, 2, 0, 1, 2]], CrossEntropy()
    for k in range(3):
        ahead, behind = scores.copy(), scores.copy()
        ahead[:, k] += 1e-5
        behind[:, k] -= 1e-5
        turn = loss.slope(y, log_probabilities(ahead)) - loss.slope(y, log_probabilities(behind))
        bend = loss.curvature(y, log_probabilities(scores))
        np.testing.assert_allclose(bend[:, k], turn[:, k] / 2e-5, atol=1e-8)


def test_the_largest_curvature_of_the_cross_entropy_bounds_its_hessian():
    random = np.random.default_rng(2)
    found = []
    for concentration in (0.1, 1.0, 100.0):
        for size in (2, 3, 10):
            for p in random.dirichlet(np.full(size, concentration), 200):
                found.append(np.linalg.eigvalsh(np.diag(p) - np.outer(p, p))[-1])
    bound = CrossEntropy().largest_curvature
    assert max(found) <= bound + 1e-12
    assert max(found) > 0.99 * bound


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=6), st.floats(-1e6, 1e6))
def test_log_probabilities_add_up_and_do_not_see_a_shift(scores, shift):
    z = log_probabilities(np.array([scores]))
    assert np.exp(z).sum() == pytest.approx(1)
    again = log_probabilities(np.array([scores]) + shift)
    np.testing.assert_allclose(z, again, atol=1e-8)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("loss", [SquaredError(), LogLoss(), CrossEntropy()], ids=repr)
def test_the_type_is_kept(loss, dtype):
    y = np.array([[1.0, 0.0]], dtype=dtype)
    z = log_probabilities(np.array([[0.5, -0.5]], dtype=dtype))
    for name in ("value", "slope", "curvature"):
        assert getattr(loss, name)(y, z).dtype == dtype
    assert loss.mean(z).dtype == dtype


def test_the_names():
    assert list(REGRESSION) == [
        "squared_error", "absolute_error", "huber", "log_cosh", "quantile", "epsilon_insensitive",
        "squared_epsilon_insensitive", "cauchy", "poisson", "gamma", "tweedie",
    ]  # fmt: skip
    assert list(CLASSIFICATION) == [
        "log_loss", "hinge", "squared_hinge", "modified_huber", "perceptron", "focal",
    ]  # fmt: skip
