"""`descend fit`, run as a user runs it."""

import json
import math
import os
import re
import signal
import subprocess
import sys

import numpy as np
import pytest
from running import ENVIRONMENT, descend, succeed, write_people
from sklearn.datasets import load_diabetes
from sklearn.linear_model import Ridge
from watching import Stopping, shown

from descend.data.bundled import bundled_table
from descend.data.splitting import hold_out
from descend.tables.model_file import read_model


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
    generator = np.random.default_rng(0)
    everything, _ = hold_out(np.arange(442), 0.0, generator)
    train, _ = hold_out(everything, 0.1, generator)
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
        pytest.param(
            ["--optimizer", "momentum", "--batch-size", 16, "--epochs", 50],
            marks=pytest.mark.thorough,
        ),
        pytest.param(["--optimizer", "adam", "--epochs", 200], marks=pytest.mark.thorough),
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


def test_the_units_of_the_loss_are_told(tmp_path):
    arguments = ["fit", "diabetes", "--target", "target", "--json"]
    found = json.loads(succeed(*arguments, cwd=tmp_path))
    explained, loss = re.search(
        r"are ([\d.]+): to predict the mean for every row would be a loss of ([\d.]+)\.$",
        found["explanation"],
    ).groups()
    # The value reached is half the squared error in these deviations, and the penalty.
    reached = float(re.search(r"to the value ([\d.]+):", found["explanation"]).group(1))
    rmse = float(explained) * math.sqrt(reached / float(loss))
    assert found["train_rmse"] == pytest.approx(rmse, rel=1e-3)


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


def test_to_be_watched_changes_no_number(tmp_path):
    arguments = ["fit", "diabetes", "--target", "target", "--json"]
    alone = json.loads(succeed(*arguments, cwd=tmp_path))
    with shown() as found:
        seen = json.loads(succeed(*arguments, "--watch", cwd=tmp_path))
    assert {**seen, "seconds": 0} == {**alone, "seconds": 0}
    state = found[0].look()
    assert found[0].subject.title == "target"
    assert found[0].subject.metric == "R²"
    assert set(state.names) == {*alone["coefficients"], "intercept"}
    assert (state.state, state.status) == ("ended", alone["status"])


def test_a_fit_that_its_page_stops_leaves_a_model_and_says_so(tmp_path):
    arguments = ["fit", "iris", "--target", "target", "--json", "--model", "m.json", "--watch"]
    with shown(Stopping):
        ran = descend(*arguments, cwd=tmp_path)
    assert ran.returncode == 130
    found = json.loads(ran.stdout)
    assert (found["status"], found["epochs"]) == ("interrupted", 2)
    assert found["explanation"].startswith("Its page stopped the training.")
    assert np.isfinite(read_model(tmp_path / "m.json").coefficients).all()


@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C cannot be sent to one process on Windows")
def test_ctrl_c_saves_what_was_learned(tmp_path):
    write_people(tmp_path / "people.csv", rows=20_000)
    arguments = ["--target", "weight", "--model", "m.json", "--optimizer", "sgd", "--json"]
    process = subprocess.Popen(
        [sys.executable, "-c", ENDLESS, "fit", "people.csv", *arguments],
        cwd=tmp_path,
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr.readline() == "an epoch is over\n"
    process.send_signal(signal.SIGINT)
    told, complaint = process.communicate(timeout=60)
    assert process.returncode == 130
    assert complaint == "descend: ending after this epoch; press Ctrl-C again to leave at once\n"
    found = json.loads(told)
    assert found["status"] == "interrupted"
    assert found["explanation"].startswith("Ctrl-C ended the training early.")
    model = read_model(tmp_path / "m.json")
    assert model.coefficients[0, 0] == found["coefficients"]["height"]
    assert math.isfinite(found["test_score"])


# The command as it is, but for an epoch that takes longer and says when it is over.
ENDLESS = """
import sys, time
from descend.cli import interruption
once = interruption.Interruption.__call__
def slowly(self, progress):
    if progress.epoch == 1:
        print("an epoch is over", file=sys.stderr, flush=True)
    time.sleep(0.3)
    once(self, progress)
interruption.Interruption.__call__ = slowly
from descend.cli import main
main()
"""


def test_lasso_says_how_many_weights_are_zero(tmp_path):
    asked = ["--loss", "huber", "--penalty", "l1", "--alpha", "0.05", "--json"]
    found = json.loads(succeed("fit", "diabetes", "--target", "target", *asked, cwd=tmp_path))
    zero = sum(weight == 0 for weight in found["coefficients"].values())
    assert 0 < zero < 10
    assert f"{zero} of 10 weights are exactly zero." in found["notes"]
    assert "huber, l1 penalty 0.05" in found["method"]


def test_margins_claim_no_probabilities(tmp_path):
    asked = ["--loss", "squared_hinge", "--model", "model.json"]
    told = succeed("fit", "iris", "--target", "target", *asked, cwd=tmp_path)
    assert "Weights add to margins: the loss gives no probabilities." in told
    predicted = succeed("predict", "model.json", "iris", cwd=tmp_path).splitlines()
    assert predicted[:2] == ["target", "setosa"]
    assert len(predicted) == 151
