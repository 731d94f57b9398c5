"""Wide dense rows have the leading directions of their curvature, whatever it is in."""

import numpy as np
import pytest
from risks import risk_of
from sklearn.linear_model import LogisticRegression, Ridge
from solving import untuned

from descend import DescentClassifier, DescentRegressor
from descend.curvature.diagonal import hessian_diagonal
from descend.curvature.factors import CholeskyFactor, SpectralFactor
from descend.curvature.leading import LeadingCurvature
from descend.curvature.preconditioning import PreconditionedObjective
from descend.curvature.subsampling import is_wide
from descend.losses import CrossEntropy, Huber, LogLoss, Poisson, SquaredError
from descend.penalties import L2, NoPenalty

FEW, WIDE, RIDGE = (2_400, 60), (1_600, 300), L2(1e-2)
LOSSES = [SquaredError(), LogLoss(), Poisson(), Huber(), CrossEntropy()]
BY_LOSS = pytest.mark.parametrize("loss", LOSSES, ids=repr)
BY_SHAPE = pytest.mark.parametrize("shape", [FEW, WIDE], ids=["few columns", "many columns"])


def correlated(n, d, kind="factors"):
    """Return rows whose columns share twelve factors, and a score each of spread one."""
    random = np.random.default_rng(2)
    X = random.standard_normal((n, 12)) @ random.standard_normal((12, d))
    X += 0.3 * random.standard_normal((n, d))
    scores = X @ random.standard_normal(d)
    if kind == "units":
        X *= np.logspace(-5, 5, d)
    elif kind == "far from zero":
        X += 30
    elif kind == "constant and equal":
        X[:, 3], X[:, 5] = 1.5, X[:, 4]
    elif kind == "zero":
        X[:, ::7] = 0
    return X, scores / scores.std()


def risk_of_columns(loss, n, d, kind="factors", penalty=RIDGE, weighted=True, **options):
    X, scores = correlated(n, d, kind)
    random = np.random.default_rng(1)
    y = scores + 0.5 * random.logistic(size=n)
    if loss.normalised:
        y = np.eye(3)[np.digitize(y, [-1, 1])]
    elif isinstance(loss, LogLoss):
        y = y > 0
    elif isinstance(loss, Poisson):
        y = random.poisson(np.exp(scores))
    weight = random.exponential(size=n) * (random.random(n) < 0.8) if weighted else None
    weight = None if weight is None else weight / weight.mean()
    return risk_of(X, y, loss, penalty, weight, **options)


def condition(coordinates, w):
    """Return the condition number of the Hessian in coordinates, along all that steps go along."""
    outputs = coordinates.risk.model.n_outputs
    directions = np.eye(len(w))
    if coordinates.risk.loss.normalised:
        # equal changes of all outputs change no prediction
        contrasts = np.linalg.svd(np.ones((1, outputs)))[2][1:]
        directions = np.kron(contrasts, np.eye(len(w) // outputs))
    H = [coordinates.hessian_product(coordinates.from_w(w), v) for v in directions]
    curvatures = np.linalg.eigvalsh(np.array(H) @ directions.T)
    return curvatures[-1] / curvatures[0]


@BY_SHAPE
@BY_LOSS
@pytest.mark.parametrize("kind", ["factors", "far from zero", "zero"])
def test_the_hessian_is_far_better_conditioned_than_by_its_diagonal(kind, loss, shape):
    n, d = shape
    risk = risk_of_columns(loss, n, d // (3 if loss.normalised else 1), kind)
    w = np.zeros(risk.model.n_parameters)
    coordinates = LeadingCurvature(risk, np.random.default_rng(0)).preconditioned(w)
    by_diagonal = PreconditionedObjective(risk, np.sqrt(hessian_diagonal(risk, w)))
    assert condition(coordinates, w) < condition(by_diagonal, w) / 4


@pytest.mark.parametrize(
    ("loss", "shape", "kind"),
    [
        (SquaredError(), FEW, CholeskyFactor),
        (SquaredError(), WIDE, SpectralFactor),
        (CrossEntropy(), FEW, CholeskyFactor),
        (CrossEntropy(), (400, 60), SpectralFactor),
    ],
    ids=repr,
)
def test_a_matrix_of_all_columns_is_factored_where_rows_are_enough(loss, shape, kind):
    risk = risk_of_columns(loss, *shape)
    w = np.zeros(risk.model.n_parameters)
    coordinates = LeadingCurvature(risk, np.random.default_rng(0)).preconditioned(w)
    assert {type(factor) for factor in coordinates.factors} == {kind}


@pytest.mark.parametrize("loss", [SquaredError(), LogLoss(), CrossEntropy()], ids=repr)
def test_the_diagonal_is_that_of_the_hessian(loss):
    risk = risk_of_columns(loss, 200, 8)
    random = np.random.default_rng(0)
    w = random.standard_normal(risk.model.n_parameters) / 10
    products = [risk.hessian_product(w, e) @ e for e in np.eye(len(w))]
    if loss.normalised:  # the outputs' curvatures are all the mean
        own = hessian_diagonal(risk, w)
        assert (own == own[0]).all()
        products = np.mean(np.reshape(products, own.shape), axis=0)
        np.testing.assert_allclose(own[0], products, rtol=1e-10)
    else:
        np.testing.assert_allclose(hessian_diagonal(risk, w).ravel(), products, rtol=1e-10)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_spectral_factor_multiplies_as_its_matrix(dtype):
    random = np.random.default_rng(4)
    U, _ = np.linalg.qr(random.standard_normal((9, 3)))
    factor = SpectralFactor(U, np.array([1e4, 3.0, 0.5]))
    L = np.eye(9) + U @ np.diag(factor.roots - 1) @ U.T
    v = random.standard_normal((4, 9)).astype(dtype)
    for found, matrix in (
        (factor.apply(v), L),
        (factor.apply_transpose(v), L.T),
        (factor.solve(v), np.linalg.inv(L)),
        (factor.solve_transpose(v), np.linalg.inv(L.T)),
    ):
        np.testing.assert_allclose(found, v @ matrix, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("penalty", [L2(1e-3), NoPenalty()], ids=repr)
@pytest.mark.parametrize("intercept", [True, False])
@pytest.mark.parametrize("kind", ["factors", "units", "constant and equal", "zero"])
def test_coordinates_exist_whatever_the_columns(kind, intercept, penalty):
    for shape in (FEW, WIDE, (3, 40), (2, 40)):
        risk = risk_of_columns(SquaredError(), *shape, kind, penalty, False, intercept=intercept)
        w = np.zeros(risk.model.n_parameters)
        coordinates = LeadingCurvature(risk, np.random.default_rng(0)).preconditioned(w)
        u = np.random.default_rng(1).standard_normal(len(w))
        np.testing.assert_allclose(coordinates.from_w(coordinates.to_w(u)), u, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("where", [slice(None), -1], ids=["a column", "one number"])
def test_squares_that_overflow_are_refused_by_their_size(where):
    risk = risk_of_columns(SquaredError(), *WIDE, weighted=False)
    risk.blocks.X[where, 4] = 1e200
    with pytest.raises(ValueError, match=r"overflow in float64: X reaches 1e\+200"):
        LeadingCurvature(risk, np.random.default_rng(0)).preconditioned(np.zeros(301))


@BY_LOSS
def test_wide_rows_end_at_the_optimum_in_few_passes(loss):
    n, d = 2_600, 750 if loss.normalised else 2_200
    risk = risk_of_columns(loss, n, d, weighted=False)
    assert is_wide(risk)
    start = risk.initial_parameters(float)
    random = np.random.default_rng(0)
    found = untuned(risk, start, tol=1e-6, random=random, record="values")
    rough = untuned(risk, start, tol=1e-2, random=random, record="values")
    assert found.status == rough.status == "converged"
    assert (np.diff(found.values) <= 0).all()
    assert np.linalg.norm(found.jac) <= 1e-5 * np.linalg.norm(risk.value_and_gradient(start)[1])
    assert rough.fun - found.fun <= 1e-4 * abs(found.fun)
    assert rough.nfev <= 150  # by the diagonal alone it is up to thousands


@pytest.mark.parametrize(("dtype", "precision"), [(np.float64, 1e-5), (np.float32, 5e-2)])
def test_estimators_end_at_the_optimum_of_scikit_learns(dtype, precision):
    # in single precision the value no longer changes 1e-4 above its minimum
    n, d = 2_100, 2_060
    X, scores = correlated(n, d)
    X, y = X.astype(dtype), scores + np.random.default_rng(0).standard_normal(n)
    own = DescentRegressor(alpha=0.1, tol=1e-8, random_state=0).fit(X, y)
    peer = Ridge(alpha=0.1 * n).fit(X.astype(float), y)
    np.testing.assert_allclose(own.predict(X), peer.predict(X), atol=precision)
    classifier = DescentClassifier(alpha=0.1, tol=1e-8, random_state=0).fit(X, y > 0)
    peer = LogisticRegression(C=1 / (0.1 * n), tol=1e-10, max_iter=2_000)
    found, expected = (each.predict_proba(X) for each in (classifier, peer.fit(X, y > 0)))
    np.testing.assert_allclose(found, expected, atol=precision)
