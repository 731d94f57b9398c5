"""Digits that a fit has, against exact fractions; and what it says where it has none."""

import warnings
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from scipy.linalg import LinAlgWarning

from descend import DescentClassifier, DescentRegressor


def powers(degree):
    """Return columns x, x^2, ... of 82 numbers in [-9, -3], and targets that are not a sum."""
    x = [Fraction(-9) + Fraction(6 * i, 81).limit_denominator(1000) for i in range(82)]
    y = [Fraction(1 + (7 * i * i) % 11, 1000) + v / 10 for i, v in enumerate(x)]
    return [[v**k for v in x] for k in range(1, degree + 1)], y


def exact(columns, y):
    """Return the intercept and the coefficients of least squares, without rounding but the end."""
    columns = [[Fraction(1)] * len(y), *columns]

    def product(a, b):
        return sum((u * v for u, v in zip(a, b, strict=True)), Fraction(0))

    rows = [[product(a, b) for b in columns] + [product(a, y)] for a in columns]
    for i, row in enumerate(rows):
        rows[i] = row = [value / row[i] for value in row]
        for k in range(len(rows)):
            if k != i:
                rows[k] = [u - rows[k][i] * v for u, v in zip(rows[k], row, strict=True)]
    return np.array([float(row[-1]) for row in rows])


def fitted(columns, y, **settings):
    X, targets = np.array(columns, dtype=float).T, np.array(y, dtype=float)
    model = DescentRegressor(**{"penalty": None, "tol": 0.0, "max_iter": 200, **settings})
    return model.fit(X, targets)


# the Hessian's condition, its features scaled: 3e5, 2e7, 2e9, 2e11
@pytest.mark.parametrize(("degree", "digits"), [(3, 11), (4, 9.5), (5, 9), (6, 7.5)])
def test_an_end_is_refined_to_what_the_condition_allows(degree, digits):
    columns, y = powers(degree)
    best = exact(columns, y)
    model = fitted(columns, y)
    error = np.abs(np.append(model.intercept_, model.coef_) - best) / np.abs(best)
    assert error.max() <= 10.0**-digits


@pytest.mark.parametrize("level", [0, 10_000, -3_000])
def test_a_straight_line_far_from_zero_keeps_its_digits(level):
    x = [Fraction(i * i % 37) for i in range(20)]
    y = [level + 2 * v + Fraction((5 * i) % 7, 10) for i, v in enumerate(x)]
    model = fitted([x], y)
    np.testing.assert_allclose(
        np.append(model.intercept_, model.coef_), exact([x], y), rtol=1e-12, atol=1e-12
    )


def test_refinement_is_recorded_as_steps():
    columns, y = powers(5)
    model = fitted(columns, y, record="step")
    descent = model.descent_
    assert len(descent.values) == descent.nit + 1 == len(descent.points)
    np.testing.assert_array_equal(descent.points[-1], descent.x)


@pytest.mark.parametrize("degree", [8, 9, 10])
@pytest.mark.parametrize("tol", [0.0, 1e-6])
def test_powers_that_a_hessian_cannot_tell_apart_are_told(degree, tol):
    columns, y = powers(degree)
    with pytest.warns(LinAlgWarning, match=r"features .* nearly linearly dependent") as caught:
        model = fitted(columns, y, tol=tol)
    assert len(caught) == 1
    assert model.descent_.status == "stalled"
    assert "give a penalty" in model.descent_.explain()
    assert "kink" not in model.descent_.explain()
    told = float(str(caught[0].message).split("about ")[1].split(",")[0])
    X = np.column_stack([np.ones(82), np.array(columns, dtype=float).T])
    X /= np.sqrt(np.mean(X**2, axis=0))
    assert told == pytest.approx(np.linalg.cond(X) ** 2, rel=0.5)


def test_columns_with_names_are_told_by_them():
    columns, y = powers(8)
    table = pd.DataFrame({f"x^{k}": np.array(v, dtype=float) for k, v in enumerate(columns, 1)})
    with pytest.warns(LinAlgWarning, match=r"features 'x\^\d', 'x\^\d'.* are nearly") as caught:
        DescentRegressor(penalty=None, max_iter=200).fit(table, np.array(y, dtype=float))
    assert "counted" not in str(caught[0].message)


def test_the_advice_helps():
    columns, y = powers(10)
    fitted(columns, y, penalty="l2", alpha=1e-4, tol=1e-6)
    X = np.array(columns[0], dtype=float)
    centred = np.polynomial.legendre.legvander((X + 6) / 3, 10)[:, 1:]
    fitted(centred.T.tolist(), y)


def one_hot(random, n, levels):
    return np.eye(levels)[random.integers(levels, size=n)]


def plain(random):
    return random.standard_normal((300, 4))


COLLINEAR = {
    "twice": lambda random: np.repeat(plain(random), 2, axis=1),
    "sums": lambda random: np.column_stack([X := plain(random), X @ [1, 2, -3, 0.1], X.sum(1)]),
    "one-hot": lambda random: np.column_stack([one_hot(random, 300, 5), one_hot(random, 300, 9)]),
    "nested": lambda random: np.repeat(one_hot(random, 300, 12), 2, axis=1) * ([1e-3, 1e3] * 12),
    "wide": lambda random: random.standard_normal((20, 60)),
    "constant": lambda random: np.column_stack([plain(random), np.full(300, 1e4), np.zeros(300)]),
    "far": lambda random: plain(random) + 1e5,
    "units": lambda random: plain(random) * [1e-9, 1, 1e9, 1e3],
}


@pytest.mark.parametrize("penalty", [None, "l2"])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("kind", COLLINEAR)
def test_ordinary_data_is_not_warned_of(kind, dtype, penalty):
    random = np.random.default_rng(0)
    X = COLLINEAR[kind](random).astype(dtype)
    y = X @ random.standard_normal(X.shape[1]) + random.standard_normal(len(X))
    classes = np.digitize(random.standard_normal(len(X)), [-0.5, 0.5])
    with warnings.catch_warnings():
        warnings.simplefilter("error", LinAlgWarning)
        warnings.filterwarnings("ignore", "all .* steps were taken")
        DescentRegressor(penalty=penalty, max_iter=50).fit(X, y)
        DescentClassifier(penalty=penalty, max_iter=50).fit(X, classes)
        DescentClassifier(penalty=penalty, max_iter=50).fit(X, classes > 0)
