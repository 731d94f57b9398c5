"""What the command line says to wrong input, and how quickly it helps."""

import os
import subprocess
import sys

import pytest
from running import ENVIRONMENT, descend, descend_apart

NUMBERS = "x,y\n" + "".join(f"{row},{row * 1.5}\n" for row in range(40))


@pytest.mark.parametrize(
    ("content", "options", "message"),
    [
        (None, [], "there is no file 'data.csv'"),
        (NUMBERS, ["--target", "z"], "has no column 'z': it has 'x' and 'y'"),
        (NUMBERS + "3,inf\n", [], "column 'y' is infinite in row 41 (the header not counted)"),
        (NUMBERS, ["--learning-rate", "fast"], "--learning-rate 'fast' is not known"),
        (NUMBERS, ["--bogus"], "--bogus"),
        (NUMBERS, ["--report", "none/r.html"], "the folder 'none' does not exist"),
        (
            NUMBERS,
            ["--optimizer", "sgd", "--learning-rate", "1e9"],
            "--learning-rate 1e+09 is too large for these rows; --learning-rate ",
        ),
    ],
)
def test_as_a_process_bad_input_is_one_line_and_leaves_nothing_behind(
    tmp_path, content, options, message
):
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
    "options",
    [
        ["--optimizer", "sgd", "--learning-rate", "1e9"],
        ["--optimizer", "sgd", "--batch-size", "full", "--learning-rate", "1e9"],
        pytest.param(
            ["--optimizer", "adam", "--learning-rate", "1e300"], marks=pytest.mark.thorough
        ),
    ],
)
def test_a_rate_that_diverges_is_answered_with_one_that_works(tmp_path, options):
    (tmp_path / "data.csv").write_text(NUMBERS)
    fit = ["fit", "data.csv", "--target", "y", "--epochs", "200"]
    told = descend(*fit, *options, cwd=tmp_path).stderr
    assert "learning_rate" not in told
    offered = told.split("--learning-rate ")[2].split()[0]
    assert descend(*fit, *options[:-1], offered, cwd=tmp_path).returncode == 0


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
def test_usage(tmp_path, monkeypatch, arguments, status, words):
    monkeypatch.setenv("COLUMNS", "120")
    done = descend(*arguments, cwd=tmp_path)
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
    run = [sys.executable, "-c", code]
    done = subprocess.run(run, capture_output=True, text=True, check=True, env=ENVIRONMENT)
    assert done.stdout.splitlines()[-1] == "[]"


def test_help_is_quick(tmp_path):
    seconds = []
    for _ in range(3):
        # processor time, which other work on the machine does not lengthen as much
        before = os.times()
        descend_apart("--help", cwd=tmp_path)
        after = os.times()
        spent = after.children_user + after.children_system
        seconds.append(spent - before.children_user - before.children_system)
    assert min(seconds) < 0.5
