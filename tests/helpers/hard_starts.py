"""Functions that end falsely where a stopping rule believes raw coordinates, with right answers.

Three tables: functions with a minimum whose variables differ by orders of magnitude in size or in
curvature; functions that fall for ever or to a value that they never take; and points that are
stationary, but no minimum.
"""

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from nist import REGRESSIONS


class HardStart(NamedTuple):
    """A function, as text or of an array `(d,)`, where it starts, and its least value there.

    It counts as reached within `tolerance` above the least value.
    """

    name: str
    objective: str | Callable[[np.ndarray], float]
    start: tuple[float, ...]
    least: float
    tolerance: float
    point: tuple[float, ...] | None = None

    @property
    def highest(self) -> float:
        """The highest value that counts as reached."""
        return self.least + self.tolerance


class Fall(NamedTuple):
    """A formula without a minimum, its start, and the value that it falls to."""

    formula: str
    start: tuple[float, ...]
    infimum: float = -math.inf


def _text(formula, start, least, tolerance, *point):
    return HardStart(formula, formula, start, least, tolerance, point or None)


def _fit(name, model, truth, start, share=1e-12):
    """Return a sum of squares that is zero at the truth; reached within a share of the data's."""
    truth = np.array(truth)
    y = model(truth)
    return HardStart(
        name,
        lambda w: np.sum((model(w) - y) ** 2),
        tuple(float(number) for number in start),
        0.0,
        share * float(y @ y),
        tuple(truth.tolist()),
    )


def _off(truth, share=0.2):
    """Return a start off by that share, up and down in turn."""
    return [number * (1 + share * (-1) ** j) for j, number in enumerate(truth)]


def _line(name, x):
    """Return a line with intercept 2e4 and slope 1e-3, from zero."""
    return _fit(name, lambda w: w[0] + w[1] * x, (2e4, 1e-3), (0.0, 0.0), 1e-18)


def _polynomial(degree, low, high, share=1e-6):
    """Return a noisy sine fitted by powers of raw x, from zero; the best from Legendre's.

    A `share` of the least value may be left: where the spacing of `w` times the curvature is
    more than the gradient, that hides the slope along the flattest directions.
    """
    x = np.linspace(low, high, 200)
    y = np.sin(3 * x) + 0.1 * np.random.default_rng(degree).standard_normal(len(x))
    powers = x[:, None] ** np.arange(degree + 1)
    inside = (2 * x - low - high) / (high - low)
    basis = np.linalg.qr(np.polynomial.legendre.legvander(inside, degree))[0]
    least = float(np.sum((y - basis @ (basis.T @ y)) ** 2))
    return HardStart(
        f"powers of x in [{low:g}, {high:g}] to degree {degree}",
        lambda w: np.sum((powers @ w - y) ** 2),
        (0.0,) * (degree + 1),
        least,
        share * least,
    )


_HEIGHT = (1.2e-8, 3.0, 0.5)
_NANOSECONDS = (3.0, 5e8)
_MICROMOLAR = (2e-9, 3e-6)
_ARRHENIUS = (1e13, 8e4)
_UNITS = (2.0, -3e5, 4e-7)
_x = np.linspace(0, 6, 40)
_t = np.linspace(0, 1e-8, 30)
_c = np.geomspace(1e-7, 1e-4, 25)
_T = np.linspace(300, 400, 21)
_columns = np.column_stack(
    [np.ones(30), 1e-5 * np.sin(np.arange(30.0)), 1e7 * np.cos(1.7 * np.arange(30.0))]
)

HARD_STARTS = (
    _text("(x-1)^2 + 1e12*(y-3)^2", (5.0, 5.0), 0.0, 1e-12, 1.0, 3.0),
    _text("(x-100)^2 + 1e16*(y-1e-8)^2", (0.0, 0.0), 0.0, 1e-12, 100.0, 1e-8),
    _text("(1e10*x^2 + y^2)/2", (1.0, 1.0), 0.0, 1e-12, 0.0, 0.0),
    _text("(x-1)^2 + 1e-12*(y-3e6)^2", (0.0, 0.0), 0.0, 1e-12, 1.0, 3e6),
    _text("(1e6*x-2)^2 + (1e-6*y-3)^2 + (z-1)^2", (0.0, 0.0, 0.0), 0.0, 1e-12, 2e-6, 3e6, 1.0),
    _text("1e-20*((x-3)^2 + 1e8*(y-1)^2)", (0.0, 0.0), 0.0, 1e-32, 3.0, 1.0),
    _text("1e20*((x-3)^2 + 1e-8*(y-1)^2)", (0.0, 0.0), 0.0, 1e8, 3.0, 1.0),
    _text("1e8*(x-y)^2 + (x+y-2)^2", (-1.2, 1.0), 0.0, 1e-12, 1.0, 1.0),
    _text("100*(1e-4*y - (1e3*x)^2)^2 + (1 - 1e3*x)^2", (-1.2e-3, 1e4), 0.0, 1e-12, 1e-3, 1e4),
    _text("1e8 + (x-1)^2", (5.0,), 1e8, 1e-7, 1.0),
    _text("1e8 + 1e10*(x-1)^2 + (y-1)^2", (5.0, 5.0), 1e8, 1e-7, 1.0, 1.0),
    _text("x^4 + 1e8*y^2", (1.0, 1.0), 0.0, 1e-10, 0.0, 0.0),
    _text("exp(x) - 1e-6*x", (0.0,), 1e-6 * (1 - math.log(1e-6)), 1e-14, math.log(1e-6)),
    _text("cosh(1e3*x) + cosh(1e-3*y)", (0.01, 3000.0), 2.0, 1e-12, 0.0, 0.0),
    _text("sqrt(1 + x^2) + sqrt(1e12 + y^2)", (1e3, 1e9), 1e6 + 1, 1e-8, 0.0, 0.0),
    _text("log(1 + 1e8*x^2) + 1e-8*(y-1e4)^2", (1.0, 0.0), 0.0, 1e-12, 0.0, 1e4),
    _text("x*log(x) + 1e9*(y-2)^2", (1.0, 0.0), -math.exp(-1), 1e-10, math.exp(-1), 2.0),
    _line("line, x to 1e8", np.linspace(0, 1e8, 20)),
    _line("line, x from 1e8 to 2e8", np.linspace(1e8, 2e8, 20)),
    _line("line, x within 1 % of 1e8", np.linspace(1e8, 1.01e8, 20)),
    _fit(
        "bell of height 1.2e-8",
        lambda w: w[0] * np.exp(-(((_x - w[1]) / w[2]) ** 2) / 2),
        _HEIGHT,
        _off(_HEIGHT),
    ),
    _fit("decay in ns", lambda w: w[0] * np.exp(-w[1] * _t), _NANOSECONDS, _off(_NANOSECONDS)),
    _fit(
        "Michaelis and Menten, molar",
        lambda w: w[0] * _c / (w[1] + _c),
        _MICROMOLAR,
        _off(_MICROMOLAR),
    ),
    _fit(
        "Arrhenius",
        lambda w: w[0] * np.exp(-w[1] / (8.314 * _T)),
        _ARRHENIUS,
        _off(_ARRHENIUS, 0.05),
    ),
    _fit("linear, columns of 1e-5, 1, 1e7", lambda w: _columns @ w, _UNITS, (0.0,) * 3),
    _polynomial(10, 0.0, 3.0),
    _polynomial(10, 0.0, 10.0),
    _polynomial(10, -2.0, 2.0),
    _polynomial(15, 0.0, 3.0, share=1e-5),
    _polynomial(15, -2.0, 2.0),
    *(
        HardStart(
            f"NIST {each.name}",
            each,
            tuple(each.starts[0].tolist()),
            each.certified_sum,
            1e-6 * each.certified_sum,
            tuple(each.certified.tolist()),
        )
        for each in REGRESSIONS
        if each.name in ("Misra1a", "Misra1b", "Misra1c", "Misra1d", "MGH10", "Rat43", "BoxBOD")
    ),
)
"""Each has one minimum that descent from its start leads to."""

FALLS = (
    Fall("tan(x)", (math.pi / 2,)),
    Fall("1/x", (1.0,), 0.0),
    Fall("-log(x)", (1.0,)),
    Fall("log(x)", (1.0,)),
    Fall("x", (0.0,)),
    Fall("-x^2", (1.0,)),
    Fall("-exp(x)", (0.0,)),
    Fall("exp(-x)", (0.0,), 0.0),
    Fall("exp(-1e-6*x)", (0.0,), 0.0),
    Fall("exp(-1e6*x)", (0.0,), 0.0),
    Fall("1 + exp(-x)", (0.0,), 1.0),
    Fall("1/(1+x^2)", (1.0,), 0.0),
    Fall("1 + 1/(1+x^2)", (1.0,), 1.0),
    Fall("atan(x)", (0.0,), -math.pi / 2),
    Fall("sqrt(1+x^2) - x", (0.0,), 0.0),
    Fall("x + 1e6*y^2", (0.0, 1.0)),
    Fall("1e-6*x + y^2", (0.0, 1.0)),
    Fall("1e12*y^2 - x^2", (1.0, 1.0)),
    Fall("exp(-x) + 1e6*(y-1)^2", (0.0, 0.0), 0.0),
    Fall("log(1 + exp(-x)) + log(1 + exp(-1e-4*y))", (0.0, 0.0), 0.0),
)
"""What has no minimum."""

STATIONARY = (
    Fall("cos(x)", (0.0,), -1.0),
    Fall("x^2 - y^2", (1.0, 0.0)),
    Fall("x^2 + y^4 - y^2", (1.0, 0.0), -0.25),
    Fall("1e12*x^2 + cos(y)", (1.0, 0.0), -1.0),
    Fall("x^3", (0.0,)),
)
"""What is stationary where descent from the start leads, and lower beside that."""
