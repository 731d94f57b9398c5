"""The lessons run, cell by cell, and assert their numbers; none draws a picture in many lines."""

import ast
from importlib import import_module
from pathlib import Path

import pytest
from matplotlib.figure import Figure

import descend
from descend.gallery import COURSE, lessons
from descend.gallery.running import run
from descend.gallery.scripts import cells_of
from descend.records.film import Film

EXAMPLES = Path(__file__).parents[2] / "examples"
LESSONS = lessons()

MOST_LINES = 15
"""Of code in a cell that draws: where more is needed, a view is missing."""


def test_each_script_is_a_lesson_of_the_course():
    named = [name for part in COURSE for name in part.lessons]
    assert len(set(named)) == len(named)
    assert sorted(f"plot_{name}.py" for name in named) == sorted(
        path.name for path in EXAMPLES.glob("plot_*.py")
    )
    assert list(LESSONS) == named


@pytest.mark.thorough  # half a minute, all together
@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_runs(name):
    seen = 0
    for ran in run(LESSONS[name]):
        shown = isinstance(ran.shown, Film)
        assert all(isinstance(figure, Figure) and figure.axes for figure in ran.figures)
        seen += len(ran.figures) + shown
    assert seen


def cells(name):
    return cells_of(LESSONS[name].path.read_text(encoding="utf-8"), name)


NOT_COUNTED = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef, ast.Assert)


@pytest.mark.parametrize("name", LESSONS)
def test_a_picture_takes_few_lines(name):
    assert any(isinstance(each, ast.Assert) for cell in cells(name) for each in cell.statements)
    for cell in cells(name):
        counted = [each for each in cell.statements if not isinstance(each, NOT_COUNTED)]
        if any(verb in cell.code for verb in (".plot(", "views.", "animate(")):
            lines = sum(len(ast.unparse(each).splitlines()) for each in counted)
            assert lines <= MOST_LINES, cell.text


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_uses_public_names_alone(name):
    for cell in cells(name):
        for each in cell.statements:
            if isinstance(each, ast.ImportFrom) and each.module.partition(".")[0] == "descend":
                home = each.module.removeprefix("descend").removeprefix(".")
                assert not home or home in descend.__all__, ast.unparse(each)
                public = import_module(each.module).__all__
                assert {alias.name for alias in each.names} <= set(public), ast.unparse(each)
