"""The loss over chosen parameters, against the function's own values and SciPy's profiles."""

import functools

import numpy as np
import pytest
from scipy.optimize import minimize
from sklearn.datasets import load_diabetes

import descend
from descend import views
from descend.views.figures.style import paper_of
from descend.views.losses.loss_cuts import ground_of

RNG = np.random.default_rng(0)
X = RNG.normal(size=(80, 3)) * [1, 10, 0.1]
NUMBERS = X @ [1, -0.2, 5] + RNG.normal(size=80)
KINDS = NUMBERS > 0
THREE = np.digitize(NUMBERS, [-1, 1])
VALLEY = "(x^2 + y - 11)^2 + (x + y^2 - 7)^2 + (z - x*y)^2"

# made when they are asked for, and once
FITS = {
    "squared": lambda: descend.DescentRegressor(alpha=0.1).fit(X, NUMBERS),
    "weighted": lambda: descend.DescentRegressor().fit(X, NUMBERS, sample_weight=np.arange(80)),
    "huber": lambda: descend.DescentRegressor(loss="huber").fit(X, NUMBERS),
    "logistic": lambda: descend.DescentClassifier(alpha=1e-2).fit(X, KINDS),
    "softmax": lambda: descend.DescentClassifier(alpha=1e-2).fit(X, THREE),
    "formula": lambda: descend.minimize(VALLEY, [2.5, 2, 5]),
    "function": lambda: descend.minimize(
        lambda w: np.sum((w - [1, 2, 3]) ** 4) + w @ w, [3.0, 1, 1]
    ),
    "absolute": lambda: descend.DescentRegressor(loss="absolute_error").fit(X, NUMBERS),
    "lasso": lambda: descend.DescentRegressor(penalty="l1", alpha=0.1).fit(X, NUMBERS),
    "without a record of what it was": lambda: fit_of("formula").changed(
        objective=None, formula=None
    ),
}
FITTED = ("squared", "weighted", "huber", "logistic", "softmax", "formula", "function")


@functools.cache
def fit_of(name):
    return FITS[name]()


def section(what, free, others):
    ground = ground_of(what, "test", None)
    return ground, ground.cut(free, others, "test", None).objective


@pytest.mark.parametrize("name", FITTED)
def test_a_section_holds_the_others_at_the_end(name):
    what = fit_of(name)
    ground, held = section(what, [2, 0], "held")
    u = ground.at[[2, 0]] + RNG.normal(size=(6, 2))
    w = np.tile(ground.at, (6, 1))
    w[:, [2, 0]] = u
    np.testing.assert_allclose(held.value(u), ground.objective.value(w), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("name", FITTED)
def test_a_profile_is_where_scipy_comes_to(name):
    what = fit_of(name)
    ground, profile = section(what, [0, 2], "refitted")
    u = ground.at[[0, 2]] + 0.5 * RNG.normal(size=(4, 2))
    rest = np.setdiff1d(np.arange(len(ground.at)), [0, 2])

    def refitted(point):
        def value(others):
            w = np.empty_like(ground.at)
            w[[0, 2]], w[rest] = point, others
            height, g = ground.objective.value_and_gradient(w)
            return float(height), g[rest]

        options = {"ftol": 1e-15, "gtol": 1e-9, "maxiter": 10_000, "maxfun": 50_000}
        return minimize(value, ground.at[rest], jac=True, method="L-BFGS-B", options=options).fun

    np.testing.assert_allclose(profile.value(u), [refitted(p) for p in u], rtol=1e-6, atol=1e-12)


def test_a_parameter_that_does_not_matter_can_be_refitted():
    twice = np.column_stack([X, X[:, 0]])
    model = descend.DescentRegressor(alpha=0).fit(twice, NUMBERS)
    _, profile = section(model, [1, 2], "refitted")
    _, once = section(descend.DescentRegressor(alpha=0).fit(X, NUMBERS), [1, 2], "refitted")
    u = RNG.normal(size=(5, 2))
    np.testing.assert_allclose(profile.value(u), once.value(u), rtol=1e-7)


def test_of_an_ascent_the_others_are_where_it_is_highest():
    found = descend.maximize("-(x - 1)^2 - 2*(y - x)^2 - (z - y)^4", [0.5, 0.6, 0.7], steps=200)
    _, profile = section(found, [0], "refitted")
    np.testing.assert_allclose(profile.value(np.array([[0.0], [2.0]])), [-1, -1], atol=1e-6)


def test_a_profile_is_never_above_the_section():
    ground, held = section(fit_of("softmax"), [0, 1], "held")
    _, profile = section(fit_of("softmax"), [0, 1], "refitted")
    u = ground.at[[0, 1]] + 3 * RNG.normal(size=(40, 2))
    assert (profile.value(u) <= held.value(u) + 1e-12).all()


@pytest.mark.parametrize(
    ("others", "told"), [("held", "9 others held at the end"), ("refitted", "9 others refitted")]
)
def test_the_picture_shows_the_projected_path_and_says_what_of_the_others(others, told):
    model = descend.DescentRegressor().fit(*load_diabetes(return_X_y=True, as_frame=True))
    ax = views.loss_over(model, ("bmi", -2), others=others)
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("bmi", "s6")
    places = [model.descent_.names.index("bmi"), len(model.descent_.names) - 2]
    np.testing.assert_allclose(ax.lines[0].get_xydata(), model.descent_.points[:, places])
    first, second = ax.get_title(loc="right").splitlines()
    assert first.startswith(told)
    assert second.startswith("on the path itself, up to ")
    low, high = np.array([ax.get_xlim(), ax.get_ylim()]).T
    path = model.descent_.points[:, places]
    assert ((path > low) & (path < high)).all()


def test_each_parameter_has_a_unit_of_its_own():
    # the weight ends at 0.001, the intercept at 1,000
    x = RNG.uniform(0, 1e6, (50, 1))
    ax = views.loss_over(descend.DescentRegressor(alpha=0).fit(x, 1e-3 * x[:, 0] + 1000))
    assert np.ptp(ax.get_xlim()) < 0.01
    assert np.ptp(ax.get_ylim()) < 1e4


def test_over_one_parameter_there_is_a_curve_with_the_loss_on_the_path():
    found = fit_of("formula")
    ax = views.loss_over(found, "z")
    x, heights = ax.lines[0].get_data()
    np.testing.assert_allclose(heights, (x - found.x[0] * found.x[1]) ** 2, atol=1e-9)
    np.testing.assert_allclose(
        ax.lines[1].get_xydata(), np.column_stack([found.points[:, 2], found.values])
    )
    assert ax.get_ylabel() == "loss"


@pytest.mark.parametrize("width", [3.5, np.inf])
def test_each_has_a_panel_and_the_key_is_in_the_picture(width):
    with paper_of(width):
        figure = views.loss_over_each(fit_of("logistic"), others="refitted")
    assert [ax.get_xlabel() for ax in figure.axes] == ["x0", "x1", "x2", "intercept"]
    figure.canvas.draw()
    key = figure.legends[0].get_window_extent()
    assert key.x0 >= 0
    assert key.x1 <= figure.bbox.width
    assert figure.legends[0].get_title().get_text() == "the others refitted at each point"


def test_an_objective_is_cut_through_a_point_and_shows_the_minimum_there():
    ax = views.loss_over("(a - 1)^2 + 10*(b + 2 - c)^2 + c^2", ("a", "b"), at=[1, 2, 3])
    (star,) = [mark for mark in ax.collections if mark.get_label() == "minimum"]
    np.testing.assert_allclose(star.get_offsets()[0], [1, 1], atol=1e-3)
    assert ax.get_title(loc="right") == "c = 3 held as given"


def test_a_surface_is_drawn_of_two():
    ax = views.loss_over(fit_of("squared"), ("x0", "x1"), surface=True)
    assert (ax.name, ax.get_xlabel()) == ("3d", "x0")


def test_ticks_differ_from_each_other():
    with_offset = descend.minimize("1000 + (x - 1)^2/100", 0.0)
    ax = views.loss_over(with_offset)
    ax.figure.canvas.draw()
    low, high = ax.get_ylim()
    shown = [tick for tick in ax.get_yticks() if low <= tick <= high]
    texts = ax.yaxis.get_major_formatter().format_ticks(shown)
    assert len(set(texts)) == len(texts) > 2
    assert [float(text.replace(",", "")) for text in texts] == pytest.approx(shown)


@pytest.mark.parametrize(
    ("what", "parameters", "options", "told"),
    [
        ("squared", None, {}, "one or two parameters, and these are 4"),
        ("squared", "slope", {}, "no parameter 'slope'.*x0, x1, x2, intercept"),
        ("squared", (0, 0), {}, "differ"),
        ("squared", (0, 1, 2), {}, "one or two"),
        ("squared", (0, 9), {}, "numbered 0 to 3"),
        ("squared", (0, 1), {"others": "free"}, "'held' or 'refitted'"),
        ("squared", 0, {"surface": True}, "two parameters"),
        ("squared", (0, 1), {"at": [1, 2]}, "each of the 4"),
        ("squared", (0, 1), {"at": {"x0": 1}}, "lacks 'x1'"),
        ("lasso", (0, 1), {"others": "refitted"}, "penalty with kinks"),
        ("absolute", (0, 1), {"others": "refitted"}, "AbsoluteError has kinks"),
        ("x^2 + y^2 + z", (0, 1), {"at": [1, 1, 1], "others": "refitted"}, "arrives nowhere"),
        ("x^2 + y^2 - z^2", 0, {"at": [1, 1, 1], "others": "refitted"}, "arrives nowhere"),
        ("x^4 + y^2 + x*z", 0, {"at": [1, 1, 1], "others": "refitted"}, "arrives nowhere"),
        ("without a record of what it was", (0, 1), {}, "does not know"),
        ("x + y + z", (0, 1), {}, "give it, as at="),
        (lambda w: w @ w, (0, 1), {}, "how many parameters"),
    ],
)
def test_refusals(what, parameters, options, told):
    with pytest.raises(ValueError, match=told):
        views.loss_over(fit_of(what) if what in FITS else what, parameters, **options)
