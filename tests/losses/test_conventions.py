"""Values and slopes are those of scikit-learn and PyTorch, element by element."""

import numpy as np
import pytest
import torch
from scipy.optimize import least_squares
from sklearn._loss.loss import (
    AbsoluteError as TheirAbsoluteError,
)
from sklearn._loss.loss import (
    HalfGammaLoss,
    HalfPoissonLoss,
    HalfSquaredError,
    HalfTweedieLoss,
    HuberLoss,
    PinballLoss,
)
from sklearn.linear_model import SGDClassifier, SGDRegressor
from sklearn.metrics import log_loss

from descend.losses import (
    AbsoluteError,
    Cauchy,
    CrossEntropy,
    EpsilonInsensitive,
    Focal,
    Gamma,
    Hinge,
    Huber,
    LogCosh,
    LogLoss,
    MeanSquaredError,
    ModifiedHuber,
    Perceptron,
    Poisson,
    Quantile,
    SquaredEpsilonInsensitive,
    SquaredError,
    SquaredHinge,
    Tweedie,
    log_probabilities,
)

F = torch.nn.functional
Z = np.linspace(-4.03, 4.01, 41)
Y = 3 * np.sin(np.arange(41))
AMOUNT = np.arange(41) % 7 + 0.25
LABEL = (np.arange(41) % 2).astype(float)


def side(y):
    return 2 * y - 1


BY_TORCH = [
    (MeanSquaredError(), Y, lambda y, z: F.mse_loss(z, y, reduction="none")),
    (AbsoluteError(), Y, lambda y, z: F.l1_loss(z, y, reduction="none")),
    (Huber(0.7), Y, lambda y, z: F.huber_loss(z, y, delta=0.7, reduction="none")),
    (LogCosh(), Y, lambda y, z: torch.log(torch.cosh(z - y))),
    (Poisson(), AMOUNT, lambda y, z: F.poisson_nll_loss(z, y, reduction="none")),
    (LogLoss(), LABEL, lambda y, z: F.binary_cross_entropy_with_logits(z, y, reduction="none")),
    (
        Hinge(),
        LABEL,
        lambda y, z: F.hinge_embedding_loss(side(y) * z, -torch.ones_like(y), reduction="none"),
    ),
    (
        Focal(1.5),
        LABEL,
        lambda y, z: (1 - torch.sigmoid(side(y) * z)) ** 1.5 * F.softplus(-side(y) * z),
    ),
]


@pytest.mark.parametrize(("loss", "y", "theirs"), BY_TORCH, ids=lambda each: type(each).__name__)
def test_values_and_slopes_are_those_of_torch(loss, y, theirs):
    z = torch.from_numpy(Z).requires_grad_()
    values = theirs(torch.from_numpy(y), z)
    np.testing.assert_allclose(loss.value(y, Z), values.detach().numpy(), rtol=1e-12, atol=1e-14)
    values.sum().backward()
    np.testing.assert_allclose(loss.slope(y, Z), z.grad.numpy(), rtol=1e-10, atol=1e-12)


BY_SKLEARN = [
    (SquaredError(), HalfSquaredError(), Y),
    (AbsoluteError(), TheirAbsoluteError(), Y),
    (Quantile(0.8), PinballLoss(quantile=0.8), Y),
    (Poisson(), HalfPoissonLoss(), AMOUNT),
    (Gamma(), HalfGammaLoss(), AMOUNT),
    (Tweedie(1.3), HalfTweedieLoss(power=1.3), AMOUNT),
]


@pytest.mark.parametrize(("loss", "theirs", "y"), BY_SKLEARN, ids=lambda each: type(each).__name__)
def test_values_and_slopes_are_those_of_scikit_learn(loss, theirs, y):
    values, slopes = theirs.loss_gradient(y_true=y, raw_prediction=Z)
    np.testing.assert_allclose(loss.value(y, Z), values, rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(loss.slope(y, Z), slopes, rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(loss.mean(Z), theirs.link.inverse(Z), rtol=1e-12)


def test_the_huber_loss_is_that_of_scikit_learns_boosting():
    theirs = HuberLoss(delta=0.7)
    np.testing.assert_allclose(
        Huber(0.7).value(Y, Z), theirs.loss(y_true=Y, raw_prediction=Z), rtol=1e-12, atol=1e-14
    )


SGD_REGRESSION = [
    (Huber(0.3), {"loss": "huber", "epsilon": 0.3}),
    (EpsilonInsensitive(0.3), {"loss": "epsilon_insensitive", "epsilon": 0.3}),
    (SquaredEpsilonInsensitive(0.3), {"loss": "squared_epsilon_insensitive", "epsilon": 0.3}),
]
SGD_CLASSIFICATION = [
    (Hinge(), {"loss": "hinge"}),
    (SquaredHinge(), {"loss": "squared_hinge"}),
    (ModifiedHuber(), {"loss": "modified_huber"}),
    (Perceptron(), {"loss": "perceptron"}),
    (LogLoss(), {"loss": "log_loss"}),
]


@pytest.mark.parametrize(("loss", "named"), [*SGD_REGRESSION, *SGD_CLASSIFICATION], ids=repr)
@pytest.mark.parametrize("z", [-2.5, -0.5, 0.5, 0.95, 1.5])
def test_a_step_of_scikit_learns_sgd_goes_along_the_slope(loss, named, z):
    classes = (loss, named) in SGD_CLASSIFICATION
    kind = SGDClassifier if classes else SGDRegressor
    y = 1.0
    model = kind(alpha=0.0, learning_rate="constant", eta0=0.125, fit_intercept=False, **named)
    rows = np.ones((1, 1))
    if classes:
        model.partial_fit(rows, [1], classes=[0, 1])
    else:
        model.partial_fit(rows, [y])
    model.coef_[:] = z
    model.partial_fit(rows, [int(y)] if classes else [y])
    moved = (z - model.coef_.ravel()[0]) / 0.125
    assert loss.slope(np.array([y]), np.array([z]))[0] == pytest.approx(moved, abs=1e-9)


def test_the_cauchy_loss_is_that_of_scipy():
    found = least_squares(
        lambda w: 1.0 * w - Y[:1], [2.0], loss="cauchy", f_scale=1.7, max_nfev=1
    )  # fmt: skip
    ours = Cauchy(1.7).value(Y[:1], np.array([2.0]))[0]
    assert found.cost <= ours + 1e-12
    at_start = least_squares(
        lambda w: 0.0 * w + 2.0 - Y[:1], [0.0], loss="cauchy", f_scale=1.7
    )  # fmt: skip
    assert at_start.cost == pytest.approx(ours)


def test_the_probability_of_the_modified_huber_loss_is_scikit_learns():
    rows = Z[:, None]
    model = SGDClassifier(loss="modified_huber", random_state=0).fit(rows, LABEL)
    z = model.decision_function(rows)
    np.testing.assert_allclose(
        ModifiedHuber().probability(z), model.predict_proba(rows)[:, 1], atol=1e-12
    )


def test_the_log_loss_is_that_of_scikit_learn():
    ours = LogLoss().value(LABEL, Z)
    assert np.mean(ours) == pytest.approx(log_loss(LABEL, LogLoss().mean(Z)))


@pytest.mark.parametrize("scale", [1.0, 1000.0])
def test_the_cross_entropy_is_that_of_torch(scale):
    random = np.random.default_rng(0)
    scores = scale * random.standard_normal((30, 4))
    codes = random.integers(4, size=30)
    y, loss = np.eye(4)[codes], CrossEntropy()
    z = log_probabilities(scores)
    tensor = torch.from_numpy(scores).requires_grad_()
    theirs = F.cross_entropy(tensor, torch.from_numpy(codes), reduction="none")
    # theirs rounds losses that are small beside one
    np.testing.assert_allclose(
        loss.value(y, z).sum(axis=1), theirs.detach().numpy(), rtol=1e-12, atol=1e-15
    )
    theirs.sum().backward()
    np.testing.assert_allclose(loss.slope(y, z), tensor.grad.numpy(), atol=1e-12)
    np.testing.assert_allclose(loss.mean(z).sum(axis=1), 1)
