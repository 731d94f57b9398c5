"""`descend rate` as a process of its own."""

import json

import pytest
from running import descend as run_descend

import descend


def test_a_formula_is_tested_and_drawn(tmp_path):
    done = run_descend(
        "rate", "rosenbrock", "--start", "x=-1.2,y=1", "--plot", "r.png", cwd=tmp_path
    )
    assert done.returncode == 0
    found = descend.find_rate("rosenbrock", [-1.2, 1.0])
    assert " ".join(done.stdout.split()) == str(found)
    assert (tmp_path / "r.png").read_bytes()[:4] == b"\x89PNG"


def test_json_says_what_python_says_of_a_table(tmp_path):
    done = run_descend("rate", "iris", "--target", "target", "--json", cwd=tmp_path)
    told = json.loads(done.stdout)
    assert told["optimizer"] == "sgd"
    assert 0 < told["suggestion"] <= told["bound"] / 2
    assert told["bound"] == pytest.approx(2 / told["curvature"])
    assert len(told["rates"]) == len(told["values"])
    assert f"{told['safe']:.3g}" in told["explanation"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["diabetes"], "--target"),
        (["x^2", "--optimizer", "adm"], "'adam'"),
        (["x^2", "--plot", "r.txt"], ".png"),
        (["log(x)", "--start", "x=-1"], "log(x)"),
        (["x^2", "--start", "x=0"], "is a minimum already"),
    ],
)
def test_wrong_input_is_told_in_a_line(arguments, told, tmp_path):
    done = run_descend("rate", *arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert done.stdout == ""
    assert len(done.stderr.strip().splitlines()) == 1
    assert told in done.stderr
    assert not list(tmp_path.iterdir())
