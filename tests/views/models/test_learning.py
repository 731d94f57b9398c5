"""The learning curve: what is drawn is what it is."""

import numpy as np
import pytest

from descend import views


def test_lines_are_means_and_bands_reach_over_draws():
    training = np.array([[0.9, 1.0], [0.8, 0.82]])
    held_out = np.array([[0.2, 0.4], [0.7, 0.72]])
    figure = views.learning_curve([10, 1000], training, held_out, "R²", "validation")
    figure.canvas.draw()
    (ax,) = figure.axes
    np.testing.assert_allclose(ax.lines[0].get_xydata(), [[10, 0.95], [1000, 0.81]])
    np.testing.assert_allclose(ax.lines[1].get_xydata(), [[10, 0.3], [1000, 0.71]])
    edge = ax.collections[1].get_paths()[0].vertices[:, 1]
    assert (edge.min(), edge.max()) == (0.2, 0.72)
    assert [label.get_text() for label in ax.get_xticklabels()] == ["10", "1,000"]
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["training", "validation"]
    assert ax.get_ylabel() == "R²"


def test_a_hopeless_start_leaves_the_end_legible():
    figure = views.learning_curve([10, 20, 40], [[1.0], [0.9], [0.8]], [[-300.0], [0.5], [0.6]])
    low, high = figure.axes[0].get_ylim()
    assert -0.5 < low < 0.5
    assert high > 1


@pytest.mark.parametrize("scores", [[], [[1.0]], [1.0, 2.0]])
def test_each_number_of_rows_needs_its_scores(scores):
    with pytest.raises(ValueError, match="scores"):
        views.learning_curve([10, 20], scores, scores)
