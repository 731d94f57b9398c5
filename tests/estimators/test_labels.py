"""Classes are those that NumPy finds, and what scikit-learn says of labels is still said."""

import warnings

import numpy as np
import pytest
from sklearn.utils.multiclass import check_classification_targets

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
    told = []
    for check in (check_classification_targets, lambda y: checked_labels(y, y)):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            check(labels)
        told.append([str(each.message) for each in caught])
    assert told[0] == told[1]


def test_numbers_between_whole_ones_are_no_labels():
    with pytest.raises(ValueError, match="Unknown label type: continuous"):
        checked_labels(np.array([0.5, 1.0, 0.25]), [0, 0, 0])
