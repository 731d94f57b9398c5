"""The lessons run, cell by cell, and assert their numbers; none draws a picture in many lines."""

from pathlib import Path

import pytest
from matplotlib.figure import Figure

from descend.gallery import COURSE, lessons
from descend.gallery.running import run
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


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_is_short_and_of_public_names_alone(name):
    from descend.gallery.scripts import cells_of

    source = LESSONS[name].path.read_text(encoding="utf-8")
    assert "assert " in source
    for cell in cells_of(source, name):
        words = [line for line in cell.code.splitlines() if line.strip()]
        draws = any(verb in cell.code for verb in (".plot(", "views.", "animate("))
        drawn_by = [line for line in words if not line.startswith(("import ", "from ", "assert "))]
        # data and functions of one's own come before the picture
        assert not draws or len(drawn_by) <= 2 * MOST_LINES, cell.text
        assert "pyplot" not in cell.code, "a view is missing"
        for line in words:
            assert not line.startswith("from descend.") or "._" not in line
