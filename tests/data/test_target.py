"""The target: numbers or classes, and what cannot be learned."""

import re

import numpy as np
import pytest
from tables import table_of

from descend.data.bundled import bundled_table
from descend.data.target import read_target


@pytest.mark.parametrize("name", ["diabetes", "breast_cancer", "digits", "iris", "wine"])
def test_the_task_of_bundled_sets(name):
    target = read_target(bundled_table(name), "target")
    assert target.task == ("regression" if name == "diabetes" else "classification")


@pytest.mark.parametrize(
    ("cells", "task", "classes"),
    [
        ([0, 1, 1, 0], "classification", ("0", "1")),
        ([True, False, True], "classification", ("false", "true")),
        (["b", "a", "b"], "classification", ("a", "b")),
        ([-1, 1] * 5, "classification", ("-1", "1")),
        ([0.5, 1.5] * 5, "classification", ("0.5", "1.5")),
        ([1, 2, 3, 4, 5] * 4, "classification", ("1", "2", "3", "4", "5")),
        (list(range(20)) * 3, "classification", tuple(str(code) for code in range(20))),
        (list(range(21)) * 3, "regression", ()),
        ([1, 2, 3, 4, 5], "regression", ()),
        ([3, 4], "regression", ()),
        ([2015, 2016, 2017] * 20, "regression", ()),
        ([10, 20, 50] * 20, "regression", ()),
        ([0, 1, 2, 5, 9] * 20, "regression", ()),
        ([1.5, 2.5, 3] * 20, "regression", ()),
        ([str(number / 7) for number in range(40)], "regression", ()),
    ],
)
def test_the_task_is_decided(cells, task, classes):
    target = read_target(table_of(y=cells), "y")
    assert (target.task, target.classes) == (task, classes)
    assert "'y'" in target.reason
    if classes:
        spelled = {True: "true", False: "false"}
        told = [classes[index] for index in target.y]
        assert told == [spelled[c] if isinstance(c, bool) else str(c) for c in cells]
    else:
        np.testing.assert_array_equal(target.y, np.array(cells, dtype=float))


def test_the_task_can_be_asked_for():
    cells = [1, 2, 3, 4, 5] * 4
    assert read_target(table_of(y=cells), "y", "regression").y.tolist() == cells
    assert 'task="regression"' in read_target(table_of(y=cells), "y").reason
    assert len(read_target(table_of(y=[2015, 2016] * 3), "y", "classification").classes) == 2


@pytest.mark.parametrize(
    ("cells", "task", "message"),
    [
        ([1.0], None, "has 1 row: at least 2"),
        ([1, None, 2, None], None, "missing in rows 2, 4 (the header not counted)"),
        ([1, 2, np.inf], None, "infinite in row 3"),
        ([5, 5, 5], None, "'5' in every row"),
        (["a", "a"], "classification", "'a' in every row"),
        (["a", "b"], "regression", "a regression needs numbers"),
        ([str(i) + "x" for i in range(60)], None, "60 different values in 60 rows: too many"),
        ([i / 7 for i in range(60)], "classification", 'or task="regression"'),
    ],
)
def test_targets_that_cannot_be_learned(cells, task, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        read_target(table_of(y=cells), "y", task)


def test_a_target_that_is_not_there():
    with pytest.raises(ValueError, match="has no column 'z': it has 'x' and 'y'"):
        read_target(table_of(x=[1, 2], y=[1, 2]), "z")
