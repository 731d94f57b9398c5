"""Coordinates go there and back, and in them the Hessian is near the identity."""

import numpy as np
import pytest
import scipy.sparse
from risks import risk_of

from descend.curvature.diagonal import DiagonalWithHead
from descend.curvature.leading import LeadingCurvature
from descend.curvature.low_rank import LowRankRows
from descend.curvature.subsampling import SubsampledHessian
from descend.losses import CrossEntropy, LogLoss, SquaredError
from descend.penalties import L2

N, D = 400, 6
LOSSES = [SquaredError(), LogLoss(), CrossEntropy()]
BY_LOSS = pytest.mark.parametrize("loss", LOSSES, ids=repr)
BY_KIND = pytest.mark.parametrize(
    "kind", ["plain", "scaled", "collinear", "sparse", "diagonal", "leading", "whole"]
)


def rows_of(kind):
    random = np.random.default_rng(5)
    X = random.standard_normal((N, 5 * D if kind == "leading" else D))
    if kind == "scaled":
        X *= np.logspace(-4, 4, D)
    elif kind == "collinear":
        X[:, 3] = 2 * X[:, 0] - X[:, 1]
    elif kind in ("sparse", "diagonal"):
        X[random.random(X.shape) < 0.7] = 0
        return scipy.sparse.csr_array(X * np.logspace(-2, 2, D))
    return X


def coordinates_for(risk, kind, w):
    """Return coordinates from the curvature at `w`; "diagonal" knows little more than that."""
    random = np.random.default_rng(0)
    if kind in ("leading", "whole"):
        return LeadingCurvature(risk, random).preconditioned(w)
    if kind == "diagonal":
        return DiagonalWithHead(risk, random, largest_head=3).preconditioned(w)
    return SubsampledHessian(risk, random).preconditioned(w)


@BY_KIND
@BY_LOSS
@pytest.mark.parametrize("outputs", [1, 3])
def test_coordinates_go_there_and_back(kind, outputs, loss):
    if loss.normalised and outputs == 1:
        outputs = 2
    random = np.random.default_rng(0)
    y = np.eye(outputs)[random.integers(outputs, size=N)]
    risk = risk_of(rows_of(kind), y, loss, L2(0.1))
    size = risk.model.n_parameters
    coordinates = coordinates_for(risk, kind, 0.01 * random.standard_normal(size))
    u, v = random.standard_normal((2, 3, size))
    for there, back in (
        (coordinates.to_w, coordinates.from_w),
        (coordinates.gradient_to_w, coordinates.gradient_from_w),
    ):
        np.testing.assert_allclose(back(there(u)), u, rtol=1e-7, atol=1e-7)
        # run by run, and each map linear
        np.testing.assert_allclose(there(u)[1], there(u[1]), rtol=1e-7)
        np.testing.assert_allclose(there(2 * u - v), 2 * there(u) - there(v), rtol=1e-7)
    # steps and gradients are dual: g . w is the same number in both coordinates
    w, g = coordinates.to_w(u), coordinates.gradient_to_w(v)
    np.testing.assert_allclose(np.sum(w * g, axis=-1), np.sum(u * v, axis=-1), rtol=1e-7)


@pytest.mark.parametrize("kind", ["plain", "scaled", "sparse", "diagonal", "leading", "whole"])
@BY_LOSS
def test_the_gradient_in_coordinates_is_that_of_finite_differences(kind, loss):
    X = rows_of(kind)
    random = np.random.default_rng(0)
    weight = random.exponential(size=N)
    y = np.eye(2)[random.integers(2, size=N)]
    risk = risk_of(X, y, loss, L2(0.1), weight / weight.mean())
    parameters = risk.model.n_parameters
    coordinates = coordinates_for(risk, kind, np.zeros(parameters))
    # a point and directions in which predictions move by about one
    squares = X.multiply(X).toarray() if scipy.sparse.issparse(X) else X * X
    size = np.tile(np.append(np.sqrt(squares.mean(axis=0)), 1), 2)
    w, *directions = random.standard_normal((4, parameters)) / size
    u = coordinates.from_w(w)
    value, g = coordinates.value_and_gradient(u)
    assert coordinates.value(u) == pytest.approx(value)
    for v in map(coordinates.from_w, directions):
        step = 1e-4
        rise = coordinates.value(u + step * v) - coordinates.value(u - step * v)
        assert g @ v == pytest.approx(rise / (2 * step), rel=1e-6, abs=1e-8)
        ahead = coordinates.value_and_gradient(u + step * v)[1]
        behind = coordinates.value_and_gradient(u - step * v)[1]
        Hv = coordinates.hessian_product(u, v)
        for other in map(coordinates.from_w, directions):
            change = (ahead - behind) @ other / (2 * step)
            assert Hv @ other == pytest.approx(change, rel=1e-5, abs=1e-7)


def test_the_hessian_of_a_parabola_is_the_identity():
    coordinates = coordinates_for(
        risk_of(rows_of("scaled"), np.zeros(N), penalty=L2(0.1)), "scaled", np.zeros(D + 1)
    )
    H = np.stack([coordinates.hessian_product(np.zeros(D + 1), e) for e in np.eye(D + 1)])
    np.testing.assert_allclose(H, np.eye(D + 1), atol=1e-6)


@pytest.mark.parametrize("loss", [LogLoss(), SquaredError()], ids=repr)
@pytest.mark.parametrize("intercept", [True, False])
def test_the_hessian_of_few_rows_is_the_identity(loss, intercept):
    random = np.random.default_rng(3)
    X, y = random.standard_normal((12, 30)), random.integers(2, size=(12, 2))
    risk = risk_of(X, y, loss, L2(1e-2), intercept=intercept)
    w, v, u = random.standard_normal((3, risk.model.n_parameters)) / 10
    coordinates = LowRankRows(risk).preconditioned(w)
    Hu = coordinates.hessian_product(coordinates.from_w(w), u)
    np.testing.assert_allclose(Hu, u, atol=1e-9)
    np.testing.assert_allclose(coordinates.to_w(coordinates.from_w(w)), w, atol=1e-10)
    np.testing.assert_allclose(coordinates.from_w(coordinates.to_w(u)), u, atol=1e-10)
    back = coordinates.gradient_to_w(coordinates.gradient_from_w(v))
    np.testing.assert_allclose(back, v, atol=1e-10)
    assert coordinates.gradient_from_w(v) @ u == pytest.approx(v @ coordinates.direction_to_w(u))
