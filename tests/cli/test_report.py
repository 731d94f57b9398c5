"""The report: one page, whatever the columns and classes are called."""

import csv
import html

import numpy as np
import pytest
from running import descend, succeed


def test_a_report_is_one_self_contained_page(tmp_path):
    arguments = ["--target", "target", "--compare", "--report", "report.html"]
    for name, heading in (("diabetes", "Predicted against true"), ("iris", "Confusion matrix")):
        succeed("fit", name, *arguments, cwd=tmp_path)
        page = (tmp_path / "report.html").read_text(encoding="utf-8")
        for text in ("Result", "Loss", heading, "Weights", "scikit-learn", "(intercept)"):
            assert text in page
        start = page[page.index(">Loss<") :].split("From ")[1].split()[0]
        assert float(start) == pytest.approx(0.5 if name == "diabetes" else np.log(3), rel=1e-4)
        assert ("standard deviations of &#x27;target&#x27;" in page) == (name == "diabetes")
        assert 'src="http' not in page
        assert "<link" not in page
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]


ODD = ["a=b", "c[0]", "<b>x</b>", "größe", "", "价格", '"q"', "o'k", "$x_1$", "{y}", "new\nline"]


EVIL = "<script>alert('$1 & more')</script>"


SORTS = ["Pinot Noir", "Grüner Veltliner", "<i>&amp;", "[red]"]


@pytest.mark.parametrize("task", ["regression", "classification"])
def test_columns_and_classes_of_any_name(tmp_path, task):
    generator = np.random.default_rng(0)
    X = generator.normal(size=(120, len(ODD))).round(3)
    y = X.sum(axis=1).round(3)
    if task == "classification":
        y = np.array(SORTS)[np.digitize(y, np.quantile(y, [0.25, 0.5, 0.75]))]
    with (tmp_path / "odd.csv").open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow([*ODD, EVIL])
        writer.writerows([*row, truth] for row, truth in zip(X.tolist(), y.tolist(), strict=True))
    files = ["--model", "m.json", "--report", "r.html"]
    told = succeed("fit", "odd.csv", "--target", EVIL, *files, "--compare", cwd=tmp_path)
    names = [" ".join(name.split()) or "column 5" for name in ODD]
    shown = [line.split("|")[1].strip() for line in told.splitlines() if line.startswith("| ")]
    assert [name for name in shown if name in names] == names
    page = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert html.escape(EVIL) in page
    assert all(html.escape(name) in page for name in ODD)
    predicted = descend("predict", "m.json", "odd.csv", cwd=tmp_path)
    assert predicted.returncode == 0
    cells = [row[0] for row in csv.reader(predicted.stdout.splitlines())]
    assert cells[0] == EVIL
    if task == "classification":
        assert np.mean(np.array(cells[1:]) == y) > 0.9
    else:
        np.testing.assert_allclose(np.array(cells[1:], float), y, atol=0.1)


def test_two_hundred_columns(tmp_path):
    generator = np.random.default_rng(0)
    X = generator.normal(size=(400, 200)).round(4)
    weights = np.zeros(200)
    weights[[3, 150]] = 2, -5
    names = ",".join(f"a column with a long name {j}" for j in range(200))
    table = np.column_stack([X, X @ weights])
    np.savetxt(tmp_path / "w.csv", table, "%.6f", ",", header=f"{names},y", comments="")
    told = succeed("fit", "w.csv", "--target", "y", "--report", "r.html", cwd=tmp_path)
    first, second = [line for line in told.splitlines() if "with a long" in line][:2]
    assert first.split("|")[1].strip() == "a column with a long name 150"
    assert float(first.split("|")[2]) == pytest.approx(-5, rel=1e-3)
    assert second.split("|")[1].strip() == "a column with a long name 3"
    assert "... and 180 more" in told
    page = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert all(f">a column with a long name {j}</th>" in page for j in range(200))
    assert "the 30 largest of 200 weights" in page
