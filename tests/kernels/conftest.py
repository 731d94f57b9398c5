"""Here compiled loops are tested, also where a fit would be too short to compile them."""

import pytest

from descend.solvers.stochastic import interpreted


@pytest.fixture(autouse=True)
def compiled(monkeypatch):
    monkeypatch.setattr(interpreted, "STEPS", 0)
