"""What the parts can be asked: the words that the rooms of the house speak to one another in."""

from descend.protocols.arrays import (
    Array,
    Memory,
)
from descend.protocols.loss import (
    Curved,
    Linked,
    Loss,
    Probabilistic,
    Restricted,
    Smoothable,
)
from descend.protocols.objective import (
    Composite,
    Inexact,
    Named,
    Objective,
)
from descend.protocols.optimizer import (
    Averaging,
    Directed,
    Optimizer,
    Valued,
)
from descend.protocols.penalty import (
    Kinked,
    Penalty,
)
from descend.protocols.progress import (
    Callback,
    Epoch,
    Progress,
    Record,
)
from descend.protocols.rate import (
    Adaptive,
    Patient,
    Schedule,
    Search,
    Stride,
    Trial,
)

__all__ = [
    "Adaptive",
    "Array",
    "Averaging",
    "Callback",
    "Composite",
    "Curved",
    "Directed",
    "Epoch",
    "Inexact",
    "Kinked",
    "Linked",
    "Loss",
    "Memory",
    "Named",
    "Objective",
    "Optimizer",
    "Patient",
    "Penalty",
    "Probabilistic",
    "Progress",
    "Record",
    "Restricted",
    "Schedule",
    "Search",
    "Smoothable",
    "Stride",
    "Trial",
    "Valued",
]
