"""The picture of a descent: its panels, what they show, and the file it becomes."""

import subprocess
import sys
import types

import numpy as np
import pytest
from descents import BOWL, CUBE, HILL, LOG, ROSENBROCK, WELL, Function, descended
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.figure import Figure

from descend import DescentRegressor, minimize, views
from descend.rates import Constant, Monotone


def test_importing_views_does_not_import_matplotlib():
    code = (
        "import sys, descend.views; dir(descend.views);"
        "assert 'matplotlib' not in sys.modules;"
        "descend.views.plot; assert 'matplotlib.pyplot' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_every_public_name_is_there():
    assert set(views.__all__) <= set(dir(views))
    for name in views.__all__:
        assert callable(getattr(views, name))
    with pytest.raises(AttributeError, match="no attribute 'plott'"):
        _ = views.plott


STARTS = np.random.default_rng(0).uniform(-4, 4, (50, 2))
DESCENTS = {
    "one variable": (descended(WELL, [1.9], 0.02, names=["w"]), 2, ("w", "value")),
    "one variable, many runs": (
        descended(WELL, STARTS[:12, :1] / 4, 0.02, names=["w"]),
        2,
        ("w", "value"),
    ),
    "two variables": (descended(ROSENBROCK, [-1.2, 1.0], 0.001, 200), 3, ("x", "y")),
    "two variables, few runs": (descended(BOWL, STARTS[:4]), 3, ("x", "y")),
    "two variables, many runs": (descended(HILL, STARTS), 3, ("x", "y")),
    "a thousand runs": (descended(HILL, np.tile(STARTS, (20, 1)), steps=5), 3, ("x", "y")),
    "all diverged": (descended(BOWL, [3.0, 3.0], 0.45, 3000), 3, ("x", "y")),
    "one diverged": (descended(ROSENBROCK, [[0, 0], [50, 50]], 0.001, 50), 3, ("x", "y")),
    "no step": (descended(BOWL, [1.0, 1.0], steps=0), 3, ("x", "y")),
    "starts at the minimum": (descended(BOWL, [0.0, 0.0]), 3, ("x", "y")),
    "flat": (
        descended(Function(lambda x, y: 0 * x * y, lambda x, y: (0 * x, 0 * y)), [1, 1]),
        2,
        None,
    ),
    "near the edge of a domain": (descended(LOG, [0.1, 1.0], 0.01), 3, ("x", "y")),
    "huge": (descended(BOWL, [1e149, 1e149]), 3, ("x", "y")),
    "tiny": (descended(BOWL, [1e-149, 1e-149]), 3, ("x", "y")),
    "no points": (descended(BOWL, [1.0, 1.0], record=False), 2, ("step", "value")),
    "three variables": (descended(CUBE, [1, 2, 3], names="xyz"), 2, ("step", "value")),
    "unknown objective": (descended(BOWL, [1.0, 1.0], objective=None), 2, ("step", "value")),
}


@pytest.mark.parametrize(("descent", "panels", "labels"), DESCENTS.values(), ids=DESCENTS)
def test_plot_has_its_panels_and_can_be_written(descent, panels, labels, tmp_path):
    figure = views.plot(descent)
    assert len(figure.axes) == panels
    if labels is not None:
        assert (figure.axes[0].get_xlabel(), figure.axes[0].get_ylabel()) == labels
    views.save(figure, tmp_path / "picture.png")
    assert np.isfinite([ax.viewLim.extents for ax in figure.axes]).all()


@pytest.mark.parametrize(
    ("record", "unit", "rows"), [("epoch", "epoch", 3), ("step", "step", 15), (None, "epoch", 3)]
)
def test_a_descent_by_batches_shows_its_learning_rates(record, unit, rows):
    X = np.random.default_rng(0).standard_normal((40, 3))
    model = DescentRegressor(
        optimizer="sgd", batch_size=8, record=record, max_iter=3, tol=0.0, learning_rate=0.01
    )
    values, rates = views.plot(model.fit(X, X[:, 0]).descent_).axes
    assert (values.get_xlabel(), rates.get_xlabel()) == (unit, unit)
    assert f"stopped after {rows} {unit}s" in values.get_title(loc="left")
    assert rates.get_ylabel() == "learning rate"
    assert np.nanmax(rates.lines[0].get_ydata()) == 0.01
    assert len(rates.lines[0].get_ydata()) == rows + 1
    assert f"after {rows} {unit}s" in model.descent_.explain()


@pytest.mark.parametrize(("record", "offset"), [("epoch", 0.5), ("step", 0.0)])
def test_a_path_by_batches_stays_on_its_curve_and_the_batch_losses_are_faint(record, offset):
    X = np.random.default_rng(0).standard_normal((40, 1))
    descent = (
        DescentRegressor(
            optimizer="sgd", batch_size=4, record=record, max_iter=3, tol=0.0, learning_rate=0.1,
            fit_intercept=False, random_state=0,
        )
        .fit(X, 3 * X[:, 0] + 1)
        .descent_
    )  # fmt: skip
    left, right = views.plot(descent).axes
    path = left.lines[1]
    heights = [float(descent.objective.value(np.array([w]))) for w in path.get_xdata()]
    np.testing.assert_allclose(path.get_ydata(), heights, rtol=1e-12)
    values, faint = right.lines
    np.testing.assert_allclose(values.get_ydata(), heights, rtol=1e-12)
    np.testing.assert_array_equal(faint.get_ydata(), descent.batch_losses)
    np.testing.assert_array_equal(faint.get_xdata(), np.arange(descent.nit) + offset)
    assert faint.get_alpha() < 0.5
    assert right.get_title(loc="right").startswith("faint: ")


@pytest.mark.parametrize(("record", "label"), [(None, "loss met"), (2, "value")])
def test_losses_are_drawn_where_the_objective_has_no_values(record, label):
    X = np.random.default_rng(0).standard_normal((40, 3))
    descent = (
        DescentRegressor(optimizer="sgd", record=record, max_iter=5, tol=0.0, random_state=0)
        .fit(X, X[:, 0])
        .descent_
    )
    ax = views.plot(descent).axes[0]
    assert ax.get_ylabel() == label
    drawn = ax.lines[0].get_ydata()
    assert np.isfinite(drawn).all()
    known = descent.values if record else np.append(descent.values[0], descent.batch_losses)
    np.testing.assert_allclose(drawn[np.isfinite(known)], known[np.isfinite(known)])


def test_the_path_of_one_run_is_the_recorded_points():
    descent = descended(BOWL, [3.0, 2.0])
    path = views.plot(descent).axes[0].lines[0]
    np.testing.assert_array_equal(path.get_xydata(), descent.points)


def test_the_points_of_one_variable_lie_on_the_curve():
    descent = descended(WELL, [1.9], 0.02, names=["w"])
    curve, path, *_ = views.plot(descent).axes[0].lines
    np.testing.assert_array_equal(path.get_xdata(), descent.points[:, 0])
    np.testing.assert_allclose(path.get_ydata(), WELL.f(descent.points[:, 0]), rtol=1e-12)
    x, y = curve.get_data()
    np.testing.assert_allclose(y, WELL.f(x), rtol=1e-12)


def test_each_of_many_runs_has_its_path_start_and_end():
    descent = descended(HILL, STARTS)
    ax = views.plot(descent).axes[0]
    paths = next(c for c in ax.collections if type(c) is LineCollection).get_segments()
    assert len(paths) == 50
    for drawn, path in zip(paths, descent.points.transpose(1, 0, 2), strict=True):
        np.testing.assert_array_equal(drawn, path)
    starts, ends = (c for c in ax.collections if isinstance(c, PathCollection))
    np.testing.assert_array_equal(starts.get_offsets(), descent.points[0])
    np.testing.assert_array_equal(ends.get_offsets(), descent.points[-1])


def test_a_diverged_run_ends_in_a_cross_inside_the_window():
    descent = descended(ROSENBROCK, [[0, 0], [5, 5]], 0.001, 50)
    assert list(descent.status) == ["stopped", "diverged"]
    ax = views.plot(descent).axes[0]
    labels = ax.get_legend_handles_labels()[1]
    assert labels == ["start", "end", "last seen before it left for infinity"]
    cross = ax.collections[-1].get_offsets()[0]
    (low, high), (bottom, top) = ax.get_xlim(), ax.get_ylim()
    assert low <= cross[0] <= high
    assert bottom <= cross[1] <= top


def test_a_record_read_from_a_file_is_drawn_from_its_formula():
    descent = descended(HILL, [1.0, -1.0], objective=None, formula="sin(x)*sin(y)")
    figure = views.plot(descent)
    assert len(figure.axes) == 3
    assert figure.get_suptitle() == "sin(x)*sin(y)"


def test_names_and_titles_are_taken_as_they_are():
    descent = descended(BOWL, [1.0, 1.0], names=["$a_1", "b$ \\frac{"])
    figure = views.plot(descent, title="$\\broken{ price in $")
    figure.canvas.draw()
    assert figure.axes[0].get_xlabel() == "$a_1"
    assert figure.get_suptitle() == "$\\broken{ price in $"


@pytest.mark.parametrize(
    ("rate", "told"),
    [
        (0.05, "rate 0.05, "),
        (Constant(0.05), "rate 0.05, "),
        (Constant(np.array([0.1, 0.1])), "rate 0.1, "),
        (Constant(np.array([0.5, 0.01])), "rates 0.01 to 0.5, "),
        (np.array([0.5, 0.01]), "rates 0.01 to 0.5, "),
        (Monotone(), "line search, "),
        (lambda t: 1 / t, "scheduled rate, "),
        (np.reciprocal, "rate by reciprocal, "),
        (None, "stopped after"),
    ],
)
def test_the_picture_tells_the_rate(rate, told):
    title = (
        views.plot(descended(BOWL, [1.0, 1.0], learning_rate=rate)).axes[0].get_title(loc="left")
    )
    assert title.startswith(told)


def test_the_picture_of_a_real_descent_tells_optimizer_and_rate():
    titles = [
        views.plot(minimize("x^2 + y^2", [1, 1], optimizer=name)).axes[0].get_title(loc="left")
        for name in ("auto", "adam")
    ]
    assert titles[0].startswith("LBFGS, line search, converged after ")
    assert titles[1].startswith("Adam, rate 0.5, converged after 340 steps")


def test_plot_draws_into_given_axes_alone():
    figure = Figure()
    ax = figure.add_subplot()
    assert views.plot(descended(CUBE, [1, 2, 3], names="xyz"), ax=ax, title="a") is figure
    assert figure.axes == [ax]
    assert ax.get_title(loc="left") == "a"
    assert len(ax.lines) == 1


@pytest.mark.parametrize(
    ("descent", "window"),
    [
        (descended(WELL, [1.0], 0.02, names=["w"]), (-2, 2)),
        (descended(BOWL, [1.0, 1.0]), ((-2, 2), (-3, 3))),
    ],
)
def test_the_window_is_the_users(descent, window):
    ax = views.plot(descent, window=window).axes[0]
    assert ax.get_xlim() == (-2, 2)
    if np.ndim(window) == 2:
        assert ax.get_ylim() == (-3, 3)


@pytest.mark.parametrize("window", [(0, 1), ((0, 1), (2, 1)), ((0, np.inf), (0, 1)), ((0, 1),) * 3])
def test_a_window_that_does_not_fit_is_refused(window):
    with pytest.raises(ValueError, match="window must be"):
        views.plot(descended(BOWL, [1.0, 1.0]), window=window)


def test_nothing_recorded_is_said():
    nothing = descended(BOWL, [1.0, 1.0], values=np.empty(0), points=None)
    with pytest.raises(ValueError, match='record="all"'):
        views.plot(nothing)


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
    monkeypatch.setitem(sys.modules, "IPython", types.ModuleType("IPython"))
    monkeypatch.setitem(sys.modules, "IPython.display", display)
    monkeypatch.setattr(pyplot, "get_backend", lambda: "module://matplotlib_inline.backend_inline")
    views.show(descended(BOWL, [1.0, 1.0]))
    assert [len(figure.axes) for figure in shown] == [3]


def test_the_style_stays_within_the_library():
    import matplotlib as mpl

    before = dict(mpl.rcParams)
    views.plot(descended(BOWL, [1.0, 1.0]))
    assert dict(mpl.rcParams) == before
