"""Scripts as lessons: their cells, and what comes of running them."""

import ast

import pytest

from descend.gallery.lesson import Lesson
from descend.gallery.running import run
from descend.gallery.scripts import cells_of
from descend.records.film import Film

SCRIPT = '''"""
Title
=====

Words.
"""

# %%
# First
# -----
# Text.

import descend

x = 1
print(x)

# %%
# Only text.

####################
# An older mark.
y = """
# %% not a mark of a cell?
"""
'''


def test_cells():
    cells = cells_of(SCRIPT.replace("# %% not a mark of a cell?", "not a mark"), "script")
    assert [cell.text for cell in cells] == [
        "Title\n=====\n\nWords.", "First\n-----\nText.", "Only text.", "An older mark.",
    ]  # fmt: skip
    assert [len(cell.statements) for cell in cells] == [0, 3, 0, 1]
    assert cells[1].code == "import descend\n\nx = 1\nprint(x)"


def test_a_mark_within_a_text_in_quotes_is_none():
    cells = cells_of(SCRIPT, "script")
    assert cells[-1].text == "An older mark."
    assert ast.unparse(cells[-1].statements[0]).startswith("y = ")


@pytest.mark.parametrize("source", ["", "x = 1", '"Alone."', "# %%\n# Text.", "# %%\nx = 1\n"])
def test_all_statements_are_in_a_cell(source):
    cells = cells_of(source, "script")
    code = [ast.unparse(each) for cell in cells for each in cell.statements]
    body = ast.parse(source).body
    assert code == [ast.unparse(each) for each in body if not isinstance(each, ast.Expr)]


def ran(tmp_path, source):
    path = tmp_path / "plot_mine.py"
    path.write_text(source)
    return list(run(Lesson("mine", "Mine", path)))


def test_what_a_cell_prints_draws_and_shows(tmp_path):
    one, two, three, four = ran(
        tmp_path,
        "# %%\nimport descend\nprint('said')\nd = descend.minimize('x^2', 3.0)\nd.plot()\n"
        "# %%\nfrom matplotlib import pyplot\npyplot.plot([1, 2])\n"
        "# %%\nd.animate(seconds=5)\n# %%\nd\n",
    )
    assert one.printed == "said\n"
    assert [len(each.figures) for each in (one, two, three, four)] == [1, 1, 0, 0]
    assert len(one.figures[0].axes) >= 2
    assert isinstance(three.shown, Film)
    assert "converged" in four.shown


def test_classes_and_errors_know_their_file(tmp_path):
    (cell,) = ran(
        tmp_path,
        "from typing import NamedTuple\nclass P(NamedTuple):\n    x: 'int' = 1\nprint(P())\n",
    )
    assert cell.printed == "P(x=1)\n"
    with pytest.raises(ZeroDivisionError) as caught:
        ran(tmp_path, "# %%\n\n1 / 0\n")
    assert caught.traceback[-1].lineno == 2
    assert caught.traceback[-1].path.name == "plot_mine.py"
