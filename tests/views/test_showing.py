"""Pictures written to files, and shown where there is a screen or a notebook."""

import sys
import types

import numpy as np
import pytest
from descents import BOWL, HILL, descended

from descend import views

STARTS = np.random.default_rng(0).uniform(-4, 4, (50, 2))


@pytest.mark.parametrize(
    ("ending", "magic"),
    [("png", b"\x89PNG"), ("svg", b"<?xml"), ("pdf", b"%PDF"), ("PNG", b"\x89PNG")],
)
def test_the_ending_is_the_format_and_files_are_the_same_each_time(ending, magic, tmp_path):
    descent = descended(HILL, STARTS)
    first, second = (
        views.save(views.plot(descent), tmp_path / f"{name}.{ending}").read_bytes() for name in "ab"
    )
    assert first.startswith(magic)
    assert first == second


def test_an_unknown_ending_is_refused_and_nothing_is_written(tmp_path):
    figure = views.plot(descended(BOWL, [1.0, 1.0]))
    with pytest.raises(ValueError, match=r"\.png, \.svg or \.pdf"):
        views.save(figure, tmp_path / "picture.bmp")
    with pytest.raises(FileNotFoundError, match="does not exist"):
        views.save(figure, tmp_path / "missing" / "picture.png")
    assert list(tmp_path.iterdir()) == []


def test_without_a_screen_show_says_what_to_do(monkeypatch):
    from matplotlib import pyplot

    monkeypatch.setattr(pyplot, "get_backend", lambda: "agg")
    with pytest.raises(ValueError, match=r"no window can be opened here.*descend\.views\.save"):
        views.show(descended(BOWL, [1.0, 1.0]))


def test_a_notebook_displays_the_figure(monkeypatch):
    from matplotlib import pyplot

    shown = []
    display = types.ModuleType("IPython.display")
    display.display = shown.append
    ipython = types.ModuleType("IPython")
    ipython.get_ipython = lambda: None
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    monkeypatch.setitem(sys.modules, "IPython.display", display)
    monkeypatch.setattr(pyplot, "get_backend", lambda: "module://matplotlib_inline.backend_inline")
    views.show(descended(BOWL, [1.0, 1.0]))
    assert [len(figure.axes) for figure in shown] == [3]
