"""Partial effects: what is drawn is what they are."""

import numpy as np
import pytest

from descend import views
from descend.views import Effect
from descend.views.figures.style import paper_of

AGES = np.array([20.0, 40.0, 60.0])
LINE = Effect(
    "age",
    AGES,
    np.array([[-2.0], [0.0], [2.0]]),
    np.array([[0.5], [0.0], [0.5]]),
    (np.array([25.0, 50.0]), np.array([-1.0, 3.0])),
)
TOWNS = Effect("town", ["Rome", "$x$"], np.array([[-1.0], [0.5]]), np.array([[0.2], [0.1]]))


def drawn(effects, *arguments):
    figure = views.partial_effects(effects, *arguments)
    figure.canvas.draw()
    return figure


def test_a_number_is_a_line_with_its_band_and_its_rows():
    figure = drawn([LINE], "change of the price")
    (ax,) = figure.axes
    assert ax.get_xlabel() == "age"
    assert figure.get_suptitle() == "change of the price"
    np.testing.assert_array_equal(ax.lines[0].get_xydata(), np.column_stack([AGES, [-2, 0, 2]]))
    rows, band = ax.collections[0], ax.collections[1]
    np.testing.assert_array_equal(rows.get_offsets(), [[25, -1], [50, 3]])
    edge = band.get_paths()[0].vertices
    assert (edge[:, 1].min(), edge[:, 1].max()) == (-3, 3)
    low, high = ax.get_ylim()
    assert low < -3
    assert high > 3


def test_categories_are_points_with_their_lines():
    ax = drawn([TOWNS]).axes[0]
    np.testing.assert_array_equal(ax.lines[0].get_ydata(), [-1, 0.5])
    ends = [path.vertices[:, 1].tolist() for path in ax.collections[0].get_paths()]
    np.testing.assert_allclose(ends, [[-1.4, -0.6], [0.3, 0.7]])
    assert [label.get_text() for label in ax.get_xticklabels()] == ["Rome", "$x$"]


def test_all_panels_have_one_scale():
    figure = drawn([LINE, TOWNS, LINE._replace(name="height")])
    assert len({ax.get_ylim() for ax in figure.axes}) == 1
    assert [ax.get_xlabel() for ax in figure.axes] == ["age", "town", "height"]


def test_each_class_has_a_curve():
    change = np.column_stack([LINE.change, -LINE.change, 0 * LINE.change])
    figure = drawn([Effect("age", AGES, change, 0.1 + 0 * change)], "score", ["a", "b", "c"])
    np.testing.assert_array_equal([line.get_ydata() for line in figure.axes[0].lines[:3]], change.T)
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["a", "b", "c"]


@pytest.mark.parametrize(("width", "columns"), [(3.5, 1), (6.0, 2), (20.0, 3)])
def test_panels_stand_side_by_side_where_they_fit(width, columns):
    with paper_of(width):
        figure = drawn([LINE] * 3)
    assert figure.get_figwidth() <= width
    tops = {round(ax.get_position().y1, 3) for ax in figure.axes}
    assert len(tops) == -(-3 // columns)


@pytest.mark.parametrize(("end", "comma"), [(2020, False), (9000, True)])
def test_years_are_written_as_such(end, comma):
    ax = drawn([Effect("built", np.array([1950.0, end]), np.array([[0.0], [1.0]]))]).axes[0]
    shown = [text.get_text() for text in ax.get_xticklabels() if len(text.get_text()) > 3]
    assert shown
    assert all(("," in text) == comma for text in shown)


def test_many_categories_are_counted_and_not_named():
    names = [f"town {place}" for place in range(30)]
    ax = drawn([Effect("town", names, np.zeros((30, 1)))]).axes[0]
    assert ax.get_title(loc="right") == "30 categories"
    assert [label.get_text() for label in ax.get_xticklabels()] == ["town 0", "town 29"]


def test_nothing_to_draw_is_refused():
    with pytest.raises(ValueError, match="at least one effect"):
        views.partial_effects([])
