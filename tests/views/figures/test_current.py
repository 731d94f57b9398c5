"""Pictures as pyplot's current figure: saved by it, and without a window."""

import subprocess
import sys
import threading

import matplotlib as mpl
import pytest

import descend
from descend import views
from descend.views.figures.current import MOST_HELD

DESCENT = descend.minimize("x^2 + y^2", [1, 2], optimizer="sgd", learning_rate=0.1, steps=20)
SWEEP = descend.sweep("x^2", 1.0, optimizer="sgd", learning_rate=[0.1, 0.2], steps=5)
DRAWN = {
    "record": DESCENT.plot,
    "view of a record": lambda: DESCENT.plot(view="surface"),
    "sweep": SWEEP.plot,
    "function": lambda: views.contours("sphere").get_figure(),
    "figure of a function": lambda: views.side_by_side("sphere"),
    "curves": lambda: views.loss_curves({"a": [2.0, 1.0]}),
}


@pytest.fixture
def pyplot():
    from matplotlib import pyplot

    pyplot.close("all")
    with mpl.rc_context():
        yield pyplot
    pyplot.close("all")


@pytest.mark.parametrize("draw", DRAWN.values(), ids=DRAWN)
def test_what_pyplot_saves_is_the_picture(pyplot, draw, tmp_path):
    figure = draw()
    assert pyplot.gcf() is figure
    pyplot.savefig(tmp_path / "a.png", dpi=50)
    pixels = pyplot.imread(tmp_path / "a.png")
    assert pixels.shape[1] == round(50 * figure.get_figwidth())
    assert (pixels[..., :3].min(axis=2) < 0.5).mean() > 0.005


def test_the_last_is_current_and_old_ones_are_let_go(pyplot):
    own = pyplot.figure()
    for _ in range(MOST_HELD + 5):
        last = DESCENT.plot()
    assert pyplot.gcf() is last
    assert len(pyplot.get_fignums()) == MOST_HELD + 1
    assert own.number in pyplot.get_fignums()
    pyplot.close(last)
    assert pyplot.gcf() is not last
    pyplot.close("all")
    assert pyplot.get_fignums() == []


def test_a_users_own_axes_stay_the_users(pyplot):
    from matplotlib.figure import Figure

    own, ax = pyplot.subplots()
    DESCENT.plot(ax=ax)
    views.contours(DESCENT, ax=Figure().subplots())
    assert pyplot.gcf() is own
    assert pyplot.get_fignums() == [own.number]


def test_nothing_is_held_for_other_threads(pyplot):
    thread = threading.Thread(target=DESCENT.plot)
    thread.start()
    thread.join()
    assert pyplot.get_fignums() == []


def test_no_window_opens_before_show_which_opens_one_for_each(pyplot, monkeypatch):
    opened = []
    monkeypatch.setattr("descend.views.figures.current.open_window", opened.append)
    pyplot.ion()
    first, second = DESCENT.plot(), DESCENT.plot()
    assert opened == []
    pyplot.show()
    assert opened == [first, second]


def test_drawing_does_not_load_pyplot_and_works_without_a_screen(tmp_path):
    code = (
        "import sys, descend; d = descend.minimize('x^2 + y^2', [1, 2]);"
        f"f = d.plot(); descend.views.save(f, {str(tmp_path / 'a.png')!r});"
        "assert 'matplotlib.pyplot' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
    assert (tmp_path / "a.png").stat().st_size > 10_000


def test_in_a_notebook_a_picture_is_current_in_its_cell_and_shown_once(tmp_path, monkeypatch):
    import nbclient
    import nbformat

    # as Jupyter sets it
    monkeypatch.setenv("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    file = tmp_path / "a.png"
    sources = [
        "import descend; from matplotlib import pyplot; d = descend.minimize('x^2 + y^2', [1, 2])",
        f"d.plot(); pyplot.savefig({str(file)!r})",
        "print(pyplot.get_fignums())",
        "d.plot()",
        "descend.views.contours(d)",
        "d.plot(view='surface').axes[0]",
        "pyplot.plot([1, 2]);",
    ]
    notebook = nbformat.v4.new_notebook()
    notebook.cells = [nbformat.v4.new_code_cell(source) for source in sources]
    nbclient.NotebookClient(notebook, timeout=120).execute()
    pictures = [sum("image/png" in o.get("data", {}) for o in c.outputs) for c in notebook.cells]
    assert pictures == [0, 0, 0, 1, 1, 1, 1]
    assert notebook.cells[2].outputs[0]["text"] == "[]\n"
    assert file.stat().st_size > 20_000
