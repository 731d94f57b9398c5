"""Pictures of a fit show its curve over the data, whatever its degree."""

import numpy as np
import pytest
from asking import answer

from descend.playground.exports import drawn
from descend.playground.fields import Fields
from descend.playground.fits import fitted, read_line
from descend.playground.line_exports import pipeline_of
from descend.views.models.recorded_fits import curve_fit

X = np.array([-2.0, -1.2, 0.1, 0.7, 1.5, 2.5, 3.0])
POINTS = np.column_stack([X, 1 + X - 0.3 * X**2]).tolist()


def go_on():
    pass


@pytest.mark.parametrize("scaling", [False, True])
@pytest.mark.parametrize("degree", [1, 2, 5])
@pytest.mark.parametrize("batch", ["full", 3])
def test_the_curve_is_that_of_the_page(degree, scaling, batch):
    fields = {
        "points": POINTS, "degree": degree, "scaling": scaling, "batch_size": batch, "steps": 30,
        "rate": 1e-4,
    }  # fmt: skip
    line = read_line(Fields(fields))
    shown = curve_fit(pipeline_of(fitted(line, go_on)), "fit")
    _, arrays = answer("line", **fields)
    np.testing.assert_allclose(shown.inputs[:, 0], X, atol=1e-12)
    np.testing.assert_array_equal(shown.true, line.y)
    curves = shown.predicted(shown.points, np.linspace(-2, 3, 100)[:, None])
    np.testing.assert_allclose(curves, arrays["curves"][: len(curves)], rtol=1e-5, atol=1e-6)


def test_the_picture_is_of_the_curve():
    fields = {"points": POINTS, "degree": 2, "steps": 4, "rate": 0.01}
    found = answer("line/export", **fields, kind="png").content
    fit = fitted(read_line(Fields(fields)), go_on)
    assert found == drawn(pipeline_of(fit), "png", go_on)
    assert found != drawn(fit.descent, "png", go_on)
