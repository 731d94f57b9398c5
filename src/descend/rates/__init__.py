"""Learning rates: how far to walk."""

from descend.rates.schedules import Constant
from descend.rates.searches import Monotone

__all__ = ["Constant", "Monotone"]
