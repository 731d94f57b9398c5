"""The ends of runs: minima, and what is none."""

from dataclasses import replace

import numpy as np

from descend import minimize
from descend.cli.functions.results import Results


def test_runs_at_rest_elsewhere_are_counted():
    points = [[3.0, -3.0], [1.0, -1.0], [2.0, -2.0], [0.0, 1.0]]
    descent = minimize("abs(x - 1) + 2*abs(x + y)", points, steps=0)
    status = np.array(["converged", "converged", "converged", "diverged"])
    results = Results.of(replace(descent, status=status), 0.0)
    assert [minimum.runs for minimum in results.minima] == [(1,)]
    assert results.without_minimum() == {"at rest where there is no minimum": 2, "diverged": 1}
