"""Named test functions, each with its minima and the window to draw it in."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from descend.support.suggestions import nearest

if TYPE_CHECKING:
    from descend.objectives.formulas.formula import Formula

Point = tuple[float, float]
Window = tuple[tuple[float, float], tuple[float, float]]


class Minimum(NamedTuple):
    """A lowest point of a landmark."""

    point: Point
    value: float


class Landmark(NamedTuple):
    """A function of `x` and `y` that optimizers are tried on.

    Attributes
    ----------
    name, formula
        What it is called, and the function as text.
    window
        The lowest and highest `x`, and the lowest and highest `y`, to draw and to start in.
    minima
        Every global minimum in the window; none for the saddles, which have no lowest point.
    rate
        A learning rate at which plain gradient descent descends from anywhere in the window.
    """

    name: str
    formula: str
    window: Window
    minima: tuple[Minimum, ...]
    rate: float

    def objective(self) -> Formula:
        """Return the function as an objective."""
        from descend.objectives.formulas.formula import Formula

        return Formula(self.formula, names=("x", "y"))


def _square(lowest: float, highest: float) -> Window:
    return ((lowest, highest), (lowest, highest))


def _lowest(value: float, *points: Point) -> tuple[Minimum, ...]:
    return tuple(Minimum(point, value) for point in points)


# fmt: off
_ALL = (
    Landmark("sphere", "x**2 + y**2", _square(-5, 5), _lowest(0, (0, 0)), 0.1),
    Landmark("ellipse", "x**2 + 10*y**2", _square(-5, 5), _lowest(0, (0, 0)), 0.05),
    Landmark("sines", "sin(x)*sin(y)",
             _square(-4, 4),
             _lowest(-1, (math.pi / 2, -math.pi / 2), (-math.pi / 2, math.pi / 2)), 0.2),
    Landmark("rosenbrock", "(1 - x)**2 + 100*(y - x**2)**2",
             ((-2, 2), (-1, 3)), _lowest(0, (1, 1)), 2e-4),
    Landmark("beale", "(1.5 - x + x*y)**2 + (2.25 - x + x*y**2)**2 + (2.625 - x + x*y**3)**2",
             _square(-4.5, 4.5), _lowest(0, (3, 0.5)), 1e-5),
    Landmark("booth", "(x + 2*y - 7)**2 + (2*x + y - 5)**2",
             _square(-10, 10), _lowest(0, (1, 3)), 0.05),
    Landmark("himmelblau", "(x**2 + y - 11)**2 + (x + y**2 - 7)**2",
             _square(-6, 6),
             _lowest(0, (3, 2), (-3.779310253377747, -3.2831859912861696),
                     (-2.805118086952745, 3.131312518250573),
                     (3.584428340330492, -1.8481265269644034)), 0.002),
    Landmark("goldstein_price",
             "(1 + (x + y + 1)**2*(19 - 14*x + 3*x**2 - 14*y + 6*x*y + 3*y**2))"
             "*(30 + (2*x - 3*y)**2*(18 - 32*x + 12*x**2 + 48*y - 36*x*y + 27*y**2))",
             ((-2, 2), (-3, 1)), _lowest(3, (0, -1)), 1e-7),
    Landmark("rastrigin", "20 + x**2 - 10*cos(2*pi*x) + y**2 - 10*cos(2*pi*y)",
             _square(-5.12, 5.12), _lowest(0, (0, 0)), 0.002),
    Landmark("ackley",
             "20 + e - 20*exp(-0.2*sqrt((x**2 + y**2)/2)) - exp((cos(2*pi*x) + cos(2*pi*y))/2)",
             _square(-5, 5), _lowest(0, (0, 0)), 0.01),
    Landmark("griewank", "1 + (x**2 + y**2)/4000 - cos(x)*cos(y/sqrt(2))",
             _square(-10, 10), _lowest(0, (0, 0)), 0.5),
    Landmark("styblinski_tang", "(x**4 - 16*x**2 + 5*x + y**4 - 16*y**2 + 5*y)/2",
             _square(-5, 5),
             _lowest(-78.33233140754284, (-2.903534027771177, -2.903534027771177)), 0.01),
    Landmark("matyas", "0.26*(x**2 + y**2) - 0.48*x*y", _square(-10, 10), _lowest(0, (0, 0)), 0.5),
    Landmark("levy",
             "sin(pi*(x + 3)/4)**2 + (x - 1)**2/16*(1 + 10*sin(pi*(x + 3)/4 + 1)**2)"
             " + (y - 1)**2/16*(1 + sin(pi*(y + 3)/2)**2)",
             _square(-10, 10), _lowest(0, (1, 1)), 0.01),
    Landmark("three_hump_camel", "2*x**2 - 1.05*x**4 + x**6/6 + x*y + y**2",
             _square(-2.5, 2.5), _lowest(0, (0, 0)), 0.01),
    Landmark("six_hump_camel", "(4 - 2.1*x**2 + x**4/3)*x**2 + x*y + 4*(y**2 - 1)*y**2",
             ((-2, 2), (-1.1, 1.1)),
             _lowest(-1.0316284534898774, (0.08984201310031806, -0.7126564030207396),
                     (-0.08984201310031806, 0.7126564030207396)), 0.01),
    Landmark("easom", "-cos(x)*cos(y)*exp(-(x - pi)**2 - (y - pi)**2)",
             _square(-2, 8), _lowest(-1, (math.pi, math.pi)), 0.2),
    Landmark("mccormick", "sin(x + y) + (x - y)**2 - 1.5*x + 2.5*y + 1",
             ((-1.5, 4), (-3, 4)),
             _lowest(-1.9132229549810362, (-0.5471975511965976, -1.5471975511965976)), 0.2),
    Landmark("saddle", "x**2 - y**2", _square(-2, 2), (), 0.1),
    Landmark("monkey_saddle", "x**3 - 3*x*y**2", _square(-2, 2), (), 0.01),
    Landmark("branin", "(y - 5.1*x**2/(4*pi**2) + 5*x/pi - 6)**2 + 10*(1 - 1/(8*pi))*cos(x) + 10",
             ((-5, 10), (0, 15)),
             _lowest(0.39788735772973816, (-math.pi, 12.275), (math.pi, 2.275),
                     (3 * math.pi, 2.475)), 0.02),
    Landmark("michalewicz", "-sin(x)*sin(x**2/pi)**20 - sin(y)*sin(2*y**2/pi)**20",
             _square(0, math.pi),
             _lowest(-1.8013034100985532, (2.2029055201726093, math.pi / 2)), 0.005),
)
# fmt: on

LANDMARKS: dict[str, Landmark] = {landmark.name: landmark for landmark in _ALL}
"""The landmarks by name."""


def find(name: str) -> Landmark | None:
    """Return the landmark of a name, or None; capitals, hyphens and spaces do not matter."""
    return LANDMARKS.get(name.strip().lower().replace("-", "_").replace(" ", "_"))


def landmark(name: str) -> Landmark:
    """Return the landmark of a name.

    Raises
    ------
    ValueError
        If there is none; the message suggests the nearest name.

    Examples
    --------
    >>> landmark("rosenbrock").minima
    (Minimum(point=(1, 1), value=0),)
    """
    found = find(name)
    if found is None:
        near = nearest(name.lower(), LANDMARKS)
        advice = f"did you mean {near!r}?" if near else f"there are {', '.join(LANDMARKS)}"
        raise ValueError(f"there is no landmark called {name!r}: {advice}")
    return found
