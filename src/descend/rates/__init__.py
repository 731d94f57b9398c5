"""Learning rates: how far to walk."""

from descend.rates.adaptive import (
    BarzilaiBorwein,
    EstimatedPolyak,
    HyperGradient,
    Plateau,
    Polyak,
)
from descend.rates.schedules import Constant
from descend.rates.searches import Armijo, Exact, Monotone, Wolfe

__all__ = [
    "Armijo",
    "BarzilaiBorwein",
    "Constant",
    "EstimatedPolyak",
    "Exact",
    "HyperGradient",
    "Monotone",
    "Plateau",
    "Polyak",
    "Wolfe",
]
