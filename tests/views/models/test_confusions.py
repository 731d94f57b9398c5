"""Confusion matrices, against scikit-learn's counts."""

import warnings
from itertools import pairwise

import numpy as np
import pytest
from sklearn.metrics import confusion_matrix as counted

import descend
from descend import views
from descend.views.figures.style import paper_of

RNG = np.random.default_rng(0)


@pytest.mark.parametrize("classes", [["no", "yes"], list(range(10)), [f"c{i}" for i in range(30)]])
def test_the_cells_are_scikit_learns_counts(classes, tmp_path):
    y, predicted = (np.array(classes)[RNG.integers(0, len(classes), 400)] for _ in range(2))
    ax = views.confusion_matrix(y, predicted, classes=classes)
    cells = [int(text.get_text()) for text in ax.texts]
    np.testing.assert_array_equal(cells, counted(y, predicted, labels=classes).ravel())
    assert [label.get_text() for label in ax.get_yticklabels()] == [str(c) for c in classes]
    views.save(ax, tmp_path / "a.png")
    size = ax.texts[0].get_fontsize() * ax.figure.dpi / 72
    cell = ax.transData.transform([(0, 0), (1, 0)])
    assert 5 < size < cell[1, 0] - cell[0, 0]


@pytest.mark.parametrize(
    "classes",
    [
        ["<b>&amp;", "Grüner Veltliner", "Pinot Noir", "日本酒"],
        ["malignant", "benign"],
        list(range(10)),
        [f"class {i}" for i in range(20)],
        ["a" * 40, "b"],
    ],
)
def test_names_of_classes_do_not_overlap(classes):
    ax = views.confusion_matrix(classes, classes, classes=classes)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        ax.figure.canvas.draw()
        boxes = [label.get_window_extent() for label in ax.get_xticklabels()]
    for left, right in pairwise(boxes):
        assert left.x1 < right.x0


def test_very_many_classes_are_colours_alone():
    y = np.arange(50)
    with paper_of(3.5):
        ax = views.confusion_matrix(y, (y + 1) % 50, classes=list(range(50)))
    assert len(ax.texts) == 0
    np.testing.assert_array_equal(ax.images[0].get_array(), np.roll(np.eye(50), 1, axis=1))
    assert ax.get_xlabel().splitlines()[1:] == [f"{c} taken for {c + 1}: 1" for c in range(3)]


@pytest.mark.parametrize(
    ("y", "predicted", "message"),
    [(["a"], ["c"], "the class 'c' is not among"), (["a"], [], "as many predictions as rows")],
)
def test_confusions_that_cannot_be_counted_are_refused(y, predicted, message):
    with pytest.raises(ValueError, match=message):
        views.confusion_matrix(y, predicted, classes=["a", "b"])


def test_a_model_and_its_record_are_counted_at_any_step():
    X = RNG.normal(size=(80, 2))
    y = np.where(X[:, 0] + 0.5 * RNG.normal(size=80) > 0, "rain", "dry")
    model = descend.DescentClassifier().fit(X, y)
    expected = counted(y, model.predict(X)).ravel()
    of_model = views.confusion_matrix(model, X, y)
    assert [int(text.get_text()) for text in of_model.texts] == expected.tolist()
    assert [label.get_text() for label in of_model.get_xticklabels()] == ["dry", "rain"]
    of_record = views.confusion_matrix(model.descent_)
    assert [int(text.get_text()) for text in of_record.texts] == expected.tolist()
    # at the start all scores are equal, and the first class is taken
    first = views.confusion_matrix(model.descent_, step=0)
    assert [int(text.get_text()) for text in first.texts] == [
        sum(y == "dry"),
        0,
        sum(y == "rain"),
        0,
    ]


def test_normalised_rows_are_percentages():
    ax = views.confusion_matrix([0, 0, 0, 0, 1], [0, 0, 0, 1, 1], normalised=True)
    assert [text.get_text() for text in ax.texts] == ["75", "25", "0", "100"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (([0, 1],), "or a fitted classifier with X and y"),
        (([0, 1], [0, 1], [0, 1]), "classes="),
        ((descend.DescentClassifier().fit([[0.0], [1]], [0, 1]), [[0.0]]), "true classes y"),
    ],
)
def test_what_is_missing_is_said(arguments, told):
    with pytest.raises(ValueError, match=told):
        views.confusion_matrix(*arguments)
