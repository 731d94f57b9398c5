"""What `fit` and `predict` take and say of tables, run in this process."""

import csv
import io
import json
import sys

import numpy as np
import pytest

from descend.cli import main
from descend.tables.model_file import read_model

ROWS = 60


@pytest.fixture
def run(monkeypatch, capsys, tmp_path):
    """Return a function that runs a command in an empty folder, and returns what it prints."""
    monkeypatch.chdir(tmp_path)

    def run(*words, status=0):
        monkeypatch.setattr(sys, "argv", ["descend", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        assert ended.value.code == status, err
        return out, err

    return run


def write(path, delimiter=",", **columns):
    with path.open("w", newline="") as stream:
        writer = csv.writer(stream, delimiter=delimiter)
        writer.writerow(columns)
        writer.writerows(zip(*columns.values(), strict=True))


def columns(**changes):
    x = np.arange(ROWS)
    return {
        "id": [f"p{row:03}" for row in x],
        "weight, kg": x % 7,
        "size": (x * 5) % 11,
        "price": 3.25 * (x % 7) - 2 * ((x * 5) % 11) + 0.125,
        **changes,
    }


def features(run, *options):
    found = json.loads(run("fit", "t.csv", "--target", "price", "--json", *options)[0])
    return [*found["coefficients"]]


@pytest.mark.parametrize(
    ("options", "left"),
    [
        ([], ["weight, kg", "size"]),
        (["--drop", "size"], ["weight, kg"]),
        (["--drop", '"weight, kg",id'], ["size"]),
        (["--drop", "id", "--drop", '"weight, kg"'], ["size"]),
        (["--use", "size"], ["size"]),
        (["--use", '"weight, kg", size'], ["weight, kg", "size"]),
        (["--use", "size,id", "--use", '"weight, kg"', "--drop", "size"], ["weight, kg"]),
    ],
)
def test_columns_are_chosen_by_name(run, tmp_path, options, left):
    write(tmp_path / "t.csv", **columns())
    assert features(run, *options) == left


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("--drop price", "--drop names the target 'price'"),
        ("--drop sise", "has no column 'sise'"),
        ("--use sise", "has no column 'sise'"),
        ("--use=", "--use lacks the name of a column"),
        ("--drop size,", "--drop lacks the name of a column"),
        ("--learning-curve", "give --report FILE.html, too"),
        ("--test-size 0.95", "--test-size"),
    ],
)
def test_columns_that_there_are_not_are_refused(run, tmp_path, words, why):
    write(tmp_path / "t.csv", **columns())
    out, err = run("fit", "t.csv", "--target", "price", *words.split(), status=2)
    assert (out, err.count("\n")) == ("", 1)
    assert why in err


def test_rows_without_a_target_are_left_out_if_asked(run, tmp_path):
    price = [value if row % 20 else "" for row, value in enumerate(columns()["price"])]
    write(tmp_path / "t.csv", **columns(price=price))
    _, err = run("fit", "t.csv", "--target", "price", status=2)
    assert "missing in rows 1, 21, 41" in err
    assert "--drop-missing-target leaves them out" in err
    asked = ("--drop-missing-target", "--json", "--test-size", 0)
    found = json.loads(run("fit", "t.csv", "--target", "price", *asked)[0])
    assert found["rows"] == ROWS - 3
    assert "3 rows have no value of 'price': left out." in found["notes"]
    assert found["train_score"] == pytest.approx(1)


@pytest.mark.parametrize(
    ("sign", "size"),
    # without the sign a lone 1.234 could be a thousand and more
    [(".", 1.234), (",", 1234.0)],
)
def test_the_sign_of_decimals_is_passed_on(run, tmp_path, sign, size):
    write(
        tmp_path / "t.csv", ";", x=[f"{1 + row % 7}.{234 + row}" for row in range(ROWS)],
        price=[row % 7 for row in range(ROWS)],
    )  # fmt: skip
    run("fit", "t.csv", "--target", "price", "--decimal", sign, "--model", "m.json")
    fill = read_model("m.json").columns.features[0].fill
    assert (fill > 100) == (size > 100)


def test_the_format_of_dates_is_passed_on(run, tmp_path):
    days = [f"0{1 + row % 9}/0{1 + row // 9}/2020" for row in range(ROWS)]
    write(tmp_path / "t.csv", day=days, price=[row // 9 for row in range(ROWS)])
    notes = []
    for form in ("%d/%m/%Y", "%m/%d/%Y"):
        arguments = ("--date-format", form, "--task", "regression", "--json")
        found = json.loads(run("fit", "t.csv", "--target", "price", *arguments)[0])
        notes.append(found["train_score"])
    # the price rises with the month only if the month is the second number
    assert notes[0] > 0.95 > notes[1]


def test_the_result_says_what_it_wrote_and_what_its_seconds_are(run, tmp_path):
    write(tmp_path / "t.csv", **columns())
    files = ("--model", "m.json", "--report", "r.html")
    out, err = run("fit", "t.csv", "--target", "price", *files)
    assert err == ""
    assert "The model is in m.json.\nThe report is in r.html.\n" in out
    assert "loading and compiling code not counted" in out
    assert "1 step " in out
    assert "1 steps" not in out
    assert "standard error" in out
    quiet, _ = run("fit", "t.csv", "--target", "price", *files, "--json")
    assert set(json.loads(quiet)["standard_errors"]) == {"weight, kg", "size", "(intercept)"}


def predictions(run, *words):
    out, _ = run("predict", "m.json", *words)
    header, *rows = csv.reader(io.StringIO(out))
    return header, rows


@pytest.mark.parametrize(
    ("options", "kept"),
    [
        ([], []),
        (["--keep", "id"], ["id"]),
        (["--keep", 'note,"weight, kg"', "--keep", "id"], ["note", "weight, kg", "id"]),
        (["--keep", "price"], ["price"]),
    ],
)
def test_columns_are_kept_as_they_are_written(run, tmp_path, options, kept):
    write(tmp_path / "t.csv", **columns())
    run("fit", "t.csv", "--target", "price", "--model", "m.json")
    cells = columns(note=["0012", "", "1.50", "a b"] * 15)
    cells["price"] = [f"{price:.3f}" for price in cells["price"]]
    write(tmp_path / "new.csv", **cells)
    header, rows = predictions(run, "new.csv", *options)
    assert header == [*kept, "price"]
    expected = [[str(cells[name][row]) for name in kept] for row in range(ROWS)]
    assert [row[:-1] for row in rows] == expected
    truth = columns()["price"]
    np.testing.assert_allclose([float(row[-1]) for row in rows], truth, atol=0.05)


def test_a_column_to_keep_that_there_is_not_is_refused(run, tmp_path):
    write(tmp_path / "t.csv", **columns())
    run("fit", "t.csv", "--target", "price", "--model", "m.json")
    out, err = run("predict", "m.json", "t.csv", "--keep", "idd", status=2)
    assert (out, err.count("\n")) == ("", 1)
    assert "has no column 'idd'" in err


@pytest.mark.parametrize("scale", [1e-9, 1e-3, 1.0, 1e6, 1e12])
def test_predictions_have_the_digits_that_their_error_leaves_meaning_to(run, tmp_path, scale):
    noise = np.random.default_rng(0).normal(size=ROWS)
    price = scale * (1000 + columns()["size"] + noise)
    write(tmp_path / "t.csv", **columns(price=[repr(float(value)) for value in price]))
    run("fit", "t.csv", "--target", "price", "--model", "m.json")
    model = read_model("m.json")
    error = model.trained["scores"]["train"]["rmse"]
    _, rows = predictions(run, "t.csv")
    shown = np.array([float(row[0]) for row in rows])
    from descend import TableModel

    exact = TableModel.load("m.json").predict("t.csv")
    assert np.abs(shown - exact).max() <= 0.005 * error
    np.testing.assert_allclose(shown, exact, rtol=5e-6)
    assert max(len(row[0].lstrip("0.").replace(".", "")) for row in rows) <= 15


def test_messages_of_the_library_are_in_words_of_the_command_line(run, tmp_path):
    write(tmp_path / "t.csv", **columns())
    rate = ("--optimizer", "sgd", "--learning-rate", "1e9")
    _, err = run("fit", "t.csv", "--target", "price", *rate, status=2)
    assert "--learning-rate 1e+09 is too large" in err
    out, _ = run("fit", "t.csv", "--target", "price", "--optimizer", "sgd", "--epochs", 1)
    assert "The 1 epoch was used up before it converged: --epochs allows more." in out
    write(tmp_path / "t.csv", **columns(price=[0, 1] * 30))
    out, _ = run("fit", "t.csv", "--target", "price")
    assert "--task regression predicts it as a number" in out
