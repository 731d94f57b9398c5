"""Records of single runs, side by side."""

import numpy as np

from descend import minimize
from descend.records.joining import side_by_side


def test_side_by_side_each_run_is_what_it_was():
    runs = [
        minimize("x^2 + 9*y^2", [3.0, 1.0], optimizer=name, learning_rate=0.05, steps=steps)
        for name, steps in (("sgd", 5), ("adam", 30), ("momentum", 0))
    ]
    together = side_by_side(runs)
    assert together.n_runs == 3
    assert together.points.shape == (31, 3, 2)
    for row, run in enumerate(runs):
        own = together.run(row)
        np.testing.assert_array_equal(own.points, run.points)
        np.testing.assert_array_equal(own.values, run.values)
        assert (own.nit, own.status, own.fun, own.ending) == (
            run.nit, run.status, run.fun, run.ending,
        )  # fmt: skip
        np.testing.assert_array_equal(together.points[run.nit :, row] - run.x, 0)
