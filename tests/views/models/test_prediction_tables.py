"""Predictions against the truth, and the table beside them."""

import numpy as np
import pytest

import descend
from descend import views

X = np.random.default_rng(0).normal(size=(60, 3))
Y = X @ [3.0, -2.0, 1.0] + 0.5
MODEL = descend.DescentRegressor(
    alpha=0.0, optimizer="sgd", batch_size="full", learning_rate=0.2, max_iter=9, tol=0
).fit(X, Y)


@pytest.mark.parametrize("step", [0, 4, None])
@pytest.mark.parametrize("rows", [1, 7])
def test_points_and_cells_are_those_of_the_step(step, rows):
    w = MODEL.descent_.points[9 if step is None else step]
    said = X @ w[:3] + w[3]
    figure = views.predictions(MODEL, step=step, rows=rows)
    left, right = figure.axes
    drawn = np.asarray(left.collections[-1].get_offsets())
    np.testing.assert_allclose(drawn, np.column_stack([Y, said]), atol=1e-12)
    for end in left.collections[0].get_segments():
        assert end[0, 0] == end[0, 1] == end[1, 0]  # from the line, upright
    assert left.get_xlim() == left.get_ylim()
    told = float(left.get_title(loc="right").removeprefix("mean squared error ").replace(",", ""))
    assert told == pytest.approx(np.mean((said - Y) ** 2), rel=0.01)
    words = [text.get_text().replace("\N{MINUS SIGN}", "-") for text in right.texts][4:]
    assert len(words) == 4 * rows
    shown = np.linspace(0, 59, rows).round().astype(int)
    table = {}
    for text in right.texts[4:]:
        x, y = text.get_position()
        table[round(y), x] = float(text.get_text().replace("\N{MINUS SIGN}", "-"))
    cells = np.array([table[key] for key in sorted(table)]).reshape(rows, 4)
    np.testing.assert_allclose(cells[:, 0], shown)
    np.testing.assert_allclose(cells[:, 1], Y[shown], rtol=0.01)
    np.testing.assert_allclose(cells[:, 2], said[shown], rtol=0.01)
    np.testing.assert_allclose(cells[:, 3], (said - Y)[shown] ** 2, rtol=0.01)


def test_other_rows_can_be_given():
    figure = views.predictions(MODEL, data=(X[:5] + 1, Y[:5]), title="held out")
    drawn = np.asarray(figure.axes[0].collections[-1].get_offsets())
    np.testing.assert_allclose(drawn[:, 1], MODEL.predict(X[:5] + 1))
    assert figure.get_suptitle() == "held out"


@pytest.mark.parametrize("rows", [0, 21])
def test_tables_that_cannot_be_read_are_refused(rows):
    with pytest.raises(ValueError, match=f"rows must be 1 to 20, got {rows}"):
        views.predictions(MODEL, rows=rows)
