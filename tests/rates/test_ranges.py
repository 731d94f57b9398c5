"""Every number of a learning rate has a range."""

from descend import rates
from descend.rates.ranges import RANGES

OTHERS = {"short", "straight", "schedule", "parts", "lengths"}


def test_every_number_has_a_range():
    classes = [getattr(rates, name) for name in rates.__all__ if name[0].isupper()]
    fields = {field for kind in classes if kind is not rates.Text for field in kind._fields}
    assert fields - OTHERS == set(RANGES)
