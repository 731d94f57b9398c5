"""The test functions of Moré, Garbow and Hillstrom, and starts for the landmarks.

Written from the definitions of J. Moré, B. Garbow and K. Hillstrom, Testing unconstrained
optimization software, ACM Transactions on Mathematical Software 7 (1981), section 3. All are sums
of squares of the residuals given there, at the paper's standard starts. In the eleventh the
exponent holds `y - x2`, as in the authors' own code; the printed text has a slip there. The
minima's values have more digits than the paper prints, found by least squares; they agree with its
six (the fifteenth's, 3.07505e-4, and the twenty-third's, 2.24997e-5, are cut there, not rounded).
"""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np

from descend.objectives.functions.function import Function
from descend.objectives.landmarks import LANDMARKS
from descend.protocols import Objective

STARTS = {
    "sphere": (3.0, 4.0),
    "ellipse": (4.0, 3.0),
    "sines": (1.0, -0.5),
    "rosenbrock": (-1.2, 1.0),
    "beale": (1.0, 1.0),
    "booth": (5.0, 5.0),
    "himmelblau": (1.0, 1.0),
    "goldstein_price": (-0.5, 0.25),
    "rastrigin": (2.5, 3.3),
    "ackley": (1.5, -2.2),
    "griewank": (5.0, 4.0),
    "styblinski_tang": (-1.0, 2.0),
    "matyas": (5.0, -4.0),
    "levy": (-4.0, 5.0),
    "three_hump_camel": (1.5, -1.5),
    "six_hump_camel": (1.0, 0.5),
    "easom": (2.5, 4.0),
    "mccormick": (0.0, 0.0),
    "branin": (2.5, 7.5),
    "michalewicz": (2.0, 1.4),
}
"""Where the landmarks that have a minimum are started from."""


class Classic(NamedTuple):
    """A function of `(d,)`, its start, the values of its known minima, and one of these points."""

    name: str
    residuals: Callable[[np.ndarray], np.ndarray]
    start: tuple[float, ...]
    minima: tuple[float, ...] = (0.0,)
    point: tuple[float, ...] | None = None

    def __call__(self, w: np.ndarray) -> float:
        """Return the sum of squares."""
        return np.sum(self.residuals(w) ** 2)


def rosenbrock(w):
    odd, even = w[::2], w[1::2]
    return np.concatenate([10 * (even - odd**2), 1 - odd])


def freudenstein_roth(w):
    x, y = w
    return np.array([-13 + x + ((5 - y) * y - 2) * y, -29 + x + ((y + 1) * y - 14) * y])


def powell_badly_scaled(w):
    x, y = w
    return np.array([1e4 * x * y - 1, np.exp(-x) + np.exp(-y) - 1.0001])


def brown_badly_scaled(w):
    x, y = w
    return np.array([x - 1e6, y - 2e-6, x * y - 2])


def beale(w):
    x, y = w
    return np.array([1.5, 2.25, 2.625]) - x * (1 - y ** np.arange(1, 4))


def jennrich_sampson(w):
    i = np.arange(1, 11)
    return 2 + 2 * i - (np.exp(i * w[0]) + np.exp(i * w[1]))


def helical_valley(w):
    x, y, z = w
    turn = np.arctan(y / x) / (2 * np.pi) + (0.5 if x < 0 else 0.0)
    return np.array([10 * (z - 10 * turn), 10 * (np.sqrt(x**2 + y**2) - 1), z])


BARD = np.array([0.14, 0.18, 0.22, 0.25, 0.29, 0.32, 0.35, 0.39, 0.37, 0.58, 0.73, 0.96, 1.34, 2.10,
                 4.39])  # fmt: skip


def bard(w):
    u = np.arange(1, 16)
    v = 16 - u
    return BARD - (w[0] + u / (v * w[1] + np.minimum(u, v) * w[2]))


GAUSSIAN = np.array([0.0009, 0.0044, 0.0175, 0.0540, 0.1295, 0.2420, 0.3521, 0.3989, 0.3521, 0.2420,
                     0.1295, 0.0540, 0.0175, 0.0044, 0.0009])  # fmt: skip


def gaussian(w):
    t = (8 - np.arange(1, 16)) / 2
    return w[0] * np.exp(-w[1] * (t - w[2]) ** 2 / 2) - GAUSSIAN


MEYER = np.array([34780, 28610, 23650, 19630, 16370, 13720, 11540, 9744, 8261, 7030, 6005, 5147,
                  4427, 3820, 3307, 2872.0])  # fmt: skip


def meyer(w):
    t = 45 + 5 * np.arange(1, 17)
    return w[0] * np.exp(w[1] / (t + w[2])) - MEYER


def gulf(w):
    t = np.arange(1, 100) / 100
    y = 25 + (-50 * np.log(t)) ** (2 / 3)
    return np.exp(-(np.abs(y - w[1]) ** w[2]) / w[0]) - t


def box(w):
    t = 0.1 * np.arange(1, 11)
    return np.exp(-t * w[0]) - np.exp(-t * w[1]) - w[2] * (np.exp(-t) - np.exp(-10 * t))


def powell_singular(w):
    a, b, c, d = w[::4], w[1::4], w[2::4], w[3::4]
    return np.concatenate(
        [a + 10 * b, np.sqrt(5) * (c - d), (b - 2 * c) ** 2, np.sqrt(10) * (a - d) ** 2]
    )


def wood(w):
    a, b, c, d = w
    return np.array(
        [
            10 * (b - a**2),
            1 - a,
            np.sqrt(90) * (d - c**2),
            1 - c,
            np.sqrt(10) * (b + d - 2),
            (b - d) / np.sqrt(10),
        ]
    )


KOWALIK = np.array([0.1957, 0.1947, 0.1735, 0.1600, 0.0844, 0.0627, 0.0456, 0.0342, 0.0323, 0.0235,
                    0.0246])  # fmt: skip


def kowalik_osborne(w):
    u = np.array([4, 2, 1, 0.5, 0.25, 0.167, 0.125, 0.1, 0.0833, 0.0714, 0.0625])
    return KOWALIK - w[0] * (u**2 + u * w[1]) / (u**2 + u * w[2] + w[3])


def brown_dennis(w):
    t = np.arange(1, 21) / 5
    return (w[0] + t * w[1] - np.exp(t)) ** 2 + (w[2] + w[3] * np.sin(t) - np.cos(t)) ** 2


OSBORNE_1 = np.array([0.844, 0.908, 0.932, 0.936, 0.925, 0.908, 0.881, 0.850, 0.818, 0.784, 0.751,
                      0.718, 0.685, 0.658, 0.628, 0.603, 0.580, 0.558, 0.538, 0.522, 0.506, 0.490,
                      0.478, 0.467, 0.457, 0.448, 0.438, 0.431, 0.424, 0.420, 0.414, 0.411,
                      0.406])  # fmt: skip


def osborne_1(w):
    t = 10 * np.arange(33)
    return OSBORNE_1 - (w[0] + w[1] * np.exp(-t * w[3]) + w[2] * np.exp(-t * w[4]))


def biggs_exp6(w):
    t = 0.1 * np.arange(1, 14)
    y = np.exp(-t) - 5 * np.exp(-10 * t) + 3 * np.exp(-4 * t)
    return w[2] * np.exp(-t * w[0]) - w[3] * np.exp(-t * w[1]) + w[5] * np.exp(-t * w[4]) - y


OSBORNE_2 = np.array([1.366, 1.191, 1.112, 1.013, 0.991, 0.885, 0.831, 0.847, 0.786, 0.725, 0.746,
                      0.679, 0.608, 0.655, 0.616, 0.606, 0.602, 0.626, 0.651, 0.724, 0.649, 0.649,
                      0.694, 0.644, 0.624, 0.661, 0.612, 0.558, 0.533, 0.495, 0.500, 0.423, 0.395,
                      0.375, 0.372, 0.391, 0.396, 0.405, 0.428, 0.429, 0.523, 0.562, 0.607, 0.653,
                      0.672, 0.708, 0.633, 0.668, 0.645, 0.632, 0.591, 0.559, 0.597, 0.625, 0.739,
                      0.710, 0.729, 0.720, 0.636, 0.581, 0.428, 0.292, 0.162, 0.098,
                      0.054])  # fmt: skip


def osborne_2(w):
    t = np.arange(65) / 10
    bells = sum(w[j] * np.exp(-((t - w[j + 7]) ** 2) * w[j + 4]) for j in range(1, 4))
    return OSBORNE_2 - (w[0] * np.exp(-t * w[4]) + bells)


def watson(w):
    t = np.arange(1, 30)[:, None] / 29
    j = np.arange(len(w))
    slope = np.sum(j[1:] * w[1:] * t ** (j[1:] - 1), axis=1)
    line = slope - np.sum(w * t**j, axis=1) ** 2 - 1
    return np.concatenate([line, np.array([w[0], w[1] - w[0] ** 2 - 1])])


def penalty_1(w):
    return np.append(np.sqrt(1e-5) * (w - 1), np.sum(w**2) - 0.25)


def penalty_2(w):
    n = len(w)
    i = np.arange(2, n + 1)
    y = np.exp(i / 10) + np.exp((i - 1) / 10)
    small = np.sqrt(1e-5)
    return np.concatenate(
        [
            np.array([w[0] - 0.2]),
            small * (np.exp(w[1:] / 10) + np.exp(w[:-1] / 10) - y),
            small * (np.exp(w[1:] / 10) - np.exp(-0.1)),
            np.array([np.sum(np.arange(n, 0, -1) * w**2) - 1]),
        ]
    )


def variably_dimensioned(w):
    total = np.sum(np.arange(1, len(w) + 1) * (w - 1))
    return np.concatenate([w - 1, np.array([total, total**2])])


def trigonometric(w):
    i = np.arange(1, len(w) + 1)
    return len(w) - np.sum(np.cos(w)) + i * (1 - np.cos(w)) - np.sin(w)


def brown_almost_linear(w):
    return np.append(w[:-1] + np.sum(w) - (len(w) + 1), np.prod(w) - 1)


def _neighbours(w):
    shift = np.eye(len(w), k=-1)
    return shift @ w, shift.T @ w


def discrete_boundary_value(w):
    h = 1 / (len(w) + 1)
    t = h * np.arange(1, len(w) + 1)
    before, after = _neighbours(w)
    return 2 * w - before - after + h**2 * (w + t + 1) ** 3 / 2


def discrete_integral_equation(w):
    h = 1 / (len(w) + 1)
    t = h * np.arange(1, len(w) + 1)
    below = np.tril(np.ones((len(w), len(w))))
    cube = (w + t + 1) ** 3
    return w + h * ((1 - t) * (below @ (t * cube)) + t * ((1 - below) @ ((1 - t) * cube))) / 2


def broyden_tridiagonal(w):
    before, after = _neighbours(w)
    return (3 - 2 * w) * w - before - 2 * after + 1


def broyden_banded(w):
    i = np.arange(len(w))
    ahead = i - i[:, None]
    near = ((ahead >= -5) & (ahead <= 1) & (ahead != 0)).astype(float)
    return w * (2 + 5 * w**2) + 1 - near @ (w * (1 + w))


def linear_full_rank(w, m=20):
    total = 2 / m * np.sum(w) + 1
    return np.concatenate([w - total, -total * np.ones(m - len(w))])


def linear_rank_1(w, m=20):
    return np.arange(1, m + 1) * np.sum(np.arange(1, len(w) + 1) * w) - 1


def linear_rank_1_with_zeros(w, m=20):
    n = len(w)
    inner = np.arange(1, m - 1) * np.sum(np.arange(2, n) * w[1:-1]) - 1
    return np.concatenate([-np.ones(1), inner, -np.ones(1)])


def chebyquad(w):
    x = 2 * w - 1
    rows = [x, 2 * x * x - 1]
    while len(rows) < len(w):
        rows.append(2 * x * rows[-1] - rows[-2])
    i = np.arange(1, len(w) + 1)
    integrals = np.array([0.0 if j % 2 else -1 / (j**2 - 1) for j in i])
    return np.array([np.sum(row) for row in rows[: len(w)]]) / len(w) - integrals


def _grid(n):
    return tuple(j / (n + 1) for j in range(1, n + 1))


def _curved(n):
    return tuple(t * (t - 1) for t in _grid(n))


CLASSICS = (
    Classic("rosenbrock", rosenbrock, (-1.2, 1.0), point=(1, 1)),
    Classic(
        "freudenstein_roth", freudenstein_roth, (0.5, -2.0), (0.0, 48.98425367924), point=(5, 4)
    ),
    Classic("powell_badly_scaled", powell_badly_scaled, (0.0, 1.0), point=(1.098159e-5, 9.106146)),
    Classic("brown_badly_scaled", brown_badly_scaled, (1.0, 1.0), point=(1e6, 2e-6)),
    Classic("beale", beale, (1.0, 1.0), point=(3, 0.5)),
    Classic(
        "jennrich_sampson", jennrich_sampson, (0.3, 0.4), (124.36218235561,), (0.2578252, 0.2578252)
    ),
    Classic("helical_valley", helical_valley, (-1.0, 0.0, 0.0), point=(1, 0, 0)),
    Classic("bard", bard, (1.0, 1.0, 1.0), (8.214877306579e-3, 17.4286)),
    Classic("gaussian", gaussian, (0.4, 1.0, 0.0), (1.1279327696e-8,)),
    Classic("meyer", meyer, (0.02, 4000.0, 250.0), (87.945855170522,)),
    Classic("gulf", gulf, (5.0, 2.5, 0.15), point=(50, 25, 1.5)),
    Classic("box", box, (0.0, 10.0, 20.0), point=(1, 10, 1)),
    Classic("powell_singular", powell_singular, (3.0, -1.0, 0.0, 1.0), point=(0, 0, 0, 0)),
    Classic("wood", wood, (-3.0, -1.0, -3.0, -1.0), point=(1, 1, 1, 1)),
    Classic(
        "kowalik_osborne",
        kowalik_osborne,
        (0.25, 0.39, 0.415, 0.39),
        (3.0750560384924e-4, 1.02734e-3),
    ),
    Classic("brown_dennis", brown_dennis, (25.0, 5.0, -5.0, -1.0), (85822.201626357,)),
    Classic("osborne_1", osborne_1, (0.5, 1.5, -1.0, 0.01, 0.02), (5.4648946974824e-5,)),
    Classic(
        "biggs_exp6",
        biggs_exp6,
        (1.0, 2.0, 1.0, 1.0, 1.0, 1.0),
        (0.0, 5.655649925500e-3),
        (1, 10, 1, 5, 4, 3),
    ),
    Classic(
        "osborne_2",
        osborne_2,
        (1.3, 0.65, 0.65, 0.7, 0.6, 3.0, 5.0, 7.0, 2.0, 4.5, 5.5),
        (4.0137736293548e-2,),
    ),
    Classic("watson", watson, (0.0,) * 6, (2.2876700535524e-3,)),
    Classic("extended_rosenbrock", rosenbrock, (-1.2, 1.0) * 5, point=(1,) * 10),
    Classic(
        "extended_powell_singular", powell_singular, (3.0, -1.0, 0.0, 1.0) * 3, point=(0,) * 12
    ),
    Classic("penalty_1", penalty_1, (1.0, 2.0, 3.0, 4.0), (2.2499775008999e-5,)),
    Classic("penalty_2", penalty_2, (0.5,) * 4, (9.3762930073554e-6,)),
    Classic(
        "variably_dimensioned",
        variably_dimensioned,
        tuple(1 - j / 10 for j in range(1, 11)),
        point=(1,) * 10,
    ),
    Classic("trigonometric", trigonometric, (0.1,) * 10, (0.0, 2.7950561218798e-5), (0,) * 10),
    Classic("brown_almost_linear", brown_almost_linear, (0.5,) * 10, (0.0, 1.0), (1,) * 10),
    Classic("discrete_boundary_value", discrete_boundary_value, _curved(10)),
    Classic("discrete_integral_equation", discrete_integral_equation, _curved(10)),
    Classic("broyden_tridiagonal", broyden_tridiagonal, (-1.0,) * 10),
    Classic("broyden_banded", broyden_banded, (-1.0,) * 10),
    Classic("linear_full_rank", linear_full_rank, (1.0,) * 10, (10.0,), (-1,) * 10),
    Classic("linear_rank_1", linear_rank_1, (1.0,) * 10, (20 * 19 / (2 * 41),)),
    Classic(
        "linear_rank_1_with_zeros",
        linear_rank_1_with_zeros,
        (1.0,) * 10,
        ((400 + 60 - 6) / (2 * 37),),
    ),
    Classic("chebyquad", chebyquad, _grid(8), (3.5168737256784e-3,)),
)


class Problem(NamedTuple):
    """A function to minimise: how to make its objective, its start, and its known minima."""

    name: str
    objective: Callable[[], Objective]
    start: tuple[float, ...]
    minima: tuple[float, ...]


PROBLEMS = (
    *(
        Problem(
            f"{name} (landmark)",
            LANDMARKS[name].objective,
            start,
            tuple(minimum.value for minimum in LANDMARKS[name].minima),
        )
        for name, start in STARTS.items()
    ),
    *(Problem(each.name, partial(Function, each), each.start, each.minima) for each in CLASSICS),
)
"""All of them."""


def reached(problem: Problem, x: np.ndarray) -> bool:
    """Say whether the gradient is below 1e-6 of the start's, or the value within 1e-6."""
    value, g = problem.objective().value_and_gradient(x)
    _, first = problem.objective().value_and_gradient(np.array(problem.start))
    near = any(value - known <= 1e-6 * max(1.0, abs(known)) for known in problem.minima)
    return bool(near or np.linalg.norm(g) <= 1e-6 * np.linalg.norm(first))


def closely(problem: Problem, x: np.ndarray) -> bool:
    """Say whether the value is within 1e-6 of its size of a known minimum, or 1e-12 of zero."""
    value = problem.objective().value(x)
    return any(value - known <= max(1e-6 * abs(known), 1e-12) for known in problem.minima)
