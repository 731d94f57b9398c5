"""Whatever the units and offsets of columns and targets, robust losses reach the optimum."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from risks import risk_of
from scipy.optimize import linprog, minimize
from scipy.sparse import csr_array
from sklearn.svm import SVR
from solving import untuned

from descend.losses import (
    AbsoluteError,
    Cauchy,
    EpsilonInsensitive,
    Huber,
    LogCosh,
    Quantile,
    SquaredEpsilonInsensitive,
    SquaredError,
)
from descend.penalties import L1, L2, NoPenalty

N = 200
RANDOM = np.random.default_rng(5)
UNITS = RANDOM.standard_normal((N, 3))
TREND = UNITS @ [1.0, 0.5, -0.2]
TARGETS = TREND + 0.3 * RANDOM.standard_t(2, N)
LOSSES = {
    "squared_error": lambda c: SquaredError(),
    "huber": lambda c: Huber(0.5 * c),
    "log_cosh": lambda c: LogCosh(),
    "cauchy": lambda c: Cauchy(0.5 * c),
    "absolute_error": lambda c: AbsoluteError(),
    "quantile": lambda c: Quantile(0.8),
    "epsilon_insensitive": lambda c: EpsilonInsensitive(0.2 * c),
    "squared_epsilon_insensitive": lambda c: SquaredEpsilonInsensitive(0.2 * c),
}
TUBES = {"absolute_error": (1, 1, 0), "quantile": (0.8, 0.2, 0), "epsilon_insensitive": (1, 1, 0.2)}
BY_LOSS = pytest.mark.parametrize("name", LOSSES)


def milliseconds(spread, *, columns=1):
    """Return times about now, of a spread in milliseconds, in place of some columns."""
    X = UNITS.copy()
    X[:, :columns] = np.round(1.7e12 + spread * X[:, :columns])
    return X


COLUMNS = {
    "year": milliseconds(3e10),
    "day": milliseconds(8e7),
    "minute": milliseconds(6e4),
    "alone": milliseconds(1e6)[:, :1],
    "several": milliseconds(1e6, columns=2),
    "sparse": csr_array(milliseconds(1e6)),
}


def descend(X, y, loss, penalty=None, **options):
    risk = risk_of(X, y, loss, penalty or NoPenalty())
    return untuned(risk, risk.initial_parameters(X.dtype), tol=1e-6, **options)


def program(X, y, below, above, epsilon):
    """Return the least mean loss of a tube in standardised columns, by a linear program."""
    rows = np.column_stack([(X - X.mean(axis=0)) / X.std(axis=0), np.ones(len(y))])
    d = rows.shape[1]
    eye, none = np.eye(len(y)), np.zeros((len(y), len(y)))
    found = linprog(
        np.concatenate([np.zeros(d), np.full(len(y), below), np.full(len(y), above)]) / len(y),
        A_ub=np.block([[-rows, -eye, none], [rows, none, -eye]]),
        b_ub=np.concatenate([epsilon - y, epsilon + y]),
        bounds=[(None, None)] * d + [(0, None)] * (2 * len(y)),
    )
    return found.fun


def smooth_optimum(X, y, loss):
    """Return the least mean loss in standardised columns, by BFGS from least squares."""
    rows = np.column_stack([(X - X.mean(axis=0)) / X.std(axis=0), np.ones(len(y))])

    def function(v):
        z = rows @ v
        return loss.value(y, z).mean(), rows.T @ loss.slope(y, z) / len(y)

    v = np.linalg.lstsq(rows, y, rcond=None)[0]
    for _ in range(3):
        v = minimize(function, v, jac=True, method="BFGS", options={"gtol": 1e-12}).x
    return function(v)[0]


def optimum(name, X, y):
    dense = X.toarray() if isinstance(X, csr_array) else X
    if name in TUBES:
        return program(dense, y, *TUBES[name])
    return smooth_optimum(dense, y, LOSSES[name](1.0))


@BY_LOSS
@pytest.mark.parametrize("kind", COLUMNS)
def test_times_in_milliseconds_reach_the_optimum(name, kind):
    X, y = COLUMNS[kind], UNITS[:, 0] if kind == "alone" else TARGETS
    y = y + 0.1 * np.sin(np.arange(N))
    descent = descend(X, y, LOSSES[name](1.0))
    assert descent.status == "converged"
    assert descent.nit < 100
    best = optimum(name, X, y)
    assert descent.fun <= best * (1 + 2e-6) + 1e-15


@BY_LOSS
@settings(max_examples=5)
@given(
    unit=st.sampled_from([1e-9, 1e-4, 1.0, 1e5, 1e10]),
    offset=st.sampled_from([0.0, -3.0, 1e6]),
    columns=st.lists(st.sampled_from([1e-8, 1e-3, 1.0, 1e9]), min_size=3, max_size=3),
    places=st.lists(st.sampled_from([0.0, 10.0, -1e7]), min_size=3, max_size=3),
)
def test_units_and_offsets_change_no_verdict_and_no_prediction(name, unit, offset, columns, places):
    if name == "log_cosh":  # its threshold is one
        unit = 1.0
    plain = descend(UNITS, TARGETS, LOSSES[name](1.0))
    X = (UNITS + places) * columns
    descent = descend(X, unit * (TARGETS + offset), LOSSES[name](unit))
    assert descent.status == plain.status == "converged"
    expected = UNITS @ plain.x[:3] + plain.x[3]
    found = (X @ descent.x[:3] + descent.x[3]) / unit - offset
    # at a kink the minimum is flat to the precision of `tol`
    atol = 2e-2 if name in TUBES else 2e-5
    np.testing.assert_allclose(found, expected, atol=atol)


@pytest.mark.parametrize("name", [*TUBES, "huber", "log_cosh", "cauchy"])
@pytest.mark.parametrize("size", [1e2, 1e6, 1e12])
@pytest.mark.parametrize("sides", [1, 2])
def test_outliers_however_far_leave_the_other_rows_to_be_fitted(name, size, sides):
    if name == "quantile" and sides == 1:
        sides = 2
    y = TREND + 0.1 * np.sin(np.arange(N))
    far = np.arange(0, N, 20)
    side = np.where(np.arange(len(far)) % 2, -1, 1) if sides == 2 else 1
    y[far] += size * side * (1 + np.arange(len(far)))
    descent = descend(UNITS, y, LOSSES[name](1.0))
    assert descent.status == "converged"
    near = np.delete(np.arange(N), far)
    z = UNITS @ descent.x[:3] + descent.x[3]
    shift = 0.2 if name == "quantile" else 0.15
    assert np.abs(z - y)[near].max() < 0.1 + shift


@pytest.mark.parametrize(("n", "d", "alpha", "epsilon"), [
    (60, 100, 1e-3, 0.1), (60, 100, 1e-3, 0.5), (100, 5, 1e-3, 0.5),
])  # fmt: skip
def test_a_tube_that_holds_nearly_all_rows_reaches_the_machines_optimum(n, d, alpha, epsilon):
    random = np.random.default_rng(1)
    X = random.standard_normal((n, d))
    y = X[:, :5].sum(axis=1) + 0.1 * random.standard_t(2, n)
    machine = SVR(kernel="linear", epsilon=epsilon, C=1 / (alpha * n), tol=1e-6).fit(X, y)
    risk = risk_of(X, y, EpsilonInsensitive(epsilon), L2(alpha))
    best = float(risk.value(np.append(machine.coef_, machine.intercept_)))
    descent = untuned(risk, np.zeros(d + 1), tol=1e-6)
    assert descent.status == "converged"
    assert descent.fun <= best * (1 + 1e-5)


@pytest.mark.parametrize("name", LOSSES)
def test_a_penalty_with_kinks_acts_alike_on_columns_of_any_size(name):
    sizes = np.array([1e8, 1.0, 1e-8])
    plain = descend(UNITS, TARGETS, LOSSES[name](1.0), NoPenalty())
    descent = descend(UNITS * sizes, TARGETS, LOSSES[name](1.0), L1(1e-18))
    assert descent.status == "converged"
    assert descent.fun == pytest.approx(plain.fun, rel=3e-6)


@pytest.mark.parametrize("loss", [AbsoluteError(), Quantile(0.8), EpsilonInsensitive(0.2)])
def test_all_that_rounding_allows_is_more_than_a_tolerance(loss):
    risk = risk_of(UNITS, TARGETS, loss)
    descent = untuned(risk, np.zeros(4), tol=0.0)
    rough = untuned(risk, np.zeros(4), tol=1e-4)
    assert descent.fun < rough.fun
    name = {AbsoluteError: "absolute_error", Quantile: "quantile"}.get(
        type(loss), "epsilon_insensitive"
    )
    assert descent.fun == pytest.approx(optimum(name, UNITS, TARGETS), rel=1e-8)
