"""The report of a fit: what there is to see, in words and pictures."""

import re

import numpy as np
import pytest
from sklearn.datasets import load_diabetes, load_iris

from descend import TableModel
from descend.tables.effects import effect_title, effects_of
from descend.tables.learning import learning_curve

DIABETES = load_diabetes(as_frame=True, scaled=False).frame
DIABETES["sex"] = DIABETES["sex"].map({1: "female", 2: "male"})
SMALL = DIABETES[["bmi", "sex", "target"]]
IRIS = load_iris(as_frame=True).frame


def page_of(model, tmp_path, **options):
    path = model.report(tmp_path / "r.html", **options)
    assert path == tmp_path / "r.html"
    return path.read_text(encoding="utf-8")


def headings(page):
    return re.findall("<h2>(.*?)</h2>", page)


def test_a_fit_of_one_step_says_so_and_shows_what_there_is(tmp_path):
    page = page_of(TableModel().fit(SMALL, target="target"), tmp_path)
    assert "The descent ended after one step, so there is no curve to see" in page
    assert headings(page) == [
        "Result",
        "How the descent went",
        "Loss",
        "Predicted against true, rows held out",
        "Residuals, rows held out",
        "Weights per standard deviation",
        "Partial effects",
        "Weights in the columns&#x27; own units",
    ]
    assert page.count('<div class="wide"><figure') == page.count('<div class="narrow"><figure') == 4
    assert "standard error" in page
    assert "Hastie, Tibshirani and Friedman, 2009" in page


def test_a_fit_of_many_steps_shows_its_curves(tmp_path):
    page = page_of(TableModel(task="classification").fit(IRIS, target="target"), tmp_path)
    assert "no curve to see" not in page
    found = headings(page)
    for heading in ("Loss", "Validation accuracy", "Confusion matrix, rows held out"):
        assert heading in found
    assert "Probabilities, rows held out" in found
    assert "Residuals, rows held out" not in found
    assert "McCullagh and Nelder" in page


def test_one_epoch_is_not_called_a_bowl(tmp_path):
    model = TableModel(optimizer="sgd", max_iter=1).fit(SMALL, target="target")
    page = page_of(model, tmp_path)
    assert "There was one epoch, so there is no curve to see" in page
    assert "The 1 epoch was used up before it converged: max_iter= allows more." in page
    assert "ended before the minimum" in page


def test_what_is_asked_for_is_added(tmp_path):
    model = TableModel().fit(SMALL, target="target")
    found = headings(page_of(model, tmp_path, compare=True, learning_curve=True))
    assert {"Compared", "Learning curve"} <= set(found)


def test_without_rows_held_out_the_training_rows_are_shown(tmp_path):
    model = TableModel().fit(SMALL.drop(columns="target"), SMALL.target)
    page = page_of(model, tmp_path, learning_curve=True)
    assert "Predicted against true, training rows" in headings(page)
    assert "There is none: a learning curve needs rows that were held out" in page


@pytest.mark.parametrize(
    ("parameters", "why"),
    [
        ({"penalty": "l1"}, "the l1 penalty chooses weights"),
        ({"loss": "absolute_error"}, "absolute_error has kinks"),
        ({"loss": "quantile"}, "quantile has kinks"),
    ],
)
def test_where_there_are_no_standard_errors_it_says_why(parameters, why):
    model = TableModel(**parameters).fit(SMALL, target="target")
    assert model.standard_errors_ is None
    told = model.summary()
    assert "There are no standard errors" in told
    assert why in told
    assert "standard error  " not in told


def test_more_weights_than_rows_have_none():
    generator = np.random.default_rng(0)
    X, y = generator.normal(size=(10, 20)), generator.normal(size=10)
    assert TableModel(penalty=None).fit(X, y).standard_errors_ is None


def test_errors_are_those_of_least_squares_in_the_columns_own_units():
    X = DIABETES.drop(columns=["target", "sex"])
    model = TableModel(penalty=None).fit(X, DIABETES.target)
    ones = np.column_stack([X, np.ones(len(X))])
    w, residual, *_ = np.linalg.lstsq(ones, DIABETES.target)
    expected = np.sqrt(np.diag(np.linalg.inv(ones.T @ ones)) * residual / (len(X) - 10))
    np.testing.assert_allclose(model.standard_errors_[0], expected, rtol=1e-6)
    np.testing.assert_allclose(model.coef_[0], w[:-1], rtol=1e-6)


def test_errors_of_classes_are_those_of_the_information_in_the_columns_own_units():
    frame = IRIS.query("target > 0")
    X = frame[["petal width (cm)", "sepal width (cm)"]]
    model = TableModel(penalty=None).fit(X, frame.target)
    ones = np.column_stack([X, np.ones(len(X))])
    p = model.predict_proba(X)[:, 1]
    expected = np.sqrt(np.diag(np.linalg.inv((ones.T * p * (1 - p)) @ ones)))
    np.testing.assert_allclose(model.standard_errors_[0], expected, rtol=1e-5)


def test_effects_are_changes_of_the_prediction():
    model = TableModel().fit(DIABETES, target="target")
    effects = {effect.name: effect for effect in effects_of(model.outcome_)}
    train = DIABETES.iloc[model.outcome_.training.problem.split.train]
    row = train.iloc[[0]]
    for name in ("bmi", "s5"):
        effect = effects[name]
        ends = [model.predict(row.assign(**{name: at})) for at in (effect.at[0], effect.at[-1])]
        assert effect.change[-1, 0] - effect.change[0, 0] == pytest.approx((ends[1] - ends[0])[0])
        values, left = effect.points
        # partial residuals give the weight back by regression on the feature alone
        slope = np.polyfit(values, left, 1)[0]
        assert slope == pytest.approx(model.coef_[0, model.weight_names_.index(name)], rel=0.05)
    sexes = dict(zip(effects["sex"].at, effects["sex"].change[:, 0], strict=True))
    male, female = (model.predict(row.assign(sex=sex))[0] for sex in ("male", "female"))
    assert sexes["male"] - sexes["female"] == pytest.approx(male - female)
    # over the rows trained on, an effect is zero on average
    assert train.sex.map(sexes).mean() == pytest.approx(0, abs=1e-9)
    assert effect_title(model.outcome_) == "change of predicted target"


def test_effects_are_drawn_on_request():
    model = TableModel(task="classification").fit(IRIS, target="target")
    figure = model.plot_effects()
    drawn = [ax.get_xlabel() for ax in figure.axes if ax.get_visible()]
    assert sorted(drawn) == sorted(model.weight_names_)
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["0", "1", "2"]


@pytest.mark.parametrize(
    ("parameters", "title"),
    [
        ({"loss": "poisson"}, "change of the logarithm of predicted target"),
        ({"loss": "huber"}, "change of predicted target"),
    ],
)
def test_effects_say_what_they_change(parameters, title):
    outcome = TableModel(**parameters).fit(DIABETES, target="target").outcome_
    assert effect_title(outcome) == title
    assert (effects_of(outcome)[0].points is None) == (parameters["loss"] == "poisson")


def test_a_learning_curve_ends_where_the_model_is():
    model = TableModel().fit(DIABETES, target="target")
    curve = learning_curve(model.outcome_.training.problem)
    assert curve.held_out_name == "test"
    assert curve.rows[-1] == 319
    assert (np.diff(curve.rows) > 0).all()
    np.testing.assert_allclose(curve.training[-1], model.scores_["train"]["r2"], rtol=1e-6)
    np.testing.assert_allclose(curve.held_out[-1], model.scores_["test"]["r2"], rtol=1e-6)
    assert curve.training[0].mean() > curve.training[-1].mean()
    assert curve.held_out[0].mean() < curve.held_out[-1].mean()


def test_a_date_has_a_panel_a_part(tmp_path):
    import pandas as pd

    days = pd.date_range("2018-01-01", periods=300, freq="5D")
    frame = pd.DataFrame({"day": days, "y": np.sin(days.month) + np.arange(300) / 50})
    model = TableModel().fit(frame, target="y")
    effects = {effect.name: effect.at for effect in effects_of(model.outcome_)}
    assert {"day: days", "day: month"} <= set(effects)
    weekdays = effects["day: weekday"]
    assert sorted(weekdays) == sorted(["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"])
    assert "Partial effects" in headings(page_of(model, tmp_path))
