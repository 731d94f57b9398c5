"""A fit's code leaves its numbers, to the last bit."""

import contextlib
import io

import numpy as np
import pytest
from asking import answer

from descend.losses import REGRESSION

X = np.linspace(-1.5, 2, 17)
POINTS = np.column_stack([X, 1 + 2 * X - X**2 + np.sin(7 * X)]).round(3).tolist()
SOLVED = {"points": POINTS, "steps": 40, "rate": 0.05}

FITS = {
    "plain": {},
    "elsewhere": {"start": [9, -10]},
    "cubic, scaled": {"degree": 3, "scaling": True, "start": [1, 0, -2, 0.5]},
    "to its end": {"rate": 0.4, "steps": 3000},
    "auto sgd": {"rate": "auto"},
    "auto adam": {"rate": "auto", "optimizer": {"name": "adam", "parameters": {"beta1": 0.7}}},
    "by batches": {"batch_size": 5, "seed": 3, "optimizer": {"name": "momentum"}},
    "point by point, auto": {"batch_size": 1, "rate": "auto"},
    **{loss: {"loss": loss, "optimizer": {"name": "adam"}, "degree": 2}
       for loss in REGRESSION if loss not in ("poisson", "gamma", "tweedie")},
}  # fmt: skip


@pytest.mark.parametrize("changes", FITS.values(), ids=FITS)
def test_code_repeats_the_fit_to_the_last_bit(changes):
    fields = {**SOLVED, **changes}
    _, arrays = answer("line", **fields)
    names = {}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(answer("line/code", **fields)["code"], names)
    descent = names["descent"]
    points = np.roll(descent.points, 1, axis=-1).astype(np.float32)
    np.testing.assert_array_equal(arrays["parameters"][: len(points)], points)
    np.testing.assert_array_equal(
        arrays["values"][: len(points)], descent.values.astype(np.float32)
    )
    table = answer("line/export", **fields, kind="csv").text.splitlines()
    own = np.array([row.split(",")[1:-2] for row in table[1:]], dtype=float)
    np.testing.assert_array_equal(own[:, :-1], np.roll(descent.points, 1, axis=-1))
