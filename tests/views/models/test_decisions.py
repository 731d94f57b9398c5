"""Decision regions, against the classifiers' own answers."""

import numpy as np
import pandas as pd
import pytest
from sklearn.cluster import KMeans
from sklearn.compose import make_column_transformer
from sklearn.datasets import load_iris
from sklearn.linear_model import LinearRegression, LogisticRegression, RidgeClassifier
from sklearn.model_selection import FixedThresholdClassifier
from sklearn.multioutput import MultiOutputClassifier
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

import descend
from descend import views
from descend.views.models.classifiers import classifier_of
from descend.views.models.feature_planes import feature_plane
from descend.views.models.regions import decided, window_in

RNG = np.random.default_rng(0)
X2 = RNG.normal(size=(90, 2)) + np.repeat([[0, 0], [2, 1], [-1, 2]], 30, axis=0)
THREE = np.repeat(["a", "b", "c"], 30)
TWO = np.where(THREE == "a", "no rain", "rain")
LINEAR = descend.DescentClassifier(alpha=1e-2).fit(X2, TWO)


class Around:
    """Says alone on which side of a circle rows are."""

    def predict(self, X):
        return np.where(np.hypot(*np.asarray(X).T) < 1.5, "in", "out")


def offsets(ax):
    """Return the places of marks by their label in the key."""
    return {mark.get_label(): np.asarray(mark.get_offsets()) for mark in ax.collections}


CLASSIFIERS = [
    (LogisticRegression(), TWO),
    (LogisticRegression(), THREE),
    (descend.DescentClassifier(), THREE),
    (descend.DescentClassifier(loss="hinge"), TWO),
    (SVC(decision_function_shape="ovo"), THREE),
    (RidgeClassifier(), THREE),
    (KNeighborsClassifier(4), THREE),
    (DecisionTreeClassifier(), TWO),
    (make_pipeline(StandardScaler(), SVC()), TWO),
    (FixedThresholdClassifier(LogisticRegression(), threshold=0.9), TWO),
    (KMeans(3, n_init=1, random_state=0), None),
    (Around(), None),
]


@pytest.mark.parametrize(("model", "y"), CLASSIFIERS, ids=lambda each: type(each).__name__)
def test_regions_are_what_the_classifier_says_and_end_at_the_boundary(model, y):
    fitted = model if isinstance(model, Around) else model.fit(X2, y)
    plane = feature_plane(X2, "test")
    regions = decided(classifier_of(fitted, "test"), plane, window_in(plane), points=41)
    grid = np.stack(np.meshgrid(*regions.axes), axis=-1).reshape(-1, 2)
    said = np.array(regions.classes, dtype=object)[regions.chosen.ravel()]
    np.testing.assert_array_equal(said.astype(str), fitted.predict(grid).astype(str))
    # only the class that is chosen leads: the level line of 0 is the boundary
    assert np.array_equal(regions.lead.argmax(axis=-1), regions.chosen)
    assert ((regions.lead > 0).sum(axis=-1) == 1).all()
    assert ((regions.sureness >= 0) & (regions.sureness <= 1)).all()
    ax = views.decision_regions(fitted, X2, y)
    assert ax.images[0].get_array().shape[-1] == 3


def test_the_boundary_of_a_line_is_that_line_and_rows_are_where_they_are():
    ax = views.decision_regions(LINEAR, X2, TWO)
    (line,) = [each for each in ax.collections if hasattr(each, "allsegs")]
    points = np.concatenate(line.allsegs[0])
    np.testing.assert_allclose(LINEAR.decision_function(points), 0, atol=1e-6)
    marks = offsets(ax)
    for name in ("rain", "no rain"):
        np.testing.assert_array_equal(marks[name], X2[name == TWO])
    wrong = LINEAR.predict(X2) != TWO
    np.testing.assert_array_equal(marks[f"misclassified: {wrong.sum()} of 90"], X2[wrong])
    low, high = np.array([ax.get_xlim(), ax.get_ylim()]).T
    assert ((low < X2) & (high > X2)).all()
    # a shape as well as a colour
    shapes = {len(ax.collections[i].get_paths()[0].vertices) for i in (1, 2)}
    assert len(shapes) == 2


@pytest.mark.parametrize(
    "labels",
    [
        ["x", "y"],
        [True, False],
        [-1, 1],
        [2.0, 1.0],
        [7, 100_000],
        [np.str_("$a$"), np.str_("b")],
    ],
)
def test_labels_of_any_kind(labels):
    y = np.array(labels)[(X2[:, 0] > 0.5).astype(int)]
    model = LogisticRegression().fit(X2, y)
    told = views.decision_regions(model, X2, y).get_legend_handles_labels()[1]
    wrong = (model.predict(X2) != y).sum()
    expected = ["boundary", *map(str, np.unique(y).tolist())]
    assert told == [*expected, *[f"misclassified: {wrong} of 90"] * bool(wrong)]


def test_a_class_that_the_model_does_not_know_is_misclassified():
    y = np.append(TWO[:-1], "snow")
    told = views.decision_regions(LINEAR, X2, y).get_legend_handles_labels()[1]
    wrong = (LINEAR.predict(X2) != y).sum()
    assert told[1:] == ["no rain", "rain", "snow", f"misclassified: {wrong} of 90"]


@pytest.mark.parametrize(
    ("others", "value"),
    [("mean", np.mean), ("median", np.median), ({"petal length (cm)": 2.0}, lambda x: 2.0)],
)
def test_other_features_are_held_and_that_is_said(others, value):
    iris = load_iris(as_frame=True)
    plane = feature_plane(iris.data, "test", ("sepal width (cm)", 0), others)
    rows = plane.rows_at(np.array([[1.0, 9.0]]))
    held = value(iris.data["petal length (cm)"])
    assert rows.iloc[0, :3].tolist() == [9.0, 1.0, pytest.approx(held)]
    assert list(rows.columns) == list(iris.data.columns)
    y = iris.target_names[iris.target]
    model = descend.DescentClassifier().fit(iris.data, y)
    ax = views.decision_regions(model, iris.data, y, features=(2, 3), others="median")
    assert ax.get_title(loc="right") == "2 others held at their median"
    # rows are told right or wrong by all of their features
    wrong = (model.predict(iris.data) != y).sum()
    assert f"misclassified: {wrong} of 150" in offsets(ax)


def test_columns_that_are_no_numbers_are_held_at_their_most_frequent_value():
    frame = pd.DataFrame({"a": X2[:, 0], "b": X2[:, 1], "c": pd.Categorical(["u", "u", "v"] * 30)})
    change = make_column_transformer((OneHotEncoder(), ["c"]), remainder="passthrough")
    model = make_pipeline(change, LogisticRegression()).fit(frame, TWO)
    rows = feature_plane(frame, "test", ("a", "b")).rows_at(X2[:5])
    assert rows["c"].tolist() == ["u"] * 5
    assert rows.dtypes.tolist() == frame.dtypes.tolist()
    assert views.decision_regions(model, frame, TWO, features=("a", "b")).get_xlabel() == "a"


@pytest.mark.parametrize("kind", ["descend", "sklearn"])
def test_of_one_feature_the_probability_is_a_curve(kind):
    x = X2[:, :1]
    make = descend.DescentClassifier if kind == "descend" else LogisticRegression
    model = make().fit(x, TWO)
    ax = views.decision_regions(model, x[:, 0], TWO)
    at, probability = ax.lines[0].get_data()
    expected = model.predict_proba(at[:, None])[:, 1]
    np.testing.assert_allclose(probability, expected)
    (boundary,) = {line.get_xdata()[0] for line in ax.lines if line.get_label() == "boundary"}
    assert boundary == pytest.approx(-model.intercept_[0] / model.coef_[0, 0], abs=1e-6)
    assert ax.get_ylabel() == "probability of rain"
    marks = offsets(ax)
    assert set(marks["rain"][:, 1]) == {1.0}
    assert set(marks["no rain"][:, 1]) == {0.0}


def test_a_record_is_shown_at_any_step():
    w = LINEAR.descent_.points[2]
    assert not np.allclose(w, LINEAR.descent_.x, rtol=0.01)
    for what, names in ((LINEAR, ["no rain", "rain"]), (LINEAR.descent_, ["0", "1"])):
        ax = views.decision_regions(what, step=2)
        (line,) = [each for each in ax.collections if hasattr(each, "allsegs")]
        points = np.concatenate(line.allsegs[0])
        np.testing.assert_allclose(points @ w[:2] + w[2], 0, atol=1e-6)
        assert ax.get_legend_handles_labels()[1][1:3] == names


@pytest.mark.parametrize(
    ("arguments", "options", "told"),
    [
        ((LinearRegression().fit(X2, X2[:, 0]), X2), {}, "predicts numbers"),
        ((LogisticRegression, X2), {}, "LogisticRegression has no predict"),
        ((LogisticRegression().fit(X2, TWO),), {}, "give X and y"),
        ((LINEAR, X2, TWO[:5]), {}, "a class for each of the 90 rows"),
        ((LINEAR, X2, TWO), {"features": ("x0", "x9")}, "no feature 'x9'.*x0, x1"),
        ((LINEAR, X2, TWO), {"features": (0, 0)}, "one or two features"),
        ((LINEAR, X2, TWO), {"others": "max", "features": 0}, "'mean', 'median'"),
        ((LINEAR, X2, TWO), {"step": 10_000}, "the nearest that was"),
        ((LogisticRegression().fit(X2, TWO), X2, TWO), {"step": 1}, "needs a record"),
        ((LINEAR, np.hstack([X2, X2]), TWO), {}, r"choose two, as features=\('x0', 'x1'\)"),
        ((descend.minimize("x^2", 1.0),), {}, "of no classifier"),
        (
            (MultiOutputClassifier(LogisticRegression()).fit(X2, np.c_[TWO, THREE]), X2),
            {},
            "one class a row",
        ),
    ],
)
def test_refusals(arguments, options, told):
    with pytest.raises(ValueError, match=told):
        views.decision_regions(*arguments, **options)
