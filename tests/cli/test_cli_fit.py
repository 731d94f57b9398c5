"""`descend fit` and `descend predict`, run as a user runs them: in a process of their own."""

import csv
import json
import math
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pyarrow as pa
import pyarrow.parquet
import pytest
from sklearn.datasets import load_diabetes
from sklearn.linear_model import Ridge

from descend.cli.model import Model
from descend.data.bundled import bundled_table
from descend.data.files import read_table


def descend(*arguments, cwd, **environment):
    return subprocess.run(
        [sys.executable, "-m", "descend", *map(str, arguments)],
        cwd=cwd,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        env={**os.environ, "PYTHONIOENCODING": "utf-8", **environment},
        check=False,
    )


def succeed(*arguments, cwd):
    done = descend(*arguments, cwd=cwd)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def write_people(path, rows=200, seed=0, **changes):
    """Write a table with every kind of column, and return the cells by column."""
    generator = np.random.default_rng(seed)
    height = generator.normal(170, 10, rows)
    sex = generator.choice(["male", "female"], rows)
    member = generator.random(rows) < 0.4
    town = generator.choice(["Rome", "Oslo", "Bern"], rows)
    weight = 0.9 * height + 8 * (sex == "male") - 3 * member - 80 + generator.normal(0, 1, rows)
    columns = {
        "name": [f"person {row}" for row in range(rows)],
        "height": [f"{x:.3f}" if row % 10 else "" for row, x in enumerate(height)],
        "sex": list(sex),
        "member": ["true" if x else "false" for x in member],
        "town": [x if row % 25 else "NA" for row, x in enumerate(town)],
        "planet": ["Earth"] * rows,
        "weight": [f"{x:.3f}" for x in weight],
        **changes,
    }
    with path.open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(columns)
        writer.writerows(zip(*columns.values(), strict=True))
    return columns


@pytest.mark.parametrize(
    ("name", "task", "least"),
    [
        ("diabetes", "regression", 0.4),
        ("breast_cancer", "classification", 0.93),
        ("digits", "classification", 0.93),
        ("iris", "classification", 0.9),
        ("wine", "classification", 0.93),
    ],
)
def test_bundled_sets_as_json(tmp_path, name, task, least):
    found = json.loads(succeed("fit", name, "--target", "target", "--json", cwd=tmp_path))
    table = bundled_table(name)
    assert (found["task"], found["target"], found["rows"]) == (task, "target", table.n_rows)
    assert found["metric"] == ("r2" if task == "regression" else "accuracy")
    assert found["train_rows"] + found["validation_rows"] + found["test_rows"] == table.n_rows
    assert abs(found["test_rows"] - 0.2 * table.n_rows) <= 1
    assert found["train_score"] >= least
    assert found["test_score"] >= least
    assert found["epochs"] >= 1
    assert found["seconds"] > 0
    assert found["status"] in ("converged", "stopped", "stalled")
    assert found["explanation"]
    weights = found["coefficients"]
    if len(found.get("classes", [])) > 2:
        assert list(weights) == list(found["intercept"]) == found["classes"]
        weights = weights[found["classes"][0]]
    assert len(weights) == found["features"]
    assert set(weights) <= set(table.names) - {"target"}


def test_the_weights_are_those_of_the_closed_form(tmp_path):
    """The end of the descent is ridge regression on standardised columns, in the columns' units."""
    arguments = ["fit", "diabetes", "--target", "target", "--test-size", 0, "--json"]
    model = tmp_path / "m.json"
    found = json.loads(succeed(*arguments, "--model", model, cwd=tmp_path))
    assert found["test_score"] is None
    data = load_diabetes(scaled=False)
    rows = json.loads(model.read_text())["trained"]["rows"]
    assert rows["train"] + rows["validation"] == 442
    # The rows are drawn as the command draws them; what is learned from them is computed anew.
    from descend.data.splitting import held_out

    generator = np.random.default_rng(0)
    everything, _ = held_out(np.arange(442), 0.0, generator)
    train, _ = held_out(everything, 0.1, generator)
    X, y = data.data[train], data.target[train]
    deviation = X.std(axis=0)
    ridge = Ridge(alpha=1e-4 * len(train)).fit((X - X.mean(axis=0)) / deviation, y)
    weights = np.array([found["coefficients"][name] for name in data.feature_names])
    # In units of the target for a change by one standard deviation.
    np.testing.assert_allclose(weights * deviation, ridge.coef_, atol=0.01 * y.std())
    expected = ridge.score((X - X.mean(axis=0)) / deviation, y)
    assert found["train_score"] == pytest.approx(expected, abs=1e-4)


def test_a_run_repeats_and_another_seed_differs(tmp_path):
    arguments = ["fit", "iris", "--target", "target", "--json"]
    first, again, other = (
        json.loads(succeed(*arguments, "--seed", seed, cwd=tmp_path)) for seed in (0, 0, 1)
    )
    for found in (first, again, other):
        del found["seconds"]
        found.pop("explanation")
    assert first == again
    assert first["coefficients"] != other["coefficients"]


@pytest.mark.parametrize(
    "options",
    [
        ["--optimizer", "sgd", "--epochs", 50],
        ["--optimizer", "momentum", "--batch-size", 16, "--epochs", 50],
        ["--optimizer", "adam", "--epochs", 200],
        ["--optimizer", "sgd", "--batch-size", "full", "--epochs", 500],
        ["--optimizer", "sgd", "--learning-rate", 0.01, "--batch-size", 1, "--epochs", 20],
        ["--penalty", "none"],
    ],
    ids=lambda options: " ".join(map(str, options)),
)
def test_every_way_of_training_explains_the_people(tmp_path, options):
    write_people(tmp_path / "people.csv")
    arguments = ["fit", "people.csv", "--target", "weight", "--json", *options]
    assert json.loads(succeed(*arguments, cwd=tmp_path))["test_score"] > 0.85


def test_columns_of_every_kind(tmp_path):
    write_people(tmp_path / "people.csv")
    found = json.loads(succeed("fit", "people.csv", "--target", "weight", "--json", cwd=tmp_path))
    weights = found["coefficients"]
    towns = ["town=Bern", "town=Oslo", "town=Rome"]
    assert list(weights) == ["height", "sex=female", "sex=male", "member", *towns]
    # What the table was made with, up to its noise and the heights that are missing.
    assert weights["height"] == pytest.approx(0.9, abs=0.1)
    assert weights["sex=male"] - weights["sex=female"] == pytest.approx(8, abs=1.5)
    assert weights["member"] == pytest.approx(-3, abs=1.5)
    notes = " ".join(found["notes"])
    assert "Column 'name' holds" in notes
    assert "Column 'planet' is constant" in notes
    assert "Column 'height': 20 missing cells replaced by the training mean" in notes
    assert "Column 'town': 8 missing cells replaced by the most frequent value" in notes


def test_the_table_on_the_terminal(tmp_path):
    write_people(tmp_path / "people.csv")
    told = succeed("fit", "people.csv", "--target", "weight", "--compare", cwd=tmp_path)
    for text in (
        "regression, since 'weight' holds 200 different numbers",
        "200: 144 train, 16 validation, 40 test",
        "4 columns, 7 after encoding",
        "train score",
        "R²",
        "RMSE",
        "closed form, ridge",
        "scikit-learn's SGD",
        "sex=male",
        "(intercept)",
        "Note: Column 'planet' is constant: left out.",
    ):
        assert text in told
    assert "\x1b" not in told


def test_epochs_that_were_too_few_are_noted(tmp_path):
    arguments = ["fit", "diabetes", "--target", "target", "--optimizer", "sgd", "--epochs", 2]
    found = json.loads(succeed(*arguments, "--json", cwd=tmp_path))
    assert (found["epochs"], found["status"]) == (2, "stopped")
    assert "The 2 epochs were used up before it converged: --epochs allows more." in found["notes"]


def test_many_weights_are_cut_and_said_so(tmp_path):
    told = succeed("fit", "breast_cancer", "--target", "target", cwd=tmp_path)
    assert "... and 10 more: --json or --report has all." in told
    assert "log-odds of 'malignant' against 'benign'" in told


def test_the_comparison_agrees(tmp_path):
    """The optimum that scikit-learn finds is where the descent ends too."""
    arguments = ["fit", "breast_cancer", "--target", "target", "--compare", "--json"]
    found = json.loads(succeed(*arguments, "--alpha", 0.01, cwd=tmp_path))
    optimum, sgd = found["comparison"]
    assert "L-BFGS" in optimum["method"]
    assert "SGD" in sgd["method"]
    assert found["train_score"] == pytest.approx(optimum["train_score"], abs=0.005)


def test_a_report_is_one_self_contained_page(tmp_path):
    arguments = ["--target", "target", "--compare", "--report", "report.html"]
    for name, heading in (("diabetes", "Predicted against true"), ("iris", "Confusion matrix")):
        succeed("fit", name, *arguments, cwd=tmp_path)
        page = (tmp_path / "report.html").read_text(encoding="utf-8")
        for text in ("Result", "Loss", heading, "Weights", "scikit-learn", "(intercept)"):
            assert text in page
        assert 'src="http' not in page
        assert "<link" not in page
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]


@pytest.mark.parametrize("target", ["weight", "sex", "town"])
def test_a_model_predicts_from_its_file_as_in_memory(tmp_path, target):
    columns = write_people(tmp_path / "people.csv", town=["Rome", "Oslo", "Bern", "Wien"] * 50)
    succeed("fit", "people.csv", "--target", target, "--model", "m.json", cwd=tmp_path)
    done = descend("predict", "m.json", "people.csv", cwd=tmp_path)
    assert done.returncode == 0
    assert "Column 'height': 20 missing cells replaced" in done.stderr
    (tmp_path / "printed.csv").write_text(done.stdout)
    printed = read_table(tmp_path / "printed.csv")
    model = Model.load(tmp_path / "m.json")
    X = model.columns.transform(read_table(tmp_path / "people.csv")).X
    if target == "weight":
        np.testing.assert_allclose(printed["weight"].values, model.numbers(X), rtol=1e-12)
        truth = np.array(columns["weight"], dtype=float)
        assert np.corrcoef(printed["weight"].values, truth)[0, 1] > 0.9
    else:
        probabilities = np.exp(model.log_probabilities(X))
        classes = sorted(set(columns[target]))
        told = [printed[f"probability of {name}"].values for name in classes]
        np.testing.assert_allclose(np.column_stack(told), probabilities, rtol=1e-12)
        np.testing.assert_allclose(np.sum(told, axis=0), 1, rtol=1e-12)
        chosen = [classes[index] for index in probabilities.argmax(axis=1)]
        assert printed[target].values.tolist() == chosen


def test_predictions_go_to_a_file(tmp_path):
    write_people(tmp_path / "people.csv")
    succeed("fit", "people.csv", "--target", "weight", "--model", "m.json", cwd=tmp_path)
    done = descend("predict", "m.json", "people.csv", "--out", "out.csv", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "")
    assert "200 predictions written to out.csv" in done.stderr
    assert read_table(tmp_path / "out.csv").n_rows == 200


def test_a_model_trained_on_csv_reads_parquet(tmp_path):
    write_people(tmp_path / "people.csv")
    succeed("fit", "people.csv", "--target", "weight", "--model", "m.json", cwd=tmp_path)
    strange = pa.table(
        {
            "town": pa.array(["Mars", "Oslo", None]).dictionary_encode(),
            "member": [True, None, False],
            "sex": ["female", "male", "male"],
            "height": pa.array([160, 170, 180], pa.int16()),
        }
    )
    pa.parquet.write_table(strange, tmp_path / "new.parquet")
    done = descend("predict", "m.json", "new.parquet", cwd=tmp_path)
    assert done.returncode == 0
    assert "categories not seen in training ('Mars') in 1 row" in done.stderr
    predicted = [float(line) for line in done.stdout.split()[1:]]
    expected = [0.9 * 160 - 80 - 3, 0.9 * 170 - 80 + 8, 0.9 * 180 - 80 + 8]
    np.testing.assert_allclose(predicted, expected, atol=4)


def people_without(path, *left_out):
    write_people(path.with_name("all.csv"))
    with path.with_name("all.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    names = [name for name in rows[0] if name not in left_out]
    with path.open("w", newline="") as stream:
        writer = csv.DictWriter(stream, names, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)


def test_a_table_that_lacks_columns_is_refused_by_name(tmp_path):
    write_people(tmp_path / "people.csv")
    succeed("fit", "people.csv", "--target", "weight", "--model", "m.json", cwd=tmp_path)
    people_without(tmp_path / "new.csv", "sex", "town", "weight")
    done = descend("predict", "m.json", "new.csv", "--out", "out.csv", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "descend: 'new.csv' lacks the columns 'sex' and 'town' that the model was trained on\n"
    )
    assert not (tmp_path / "out.csv").exists()


NUMBERS = "x,y\n" + "".join(f"{row},{row * 1.5}\n" for row in range(40))


@pytest.mark.parametrize(
    ("content", "options", "message"),
    [
        (None, [], "there is no file 'data.csv'"),
        ("", [], "'data.csv' is empty"),
        ("x,y\n", [], "has a header and no rows"),
        ("x,y\n1,2\n", [], "has 1 row: at least 2 are needed"),
        (NUMBERS, ["--target", "z"], "has no column 'z': it has 'x' and 'y'"),
        ("x,y\n1,a\n2,a\n3,a\n", [], "the target 'y' is 'a' in every row"),
        ("x,y\n" + "7,1.5\n7,2.5\n" * 20, [], "Column 'x' is constant: left out."),
        (NUMBERS + "3,\n", [], "the target 'y' is missing in row 41 (the header not counted)"),
        (NUMBERS + "3,inf\n", [], "column 'y' is infinite in row 41 (the header not counted)"),
        (NUMBERS + "inf,3\n", [], "column 'x' is infinite in row 41 (the header not counted)"),
        (NUMBERS + "1,2,3\n", [], "row 41 (the header not counted) has 3 cells"),
        (NUMBERS.replace("x,y", "y,y"), [], "several columns named 'y'"),
        (NUMBERS, ["--loss", "hinge"], "'hinge' is no loss of a regression: choose squared_error"),
        (NUMBERS, ["--optimizer", "magic"], "magic"),
        (NUMBERS, ["--learning-rate", "fast"], "--learning-rate must be auto or a positive number"),
        (NUMBERS, ["--batch-size", "0"], "--batch-size must be auto, full or a number from 1"),
        (NUMBERS, ["--epochs", "0"], "--epochs"),
        (NUMBERS, ["--alpha", "-1"], "--alpha"),
        (NUMBERS, ["--alpha", "nan"], "--alpha"),
        (NUMBERS, ["--test-size", "1"], "--test-size"),
        (NUMBERS, ["--task", "clustering"], "--task"),
        (NUMBERS, ["--bogus"], "--bogus"),
        (NUMBERS, ["--report", "r.txt"], "its name must end in .html"),
        (NUMBERS, ["--report", "none/r.html"], "the folder 'none' does not exist"),
        (NUMBERS, ["--model", "data.csv"], "'data.csv' is used twice"),
        (
            NUMBERS,
            ["--optimizer", "sgd", "--learning-rate", "1e9"],
            "the learning rate is too large",
        ),
    ],
)
def test_bad_input_is_one_line_and_leaves_nothing_behind(tmp_path, content, options, message):
    if content is not None:
        (tmp_path / "data.csv").write_text(content)
    before = sorted(path.name for path in tmp_path.iterdir())
    arguments = ["fit", "data.csv", *([] if "--target" in options else ["--target", "y"])]
    files = ["--model", "m.json"] if "--model" not in options else []
    done = descend(*arguments, *files, *options, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("descend: ")
    assert done.stderr.count("\n") == 1
    assert message in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == before


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["--version"], 0, "descend "),
        (["--help"], 0, "predict"),
        ([], 0, "minimize"),
        (["fit", "--help"], 0, "--learning-rate"),
        (["nonsense"], 2, "No such command 'nonsense'"),
        (["fit"], 2, "Missing argument 'DATA'"),
        (["fit", "iris"], 2, "--target"),
        (["fit", "irs", "--target", "target"], 2, "did you mean 'iris'?"),
    ],
)
def test_usage(tmp_path, arguments, status, words):
    done = descend(*arguments, cwd=tmp_path, COLUMNS="120")
    assert done.returncode == status
    assert words in (done.stderr if status else done.stdout)
    assert done.stderr.count("\n") == (1 if status else 0)


def test_help_is_light(tmp_path):
    code = (
        "import sys; sys.argv = ['descend', '--help']\n"
        "from descend.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "heavy = {'numpy', 'scipy', 'sklearn', 'numba', 'matplotlib', 'pyarrow', 'sympy'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_a_reader_that_goes_away_is_no_error(tmp_path):
    write_people(tmp_path / "people.csv", rows=5000)
    succeed("fit", "people.csv", "--target", "weight", "--model", "m.json", cwd=tmp_path)
    process = subprocess.Popen(
        [sys.executable, "-m", "descend", "predict", "m.json", "people.csv"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    process.stdout.readline()
    process.stdout.close()
    told = process.stderr.read()
    process.stderr.close()
    assert process.wait(timeout=60) == 1
    assert b"Error" not in told
    assert b"Traceback" not in told


@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C cannot be sent to one process on Windows")
def test_ctrl_c_saves_what_was_learned(tmp_path):
    write_people(tmp_path / "people.csv", rows=20_000)
    arguments = ["--target", "weight", "--model", "m.json", "--optimizer", "sgd", "--json"]
    process = subprocess.Popen(
        [sys.executable, "-c", ENDLESS, "fit", "people.csv", *arguments],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr.readline() == "an epoch is over\n"
    process.send_signal(signal.SIGINT)
    told, complaint = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in complaint
    found = json.loads(told)
    assert found["status"] == "interrupted"
    assert found["explanation"].startswith("Ctrl-C ended the training early.")
    model = Model.load(tmp_path / "m.json")
    assert model.coefficients[0, 0] == found["coefficients"]["height"]
    assert math.isfinite(found["test_score"])


# The command as it is, but for an epoch that takes longer and says when it is over.
ENDLESS = f"""
import sys, time
from descend.cli import watching
once = watching.Interruption.__call__
def slowly(self, progress):
    if progress.epoch == 1:
        print("an epoch is over", file=sys.stderr, flush=True)
    time.sleep({0.3})
    once(self, progress)
watching.Interruption.__call__ = slowly
from descend.cli import main
main()
"""


def test_a_bug_is_named_as_one(tmp_path):
    code = (
        "from descend.cli import failures\n"
        "def broken(): raise TypeError('oops')\n"
        "raise SystemExit(failures.guarded(broken))"
    )
    run = [sys.executable, "-c", code]
    done = subprocess.run(run, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith(
        "descend: a bug in descend: TypeError: oops (set DESCEND_TRACEBACK"
    )
    environment = {**os.environ, "DESCEND_TRACEBACK": "1"}
    done = subprocess.run(run, capture_output=True, text=True, check=False, env=environment)
    assert "Traceback" in done.stderr


def test_help_is_quick(tmp_path):
    seconds = []
    for _ in range(3):
        started = time.perf_counter()
        descend("--help", cwd=tmp_path)
        seconds.append(time.perf_counter() - started)
    assert min(seconds) < 0.5
