"""Thirty functions that everybody tries first, as text, with starts and the values of minima."""

import math
from typing import NamedTuple


class Familiar(NamedTuple):
    """A formula, its start in the order of its names, and the values of its minima."""

    name: str
    formula: str
    start: tuple[float, ...]
    minima: tuple[float, ...] = (0.0,)


FAMILIAR = (
    Familiar("bowl", "x^2 + y^2", (3.0, 4.0)),
    Familiar("ellipse", "(5*x^2 + y^2)/2", (4.0, 3.0)),
    Familiar("tilted", "x^2 + x*y + y^2 - 3*x", (5.0, -5.0), (-3.0,)),
    Familiar("nested sums", "x^2 + (x+y)^2 + (x+y+z)^2", (3.0, -2.0, 4.0)),
    Familiar("trid", "(x-1)^2 + (y-1)^2 + (z-1)^2 - x*y - y*z", (4.0, -4.0, 4.0), (-7.0,)),
    Familiar("line", "(a+b-1)^2 + (a+2*b-2.1)^2 + (a+3*b-2.9)^2", (0.0, 0.0), (0.015,)),
    Familiar("rosenbrock 3", "100*(y-x^2)^2 + (1-x)^2 + 100*(z-y^2)^2 + (1-y)^2", (-1.2, 1.0, 1.0)),
    Familiar("cube", "100*(y-x^3)^2 + (1-x)^2", (-1.2, 1.0)),
    Familiar("dixon_price", "(x-1)^2 + 2*(2*y^2-x)^2", (5.0, 3.0)),
    Familiar("zakharov", "x^2 + y^2 + (x/2+y)^2 + (x/2+y)^4", (4.0, -3.0)),
    Familiar("powers", "x^2 + y^4 + z^6", (1.0, 1.0, 1.0)),
    Familiar("powell", "(a+10*b)^2 + 5*(c-d)^2 + (b-2*c)^4 + 10*(a-d)^4", (3.0, -1.0, 0.0, 1.0)),
    Familiar("wells", "(x^2-1)^2 + y^2", (0.5, 2.0)),
    Familiar("tilted wells", "x^4/4 - x^2/2 + x/10 + y^2/2", (-0.5, 1.0), (-0.352386073800036,)),
    Familiar("crossed", "x^4 + y^4 - 4*x*y + 1", (2.0, 0.5), (-1.0,)),
    Familiar("engvall", "x^4 + y^4 + 2*x^2*y^2 - 4*x + 3", (0.5, 2.0)),
    Familiar("hyperbola", "(x*y-1)^2 + (x-y)^2", (3.0, 0.1)),
    Familiar("ring", "(x^2+y^2-1)^2 + (x-y)^2", (2.0, 0.5)),
    Familiar("wayburn", "(x^6+y^4-17)^2 + (2*x+y-4)^2", (2.0, 1.0)),
    Familiar("egg crate", "x^2 + y^2 + 25*(sin(x)^2+sin(y)^2)", (1.0, 0.8)),
    Familiar("bohachevsky", "x^2 + 2*y^2 - 0.3*cos(3*pi*x)*cos(4*pi*y) + 0.3", (0.1, 0.1)),
    Familiar(
        "hosaki",
        "(1 - 8*x + 7*x^2 - 7*x^3/3 + x^4/4)*y^2*exp(-y)",
        (4.5, 1.5),
        (-52 / 3 * math.exp(-2),),
    ),
    Familiar("bell", "-exp(-(x^2+y^2)/2)", (1.0, 0.7), (-1.0,)),
    Familiar("log cosh", "log(cosh(x-1)) + log(cosh(y+2))", (4.0, 3.0)),
    Familiar("pseudo-huber", "sqrt(1+(x-3)^2) + sqrt(1+(y+1)^2)", (10.0, 10.0), (2.0,)),
    Familiar("barrier", "x - log(x) + y - log(y)", (3.0, 0.1), (2.0,)),
    Familiar("entropy", "x*log(x) + y*log(y)", (2.0, 0.5), (-2 * math.exp(-1),)),
    Familiar("reciprocal", "x^2 + 1/x^2 + (y-2)^2", (5.0, 3.0), (2.0,)),
    Familiar("cosh", "exp(x) + exp(-x) + (y-1)^2", (2.0, 5.0), (2.0,)),
    Familiar(
        "boyd",
        "exp(x+3*y-0.1) + exp(x-3*y-0.1) + exp(-x-0.1)",
        (-1.0, 0.7),
        (2 * math.sqrt(2) * math.exp(-0.1),),
    ),
)
"""All thirty."""
