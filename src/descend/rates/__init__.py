"""Learning rates: how far to step."""

from descend.rates.adaptive import BarzilaiBorwein, EstimatedPolyak, HyperGradient, Polyak
from descend.rates.brackets import Exact, WholeStep, Wolfe
from descend.rates.composed import Joined, Product, Warmup
from descend.rates.cycles import Cosine, Cyclic, OneCycle, WarmRestarts
from descend.rates.decays import Exponential, InverseScaling, InverseTime, Optimal, SquareRoot
from descend.rates.plateau import Divided, Plateau
from descend.rates.ranges import refuse_out_of_range
from descend.rates.schedules import Constant, Linear, MultiStep, Piecewise, Polynomial, Step
from descend.rates.searches import Armijo, Monotone
from descend.rates.texts import Text, by_text, read

__all__ = [
    "Armijo", "BarzilaiBorwein", "Constant", "Cosine", "Cyclic", "Divided", "EstimatedPolyak",
    "Exact", "Exponential", "HyperGradient", "InverseScaling", "InverseTime", "Joined",
    "Linear", "Monotone", "MultiStep", "OneCycle", "Optimal", "Piecewise", "Plateau", "Polyak",
    "Polynomial", "Product", "SquareRoot", "Step", "Text", "WarmRestarts", "Warmup", "WholeStep",
    "Wolfe", "by_text", "read", "refuse_out_of_range",
]  # fmt: skip
