"""The nonlinear regression problems of NIST's Statistical Reference Datasets, with their answers.

Data, starts, and certified values and sums of squares are those of the National Institute of
Standards and Technology, https://www.itl.nist.gov/div898/strd/nls/nls_main.shtml (public domain);
`nist_data/` holds its numbers alone: a file of rows a set, and one of starts and certified values.
`tests/test_nist.py` checks that they give the certified sums, so that nothing is mistyped.

A model is written twice: in NumPy, and as a text from which a set's whole sum of squares is made,
with the data as numbers in it; a formula may have 1,000 characters, enough for ten of the sets.
"""

import csv
import re
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import numpy as np

DATA = Path(__file__).parent / "nist_data"


class Model(NamedTuple):
    """What is fitted: `f(b, x)` for parameters `(d,)`, and the same as text in b1, b2, ..., x."""

    function: Callable[[np.ndarray, np.ndarray], np.ndarray]
    text: str


def _cubic_ratio(b, x):
    return (b[0] + x * (b[1] + x * (b[2] + x * b[3]))) / (1 + x * (b[4] + x * (b[5] + x * b[6])))


def _bells(b, x):
    return (
        b[0] * np.exp(-b[1] * x)
        + b[2] * np.exp(-((x - b[3]) ** 2) / b[4] ** 2)
        + b[5] * np.exp(-((x - b[6]) ** 2) / b[7] ** 2)
    )


def _three_decays(b, x):
    return b[0] * np.exp(-b[1] * x) + b[2] * np.exp(-b[3] * x) + b[4] * np.exp(-b[5] * x)


def _cycles(b, x):
    turn = 2 * np.pi * x
    return (
        b[0]
        + b[1] * np.cos(turn / 12)
        + b[2] * np.sin(turn / 12)
        + b[4] * np.cos(turn / b[3])
        + b[5] * np.sin(turn / b[3])
        + b[7] * np.cos(turn / b[6])
        + b[8] * np.sin(turn / b[6])
    )


_SATURATION = Model(lambda b, x: b[0] * (1 - np.exp(-b[1] * x)), "b1*(1 - exp(-b2*x))")
_ULTRASOUND = Model(lambda b, x: np.exp(-b[0] * x) / (b[1] + b[2] * x), "exp(-b1*x) / (b2 + b3*x)")
_DECAYS = Model(_three_decays, "b1*exp(-b2*x) + b3*exp(-b4*x) + b5*exp(-b6*x)")
_BELLS = Model(_bells, "b1*exp(-b2*x) + b3*exp(-(x - b4)^2/b5^2) + b6*exp(-(x - b7)^2/b8^2)")
_CUBICS = Model(_cubic_ratio, "(b1 + b2*x + b3*x^2 + b4*x^3) / (1 + b5*x + b6*x^2 + b7*x^3)")

MODELS = {
    "Bennett5": Model(lambda b, x: b[0] * (b[1] + x) ** (-1 / b[2]), "b1*(b2 + x)^(-1/b3)"),
    "BoxBOD": _SATURATION,
    "Chwirut1": _ULTRASOUND,
    "Chwirut2": _ULTRASOUND,
    "DanWood": Model(lambda b, x: b[0] * x ** b[1], "b1*x^b2"),
    "ENSO": Model(
        _cycles,
        "b1 + b2*cos(2*pi*x/12) + b3*sin(2*pi*x/12) + b5*cos(2*pi*x/b4) + b6*sin(2*pi*x/b4)"
        " + b8*cos(2*pi*x/b7) + b9*sin(2*pi*x/b7)",
    ),
    "Eckerle4": Model(
        lambda b, x: b[0] / b[1] * np.exp(-0.5 * ((x - b[2]) / b[1]) ** 2),
        "b1/b2 * exp(-0.5*((x - b3)/b2)^2)",
    ),
    "Gauss1": _BELLS,
    "Gauss2": _BELLS,
    "Gauss3": _BELLS,
    "Hahn1": _CUBICS,
    "Kirby2": Model(
        lambda b, x: (b[0] + x * (b[1] + x * b[2])) / (1 + x * (b[3] + x * b[4])),
        "(b1 + b2*x + b3*x^2) / (1 + b4*x + b5*x^2)",
    ),
    "Lanczos1": _DECAYS,
    "Lanczos2": _DECAYS,
    "Lanczos3": _DECAYS,
    "MGH09": Model(
        lambda b, x: b[0] * (x**2 + x * b[1]) / (x**2 + x * b[2] + b[3]),
        "b1*(x^2 + x*b2) / (x^2 + x*b3 + b4)",
    ),
    "MGH10": Model(lambda b, x: b[0] * np.exp(b[1] / (x + b[2])), "b1*exp(b2/(x + b3))"),
    "MGH17": Model(
        lambda b, x: b[0] + b[1] * np.exp(-x * b[3]) + b[2] * np.exp(-x * b[4]),
        "b1 + b2*exp(-x*b4) + b3*exp(-x*b5)",
    ),
    "Misra1a": _SATURATION,
    "Misra1b": Model(
        lambda b, x: b[0] * (1 - (1 + b[1] * x / 2) ** -2.0), "b1*(1 - (1 + b2*x/2)^(-2))"
    ),
    "Misra1c": Model(
        lambda b, x: b[0] * (1 - (1 + 2 * b[1] * x) ** -0.5), "b1*(1 - (1 + 2*b2*x)^(-0.5))"
    ),
    "Misra1d": Model(lambda b, x: b[0] * b[1] * x / (1 + b[1] * x), "b1*b2*x/(1 + b2*x)"),
    # the response is its logarithm
    "Nelson": Model(
        lambda b, x: b[0] - b[1] * x[0] * np.exp(-b[2] * x[1]), "b1 - b2*x1*exp(-b3*x2)"
    ),
    "Rat42": Model(lambda b, x: b[0] / (1 + np.exp(b[1] - b[2] * x)), "b1/(1 + exp(b2 - b3*x))"),
    "Rat43": Model(
        lambda b, x: b[0] / (1 + np.exp(b[1] - b[2] * x)) ** (1 / b[3]),
        "b1/(1 + exp(b2 - b3*x))^(1/b4)",
    ),
    "Roszman1": Model(
        lambda b, x: b[0] - b[1] * x - np.arctan(b[2] / (x - b[3])) / np.pi,
        "b1 - b2*x - arctan(b3/(x - b4))/pi",
    ),
    "Thurber": _CUBICS,
}
"""The 27 models by the names of their sets."""

SUMS = {
    "Bennett5": 5.2404744073e-04, "BoxBOD": 1.1680088766e03, "Chwirut1": 2.3844771393e03,
    "Chwirut2": 5.1304802941e02, "DanWood": 4.3173084083e-03, "ENSO": 7.8853978668e02,
    "Eckerle4": 1.4635887487e-03, "Gauss1": 1.3158222432e03, "Gauss2": 1.2475282092e03,
    "Gauss3": 1.2444846360e03, "Hahn1": 1.5324382854e00, "Kirby2": 3.9050739624e00,
    "Lanczos1": 1.4307867721e-25, "Lanczos2": 2.2299428125e-11, "Lanczos3": 1.6117193594e-08,
    "MGH09": 3.0750560385e-04, "MGH10": 8.7945855171e01, "MGH17": 5.4648946975e-05,
    "Misra1a": 1.2455138894e-01, "Misra1b": 7.5464681533e-02, "Misra1c": 4.0966836971e-02,
    "Misra1d": 5.6419295283e-02, "Nelson": 3.7976833176e00, "Rat42": 8.0565229338e00,
    "Rat43": 8.7864049080e03, "Roszman1": 4.9484847331e-04, "Thurber": 5.6427082397e03,
}  # fmt: skip
"""The certified sums of squares."""


class Regression:
    """A set: residuals, sum of squares, both starts, certified parameters and their sum."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.model = MODELS[name]
        self.certified_sum = SUMS[name]

    def __repr__(self) -> str:
        return self.name

    @cached_property
    def rows(self) -> np.ndarray:
        """The response and the predictors: a column each."""
        rows = np.loadtxt(DATA / f"{self.name}.csv", delimiter=",", skiprows=1)
        if self.name == "Nelson":
            rows[:, 0] = np.log(rows[:, 0])
        return rows

    @cached_property
    def _parameters(self) -> np.ndarray:
        with (DATA / "parameters.csv").open() as file:
            rows = [row[2:] for row in csv.reader(file) if row[0] == self.name]
        return np.array(rows, dtype=float).T

    @property
    def starts(self) -> np.ndarray:
        """The hard start and the easier one: `(2, d)`."""
        return self._parameters[:2]

    @property
    def certified(self) -> np.ndarray:
        """The parameters of the least sum of squares: `(d,)`."""
        return self._parameters[2]

    def residuals(self, b):
        """Return what the model leaves: `(n,)`."""
        predictors = self.rows[:, 1:].T
        return (
            self.model.function(b, predictors if len(predictors) > 1 else predictors[0])
            - (self.rows[:, 0])
        )

    def jacobian(self, b: np.ndarray) -> np.ndarray:
        """Return the residuals' derivatives `(n, d)`, exact to rounding.

        By steps along the imaginary axis, which subtract nothing: W. Squire and G. Trapp, Using
        complex variables to estimate derivatives of real functions, SIAM Review 40 (1998).
        """
        tiny = 1e-30 * np.where(b == 0, 1.0, np.abs(b))
        points = b + 1j * np.diag(tiny)
        columns = [
            self.residuals(point).imag / step for point, step in zip(points, tiny, strict=True)
        ]
        return np.array(columns).T

    def __call__(self, b):
        """Return the sum of squares."""
        return np.sum(self.residuals(b) ** 2)

    @cached_property
    def formula(self) -> str:
        """The sum of squares as text, with the data as numbers."""
        names = ["x"] if self.rows.shape[1] == 2 else ["x1", "x2"]

        def square(row: np.ndarray) -> str:
            numbers = dict(zip(names, map(_text, row[1:]), strict=True))
            model = re.sub(r"\bx\d?\b", lambda found: numbers[found[0]], self.model.text)
            return f"({model} - {_text(row[0])})^2"

        return " + ".join(map(square, self.rows))


def _text(number: float) -> str:
    return f"({float(number)!r})" if number < 0 else repr(float(number))


REGRESSIONS = tuple(map(Regression, MODELS))
"""All 27."""
