"""`descend minimize`, run as its users run it."""

import json
import math
import os
import signal
import subprocess
import sys
import threading
import time

import pytest
from running import ENVIRONMENT

from descend.cli import main


@pytest.fixture
def run(monkeypatch, capsys, tmp_path):
    monkeypatch.chdir(tmp_path)

    def run(*arguments, command="minimize"):
        monkeypatch.setattr(sys, "argv", ["descend", command, *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        return ended.value.code, out, err

    return run


def test_lists_each_minimum_with_its_starts(run):
    code, out, err = run("himmelblau", "--starts", "40")
    assert (code, err) == (0, "")
    rows = [line.split("|")[1:-1] for line in out.splitlines() if line.startswith("|")]
    assert [cell.strip() for cell in rows[0]] == ["x", "y", "value", "starts"]
    found = sorted((round(float(x), 2), round(float(y), 2)) for x, y, *_ in rows[1:])
    assert found == [(-3.78, -3.28), (-2.81, 3.13), (3.0, 2.0), (3.58, -1.85)]
    assert sum(int(row[-1]) for row in rows[1:]) == 40
    assert "40 of 40 starts reached 4 minima" in out


def test_json_is_one_object_and_nothing_else(run):
    code, out, err = run("sin(x)*sin(y)", "--starts", "10", "--json")
    assert (code, err) == (0, "")
    result = json.loads(out)
    keys = {"minima", "best", "status", "statuses", "steps", "seconds", "explanation"}
    assert set(result) == keys
    assert sum(minimum["starts"] for minimum in result["minima"]) == 10
    for minimum in result["minima"]:
        x, y = minimum["point"]["x"], minimum["point"]["y"]
        assert math.sin(x) * math.sin(y) == pytest.approx(minimum["value"], abs=1e-12)
        assert minimum["value"] == pytest.approx(-1)
    assert result["status"] == "converged"
    assert result["statuses"] == {"converged": 10}


def test_json_of_a_divergence_has_no_nan(run):
    arguments = ["--start", "x=1", "--optimizer", "sgd", "--learning-rate", "3", "--json"]
    code, out, _ = run("x**4", *arguments)
    assert code == 1
    result = json.loads(out, parse_constant=pytest.fail)
    assert (result["minima"], result["status"]) == ([], "diverged")


def test_one_start(run):
    code, out, _ = run("(a - 1)**2 + b**2", "--start", "a=3,b=-2")
    lines = dict(line.split(maxsplit=1) for line in out.splitlines() if line and line[0] in "abvs")
    assert code == 0
    assert float(lines["a"]) == pytest.approx(1)
    assert float(lines["b"]) == pytest.approx(0, abs=1e-6)
    assert lines["status"] == "converged"


def test_starts_that_do_not_arrive_are_counted(run):
    _, out, _ = run("x**2", "--starts", "7", "--optimizer", "adam", "--steps", "2")
    assert "None of 7 starts reached a minimum" in out
    assert "the others: 7 stopped" in out
    assert "The lowest end: x = " in out


@pytest.mark.parametrize(("window", "code"), [("2,3", 1), ("-3,3", 0)])
def test_the_exit_status_is_1_if_every_run_diverged(run, window, code):
    options = ["--optimizer", "sgd", "--learning-rate", "0.3", "--starts", "20", "--steps", "200"]
    ended, out, _ = run("x^4", *options, "--window", window)
    assert ended == code
    assert "diverged" in out


def test_maxima(run):
    code, out, _ = run("sin(x)*sin(y)", "--starts", "10", command="maximize")
    assert code == 0
    rows = [line.split("|")[1:-1] for line in out.splitlines() if line.startswith("|")]
    assert all(float(value) == pytest.approx(1) for _, _, value, _ in rows[1:])
    assert "10 of 10 starts reached 7 maxima" in out
    code, out, _ = run("-(x-2)^2", "--window", "0,1", "--json", command="maximize")
    result = json.loads(out)
    assert [top["point"]["x"] for top in result["maxima"]] == [pytest.approx(2)]
    assert "minima" not in result
    code, out, _ = run("-x^4", "--starts", "3", "--steps", "2", "--optimizer", "adam",
                       command="maximize")  # fmt: skip
    assert "None of 3 starts reached a maximum" in out
    assert "The highest end: x = " in out


@pytest.mark.parametrize(
    ("formula", "bounds", "ends"),
    [
        ("(x-1)^2 + (y-3)^2", "x=2:", [(2, 3, 1)]),
        ("-x^2", "x=-1:2", [(2, -4), (-1, -1)]),
        ("-x^2 + y^2", "x = -1 : 2", [(2, 0, -4), (-1, 0, -1)]),
        ("x - y", "x=0:1,y=:1", [(0, 1, -1)]),
        ("abs(x) + y", "y=0:", [(0, 0, 0)]),
    ],
)
def test_minima_within_bounds(run, formula, bounds, ends):
    code, out, _ = run(formula, "--bounds", bounds, "--starts", "12", "--json")
    found = json.loads(out)["minima"]
    assert code == 0
    assert len(found) == len(ends)
    for minimum, end in zip(found, ends, strict=True):
        assert [*minimum["point"].values(), minimum["value"]] == pytest.approx(list(end), abs=1e-6)
    assert sum(minimum["starts"] for minimum in found) == 12


def test_a_number_is_the_start_of_a_single_variable(run):
    code, out, _ = run("(x-3)^2", "--start", "-2", "--steps", "0")
    assert code == 0
    assert "value   25" in out


def test_a_minimum_on_a_kink_is_reached(run):
    _, out, _ = run("abs(x) + abs(y - 1)", "--starts", "7")
    assert "7 of 7 starts reached 1 minimum" in out


def test_same_seed_same_result(run):
    results = [
        json.loads(run("ackley", "--starts", "3", "--json", "--seed", seed, "--steps", "50")[1])
        for seed in ("1", "1", "2")
    ]
    assert results[0]["best"] == results[1]["best"] != results[2]["best"]


def test_writes_pictures_and_says_so(run, tmp_path):
    options = ["--starts", "3", "--steps", "20", "--window", "-2,2"]
    code, out, err = run("x**2 + y**2", *options, "--plot", "p.png", "--animate", "a.gif", "--json")
    assert code == 0
    assert (tmp_path / "p.png").read_bytes().startswith(b"\x89PNG")
    assert (tmp_path / "a.gif").read_bytes().startswith(b"GIF8")
    assert err.splitlines() == ["wrote p.png", "wrote a.gif"]
    json.loads(out)


@pytest.mark.parametrize("formula", ["-exp(-x^2 - y^2)", "-(1 - x)*(1 + x)", "-5*x + x^2"])
def test_a_formula_may_begin_with_a_minus(run, formula):
    code, out, _ = run(formula, "--window", "-0.5,0.5", "--starts", "3")
    assert code == 0
    assert "3 of 3 starts reached 1 minimum" in out


def interrupt():
    """Send Ctrl-C to this process, once the command listens for it."""
    default = signal.getsignal(signal.SIGINT)

    def send():
        while signal.getsignal(signal.SIGINT) is default:
            time.sleep(0.01)
        time.sleep(0.2)
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=send, daemon=True).start()


def test_interrupting_keeps_what_was_found(run, tmp_path):
    options = ["--start", "x=2,y=2", "--optimizer", "sgd", "--learning-rate", "1e-12"]
    interrupt()
    code, out, err = run(
        "rosenbrock", *options, "--steps", "100000000", "--json", "--plot", "p.png"
    )
    assert code == 130
    assert (tmp_path / "p.png").exists()
    assert err.splitlines()[:2] == [
        "descend: ending after this step; press Ctrl-C again to leave at once",
        "wrote p.png",
    ]
    result = json.loads(out)
    assert result["status"] == "stopped"
    assert 0 < result["steps"] < 100_000_000


def test_as_a_process(tmp_path):
    code = "from descend.cli import main; main()"
    command = [sys.executable, "-c", code, "minimize", "x**2 + 1", "--starts", "3"]
    done = subprocess.run(
        command, capture_output=True, text=True, cwd=tmp_path, check=True, env=ENVIRONMENT
    )
    assert "3 of 3 starts reached 1 minimum" in done.stdout
    assert done.stderr == ""
