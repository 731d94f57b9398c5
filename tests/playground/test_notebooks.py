"""In a notebook, and out of it: what is shown, and what is said where it cannot be."""

import sys
import types

import numpy as np
import pytest

import descend
from descend import views
from descend.playground import limits, notebooks
from descend.playground.buffer import unpacked
from descend.playground.records import packed_record
from descend.playground.widgets import Page, RecordPage


@pytest.fixture
def notebook(monkeypatch):
    """Look like a kernel; return what is displayed."""
    shown = []
    display = types.ModuleType("IPython.display")
    display.display = shown.append
    ipython = types.ModuleType("IPython")
    ipython.get_ipython = lambda: types.SimpleNamespace(kernel=object())
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    ipython.display = display
    return shown


@pytest.mark.parametrize(
    "shell", [None, types.SimpleNamespace(), types.SimpleNamespace(kernel=None)]
)
def test_a_terminal_is_no_notebook(monkeypatch, shell):
    ipython = types.ModuleType("IPython")
    ipython.get_ipython = lambda: shell
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    assert not notebooks.in_notebook()


def test_a_notebook_gets_a_widget(notebook):
    widget = descend.playground("beale", (1, 1), optimizer="adam")
    assert isinstance(widget, Page)
    assert widget.query == "?formula=beale&starts=1,1&optimizer=adam"


def test_without_anywidget_a_notebook_is_told_the_extra(notebook, monkeypatch):
    monkeypatch.setattr(notebooks, "has_widgets", lambda: False)
    with pytest.raises(ImportError, match=r"descend\[jupyter\]"):
        descend.playground("x^2")


def test_what_is_wrong_is_said_before_a_widget_is_made(notebook):
    with pytest.raises(ValueError, match="write it as text"):
        descend.playground(lambda w: w @ w)


def test_a_record_plays_in_a_notebook(notebook):
    descend.minimize("x^2", 1.0).show()
    (widget,) = notebook
    assert isinstance(widget, RecordPage)
    assert unpacked(widget.record)[0]["names"] == ["x"]


@pytest.mark.parametrize("is_notebook", [True, False])
def test_elsewhere_a_record_is_a_picture(is_notebook, monkeypatch, capsys):
    drawn = []
    monkeypatch.setattr(views, "show", drawn.append)
    monkeypatch.setattr(notebooks, "in_notebook", lambda: is_notebook)
    monkeypatch.setattr(notebooks, "has_widgets", lambda: False)
    descent = descend.minimize("x^2", 1.0)
    descent.show()
    assert drawn == [descent]
    assert ("descend[jupyter]" in capsys.readouterr().out) == is_notebook


def bowl(w):
    return np.sum((w - 1) ** 2)


def fitted(**options):
    X = np.linspace(-1, 1, 30)[:, None]
    return descend.DescentRegressor(**options).fit(X, 3 * X[:, 0] + 1).descent_


PLANE, VALLEY = ("x^2 + y^2", (1, 2)), ("x^2 + 9*y^2", (1, 2))

RECORDS = {
    "formula": lambda: descend.minimize(*VALLEY, optimizer="sgd", steps=20),
    "one variable": lambda: descend.minimize("cos(x) + x^2/9", 2.0),
    "several": lambda: descend.minimize("himmelblau", starts=5, seed=1, optimizer="adam"),
    "ascent": lambda: descend.maximize("3 - x^2 - y^2", (1, 2)),
    "python": lambda: descend.minimize(bowl, [3.0, -2.0]),
    "many variables": lambda: descend.minimize(bowl, np.zeros(5)),
    "very many variables": lambda: descend.minimize(bowl, np.zeros(50)),
    "every third": lambda: descend.minimize(*VALLEY, optimizer="sgd", steps=20, record=3),
    "values": lambda: descend.minimize(*PLANE, optimizer="sgd", record="values"),
    "diverged": lambda: descend.minimize(*PLANE, optimizer="sgd", learning_rate=3.0),
    "no step": lambda: descend.minimize("x^2 + y^2", (0, 0), steps=0),
    "fit": lambda: fitted(),
    "epochs": lambda: fitted(optimizer="adam", max_iter=5, random_state=0, tol=0.0),
}


@pytest.mark.parametrize("kind", RECORDS)
def test_a_record_is_packed_as_it_was_recorded(kind):
    descent = RECORDS[kind]()
    header, arrays = unpacked(packed_record(descent))
    k, d = descent.n_runs or 1, len(descent.names)
    steps = arrays["steps"].astype(int)
    recorded = np.arange(len(descent.values)) if descent.points is None else descent.point_steps
    assert steps.tolist() == recorded.tolist()
    assert header["recorded"] == len(steps)
    has_points = descent.points is not None and d <= 12
    assert arrays["points"].shape == (k, len(steps), d if has_points else 0)
    if has_points:
        own = descent.points.reshape(len(steps), k, d).swapaxes(0, 1)
        finite = np.isfinite(own) & (np.abs(own) < 1e38)
        np.testing.assert_allclose(arrays["points"][finite], own[finite], rtol=1e-6, atol=1e-30)
    own = descent.values.reshape(-1, k)[steps].T
    finite = np.isfinite(own) & (np.abs(own) < 1e38)
    if header["measured"] == "value" and descent.batch_losses is None:
        np.testing.assert_allclose(arrays["values"][finite], own[finite], rtol=1e-6, atol=1e-30)
    assert [run["taken"] for run in header["runs"]] == np.atleast_1d(descent.nit).tolist()
    for run in header["runs"]:
        assert steps[run["steps"]] >= run["taken"]
        assert run["sentence"].startswith("It ")
    is_drawn = d <= 2 and descent.points is not None
    assert ("heights" in arrays) == is_drawn == (header["window"] is not None)
    assert bool(header["notes"]) != is_drawn
    assert header["unit"] in ("step", "epoch")


def test_heights_are_the_functions():
    header, arrays = unpacked(packed_record(descend.maximize("3 - x^2 - 2*y^2", (1, 2))))
    heights = arrays["heights"]
    x, y = (np.linspace(*edges, len(heights)) for edges in header["window"])
    wanted = 3 - x[None, :] ** 2 - 2 * y[:, None] ** 2
    np.testing.assert_allclose(heights, wanted, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(("limit", "most"), [("MOST_STEPS", 30), ("MOST_NUMBERS", 62)])
def test_a_long_record_is_thinned_and_says_so(monkeypatch, limit, most):
    monkeypatch.setattr(limits, limit, most)
    descent = descend.minimize("x^2 + 9*y^2", (1, 2), optimizer="sgd", learning_rate=1e-3, steps=70)
    header, arrays = unpacked(packed_record(descent))
    steps = arrays["steps"]
    assert header["recorded"] == 71
    assert len(steps) == 31
    assert (steps[0], steps[-1]) == (0, 70)
    np.testing.assert_allclose(arrays["values"][0], descent.values[steps.astype(int)], rtol=1e-6)


def test_too_many_runs_are_refused_with_what_to_do():
    descent = descend.minimize("x^2 + y^2", starts=201, seed=1, steps=3)
    with pytest.raises(ValueError, match=r"descent\.runs\(range\(200\)\)\.show\(\)"):
        packed_record(descent)


def test_nothing_recorded_is_told():
    with pytest.raises(ValueError, match="recorded nothing"):
        packed_record(descend.minimize("x^2", 1.0, record=None))
