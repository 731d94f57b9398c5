"""Covariances of weights against closed forms, and against how weights scatter."""

import numpy as np
import pytest
from scipy.optimize import minimize

from descend.curvature.covariance import Noise, weight_covariances
from descend.data.rows import Rows
from descend.losses import CrossEntropy, Huber, LogLoss, MeanSquaredError, Poisson, SquaredError
from descend.models import Linear
from descend.objectives.risks.empirical_risk import EmpiricalRisk
from descend.penalties import L2, NoPenalty

WEIGHTS = np.array([1.5, -0.5, 0.25])


def rows_of(n=300, seed=0):
    X = np.random.default_rng(seed).normal(size=(n, 2)) @ [[1.0, 0.6], [0.0, 0.8]]
    return X, np.column_stack([X, np.ones(n)])


def risk_of(loss, X, y, penalty=None):
    outputs = y[:, None] if y.ndim == 1 else y
    return EmpiricalRisk(
        Linear(X.shape[1], outputs.shape[1]), loss, penalty or NoPenalty(), Rows(X, outputs)
    )


def minimum(risk):
    start = np.zeros(risk.model.n_parameters)
    found = minimize(risk.value_and_gradient, start, jac=True, method="BFGS", tol=1e-9)
    return found.x


@pytest.mark.parametrize("loss", [SquaredError(), MeanSquaredError()], ids=repr)
def test_least_squares_has_its_closed_form(loss):
    X, ones = rows_of()
    y = ones @ WEIGHTS + np.random.default_rng(1).normal(size=len(X))
    w, residual, *_ = np.linalg.lstsq(ones, y)
    expected = residual / (len(y) - 3) * np.linalg.inv(ones.T @ ones)
    found = weight_covariances(risk_of(loss, X, y), w, Noise.EQUAL_VARIANCE)
    np.testing.assert_allclose(found[0], expected, rtol=1e-9)


def test_ridge_has_its_closed_form():
    X, ones = rows_of(60)
    y = ones @ WEIGHTS + np.random.default_rng(1).normal(size=len(X))
    alpha = 0.3
    damped = np.linalg.inv(ones.T @ ones + len(y) * alpha * np.diag([1, 1, 0]))
    hat = ones @ damped @ ones.T
    w = damped @ ones.T @ y
    noise = np.sum((y - ones @ w) ** 2) / (len(y) - np.trace(hat))
    expected = noise * damped @ ones.T @ ones @ damped
    found = weight_covariances(risk_of(SquaredError(), X, y, L2(alpha)), w, Noise.EQUAL_VARIANCE)
    np.testing.assert_allclose(found[0], expected, rtol=1e-9)


def test_logistic_regression_has_the_inverse_of_its_information():
    X, ones = rows_of()
    chance = 1 / (1 + np.exp(-ones @ WEIGHTS))
    y = (np.random.default_rng(1).random(len(X)) < chance).astype(float)
    risk = risk_of(LogLoss(), X, y)
    w = minimum(risk)
    p = 1 / (1 + np.exp(-ones @ w))
    expected = np.linalg.inv((ones.T * p * (1 - p)) @ ones)
    np.testing.assert_allclose(
        weight_covariances(risk, w, Noise.LIKELIHOOD)[0], expected, rtol=1e-9
    )


def test_three_classes_have_the_inverse_of_their_information():
    """Softmax with an L2 penalty: the information is built here row by row."""
    X, ones = rows_of(200)
    classes = np.random.default_rng(1).integers(3, size=len(X))
    risk = risk_of(CrossEntropy(), X, np.eye(3)[classes], L2(0.1))
    w = minimum(risk)
    z = ones @ w.reshape(3, 3).T
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    information = np.zeros((9, 9))
    for row, share in zip(ones, p, strict=True):
        information += np.kron(np.diag(share) - np.outer(share, share), np.outer(row, row))
    damped = np.linalg.pinv(information + len(X) * 0.1 * np.diag([1, 1, 0] * 3))
    expected = damped @ information @ damped
    found = weight_covariances(risk, w, Noise.LIKELIHOOD)
    for output in range(3):
        own = slice(3 * output, 3 * output + 3)
        np.testing.assert_allclose(found[output], expected[own, own], rtol=1e-7, atol=1e-12)


@pytest.mark.parametrize(
    ("loss", "noise", "draw"),
    [
        (SquaredError(), Noise.EQUAL_VARIANCE, lambda z, g: z + g.normal(size=len(z))),
        (SquaredError(), Noise.ANY, lambda z, g: z + g.normal(size=len(z)) * (0.3 + abs(z))),
        (Huber(), Noise.ANY, lambda z, g: z + g.standard_t(3, size=len(z))),
        (LogLoss(), Noise.LIKELIHOOD, lambda z, g: g.random(len(z)) < 1 / (1 + np.exp(-z))),
        (Poisson(), Noise.ANY, lambda z, g: g.negative_binomial(2, 2 / (2 + np.exp(z)))),
    ],
    ids=["least squares", "unequal spread", "huber", "log loss", "counts that scatter more"],
)
def test_weights_of_many_samples_scatter_so(loss, noise, draw):
    generator = np.random.default_rng(0)
    X, ones = rows_of(400)
    fitted, told = [], []
    for _ in range(150):
        risk = risk_of(loss, X, np.asarray(draw(ones @ WEIGHTS, generator), float))
        fitted.append(minimum(risk))
        told.append(np.sqrt(np.diag(weight_covariances(risk, fitted[-1], noise)[0])))
    # a deviation of 150 draws is itself off by one in seventeen, in one of two times
    np.testing.assert_allclose(np.mean(told, axis=0), np.std(fitted, axis=0), rtol=0.2)


@pytest.mark.parametrize("unit", [1e-9, 1.0, 1e9])
def test_units_change_errors_as_they_change_weights(unit):
    X, ones = rows_of(80)
    y = ones @ WEIGHTS + np.random.default_rng(1).normal(size=len(X))
    errors = []
    for scale in (1.0, unit):
        scaled = X * [scale, 1.0]
        w = np.linalg.lstsq(np.column_stack([scaled, np.ones(80)]) / [scale, 1, 1], y)[0]
        w = w / [scale, 1, 1]
        found = weight_covariances(risk_of(SquaredError(), scaled, y), w, Noise.EQUAL_VARIANCE)
        errors.append(np.sqrt(np.diag(found[0])) * [scale, 1, 1])
    np.testing.assert_allclose(errors[1], errors[0], rtol=1e-6)


def test_columns_that_say_the_same_share_their_weight():
    """Where the rows leave open how two columns share it, the sum of both is as certain as one."""
    X, ones = rows_of(80)
    y = ones @ WEIGHTS + np.random.default_rng(1).normal(size=len(X))
    one = weight_covariances(
        risk_of(SquaredError(), X, y), np.linalg.lstsq(ones, y)[0], Noise.EQUAL_VARIANCE
    )[0]
    twice = np.column_stack([X, X[:, 0]])
    w = np.linalg.lstsq(np.column_stack([twice, np.ones(80)]), y)[0]
    both = weight_covariances(risk_of(SquaredError(), twice, y), w, Noise.EQUAL_VARIANCE)[0]
    total = np.array([1, 0, 1, 0])
    assert total @ both @ total == pytest.approx(one[0, 0], rel=1e-9)


def test_too_few_rows_are_refused():
    X, ones = rows_of(3)
    risk = risk_of(SquaredError(), X, ones @ WEIGHTS)
    with pytest.raises(ValueError, match="there are 3 rows for 3 weights"):
        weight_covariances(risk, WEIGHTS, Noise.EQUAL_VARIANCE)
