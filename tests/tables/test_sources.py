"""Whatever holds a table: files, bundled sets, data frames, and which columns of them."""

from pathlib import Path

import pandas as pd
import pytest

import descend
from descend.data.bundled import NAMES, bundled_table
from descend.tables.sources import read_table


@pytest.mark.parametrize(
    ("name", "shape", "targets"),
    [
        ("diabetes", (442, 11), None),
        ("breast_cancer", (569, 31), {"malignant", "benign"}),
        ("digits", (1797, 65), set("0123456789")),
        ("iris", (150, 5), {"setosa", "versicolor", "virginica"}),
        ("wine", (178, 14), {"class_0", "class_1", "class_2"}),
    ],
)
def test_bundled_sets(name, shape, targets):
    table = read_table(name)
    assert bundled_table(name).names == table.names
    assert (table.n_rows, len(table.names)) == shape
    if targets is None:
        assert table["target"].kind == "number"
    else:
        assert set(table["target"].values) == targets


def test_a_file_comes_before_a_bundled_set(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("iris").write_text("x\n1\n")
    assert read_table("iris").names == ("x",)


@pytest.mark.parametrize(("name", "hint"), [("diabetis", "'diabetes'"), ("Iris", "'iris'")])
def test_a_misspelt_set_is_recognised(name, hint):
    with pytest.raises(FileNotFoundError) as caught:
        read_table(name)
    assert str(caught.value).endswith(f"did you mean {hint}?")
    assert all(known in str(caught.value) for known in NAMES)


@pytest.mark.parametrize(
    "make", [lambda frame: frame, lambda frame: read_table(frame)], ids=["frame", "table"]
)
@pytest.mark.parametrize(
    ("options", "names"),
    [
        ({}, ("a", "b", "c")),
        ({"use": ["c", "a"]}, ("a", "c")),
        ({"drop": ["b"]}, ("a", "c")),
        ({"use": ["a", "b"], "drop": ["b"]}, ("a",)),
    ],
)
def test_columns_are_chosen_of_anything(tmp_path, make, options, names):
    frame = pd.DataFrame({"a": [1, 2], "b": ["x", "y"], "c": [0.5, 1.5]})
    assert read_table(make(frame), **options).names == names
    frame.to_csv(tmp_path / "t.csv", index=False)
    assert read_table(tmp_path / "t.csv", **options).names == names
    for asked in ("use", "drop"):
        for source in (make(frame), tmp_path / "t.csv"):
            with pytest.raises(ValueError, match="has no column 'd'"):
                read_table(source, **{asked: ["d"]})


def test_it_is_public():
    assert descend.read_table is read_table


@pytest.mark.parametrize("name", ["", "  "])
def test_no_name_is_no_table(name):
    with pytest.raises(ValueError, match="the name of the data is empty"):
        read_table(name)


def test_bundled_table_refuses_other_names():
    with pytest.raises(ValueError, match="is none of"):
        bundled_table("boston")
