import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from descend import views
from descend.views.figures.style import ACCENT, number

RNG = np.random.default_rng(0)


@pytest.mark.parametrize("first", [0, 1])
def test_loss_curves_show_each_curve_from_the_first_epoch(first):
    curves = {"training": [3.0, 2.0], "validation": [4.0, 3.0, 2.5]}
    figure = views.loss_curves(curves, "log loss", first=first)
    training, validation = figure.axes[0].lines
    np.testing.assert_array_equal(training.get_xdata(), [first, first + 1])
    np.testing.assert_array_equal(training.get_ydata(), [3, 2])
    np.testing.assert_array_equal(validation.get_xdata(), [first, first + 1, first + 2])
    np.testing.assert_array_equal(validation.get_ydata(), [4, 3, 2.5])
    told = [text.get_text() for text in figure.axes[0].get_legend().get_texts()]
    assert told == ["training", "validation"]
    assert figure.axes[0].get_ylabel() == "log loss"


@pytest.mark.parametrize("count", [1, 2, 3, 4, 7, 12, 101, 5000])
@pytest.mark.parametrize("first", [0, 1])
def test_epochs_are_whole_and_each_is_told_once(count, first):
    ax = views.loss_curves({"training": np.arange(count, 0, -1.0)}, first=first).axes[0]
    ax.figure.canvas.draw()
    low, high = ax.get_xlim()
    ticks = [tick for tick in ax.get_xticks() if low <= tick <= high]
    told = [ax.xaxis.get_major_formatter()(tick).replace(",", "") for tick in ticks]
    assert [float(text) for text in told] == ticks
    assert low < first <= first + count - 1 < high
    assert 1 <= len(set(told)) == len(told) <= 7
    # Short curves name each of their epochs.
    assert count > 4 or ticks == list(range(first, first + count))


@pytest.mark.parametrize(
    ("curve", "log", "scale"),
    [
        ([1e3, 1.0, 1e-3], "auto", "log"),
        ([3.0, 2.0], "auto", "linear"),
        ([1e3, 1.0, 1e-3], False, "linear"),
        ([3.0, 2.0], True, "log"),
        ([1.0], "auto", "linear"),
        ([0.0, 0.0], True, "linear"),
        ([1.0, np.nan, np.inf], "auto", "linear"),
        ([1e299, 1e-299], "auto", "log"),
        ([-1e300, 1e300], "auto", "linear"),
    ],
)
def test_loss_curves_of_any_size_are_drawn(curve, log, scale, tmp_path):
    figure = views.loss_curves({"training": curve}, log=log)
    assert figure.axes[0].get_yscale() == scale
    views.save(figure, tmp_path / "a.png")


@pytest.mark.parametrize("curves", [{}, {"training": []}])
def test_no_curve_is_refused(curves):
    with pytest.raises(ValueError, match="at least one curve"):
        views.loss_curves(curves)


@pytest.mark.parametrize("n", [1, 89, 50_000])
def test_every_prediction_is_drawn(n, tmp_path):
    y = RNG.normal(150, 60, n)
    figure = views.predicted_against_true(y, y + 1, "progression")
    ax = figure.axes[0]
    np.testing.assert_array_equal(ax.collections[0].get_offsets(), np.column_stack([y, y + 1]))
    diagonal = ax.lines[0].get_xydata()
    np.testing.assert_array_equal(diagonal[:, 0], diagonal[:, 1])
    assert ax.get_ylabel() == "predicted progression"
    assert views.save(figure, tmp_path / "a.svg").stat().st_size < 1_000_000


@pytest.mark.parametrize(("y", "predicted"), [([], []), ([1.0], [1.0, 2.0])])
def test_predictions_must_match_rows(y, predicted):
    with pytest.raises(ValueError, match="as many predictions as rows"):
        views.predicted_against_true(y, predicted)


def test_weights_are_sorted_by_size_and_coloured_by_sign():
    figure = views.weights(["a", "b$x$", "c"], [1.0, -3.0, 2.0], 0.5)
    ax = figure.axes[0]
    figure.canvas.draw()
    assert [label.get_text() for label in ax.get_yticklabels()] == ["b$x$", "c", "a"]
    assert [bar.get_width() for bar in ax.patches] == [-3.0, 2.0, 1.0]
    low = ax.patches[0].get_facecolor()
    import matplotlib.colors

    assert low == matplotlib.colors.to_rgba(ACCENT)
    assert ax.get_title(loc="left") == "intercept 0.5"


def test_many_weights_are_cut_and_that_is_said():
    figure = views.weights([f"x{i}" for i in range(45)], np.arange(45.0))
    assert len(figure.axes[0].patches) == 30
    assert figure.get_supxlabel() == "the 30 largest of 45 weights"
    assert views.weights(["a"], [1.0]).get_supxlabel() == ""


def test_weights_of_classes_have_a_panel_each(tmp_path):
    table = RNG.normal(size=(4, 3))
    figure = views.weights("abc", table, [1, 2, 3, 4], classes=["p", "q", "r", "s"])
    panels = [ax for ax in figure.axes if ax.get_visible()]
    assert [ax.get_title(loc="left").split(",")[0] for ax in panels] == ["p", "q", "r", "s"]
    order = np.argsort(-np.abs(table).max(axis=0))
    for ax, row in zip(panels, table, strict=True):
        np.testing.assert_array_equal([bar.get_width() for bar in ax.patches], row[order])
    views.save(figure, tmp_path / "a.png")


@pytest.mark.parametrize("values", [[0.0, 0.0], [1e300, -1e300], [np.nan, 1.0], [np.nan, np.nan]])
def test_weights_of_any_size_are_drawn(values, tmp_path):
    views.save(views.weights(["a", "b"], values), tmp_path / "a.png")


@pytest.mark.parametrize(
    ("names", "table", "classes"), [("ab", [1.0], None), ("", [], None), ("a", [[1.0]], ["p", "q"])]
)
def test_weights_without_names_are_refused(names, table, classes):
    with pytest.raises(ValueError, match="weights needs a"):
        views.weights(list(names), table, classes=classes)


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (0, "0"),
        (1234567, "1.23×10⁶"),  # noqa: RUF001
        (150000, "150,000"),
        (0.25, "0.25"),
        (-0.5, "−0.5"),  # noqa: RUF001
        (100, "100"),
        (-1e-7, "−10⁻⁷"),  # noqa: RUF001
    ],
)
def test_numbers_are_written_as_people_do(value, told):
    assert number(value) == told


@given(st.floats(min_value=1e-300, max_value=1e300), st.sampled_from([1, -1]))
def test_a_written_number_is_the_number_in_three_digits(size, sign):
    plain = str.maketrans("\N{MINUS SIGN}⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "--0123456789", ",")
    found = re.fullmatch(
        r"(.*?)(?:(?:\N{MULTIPLICATION SIGN}|\b)10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+))?", number(sign * size)
    )
    front, power = (part.translate(plain) for part in found.groups(default=""))
    told = float({"": "1", "-": "-1"}.get(front, front)) * 10.0 ** int(power or 0)
    assert told == pytest.approx(sign * size, rel=0.006)
