"""Residuals and probabilities: what is drawn is what they are."""

import numpy as np
import pytest

from descend import views
from descend.views.figures.style import paper_of

RNG = np.random.default_rng(0)


def test_residuals_are_true_less_predicted():
    predicted = RNG.normal(size=200)
    true = predicted + RNG.normal(size=200)
    points, spread = views.residuals(true, predicted, "price").axes
    np.testing.assert_allclose(
        points.collections[0].get_offsets(), np.column_stack([predicted, true - predicted])
    )
    assert (points.get_xlabel(), points.get_ylabel()) == (
        "predicted price",
        "true \N{MINUS SIGN} predicted",
    )
    assert sum(bar.get_width() for bar in spread.patches) == 200
    medians = points.lines[1].get_ydata()
    assert len(medians) == 10
    order = np.argsort(predicted)
    assert medians[0] == pytest.approx(np.median((true - predicted)[order[:20]]))


@pytest.mark.parametrize("rows", [1, 2, 30])
def test_few_rows_have_no_medians(rows):
    points, _ = views.residuals(np.arange(rows), np.arange(rows)).axes
    assert len(points.lines) == 1


def test_on_narrow_paper_the_spread_is_below():
    with paper_of(3.5):
        figure = views.residuals(RNG.normal(size=50), RNG.normal(size=50))
    figure.canvas.draw()
    above, below = (ax.get_position() for ax in figure.axes)
    assert figure.get_figwidth() <= 3.5
    assert below.y1 < above.y0
    assert sum(bar.get_height() for bar in figure.axes[1].patches) == 50


def test_shares_of_slices_stand_against_their_probabilities():
    said = np.repeat([0.55, 0.75, 0.95], 20)
    right = np.tile(np.arange(20) < 15, 3)
    ax = views.calibration(right, said).axes[0]
    np.testing.assert_allclose(ax.lines[1].get_xydata(), [[0.55, 0.75], [0.75, 0.75], [0.95, 0.75]])
    ends = np.array([path.vertices[:, 1] for path in ax.collections[0].get_paths()])
    # Agresti and Coull (1998), by two errors: 16 of 22
    reach = 2 * np.sqrt(16 / 22 * 6 / 22 / 22)
    np.testing.assert_allclose(ends, [[0.75 - reach, 0.75 + reach]] * 3)


@pytest.mark.parametrize("draw", [views.residuals, views.calibration])
def test_lengths_must_agree(draw):
    for given in (([1.0, 2.0], [1.0]), ([], [])):
        with pytest.raises(ValueError, match="as many pr"):
            draw(*given)
