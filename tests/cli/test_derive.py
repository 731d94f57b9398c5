"""`descend derive` as a process of its own."""

import json

import pytest
from running import descend, succeed

ERROR = "(y - (m*x + c))^2"


def test_text(tmp_path):
    told = succeed("derive", ERROR, "--by", "m, c", cwd=tmp_path)
    assert told.splitlines()[:3] == [
        f"f = {ERROR}",
        "df/dm = 2*x*(c + m*x - y)",
        "df/dc = 2*(c + m*x - y)",
    ]


def test_json_latex_and_code(tmp_path):
    told = json.loads(succeed("derive", "rosenbrock", "--json", cwd=tmp_path))
    assert told["gradient"]["y"] == "200*(-x**2 + y)"
    assert succeed("derive", "x^3", "--latex", cwd=tmp_path).startswith(r"\begin{aligned}")
    compile(succeed("derive", "sin(x)*y", "--code", cwd=tmp_path), "code", "exec")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["x^2", "--by", "z"], "'z'"),
        (["x^^2"], "column"),
        (["x^2", "--json", "--latex"], "exclude each other"),
        (["^".join("x" * 60)], "written out"),
    ],
)
def test_wrong_input_is_told_in_a_line(arguments, told, tmp_path):
    done = descend("derive", *arguments, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.strip().splitlines()) == 1
    assert told in done.stderr
