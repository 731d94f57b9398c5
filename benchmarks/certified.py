"""Digits of agreement with the certified coefficients of the NIST Statistical Reference Datasets.

Linear regression: https://www.itl.nist.gov/div898/strd/lls/lls.shtml, data and certified values by
the National Institute of Standards and Technology. Longley's data is from J. W. Longley, An
appraisal of least squares programs for the electronic computer from the point of view of the user
(1967); Wampler's from R. H. Wampler, A report on the accuracy of some widely used least squares
computer programs (1970). What is typed in here is checked first: least squares in exact rational
arithmetic gives the certified values to all their digits.

The last row is no certified data: powers to the tenth of numbers in [-9, -3], as ill conditioned as
Filip's (about 1e19), with the exact answer beside. There no digits are expected, but a warning.
"""

import warnings
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.linalg import LinAlgWarning

from descend import DescentRegressor


class Dataset(NamedTuple):
    """Rows as they are printed, the columns they make, and the certified coefficients.

    The first coefficient is the intercept, if there is one.
    """

    name: str
    y: list[Fraction]
    columns: list[list[Fraction]]
    intercept: bool
    certified: list[float]


def numbers(text: str) -> list[Fraction]:
    """Return decimal numbers as they are, without rounding."""
    return [Fraction(word) for word in text.split()]


NORRIS = numbers("""
    0.1 0.2 338.8 337.4 118.1 118.2 888.0 884.6 9.2 10.1 228.1 226.5 668.5 666.3 998.5 996.3
    449.1 448.6 778.9 777.0 559.2 558.2 0.3 0.4 0.1 0.6 778.1 775.5 668.8 666.9 339.3 338.0
    448.9 447.5 10.8 11.6 557.7 556.0 228.3 228.1 998.0 995.8 888.8 887.6 119.6 120.2 0.3 0.3
    0.6 0.3 557.6 556.8 339.3 339.1 888.0 887.2 998.5 999.0 778.9 779.0 10.2 11.1 117.6 118.3
    228.9 229.2 668.4 669.1 449.2 448.9 0.2 0.5
""")
PONTIUS = numbers("""
    .11019 .21956 .32949 .43899 .54803 .65694 .76562 .87487 .98292 1.09146 1.20001 1.30822 1.41599
    1.52399 1.63194 1.73947 1.84646 1.95392 2.06128 2.16844 .11052 .22018 .32939 .43886 .54798
    .65739 .76596 .87474 .98300 1.09150 1.20004 1.30818 1.41613 1.52408 1.63159 1.73965 1.84696
    1.95445 2.06177 2.16829
""")
LONGLEY = numbers("""
    60323 83.0 234289 2356 1590 107608 1947   61122 88.5 259426 2325 1456 108632 1948
    60171 88.2 258054 3682 1616 109773 1949   61187 89.5 284599 3351 1650 110929 1950
    63221 96.2 328975 2099 3099 112075 1951   63639 98.1 346999 1932 3594 113270 1952
    64989 99.0 365385 1870 3547 115094 1953   63761 100.0 363112 3578 3350 116219 1954
    66019 101.2 397469 2904 3048 117388 1955  67857 104.6 419180 2822 2857 118734 1956
    68169 108.4 442769 2936 2798 120445 1957  66513 110.8 444546 4681 2637 121950 1958
    68655 112.6 482704 3813 2552 123366 1959  69564 114.2 502601 3931 2514 125368 1960
    69331 115.7 518173 4806 2572 127852 1961  70551 116.9 554894 4007 2827 130081 1962
""")
WAMPLER_NOISE = numbers("""
    759 -2048 2048 -2048 2523 -2048 2048 -2048 1838 -2048 2048 -2048 1838 -2048 2048 -2048 2523
    -2048 2048 -2048 759
""")


def powers(x: list[Fraction], most: int) -> list[list[Fraction]]:
    """Return the columns x, x^2, ..., up to a power."""
    return [[value**k for value in x] for k in range(1, most + 1)]


def wampler(number: int, base: str, noise: int) -> Dataset:
    """Return one of Wampler's quintics: coefficients `base**k`, and so many times the noise."""
    x = [Fraction(i) for i in range(21)]
    each = [Fraction(base) ** k for k in range(6)]
    y = [
        sum((b * value**k for k, b in enumerate(each)), noise * delta)
        for value, delta in zip(x, WAMPLER_NOISE, strict=True)
    ]
    return Dataset(f"Wampler{number}", y, powers(x, 5), True, [float(b) for b in each])


DATASETS = [
    Dataset("Norris", NORRIS[::2], [NORRIS[1::2]], True, [-0.262323073774029, 1.00211681802045]),
    Dataset(
        "Pontius",
        PONTIUS,
        powers([Fraction(150_000 * (i % 20 + 1)) for i in range(40)], 2),
        True,
        [0.673565789473684e-03, 0.732059160401003e-06, -0.316081871345029e-14],
    ),
    Dataset(
        "NoInt1",
        [Fraction(i) for i in range(130, 141)],
        [[Fraction(i) for i in range(60, 71)]],
        False,
        [2.07438016528926],
    ),
    Dataset("NoInt2", numbers("3 4 4"), [numbers("4 5 6")], False, [0.727272727272727]),
    Dataset(
        "Longley",
        LONGLEY[::7],
        [LONGLEY[j::7] for j in range(1, 7)],
        True,
        [
            -3482258.63459582,
            15.0618722713733,
            -0.358191792925910e-01,
            -2.02022980381683,
            -1.03322686717359,
            -0.511041056535807e-01,
            1829.15146461355,
        ],
    ),
    wampler(1, "1", 0),
    wampler(2, "0.1", 0),
    wampler(3, "1", 1),
    wampler(4, "1", 100),
    wampler(5, "1", 10_000),
]


def tenth_degree() -> Dataset:
    """Return a polynomial that a Hessian in double precision cannot hold."""
    x = [Fraction(-9) + Fraction(i, 16) for i in range(97)]
    y = [Fraction((7 * i * i) % 11, 1000) + value / 10 for i, value in enumerate(x)]
    made = Dataset("degree 10", y, powers(x, 10), True, [])
    return made._replace(certified=exact(made))


def exact(dataset: Dataset) -> list[float]:
    """Return the coefficients by Gaussian elimination on the normal equations, in fractions."""
    ones = [[Fraction(1)] * len(dataset.y)] if dataset.intercept else []
    columns = ones + dataset.columns
    size = len(columns)

    def product(a: list[Fraction], b: list[Fraction]) -> Fraction:
        return sum((u * v for u, v in zip(a, b, strict=True)), Fraction(0))

    rows = [[product(a, b) for b in columns] + [product(a, dataset.y)] for a in columns]
    for i in range(size):
        rows[i] = [value / rows[i][i] for value in rows[i]]
        for k in range(size):
            if k != i:
                rows[k] = [u - rows[k][i] * v for u, v in zip(rows[k], rows[i], strict=True)]
    return [float(row[-1]) for row in rows]


def fitted(dataset: Dataset, **settings: Any) -> npt.NDArray[np.float64]:
    """Return the coefficients of a regression without a penalty, the intercept first."""
    X = np.array([[float(value) for value in column] for column in dataset.columns]).T
    y = np.array([float(value) for value in dataset.y])
    model = DescentRegressor(
        penalty=None, fit_intercept=dataset.intercept, tol=0.0, max_iter=200, **settings
    )
    model.fit(X, y)
    return np.append([model.intercept_] if dataset.intercept else [], model.coef_)


def digits(found: npt.ArrayLike, certified: npt.ArrayLike) -> float:
    """Return the least number of digits, of 15, in which coefficients agree."""
    found, certified = np.asarray(found), np.asarray(certified)
    error = np.abs(found - certified) / np.abs(certified)
    return float(np.minimum(-np.log10(np.maximum(error, 1e-15)), 15).min())


if __name__ == "__main__":
    print(f"{'data':<10} {'exact':>6} {'descend':>8} {'NumPy lstsq':>12}")
    for dataset in [*DATASETS, tenth_degree()]:
        X = np.array([[float(value) for value in column] for column in dataset.columns]).T
        y = np.array([float(value) for value in dataset.y])
        whole = np.column_stack([np.ones(len(y)), X]) if dataset.intercept else X
        peer = np.linalg.lstsq(whole, y, rcond=None)[0]
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always", LinAlgWarning)
            ours = fitted(dataset)
        told = [digits(each, dataset.certified) for each in (exact(dataset), ours, peer)]
        note = "  told to be ill conditioned" if caught else ""
        print(f"{dataset.name:<10} {told[0]:>6.1f} {told[1]:>8.1f} {told[2]:>12.1f}{note}")
