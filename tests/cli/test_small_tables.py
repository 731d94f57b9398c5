"""Tables with few rows: what is held out, and what can be learned from the rest."""

import json

import pytest
from running import succeed


@pytest.mark.parametrize(
    ("content", "train_score"),
    [
        ("x,y\n" + "".join(f"{row},{2 * row + 1}\n" for row in range(30)), 0.999),
        ("x,y\n1,a\n2,a\n3,b\n4,b\n", 1.0),
        ("x,y\n1,a a\n2,a a\n8,ö\n9,ö\n20,c\n21,c\n", 1.0),
        ("x,y\n1,1\n2,3\n", 0.999),
    ],
    ids=["one feature", "two rows a class", "three classes", "two rows"],
)
def test_small_tables(tmp_path, content, train_score):
    (tmp_path / "small.csv").write_text(content, encoding="utf-8")
    arguments = ["fit", "small.csv", "--target", "y", "--compare", "--report", "r.html", "--json"]
    found = json.loads(succeed(*arguments, cwd=tmp_path))
    assert found["train_score"] >= train_score
    assert (tmp_path / "r.html").exists()
