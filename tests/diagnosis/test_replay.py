"""The replayed memory is that of the run."""

import numpy as np

from descend import minimize
from descend.diagnosis.replay import last_step
from descend.optimizers import (
    Adam,
)


def test_the_replayed_memory_is_that_of_the_run():
    run = minimize("rosenbrock", [-1.2, 1.0], optimizer="adam", learning_rate=0.1, steps=150)
    w, memory = run.points[0], (np.zeros(2), np.zeros(2))
    for t in range(1, 151):
        before = memory
        _, g = run.objective.value_and_gradient(w)
        w, memory = Adam().step(w, g, memory, 0.1, float(t))
    last = last_step(run)
    np.testing.assert_allclose(last.arrived, w, rtol=1e-12)
    np.testing.assert_allclose(last.before, before, rtol=1e-12)
    np.testing.assert_allclose(last.memory, memory, rtol=1e-12)
    assert (last.rate, last.t) == (0.1, 150.0)
