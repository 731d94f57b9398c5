"""Pictures as a whole: beside kept ones, in every format, without a screen and without a window."""

import os
import subprocess
import sys
from pathlib import Path

import matplotlib as mpl
import pytest
from descents import BOWL, descended
from pictures import BASELINE, KEPT, VIEWS, changed, figure_of, is_like, kept, small

import descend
from descend import views

# what draws nothing by itself
OTHERS = {
    "Effect",
    "Section",
    "Table",
    "animate",
    "animate_race",
    "save",
    "show",
    "write_report",
}

# of each kind of panel one is written in every format in each session, of the others in .ci/run
QUICK = ("weights", "slices", "contours", "surface")


@pytest.fixture(scope="module")
def drawn():
    return {name: small(make()) for name, make in KEPT.items()}


@pytest.mark.parametrize("name", KEPT)
def test_a_picture_is_the_kept_one(name, drawn):
    assert is_like(drawn[name], kept(name)), changed(drawn[name], kept(name))


def test_no_picture_is_like_another(drawn):
    names = list(drawn)
    alike = [
        (one, other)
        for place, one in enumerate(names)
        for other in names[place + 1 :]
        if is_like(drawn[one], kept(other))
    ]
    assert alike == []


WRONG = {
    "another path": lambda: views.plot(descended(BOWL, [-3.0, 3.0], 0.3)),
    "no path": lambda: _without(views.plot(descended(BOWL, [3.0, 3.0], 0.3)), 0),
    "no curve": lambda: _without(views.plot(descended(BOWL, [3.0, 3.0], 0.3)), 1),
    "another rate": lambda: views.plot(descended(BOWL, [3.0, 3.0], 0.02)),
    "blank": lambda: _without(views.plot(descended(BOWL, [3.0, 3.0], 0.3)), None),
}


def _without(figure, place):
    for ax in figure.axes if place is None else [figure.axes[place]]:
        if place is None:
            ax.set_visible(False)
        for artist in (*ax.lines, *(c for c in ax.collections if c.get_zorder() > 2)):
            artist.set_visible(False)
    return figure


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_picture_is_not_the_kept_one(wrong):
    assert not is_like(small(WRONG[wrong]()), kept("path"))


def test_other_letters_make_no_other_picture(drawn):
    with mpl.rc_context({"text.antialiased": False, "text.hinting": "none"}):
        assert is_like(small(KEPT["path"]()), drawn["path"])


def test_kept_pictures_are_few_kilobytes_and_none_is_left_over():
    files = {file.stem: file.stat().st_size for file in BASELINE.glob("*.png")}
    assert set(files) == {name.replace(" ", "_") for name in KEPT}
    assert max(files.values()) < 20_000


def test_every_public_view_has_a_picture_here():
    assert set(VIEWS) == set(views.__all__) - OTHERS


@pytest.mark.parametrize("name", VIEWS)
def test_no_view_opens_a_window(name, monkeypatch):
    def opened(*_):
        raise AssertionError("a window")

    from matplotlib import pyplot

    monkeypatch.setattr("descend.views.figures.current.open_window", opened)
    monkeypatch.setattr("matplotlib.backend_bases.FigureManagerBase.show", opened)
    figure = figure_of(VIEWS[name]())
    # pyplot is about it all the same
    assert pyplot.gcf() is figure
    pyplot.close(figure)


@pytest.mark.parametrize(
    "name",
    [n if n in QUICK else pytest.param(n, marks=pytest.mark.thorough) for n in VIEWS],
)
def test_every_view_is_written_as_png_svg_and_pdf(name, tmp_path):
    figure = figure_of(VIEWS[name]())
    for ending, magic in ((".png", b"\x89PNG"), (".svg", b"<?xml"), (".pdf", b"%PDF")):
        written = views.save(figure, tmp_path / f"picture{ending}").read_bytes()
        assert written.startswith(magic)
        assert len(written) > 3000


@pytest.mark.thorough
def test_without_a_screen_every_view_draws_and_none_loads_pyplot():
    script = """
import sys
from pictures import VIEWS
for make in VIEWS.values():
    make()
assert "matplotlib.pyplot" not in sys.modules
assert not any(name in sys.modules for name in ("tkinter", "PyQt6", "PySide6", "gi"))
"""
    hidden = {"DISPLAY", "WAYLAND_DISPLAY", "MPLBACKEND"}
    environment = {name: value for name, value in os.environ.items() if name not in hidden}
    roots = [Path(descend.__file__).parents[1], Path(__file__).parents[1] / "helpers"]
    environment["PYTHONPATH"] = os.pathsep.join(map(str, roots))
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", script],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
