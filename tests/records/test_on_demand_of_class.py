"""Fields that are computed when first read, asked of the class."""

import inspect

from descend import Descent


def test_the_class_can_be_inspected():
    for name, _ in inspect.getmembers(Descent):
        getattr(Descent, name)
