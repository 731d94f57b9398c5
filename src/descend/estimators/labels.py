"""Classes: from labels to targets and weights, and from scores to probabilities."""

from collections.abc import Mapping
from numbers import Number
from typing import Any

import numpy as np
from sklearn.utils import column_or_1d, compute_class_weight
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_consistent_length

from descend.estimators.checking import refuse_missing, refuse_not_finite
from descend.estimators.contents import refuse_masked
from descend.protocols import Array
from descend.support.intervals import AT_LEAST_0

MISSING = ("nan", "<NA>", "NaT")
"""How a missing value in a column of objects is written."""

KINDS: dict[str, tuple[type, ...]] = {
    "texts": (str,),
    "booleans": (bool, np.bool_),
    "numbers": (Number, np.number),
    "bytes": (bytes,),
}
"""What labels may be, of which one array holds one; a boolean, which is a number, first."""

PLAIN = {str, int, bool}
"""Types of labels of which none is missing."""

SEQUENCES = (list, tuple, np.ndarray)
"""What makes rows of a list."""

LARGEST_SPAN = 1000
"""The largest range of integer labels for which they are counted in a table, not sorted."""


def checked_labels(y: Any, rows: Any) -> Any:
    """Return the labels, finite and one a row, as a one-dimensional array."""
    refuse_missing(y)
    labels = labels_of_one_kind(y, "y")
    if labels.dtype.kind == "f":
        refuse_not_finite(labels, "y")
    # the check sorts them all; integers within a short range cannot fail it
    if not 2 * _span(labels) < len(labels):
        check_classification_targets(labels)
    check_consistent_length(rows, labels)
    return labels


def labels_of_one_kind(y: Any, name: str) -> Any:
    """Return labels as a one-dimensional array; refuse missing ones, and texts beside numbers.

    NumPy would make texts of all, and "nan" of what is missing.

    >>> labels_of_one_kind(["a", "b"], "y").tolist()
    ['a', 'b']
    >>> labels_of_one_kind(["a", 1], "y")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    ValueError: y holds texts and numbers ('a' in row 0, 1 in row 1, counted from 0): give ...
    """
    refuse_masked(y, name)
    if isinstance(y, list | tuple) and not any(isinstance(each, SEQUENCES) for each in y):
        given, y = y, np.empty(len(y), dtype=object)
        y[:] = given
    labels = column_or_1d(y, warn=True)
    if labels.dtype.kind != "O":
        return labels
    types = dict.fromkeys(map(type, labels))
    if not PLAIN.issuperset(types):
        _refuse_missing_labels(labels, name)
    kinds: dict[str, type] = {}
    for each in types:
        kinds.setdefault(_kind(each), each)
    if len(kinds) > 1:
        examples = " and ".join(list(kinds)[:2])
        rows = [next(i for i, x in enumerate(labels) if type(x) is t) for t in kinds.values()][:2]
        places = ", ".join(f"{labels[row]!r} in row {row}" for row in rows)
        raise ValueError(
            f"{name} holds {examples} ({places}, counted from 0): give labels of one kind, such as "
            "texts"
        )
    return np.array(labels.tolist()) if set(kinds) <= set(KINDS) and kinds else labels


def _refuse_missing_labels(labels: Any, name: str) -> None:
    """Raise a ValueError that names the first label that is missing."""
    for row, label in enumerate(labels):
        if label is None or (not isinstance(label, str) and str(label) in MISSING):
            raise ValueError(
                f"{name} contains {label} (in row {row}, counted from 0): remove the row, or give "
                "the missing class a name"
            )


def _kind(label: type) -> str:
    """Return what labels of a type are, in the plural."""
    known = (kind for kind, types in KINDS.items() if issubclass(label, types))
    return next(known, f"{label.__name__} objects")


def known_classes(labels: Any, *, weighted: bool) -> Any:
    """Return the two or more classes, sorted; `weighted` if rows of weight zero are left out."""
    classes = distinct(labels)
    if len(classes) < 2:
        found = "sample_weight leaves only 1 class of y" if weighted else "y holds only 1 class"
        raise ValueError(f"{found}, {classes[:1].tolist()[0]!r}: a classifier needs at least 2")
    return classes


def distinct(labels: Any) -> Any:
    """Return the different labels, sorted, as `numpy.unique` does, but integers in linear time.

    >>> import numpy as np
    >>> distinct(np.array([3, -1, 3, 2]))
    array([-1,  2,  3])
    """
    if not _span(labels) <= LARGEST_SPAN:
        return np.unique(labels)
    # modulo 2**64, so that the differences of any integer type fit
    least = np.uint64(int(labels.min()) % 2**64)
    above = (labels.astype(np.uint64) - least).view(np.int64)
    present = np.flatnonzero(np.bincount(above)).view(np.uint64)
    return (present + least).astype(labels.dtype)


def _span(labels: Any) -> float:
    """Return the largest integer label less the smallest; infinity for labels of other types."""
    if labels.dtype.kind not in "biu" or not len(labels):
        return np.inf
    return float(int(labels.max()) - int(labels.min()))


def announced_classes(labels: Any, given: Any, before: Any) -> Any:
    """Return the classes of labels that are seen part by part, or raise a ValueError.

    They are `given` in the first call, perhaps again later, and then those of the calls `before`.
    """
    if given is None and before is None:
        raise ValueError(
            "the first call of partial_fit needs classes, all labels that there are: "
            "classes=np.unique(all_labels)"
        )
    classes = before if given is None else np.unique(labels_of_one_kind(given, "classes"))
    if before is not None and not np.array_equal(classes, before):
        raise ValueError(
            f"classes={classes.tolist()!r}, but in the first call they were {before.tolist()!r}"
        )
    if len(classes) < 2:
        raise ValueError(
            f"classes holds only 1 class, {classes.tolist()[0]!r}: a classifier needs at least 2"
        )
    unknown = ~np.isin(labels, classes)
    if unknown.any():
        raise ValueError(
            f"y holds {labels[unknown].tolist()[0]!r} (in row {int(unknown.argmax())}, counted "
            "from 0), which is none of the classes of the first call"
        )
    return classes


def labels_to_score(y: Any, classes: Any) -> Any:
    """Return the labels of validation rows, one-dimensional; some must be among the classes."""
    labels = labels_of_one_kind(y, "y_val")
    if not np.isin(labels, classes).any():
        raise ValueError(
            f"y_val holds none of the classes learned, such as {classes.tolist()[0]!r}: its first "
            f"label is {labels.tolist()[0]!r}"
        )
    return labels


def class_weights(class_weight: Any, classes: Any, labels: Any, weight: Array | None) -> Any:
    """Return the rows' weights times those of their classes, or None for equal weights."""
    if class_weight is None:
        return weight
    balanced = isinstance(class_weight, str) and class_weight == "balanced"
    if not (balanced or isinstance(class_weight, Mapping)):
        raise ValueError(
            f"class_weight={class_weight!r} must be None, 'balanced', or a mapping of classes to "
            "weights"
        )
    own = compute_class_weight(class_weight, classes=classes, y=labels, sample_weight=weight)
    if not AT_LEAST_0.holds(own):
        raise ValueError(
            f"class_weight={class_weight!r}: the weight of a class must be {AT_LEAST_0}"
        )
    by_row = own[np.searchsorted(classes, labels)]
    if not by_row.any():
        raise ValueError(f"class_weight={class_weight!r} is zero for all rows: nothing is to fit")
    return by_row if weight is None else (by_row * weight).astype(weight.dtype)


def targets_of(labels: Any, classes: Any, dtype: Any) -> Array:
    """Return `(n, 1)` indicators of the second of two classes, or `(n, n_classes)` of each."""
    if len(classes) == 2:
        is_second: Array = np.equal(labels, classes[1])[:, None].astype(dtype)
        return is_second
    codes = np.searchsorted(classes, labels)
    targets: Array = np.equal.outer(codes, np.arange(len(classes))).astype(dtype)
    return targets
