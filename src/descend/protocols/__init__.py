"""What the parts can be asked: the vocabulary that the rooms of the package share."""

from descend.protocols.arrays import Array, Memory, Rate, Update
from descend.protocols.loss import (
    Bent,
    Curved,
    Linked,
    Loss,
    Probabilistic,
    Redescending,
    Restricted,
    Smoothable,
    StatesQuadratic,
    Supporting,
)
from descend.protocols.objective import Composite, Inexact, Named, Objective
from descend.protocols.optimizer import (
    Averaging,
    Directed,
    Optimizer,
    StatesElementwise,
    Valued,
)
from descend.protocols.penalty import Kinked, Penalty, StatesSmooth, StatesSubgradient
from descend.protocols.progress import Callback, Progress, Record, Step
from descend.protocols.rate import Adaptive, Patient, RateRule, Schedule, Search, Stride, Trial
from descend.protocols.status import Ending, Status

__all__ = [
    "Adaptive", "Array", "Averaging", "Bent", "Callback", "Composite", "Curved", "Directed",
    "Ending", "Inexact", "Kinked", "Linked", "Loss", "Memory", "Named", "Objective", "Optimizer",
    "Patient", "Penalty", "Probabilistic", "Progress", "Rate", "RateRule", "Record", "Redescending",
    "Restricted", "Schedule", "Search", "Smoothable", "StatesElementwise", "StatesQuadratic",
    "StatesSmooth", "StatesSubgradient", "Status", "Step", "Stride", "Supporting", "Trial",
    "Update", "Valued",
]  # fmt: skip
