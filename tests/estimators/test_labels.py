"""Classes are those that NumPy finds, and what scikit-learn says of labels is still said."""

import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn.utils.multiclass import check_classification_targets

from descend import DescentClassifier
from descend.estimators.labels import LARGEST_SPAN, checked_labels, distinct, known_classes

FAR = LARGEST_SPAN + 1
LABELS = {
    "two": [1, 0, 1, 1],
    "one": [7, 7],
    "none": [],
    "gaps": [5, -3, 5, 400, -3],
    "far": [0, FAR, 0],
    "bool": np.array([True, False, True]),
    "one bool": np.array([True, True]),
    "small": np.array([-128, 127, 3, 127], dtype=np.int8),
    "unsigned": np.array([255, 1, 255], dtype=np.uint8),
    "large": np.array([2**64 - 1, 2**64 - 9, 2**64 - 1], dtype=np.uint64),
    "lowest": np.array([-(2**63), -(2**63) + 5, -(2**63)]),
    "both ends": np.array([-(2**63), 2**63 - 1, 0]),
    "whole": [1.0, 0.0, 1.0],
    "text": ["b", "a", "b"],
}


@pytest.mark.parametrize("name", LABELS)
def test_classes_are_those_of_numpy(name):
    labels = np.asarray(LABELS[name])
    ours, theirs = distinct(labels), np.unique(labels)
    assert ours.dtype == theirs.dtype
    np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("labels", [np.array([4, 4, 4]), np.array([False, False])], ids=repr)
def test_one_class_is_refused_by_its_name(labels):
    with pytest.raises(ValueError, match=f"only 1 class, {labels.tolist()[0]!r}:"):
        known_classes(labels, weighted=False)


@pytest.mark.parametrize(
    "labels",
    [np.arange(50), np.arange(50) // 2, np.arange(50) * 1000, np.arange(50) % 3],
    ids=["all", "half", "far", "few"],
)
def test_what_scikit_learn_warns_of_is_warned_of(labels):
    warned = []
    for check in (check_classification_targets, lambda y: checked_labels(y, y)):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            check(labels)
        warned.append([str(each.message) for each in caught])
    assert warned[0] == warned[1]


def test_numbers_between_whole_ones_are_no_labels():
    with pytest.raises(ValueError, match="Unknown label type: continuous"):
        checked_labels(np.array([0.5, 1.0, 0.25]), [0, 0, 0])


X = np.random.default_rng(0).standard_normal((40, 3))
Y = X @ [1.0, 2, 3]
TWO = (Y > 0).astype(int)
THREE = np.digitize(Y, np.quantile(Y, [1 / 3, 2 / 3]))


def test_one_class_is_not_enough():
    with pytest.raises(ValueError, match=r"y holds only 1 class, .*1.*needs at least 2"):
        DescentClassifier().fit(X, np.ones(40, dtype=int))
    with pytest.raises(ValueError, match=r"sample_weight leaves only 1 class of y, .*0.*"):
        DescentClassifier().fit(X, TWO, sample_weight=1.0 - TWO)


def test_continuous_labels_are_refused():
    with pytest.raises(ValueError, match="Unknown label type"):
        DescentClassifier().fit(X, Y)


@pytest.mark.parametrize("missing", [None, np.nan, pd.NA, pd.NaT], ids=repr)
@pytest.mark.parametrize("label", ["a", 1, True], ids=repr)
def test_a_missing_label_is_named_by_its_row(missing, label):
    labels = np.array([label, "b" if label == "a" else 0] * 20, dtype=object)
    labels[5] = missing
    with pytest.raises(ValueError, match=r"y contains .* \(in row 5, counted from 0\): remove"):
        DescentClassifier().fit(X, labels)


@pytest.mark.parametrize(
    ("class_weight", "message"),
    [
        ("even", "class_weight='even' must be None, 'balanced', or a mapping"),
        ([1, 2], r"class_weight=\[1, 2\] must be None, 'balanced', or a mapping"),
        ({0: -1.0}, "the weight of a class must be a number at least 0"),
        ({1: np.nan}, "the weight of a class must be a number at least 0"),
        ({0: 0.0, 1: 0.0}, "is zero for all rows"),
    ],
    ids=str,
)
def test_bad_class_weights_are_refused(class_weight, message):
    with pytest.raises(ValueError, match=message):
        DescentClassifier(class_weight=class_weight).fit(X, TWO)


def test_classes_are_named_in_the_first_call_and_stay():
    model = DescentClassifier(optimizer="sgd", batch_size=8)
    with pytest.raises(ValueError, match=r"first call of partial_fit needs classes"):
        model.partial_fit(X, THREE)
    model.partial_fit(X, THREE, classes=[0, 1, 2])
    with pytest.raises(ValueError, match=r"y holds 7 \(in row 3, counted from 0\)"):
        model.partial_fit(X[:4], [0, 1, 2, 7])
    with pytest.raises(ValueError, match="in the first call they were"):
        model.partial_fit(X, THREE, classes=[0, 1])
    with pytest.raises(ValueError, match="classes holds only 1 class"):
        DescentClassifier().partial_fit(X, THREE, classes=[0])
    with pytest.raises(ValueError, match=r"class_weight='balanced' counts all labels"):
        DescentClassifier(class_weight="balanced").partial_fit(X, THREE, classes=[0, 1, 2])
