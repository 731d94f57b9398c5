"""Suggested learning rates work, and the bound beside them is the true one."""

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris

import descend
from descend import find_rate, minimize, views
from descend.experiments.data_risk import risk_of

PROBLEMS = {
    "bowl": ("(5*x^2 + y^2)/2", [1.0, 1.0]),
    "ravine": ("x^2 + 1000*y^2", [1.0, 1.0]),
    "steep": ("1e6*(x^2 + y^2)", [1.0, 2.0]),
    "shallow": ("1e-6*(x^2 + y^2)", [1.0, 2.0]),
    "quartic": ("x^4", [2.0]),
    "rosenbrock": ("rosenbrock", [-1.2, 1.0]),
    "beale": ("beale", [1.0, 1.0]),
    "hill": ("sines", [1.0, 0.3]),
    "python": (lambda w: np.sum(np.cosh(w)), [1.0, 2.0]),
}


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam", "rmsprop"])
@pytest.mark.parametrize("problem", PROBLEMS)
def test_the_suggested_rate_works(problem, optimizer):
    objective, start = PROBLEMS[problem]
    found = find_rate(objective, start, optimizer=optimizer)
    run = minimize(objective, start, optimizer=optimizer, learning_rate=found.suggestion, steps=500)
    assert run.status != "diverged"
    lowest = minimize(objective, start).fun
    # the ravine is slow for plain descent at any rate
    share = 0.2 if problem in ("ravine", "rosenbrock") else 0.05
    assert run.fun - lowest < share * (run.values[0] - lowest)


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e6])
@pytest.mark.parametrize(("optimizer", "numerator"), [("sgd", 2.0), ("momentum", 3.8)])
def test_the_bound_is_that_of_the_largest_curvature(scale, optimizer, numerator):
    found = find_rate(f"{scale}*(x^2/2 + 20*y^2)", [1.0, 1.0], optimizer=optimizer)
    assert found.curvature == pytest.approx(40 * scale, rel=1e-9)
    assert found.bound == pytest.approx(numerator / (40 * scale), rel=1e-6)
    assert found.suggestion <= found.bound / 2
    assert found.blow_up == pytest.approx(found.bound, rel=0.15)
    assert f"{numerator:.3g}/L = {found.bound:.4g} are stable" in str(found)


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "nesterov"])
@pytest.mark.parametrize("condition", [1.0, 30.0, 1000.0])
def test_on_a_quadratic_it_is_half_of_the_bound(optimizer, condition):
    objective, start = f"x^2/2 + {condition}*y^2/2", [1.0, 1.0]
    found = find_rate(objective, start, optimizer=optimizer)
    assert found.suggestion == pytest.approx(found.bound / 2)
    if optimizer == "sgd":
        # from there to the best constant rate, 2/(L + mu), it is less than twice as far
        assert 0.5 <= found.suggestion / (2 / (condition + 1)) < 1.001


@pytest.mark.parametrize(
    ("optimizer", "bound"), [("sgd", 2.0), ("momentum", 3.8), ("nesterov", 3.8 / 2.8)]
)
@pytest.mark.parametrize("condition", [1.0, 1e2, 1e4, 1e6])
def test_on_a_quadratic_it_blows_up_about_where_a_step_no_longer_shrinks(
    optimizer, bound, condition
):
    random = np.random.default_rng(0)
    directions = np.linalg.qr(random.standard_normal((5, 5)))[0]
    H = directions * np.geomspace(1.0, condition, 5) @ directions.T
    start = random.standard_normal(5)
    found = find_rate(lambda w: (w @ H @ w / 2, H @ w), start, gradient=True, optimizer=optimizer)
    assert found.blow_up == pytest.approx(bound / condition, rel=0.15)


def test_what_blows_up_is_told_of_the_function_not_of_its_start_alone():
    # from 2 to -2 and back again: 4 r x^3 = 2 x at the rate r
    found = find_rate("x^4", [2.0])
    assert found.blow_up == pytest.approx(1 / 8, rel=0.15)
    assert found.bound == pytest.approx(2 / 48)


def test_what_is_bounded_does_not_blow_up():
    found = find_rate("sines", [1.0, 0.3])
    assert found.blow_up is None
    assert "blow" not in str(found)


def test_where_the_curvature_grows_further_on_the_rate_is_smaller():
    objective, start = "cosh(x) + 1000*(y - x)^4", [0.0, 0.05]
    found = find_rate(objective, start, optimizer="momentum")
    assert found.suggestion <= found.bound / 2
    run = minimize(
        objective, start, optimizer="momentum", learning_rate=found.suggestion, steps=500
    )
    assert run.fun - 1 < 0.05 * (run.values[0] - 1)


def test_rates_rise_geometrically_and_values_are_those_of_the_run():
    found = find_rate("(5*x^2 + y^2)/2", [1.0, 1.0], steps=60)
    ratios = found.rates[1:] / found.rates[:-1]
    np.testing.assert_allclose(ratios, ratios[0], rtol=1e-12)
    w, values = np.array([1.0, 1.0]), []
    for rate in found.rates:
        w = w - rate * w * [5, 1]
        values.append((5 * w[0] ** 2 + w[1] ** 2) / 2)
    np.testing.assert_allclose(found.values, values, rtol=1e-9)
    assert len(found.smoothed) == len(found.values)


def test_an_optimizer_that_is_not_linear_has_no_bound():
    found = find_rate("x^2", [1.0], optimizer="adam")
    assert found.bound is None
    assert "stable" not in str(found)


DATA = {
    "regression": load_diabetes(return_X_y=True),
    "two classes": load_breast_cancer(return_X_y=True),
    "three classes": load_iris(return_X_y=True),
}


@pytest.mark.parametrize("data", DATA)
@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_the_rate_for_data_works(data, optimizer):
    X, y = DATA[data]
    found = find_rate((X, y), optimizer=optimizer)
    risk = risk_of(X, y)
    start = np.zeros(risk.model.n_parameters)
    run = minimize(risk, start, optimizer=optimizer, learning_rate=found.suggestion, steps=200)
    assert run.status != "diverged"
    assert run.fun < run.values[0]
    assert found.safe > 0
    assert f"the estimators take {found.safe:.3g}" in str(found)


def test_the_bound_for_data_is_the_spectrums():
    X, y = DATA["regression"]
    A = np.column_stack([X, np.ones(len(X))])
    L = np.linalg.eigvalsh(A.T @ A / len(X) + np.diag([1e-4] * 10 + [0]))[-1]
    found = find_rate((X, y))
    assert found.curvature == pytest.approx(L, rel=1e-6)
    assert found.safe == pytest.approx(1 / L, rel=1e-2)
    assert found.blow_up == pytest.approx(2 / L, rel=0.15)


def test_names_of_classes_are_classes():
    X, y = DATA["three classes"]
    named = find_rate((X, np.array(["a", "b", "c"])[y]))
    assert named.suggestion == find_rate((X, y)).suggestion
    # whole numbers of many kinds are numbers
    many = np.arange(len(X))
    assert find_rate((X, many)).suggestion == find_rate((X, many.astype(float))).suggestion


@pytest.mark.parametrize("problem", ["bowl", "rosenbrock", "quartic"])
def test_its_picture(problem, tmp_path):
    found = find_rate(*PROBLEMS[problem])
    figure = found.plot()
    ax = figure.axes[0]
    assert (ax.get_xscale(), ax.get_xlabel()) == ("log", "learning rate")
    told = [text.get_text() for text in figure.legends[0].get_texts()]
    assert f"begin with {found.suggestion:.3g}" in told
    assert f"stable up to {found.bound:.3g}" in told
    assert f"blows up from about {found.blow_up:.2g}" in told
    marked = [line.get_xdata()[0] for line in ax.lines[2:]]
    assert found.suggestion in marked
    assert found.blow_up in marked
    figure.draw_without_rendering()
    assert not [label for label in ax.get_xticklabels() if "$" in label.get_text()]
    views.save(figure, tmp_path / "rate.png")


@pytest.mark.parametrize(
    ("arguments", "options", "why"),
    [
        (("x^2", [[1.0], [2.0]]), {}, "from one start, not from 2"),
        (("x^2", [1.0]), {"steps": 5}, "steps=5 must be a whole number, at least 10"),
        (("x^2", [1.0]), {"optimizer": "adm"}, "'adam'"),
        (("x^2", [0.0]), {}, r"the start \[0\.\] is a minimum already"),
        (("cos(x)", [0.0]), {}, r"the start \[0\.\] stands on a maximum.*-1 at most"),
        (("cos(x)", [2 * np.pi]), {}, "stands on a maximum"),
        (("5 + sin(x)", [np.pi / 2]), {}, "stands on a maximum"),
        (("x^2 - y^2", [0.0, 0.0]), {}, r"stands on a saddle.*-2"),
        (("(x - 1)^2 + 3", [1.0]), {}, "is a minimum already"),
        (("x^4", [0.0]), {}, "is in a flat place"),
        (("log(x)", [-1.0]), {}, "not finite at the start x=-1"),
        ((lambda w: w @ w,), {}, "random starts need a formula"),
        (
            (
                lambda w: w @ w,
                [1.0],
            ),
            {"gradient": lambda w: -w},
            "check_gradient",
        ),
        ((([1.0, 2.0], [1.0, 2.0]),), {}, r"X has the shape \(2,\) and y \(2,\)"),
        ((([[1.0], [2.0]], [1.0]),), {}, r"y \(1,\)"),
        ((([["a"], ["b"]], [1.0, 2.0]),), {}, "X holds something that is no number"),
        ((([[1.0], [np.nan]], [1.0, 2.0]),), {}, "X holds NaN"),
        ((([[1.0], [2.0]], [1.0, np.inf]),), {}, "y holds NaN or infinity"),
        ((([[1.0], [2.0]], ["a", "a"]),), {}, "a single class"),
        ((([[1.0]], [1.0], [1.0]),), {}, r"data are a pair \(X, y\), not 3"),
    ],
)
def test_refuses_in_one_line(arguments, options, why):
    with pytest.raises(ValueError, match=why) as refusal:
        find_rate(*arguments, **options)
    assert "\n" not in str(refusal.value)


def test_it_is_public():
    assert descend.find_rate is find_rate
