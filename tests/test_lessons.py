"""The experiments that this library grew from, as numbers."""

import numpy as np
import pytest
import torch
from sklearn.datasets import make_regression
from sklearn.linear_model import SGDRegressor
from sklearn.model_selection import train_test_split

from descend import DescentRegressor, diagnose, minimize
from descend.diagnosis.minima import distinct_minima


def line():
    X, y, slope = make_regression(
        n_samples=100,
        n_features=1,
        n_informative=1,
        n_targets=1,
        noise=5,
        coef=True,
        random_state=2,
    )
    assert slope == pytest.approx(60.84, abs=0.01)
    return train_test_split(X, y, test_size=0.2, random_state=10)


def test_a3_one_line_three_ways():
    X, X_test, y, y_test = line()

    # the mean squared error is twice our loss, so rate 0.1 on it is rate 0.2 on ours
    ours = DescentRegressor(
        penalty=None, optimizer="sgd", learning_rate=0.2, batch_size=32, max_iter=10, tol=0.0,
        warm_start=True, random_state=0,
    )  # fmt: skip
    ours.coef_, ours.intercept_, ours.n_features_in_ = np.array([-10.0]), 9.0, 1
    ours.fit(X, y)
    assert ours.descent_.points[0].tolist() == [-10, 9]
    assert ours.n_iter_ == 10

    theirs = SGDRegressor(random_state=0).fit(X, y)

    torch.manual_seed(0)
    inputs, targets = torch.from_numpy(X), torch.from_numpy(y)[:, None]
    model = torch.nn.Linear(1, 1, dtype=torch.float64)
    with torch.no_grad():
        model.weight.fill_(-10.0)
        model.bias.fill_(9.0)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for _ in range(10):
        for rows in torch.randperm(len(inputs)).split(32):
            optimizer.zero_grad()
            torch.nn.functional.mse_loss(model(inputs[rows]), targets[rows]).backward()
            optimizer.step()

    table = {
        "descend": (ours.coef_[0], ours.intercept_),
        "scikit-learn": (theirs.coef_[0], theirs.intercept_[0]),
        "torch": (model.weight.item(), model.bias.item()),
    }
    errors = {
        name: np.mean((slope * X_test[:, 0] + intercept - y_test) ** 2)
        for name, (slope, intercept) in table.items()
    }
    best = np.mean((np.polyval(np.polyfit(X[:, 0], y, 1), X_test[:, 0]) - y_test) ** 2)
    for name, (slope, intercept) in table.items():
        assert slope == pytest.approx(60.1, abs=1.5), name
        assert intercept == pytest.approx(0, abs=1.5), name
        assert errors[name] == pytest.approx(best, abs=3), name
    assert best == pytest.approx(21, abs=1)
    assert errors["descend"] == pytest.approx(errors["torch"], abs=2)
    assert (np.diff(ours.loss_curve_[:6]) < 0).all()


def test_a5_rates_that_settle_and_one_that_does_not():
    X, _, y, _ = line()

    def error(w):
        return np.mean((w[0] * X[:, 0] + w[1] - y) ** 2)

    def gradient(w):
        r = 2 * (w[0] * X[:, 0] + w[1] - y) / len(y)
        return np.array([r @ X[:, 0], r.sum()])

    rows = np.column_stack([X, np.ones(len(X))])
    bound = 2 / np.linalg.eigvalsh(2 * rows.T @ rows / len(X))[-1]
    for rate in (0.1, 0.6, 0.8, 1.05 * bound):
        run = minimize(
            lambda w: error(w), [-10.0, 9.0], gradient=gradient, optimizer="sgd",
            learning_rate=rate, steps=200,
        )  # fmt: skip
        assert (run.fun < run.values[0]) == (rate < bound)


def test_c4_many_starts_on_hills_end_in_different_valleys():
    descent = minimize("sin(x)*sin(y)", 50, seed=0)
    assert (descent.status == "converged").all()
    np.testing.assert_allclose(descent.fun, -1, atol=1e-12)
    minima = distinct_minima(descent)
    assert sum(len(minimum.runs) for minimum in minima) == 50
    assert len(minima) >= 6
    # the valleys lie where both are odd quarters of a turn, and one sine is 1 where the other is -1
    quarters = np.array([minimum.point for minimum in minima]) / (np.pi / 2)
    np.testing.assert_allclose(quarters, np.round(quarters), atol=1e-6)
    assert (np.round(quarters) % 2 == 1).all()
    assert (np.round(quarters).sum(axis=1) % 4 == 0).all()
    assert len({tuple(place) for place in np.round(quarters)}) == len(minima)


def test_c4_by_adam_ends_in_the_same_valleys():
    descent = minimize("sin(x)*sin(y)", 50, seed=0, optimizer="adam", learning_rate=0.05)
    np.testing.assert_allclose(descent.fun, -1, atol=1e-6)


# of 5 in x the bound is 2/5: slow, good, oscillating, unstable
RATES = [(0.02, "slow"), (0.3, "good"), (0.39, "oscillating"), (0.6, "unstable")]


@pytest.mark.parametrize(("rate", "kind"), RATES, ids=[kind for _, kind in RATES])
def test_c7_rates_on_an_ellipse(rate, kind):
    steps = 60
    run = minimize(
        "(5*x^2 + y^2)/2", [2.0, 2.0], optimizer="sgd", learning_rate=rate, steps=steps, tol=0.0
    )
    t = np.arange(steps + 1)
    exact = np.column_stack([2 * (1 - 5 * rate) ** t, 2 * (1 - rate) ** t])
    np.testing.assert_allclose(run.points, exact, rtol=1e-9)
    np.testing.assert_allclose(run.values, (5 * exact[:, 0] ** 2 + exact[:, 1] ** 2) / 2, rtol=1e-9)
    crossings = (np.diff(np.sign(run.points[:, 0])) != 0).sum()
    if kind == "slow":
        assert run.fun > 1e-2
        assert crossings == 0
    elif kind == "good":
        assert run.fun < 1e-15
    elif kind == "oscillating":
        assert crossings == steps
        assert (np.diff(run.values) < 0).all()
        assert run.fun > 1e-6
    else:
        assert run.fun > 1e18
        assert run.status == "diverged"
        assert diagnose(run).stable_rate == pytest.approx(2 / 5, rel=1e-6)


def test_f1_a_cubic_for_a_sine():
    x = np.linspace(-np.pi, np.pi, 2000)
    y = np.sin(x)
    rows = np.stack([np.ones_like(x), x, x**2, x**3])
    start = np.random.default_rng(0).standard_normal(4)

    def error(w):
        return np.sum((w @ rows - y) ** 2)

    def gradient(w):
        return 2 * rows @ (w @ rows - y)

    settings = {"optimizer": "sgd", "learning_rate": 1e-6, "steps": 2000, "tol": 0.0}
    run = minimize(error, start, gradient=gradient, **settings)

    # the same by hand
    a, b, c, d = start
    path = [start]
    for _ in range(2000):
        r = 2 * (a + b * x + c * x**2 + d * x**3 - y)
        a, b, c, d = (
            a - 1e-6 * r.sum(),
            b - 1e-6 * (r * x).sum(),
            c - 1e-6 * (r * x**2).sum(),
            d - 1e-6 * (r * x**3).sum(),
        )
        path.append([a, b, c, d])
    np.testing.assert_allclose(run.points, path, rtol=1e-10, atol=1e-12)

    # what the rate and the steps allow: each direction shrinks by its curvature
    best = np.linalg.lstsq(rows.T, y, rcond=None)[0]
    np.testing.assert_allclose(best, [0, 0.857, 0, -0.093], atol=1e-3)
    curvatures, directions = np.linalg.eigh(2 * rows @ rows.T)
    left = directions @ ((1 - 1e-6 * curvatures) ** 2000 * (directions.T @ (start - best)))
    np.testing.assert_allclose(run.x - best, left, atol=1e-9)
    np.testing.assert_allclose(run.x, best, atol=0.1)
    assert (np.diff(run.values) < 0).all()

    # and with an exact gradient by differentiation, without one given
    from autograd import numpy as anp

    derived = minimize(lambda w: anp.sum((anp.dot(w, rows) - y) ** 2), start, **settings)
    np.testing.assert_allclose(derived.points, run.points, rtol=1e-9, atol=1e-11)

    # untuned, it arrives
    untuned = minimize(error, start, gradient=gradient)
    np.testing.assert_allclose(untuned.x, best, atol=1e-6)
