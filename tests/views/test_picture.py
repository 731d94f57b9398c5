"""The picture of a descent: its panels, what they show, and the file it becomes."""

import subprocess
import sys

import numpy as np
import pytest
from descents import BOWL, CUBE, HILL, LOG, ROSENBROCK, WELL, Function, descended
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.figure import Figure

from descend import DescentClassifier, DescentRegressor, minimize, views
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
        optimizer="sgd",
        batch_size=8,
        record=record,
        max_iter=3,
        tol=0.0,
        learning_rate=lambda t: 0.01 / t,
    )
    values, rates = views.plot(model.fit(X, X[:, 0]).descent_).axes
    assert (values.get_xlabel(), rates.get_xlabel()) == (unit, unit)
    assert f"stopped after {rows} {unit}s" in values.get_title(loc="left")
    assert rates.get_ylabel() == "learning rate"
    np.testing.assert_array_equal(rates.lines[0].get_ydata()[1:], model.descent_.learning_rates)
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
    # the first panel is the fit over the data
    _, left, right = views.plot(descent).axes
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
    assert labels == ["start", "end", "last seen before it left for infinity", "minimum"]
    cross = ax.collections[-2].get_offsets()[0]
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


def test_the_style_stays_within_the_library():
    import matplotlib as mpl

    before = dict(mpl.rcParams)
    views.plot(descended(BOWL, [1.0, 1.0]))
    assert dict(mpl.rcParams) == before


def test_a_constant_rate_is_a_number_in_the_title_and_fills_no_panel():
    X = np.random.default_rng(0).standard_normal((40, 3))
    model = DescentRegressor(optimizer="sgd", max_iter=3, tol=0.0, learning_rate=0.01)
    (values,) = views.plot(model.fit(X, X[:, 0]).descent_).axes
    assert "rate 0.01" in values.get_title(loc="left")
    assert values.get_ylabel() == "value"


@pytest.mark.parametrize(
    ("formula", "starts", "rates", "told"),
    [
        ("x^2 + 5*y^2", [[1, 1]] * 3, [0.01, 0.05, 0.1], ["rate 0.01", "rate 0.05", "rate 0.1"]),
        ("x^2 + 5*y^2", [[1, 1], [2, -1]], 0.01, ["from (1, 1)", "from (2, −1)"]),  # noqa: RUF001
        ("x^2", [[1], [0.5]], 0.01, ["from 1", "from 0.5"]),
        ("x^2 + y^2 + z^2", [[1, 1, 1], [2, 2, 2]], 0.01, ["run 0", "run 1"]),
    ],
)
def test_a_few_runs_are_told_apart_in_a_key_and_by_line_styles(formula, starts, rates, told):
    descent = minimize(formula, starts, optimizer="sgd", learning_rate=np.array(rates), steps=5)
    figure = views.plot(descent)
    ax = next(ax for ax in figure.axes if ax.get_ylabel().startswith("value"))
    if len(starts[0]) == 1:
        ax = figure.axes[1]
    assert [text.get_text() for text in ax.get_legend().get_texts()] == told
    looks = {(line.get_color(), line.get_linestyle()) for line in ax.lines}
    assert len(looks) == len({line.get_linestyle() for line in ax.lines}) == len(told)


@pytest.mark.parametrize(
    ("formula", "start", "rate", "steps", "minimum"),
    [
        ("(5x^2 + y^2)/2", [3, 3], 1e-4, 20, [0, 0]),  # hardly moves
        ("(5x^2 + y^2)/2", [3, 3], 0.5, 100, [0, 0]),  # diverges
        ("(5x^2 + y^2)/2", [3, 3], 0.405, 60, [0, 0]),  # rises, and is not yet called diverged
        ("(x - 4)^2", [0], 0.01, 3, [4]),
        ("himmelblau", [0, 0], 1e-4, 5, [3, 2]),
    ],
)
def test_the_minimum_ahead_is_in_the_picture_as_a_star(formula, start, rate, steps, minimum):
    descent = minimize(formula, start, optimizer="sgd", learning_rate=rate, steps=steps)
    ax = views.plot(descent).axes[0]
    handles, labels = ax.get_legend_handles_labels()
    stars = handles[labels.index("minimum")].get_offsets()
    d = len(start)
    assert np.isclose(stars[:, :d], minimum, atol=1e-4).all(axis=1).any()
    edges = np.array([ax.get_xlim(), ax.get_ylim()])[:d]
    assert ((edges[:, 0] < minimum) & (minimum < edges[:, 1])).all()
    assert np.ptp(edges, axis=1).max() < 60


def test_of_an_ascent_the_known_minima_are_no_maxima():
    from descend import maximize

    ax = views.plot(maximize("sines", [1.0, 1.0])).axes[0]
    handles, labels = ax.get_legend_handles_labels()
    (top,) = handles[labels.index("maximum")].get_offsets()
    np.testing.assert_allclose(top, [np.pi / 2, np.pi / 2], atol=1e-5)


def test_a_saddle_where_a_run_ended_is_marked():
    ax = views.plot(minimize("x^2 - y^2 + y^4", [1, 0], optimizer="sgd", learning_rate=0.1)).axes[0]
    handles, labels = ax.get_legend_handles_labels()
    np.testing.assert_allclose(handles[labels.index("saddle")].get_offsets(), [[0, 0]], atol=1e-5)


def test_in_given_axes_the_key_is_inside_them():
    figure = Figure()
    ax = figure.subplots(2, 1)[0]
    views.plot(minimize("rosenbrock", [-1.2, 1.0]), ax=ax, title="first")
    figure.canvas.draw()
    key, axes = ax.get_legend().get_window_extent(), ax.get_window_extent()
    assert axes.x0 <= key.x0
    assert key.x1 <= axes.x1
    assert axes.y0 <= key.y0
    assert key.y1 <= axes.y1


def test_a_classifier_of_two_features_shows_its_regions():
    X = np.random.default_rng(0).normal(size=(40, 2))
    model = DescentClassifier(alpha=0.01).fit(X, X[:, 0] > 0)
    regions, values = model.descent_.plot().axes
    assert regions.get_legend_handles_labels()[1][:3] == ["boundary", "0", "1"]
    assert values.get_title(loc="left") == "value at each step"
    assert len(values.lines[0].get_ydata()) == len(model.descent_.values)
