"""The fast path reaches the optimum, whatever the columns' units and dependences."""

import numpy as np
import pytest
import scipy.sparse
from sklearn.linear_model import LogisticRegression
from solving import untuned

from descend.curvature import subsampling as sketching
from descend.curvature.subsampling import rows_for, sketch
from descend.data.rows import Rows
from descend.losses import CrossEntropy, LogLoss, SquaredError
from descend.models import Linear
from descend.objectives.risks.empirical_risk import EmpiricalRisk
from descend.penalties import L2

N, D = 400, 6


def rows_of(kind):
    """Return `X`, and whether the penalty alone decides some coefficients."""
    random = np.random.default_rng(5)
    X = random.standard_normal((N, D))
    if kind == "scaled":
        X *= np.logspace(-4, 4, D)
    elif kind == "offset":
        X += 1e3
    elif kind == "correlated":
        X = X[:, :1] + 0.01 * X
    elif kind == "collinear":
        X[:, 3] = 2 * X[:, 0] - X[:, 1]
    elif kind == "constant":
        X[:, 2], X[:, 4] = 5.0, 0.0
    elif kind == "wide":
        X = random.standard_normal((30, 80))
    elif kind == "outlier":
        X[7] *= 1e4
    elif kind in ("sparse", "diagonal"):
        X[random.random(X.shape) < 0.7] = 0
        return scipy.sparse.csr_matrix(X * np.logspace(-2, 2, D))
    elif kind == "float32":
        return X.astype(np.float32)
    return X


KINDS = [
    "plain", "scaled", "offset", "correlated", "collinear", "constant", "wide", "outlier",
    "sparse", "diagonal", "float32",
]  # fmt: skip


@pytest.fixture(autouse=True)
def _without_matrix(request, monkeypatch):
    """Let rows of the kind "diagonal" count as too many columns for a matrix of more than three."""
    parameters = getattr(request.node, "callspec", None)
    if parameters is not None and parameters.params.get("kind") == "diagonal":
        monkeypatch.setattr(sketching, "LARGEST_DENSE", 60)
        monkeypatch.setattr(sketching, "LARGEST_HEAD", 3)


BY_KIND = pytest.mark.parametrize("kind", KINDS)
BY_WEIGHT = pytest.mark.parametrize("weighted", [False, True], ids=["equal", "weighted"])


def columns_of(X):
    return np.asarray(X.toarray() if scipy.sparse.issparse(X) else X, dtype=float)


def unit_target(X, random):
    """Return a sum of the columns, each in units of its own spread."""
    columns = columns_of(X)
    spread = columns.std(axis=0)
    steady = spread < 1e-9
    scaled = (columns - columns.mean(axis=0)) / np.where(steady, 1, spread)
    return scaled @ random.standard_normal(columns.shape[1]) / np.sqrt(columns.shape[1])


def weights_for(X, weighted):
    if not weighted:
        return None
    weight = np.random.default_rng(9).exponential(size=X.shape[0]).astype(X.dtype)
    return weight / weight.mean()


def descend_to_the_end(risk, dtype):
    descent = untuned(
        risk,
        np.zeros(risk.model.n_parameters, dtype=dtype),
        max_iter=2000,
        tol=1e-5 if dtype == np.float32 else 1e-8,
        random=np.random.default_rng(0),
        record="all",
    )
    assert descent.status == "converged"
    assert descent.x.dtype == dtype
    if dtype == np.float64:
        assert (np.diff(descent.values) <= 1e-12 * np.abs(descent.values[0])).all()
    return descent


def fitted(X, w):
    """Return what parameters predict: what can be compared however ill the columns are."""
    columns = columns_of(X)
    by_output = w.reshape(-1, columns.shape[1] + 1)
    return columns @ by_output[:, :-1].T + by_output[:, -1]


def assert_same_predictions(X, w, best, within):
    ours, theirs = fitted(X, np.asarray(w, dtype=float)), fitted(X, best)
    assert np.abs(ours - theirs).max() <= within * np.abs(theirs - theirs.mean(axis=0)).max()


@BY_KIND
@BY_WEIGHT
@pytest.mark.parametrize("alpha", [1e-3, 1.0])
def test_squared_error_reaches_the_closed_form(kind, weighted, alpha):
    X = rows_of(kind)
    random = np.random.default_rng(1)
    y = (unit_target(X, random) + 0.3 * random.standard_normal(X.shape[0])).astype(X.dtype)
    weight = weights_for(X, weighted)
    risk = EmpiricalRisk(Linear(X.shape[1]), SquaredError(), L2(alpha), Rows(X, y[:, None], weight))
    descent = descend_to_the_end(risk, X.dtype)

    columns, share = columns_of(X), np.ones(len(y)) if weight is None else weight.astype(float)
    share = share / share.sum()
    middle, level = share @ columns, share @ y.astype(float)
    centred = columns - middle
    H = (centred.T * share) @ centred + alpha * np.eye(columns.shape[1])
    # solved in scaled columns, so that the reference does not lose its own digits
    scale = np.sqrt(np.diag(H))
    coef = np.linalg.solve(H / np.outer(scale, scale), centred.T @ (share * (y - level)) / scale)
    coef /= scale
    best = np.append(coef, level - middle @ coef)

    exact = EmpiricalRisk(
        risk.model, risk.loss, risk.penalty,
        Rows(columns, y[:, None].astype(float), None if weight is None else share * len(y)),
    )  # fmt: skip
    gap = exact.value(descent.x.astype(float)) / exact.value(best) - 1
    assert gap <= 1e-6
    assert_same_predictions(X, descent.x, best, 1e-3 if X.dtype == np.float32 else 1e-6)


@BY_KIND
@BY_WEIGHT
@pytest.mark.parametrize("classes", [2, 3])
def test_log_loss_reaches_scikit_learns_optimum(kind, weighted, classes):
    X, alpha = rows_of(kind), 0.01
    random = np.random.default_rng(2)
    noisy = unit_target(X, random) + 0.5 * random.standard_normal(X.shape[0])
    codes = np.digitize(noisy, np.quantile(noisy, np.arange(1, classes) / classes))
    weight = weights_for(X, weighted)
    two = classes == 2
    y = (codes[:, None] if two else np.eye(classes)[codes]).astype(X.dtype)
    risk = EmpiricalRisk(
        Linear(X.shape[1], y.shape[1]),
        LogLoss() if two else CrossEntropy(),
        L2(alpha),
        Rows(X, y, weight),
    )
    descent = descend_to_the_end(risk, X.dtype)

    columns = columns_of(X)
    exact = EmpiricalRisk(
        risk.model, risk.loss, risk.penalty,
        Rows(columns, y.astype(float), None if weight is None else weight.astype(float)),
    )  # fmt: skip
    reference = LogisticRegression(
        C=1 / (alpha * len(codes)), solver="newton-cholesky", tol=1e-12, max_iter=1000
    ).fit(columns, codes, sample_weight=weight)
    best = np.column_stack([reference.coef_, reference.intercept_]).ravel()
    gap = exact.value(descent.x.astype(float)) / exact.value(best) - 1
    assert gap <= 1e-6
    if kind != "outlier":
        np.testing.assert_allclose(
            exact.probabilities(descent.x.astype(float), next(iter(exact.blocks))),
            exact.probabilities(best, next(iter(exact.blocks))),
            atol=1e-4 if X.dtype == np.float32 else 1e-6,
        )


@pytest.mark.parametrize("kind", ["plain", "scaled", "collinear", "sparse", "diagonal"])
@pytest.mark.parametrize("outputs", [1, 3])
@pytest.mark.parametrize("loss", [SquaredError(), LogLoss(), CrossEntropy()], ids=repr)
def test_coordinates_go_there_and_back(kind, outputs, loss):
    if loss.normalised and outputs == 1:
        outputs = 2
    X = rows_of(kind)
    random = np.random.default_rng(0)
    y = np.eye(outputs)[random.integers(outputs, size=N)]
    risk = EmpiricalRisk(Linear(D, outputs), loss, L2(0.1), Rows(X, y))
    size = risk.model.n_parameters
    coordinates = sketch(risk, 0.01 * random.standard_normal(size), random)
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


@pytest.mark.parametrize("kind", ["plain", "scaled", "sparse", "diagonal"])
@pytest.mark.parametrize("loss", [SquaredError(), LogLoss(), CrossEntropy()], ids=repr)
def test_the_gradient_in_coordinates_is_that_of_finite_differences(kind, loss):
    X = rows_of(kind)
    random = np.random.default_rng(0)
    y = np.eye(2)[random.integers(2, size=N)]
    risk = EmpiricalRisk(Linear(D, 2), loss, L2(0.1), Rows(X, y, weights_for(X, True)))
    coordinates = sketch(risk, np.zeros(14), random)
    # a point and directions in which predictions move by about one
    size = np.tile(np.append(np.sqrt(np.mean(columns_of(X) ** 2, axis=0)), 1), 2)
    w, *ways = random.standard_normal((4, 14)) / size
    u = coordinates.from_w(w)
    value, g = coordinates.value_and_gradient(u)
    assert coordinates.value(u) == pytest.approx(value)
    for v in map(coordinates.from_w, ways):
        step = 1e-4
        rise = coordinates.value(u + step * v) - coordinates.value(u - step * v)
        assert g @ v == pytest.approx(rise / (2 * step), rel=1e-6, abs=1e-8)
        ahead = coordinates.value_and_gradient(u + step * v)[1]
        behind = coordinates.value_and_gradient(u - step * v)[1]
        bend = coordinates.hessian_product(u, v)
        for other in map(coordinates.from_w, ways):
            turn = (ahead - behind) @ other / (2 * step)
            assert bend @ other == pytest.approx(turn, rel=1e-5, abs=1e-7)


def test_in_its_coordinates_a_parabola_bends_alike_in_all_directions():
    X = rows_of("scaled")
    risk = EmpiricalRisk(Linear(D), SquaredError(), L2(0.1), Rows(X, np.zeros((N, 1))))
    coordinates = sketch(risk, np.zeros(D + 1), np.random.default_rng(0))
    H = np.stack([coordinates.hessian_product(np.zeros(D + 1), e) for e in np.eye(D + 1)])
    np.testing.assert_allclose(H, np.eye(D + 1), atol=1e-6)


def test_the_record_is_in_the_users_coordinates():
    X = rows_of("scaled")
    y = unit_target(X, np.random.default_rng(0))
    risk = EmpiricalRisk(Linear(D), SquaredError(), L2(0.1), Rows(X, y[:, None]))
    seen = []
    descent = untuned(
        risk,
        np.zeros(D + 1),
        max_iter=50,
        tol=1e-9,
        random=np.random.default_rng(0),
        record="all",
        callback=lambda step: seen.append((step.w[0].copy(), step.value[0])),
    )
    np.testing.assert_allclose(risk.value(descent.points), descent.values, rtol=1e-9)
    value, g = risk.value_and_gradient(descent.x)
    assert descent.fun == pytest.approx(value)
    np.testing.assert_allclose(descent.jac, g, atol=1e-7 * np.abs(X).max())
    assert len(descent.values) == descent.nit + 1
    np.testing.assert_allclose([w for w, _ in seen], descent.points[1:], rtol=1e-9)
    assert [value for _, value in seen] == descent.values[1:].tolist()
    assert descent.objective is risk


def test_a_sample_of_the_rows_is_enough():
    random = np.random.default_rng(0)
    X = random.standard_normal((20_000, 5)) * np.logspace(-2, 2, 5)
    y = (unit_target(X, random) + random.standard_normal(len(X)) > 0).astype(float)
    risk = EmpiricalRisk(Linear(5), LogLoss(), L2(1e-4), Rows(X, y[:, None]))
    passes = descend_to_the_end(risk, np.float64).nfev
    assert passes < 30


@pytest.mark.parametrize(
    ("n", "size", "rows"),
    [
        (400, 6, 5_000),  # all there are
        (500_000, 50, 20_000),
        (5_000_000, 50, 26_843),
        (500_000, 100, 6_710),
        (500_000, 1_000, 10_000),
    ],
)
def test_of_many_rows_a_share_is_sketched_where_that_is_quick(n, size, rows):
    assert rows_for(n, size) == rows


def test_no_pass_is_made_twice():
    random = np.random.default_rng(0)
    X = random.standard_normal((8_000, 4))
    y = (X @ np.ones(4) > random.standard_normal(8_000)).astype(float)
    points = []

    class Counted(EmpiricalRisk):
        def value_and_gradient(self, w):
            points.append(w.tobytes())
            return super().value_and_gradient(w)

    risk = Counted(Linear(4), LogLoss(), L2(1e-4), Rows(X, y[:, None]))
    descent = descend_to_the_end(risk, np.float64)
    assert len(points) == len(set(points)) == descent.nfev
