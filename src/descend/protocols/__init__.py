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
    Progress,
    Record,
    Step,
)
from descend.protocols.rate import (
    Adaptive,
    Patient,
    Rate,
    Schedule,
    Search,
    Stride,
    Trial,
)
from descend.protocols.status import (
    Ending,
    Status,
)

__all__ = [
    "Adaptive",
    "Array",
    "Averaging",
    "Callback",
    "Composite",
    "Curved",
    "Directed",
    "Ending",
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
    "Rate",
    "Record",
    "Restricted",
    "Schedule",
    "Search",
    "Smoothable",
    "Status",
    "Step",
    "Stride",
    "Trial",
    "Valued",
]
