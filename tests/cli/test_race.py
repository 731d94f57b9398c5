"""`descend race` as a process of its own."""

import json

import pytest
from running import descend as run_descend

import descend


def test_a_formula_is_raced_and_drawn(tmp_path):
    done = run_descend(
        "race", "rosenbrock", "--start", "x=-1.2,y=1", "--optimizers", "auto,adam",
        "--plot", "r.png",
        cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0
    assert done.stdout.index("auto") < done.stdout.index("adam")
    assert "paper recommends" in done.stdout
    assert (tmp_path / "r.png").read_bytes()[:4] == b"\x89PNG"


def test_a_race_is_animated_and_fails_if_all_diverged(tmp_path):
    done = run_descend(
        "race", "x^4", "--start", "x=2", "--learning-rate", "3", "--optimizers", "sgd,momentum",
        "--steps", "9", "--animate", "r.gif",
        cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stdout.count("diverged") == 2
    assert done.stderr.strip() == "wrote r.gif"
    assert (tmp_path / "r.gif").read_bytes()[:4] == b"GIF8"


def test_json_says_what_python_says(tmp_path):
    some = ["auto", "sgd", "adam", "lion", "dog"]
    done = run_descend(
        "race", "booth", "--start", "x=5,y=5", "--learning-rate", "0.01", "--json",
        "--optimizers", ",".join(some), cwd=tmp_path,
    )  # fmt: skip
    told = json.loads(done.stdout)
    result = descend.race("booth", [5.0, 5.0], optimizers=some, learning_rate=0.01)
    assert told["goal"] == pytest.approx(result.goal, abs=1e-20)
    assert [entry["name"] for entry in told["optimizers"]] == [e.name for e in result.entries]
    assert all(entry["value"] is None or entry["value"] >= 0 for entry in told["optimizers"])


@pytest.mark.parametrize(
    "data",
    [
        "diabetes",
        pytest.param("breast_cancer", marks=pytest.mark.thorough),
        pytest.param("iris", marks=pytest.mark.thorough),
    ],
)
def test_a_table_is_raced(data, tmp_path):
    done = run_descend(
        "race", data, "--target", "target", "--optimizers", "auto,momentum", "--json", cwd=tmp_path
    )
    told = json.loads(done.stdout)
    assert [entry["name"] for entry in told["optimizers"]] == ["auto", "momentum"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["diabetes"], "--target"),
        (["diabetes", "--target", "none"], "none"),
        (["x^2", "--optimizers", "adm"], "'adam'"),
        (["x^2", "--learning-rate", "fast"], "--learning-rate"),
        (["diabetes", "--target", "target", "--start", "x=1"], "--start"),
        (["x^2", "--plot", "r.txt"], ".png"),
        (["x^2", "--animate", "r.png"], ".gif"),
        (["log(x)", "--start", "x=-1"], "log(x)"),
    ],
)
def test_wrong_input_is_told_in_a_line(arguments, told, tmp_path):
    done = run_descend("race", *arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert done.stdout == ""
    assert len(done.stderr.strip().splitlines()) == 1
    assert told in done.stderr
    assert not list(tmp_path.iterdir())
