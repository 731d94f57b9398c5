"""What the parts can be asked: the vocabulary that the rooms of the package share."""

from descend.protocols.arrays import Array, Memory, Rate, Update
from descend.protocols.loss import (
    Curved,
    Linked,
    Loss,
    Probabilistic,
    Restricted,
    Smoothable,
    StatesQuadratic,
)
from descend.protocols.objective import Composite, Named, Objective
from descend.protocols.optimizer import (
    Averaging,
    Directed,
    Optimizer,
    StatesElementwise,
    Valued,
)
from descend.protocols.penalty import Kinked, Penalty, StatesSmooth
from descend.protocols.progress import Callback, Epoch, Progress, Record
from descend.protocols.rate import Adaptive, Patient, Schedule, Search, Stride, Trial

__all__ = [
    "Adaptive", "Array", "Averaging", "Callback", "Composite", "Curved", "Directed", "Epoch",
    "Kinked", "Linked", "Loss", "Memory", "Named", "Objective", "Optimizer", "Patient", "Penalty",
    "Probabilistic", "Progress", "Rate", "Record", "Restricted", "Schedule", "Search", "Smoothable",
    "StatesElementwise", "StatesQuadratic", "StatesSmooth", "Stride", "Trial", "Update", "Valued",
]  # fmt: skip
