"""Records of walks that went on from one another are one record."""

import numpy as np
from solving import array_loop

from descend.objectives import as_problem
from descend.optimizers import SGD
from descend.rates import Constant
from descend.records.joining import joined
from descend.solvers.stopping import GradientShrunk

OBJECTIVE = as_problem("rosenbrock").objective


def go(start, steps, record):
    stopping = GradientShrunk(0)
    return array_loop(
        OBJECTIVE, start, SGD(), Constant(1e-3), steps=steps, stopping=stopping, record=record
    )


def test_parts_join_to_the_whole():
    start = np.array([-1.2, 1.0])
    for record in ("all", "values", None):
        whole = go(start, 12, record)
        parts = [go(start, 5, record)]
        parts.append(go(parts[-1].x, 3, record))
        parts.append(go(parts[-1].x, 4, record))
        one = joined(parts)
        assert (one.nit, one.nfev) == (12, 5 + 3 + 4 + 3)
        assert np.array_equal(one.x, whole.x)
        assert one.best_fun == whole.best_fun
        for name in ("values", "gradient_norms", "learning_rates", "point_steps"):
            assert np.array_equal(getattr(one, name), getattr(whole, name)), (record, name)
        assert len(one.seconds) == len(whole.seconds)
        assert (np.diff(one.seconds) >= 0).all()
        if record == "all":
            assert np.array_equal(one.points, whole.points)
        else:
            assert one.points is None
