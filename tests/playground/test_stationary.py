"""Minima and saddles are where the gradient vanishes."""

import numpy as np
import pytest
from asking import answer

from descend.objectives import as_problem


@pytest.mark.parametrize("formula", ["himmelblau", as_problem("himmelblau").formula])
def test_minima_and_saddles_are_found(formula):
    found = answer("stationary", formula=formula, window=[[-5, 5], [-5, 5]])
    assert [minimum["value"] for minimum in found["minima"]] == pytest.approx([0] * 4, abs=1e-9)
    assert len(found["saddles"]) == 4
    for each in found["minima"] + found["saddles"]:
        _, g = as_problem("himmelblau").objective.value_and_gradient(np.array(each["point"]))
        assert np.abs(g).max() < 1e-3
    # only those that are seen
    found = answer("stationary", formula=formula, window=[[2, 4], [1, 3]])
    assert [minimum["point"] for minimum in found["minima"]] == [pytest.approx([3, 2])]
