"""`coef_init` and `intercept_init`: where a fit begins."""

import numpy as np
import pytest
from scipy.sparse import csr_array

from descend import DescentClassifier, DescentRegressor

RANDOM = np.random.default_rng(0)
X = RANDOM.standard_normal((90, 3))
Z = X @ [1.0, -2.0, 0.5] + 1
Y = Z + 0.3 * RANDOM.standard_normal(90)
TASKS = {
    "regression": (DescentRegressor(), Y, (3,), ()),
    "outputs": (DescentRegressor(), np.column_stack([Y, -Y]), (2, 3), (2,)),
    "two classes": (DescentClassifier(), Z > 1, (1, 3), (1,)),
    "three classes": (DescentClassifier(), np.digitize(Z, [0, 2]), (3, 3), (3,)),
    "counts": (DescentRegressor("poisson"), np.floor(np.exp(Z / 3)), (3,), ()),
    "median": (DescentRegressor("absolute_error"), Y, (3,), ()),
}
SETTINGS = {
    "auto": {},
    "batches": {"optimizer": "adam", "learning_rate": 1e-12, "max_iter": 1, "tol": None},
    "full": {"optimizer": "sgd", "batch_size": "full", "learning_rate": 1e-12, "max_iter": 1,
             "tol": None},
    "saga": {"optimizer": "saga", "learning_rate": 1e-12, "max_iter": 1, "tol": None},
}  # fmt: skip


@pytest.mark.parametrize(
    ("task", "settings", "rows"),
    [(task, settings, np.asarray) for task in TASKS for settings in SETTINGS]
    + [("two classes", settings, csr_array) for settings in SETTINGS],
)
def test_the_record_begins_there_and_the_minimum_stays(task, settings, rows):
    model, y, *shapes = TASKS[task]
    model = type(model)(model.loss, **SETTINGS[settings], random_state=0)
    coef, intercept = (RANDOM.standard_normal(shape) for shape in shapes)
    model.fit(rows(X), y, coef_init=coef, intercept_init=intercept)
    start = np.column_stack([coef.reshape(-1, 3), np.reshape(intercept, (-1, 1))]).ravel()
    np.testing.assert_allclose(model.descent_.points[0], start)
    if settings == "auto":
        plain = type(model)(model.loss).fit(rows(X), y)
        np.testing.assert_allclose(model.coef_, plain.coef_, atol=2e-2)
    else:
        np.testing.assert_allclose(model.descent_.x, start, atol=1e-6)


@pytest.mark.parametrize("coef", [[1, 2, 3], [[1, 2, 3]], (1.0, 2.0, 3.0)])
@pytest.mark.parametrize("intercept", [4, 4.0, [4], np.array(4)])
def test_one_output_takes_the_shapes_of_either_estimator(coef, intercept):
    for model, y in [(DescentRegressor(), Y), (DescentClassifier(), Y > 1)]:
        model.fit(X, y, coef_init=coef, intercept_init=intercept)
        np.testing.assert_array_equal(model.descent_.points[0], [1, 2, 3, 4])


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (
            {"coef_init": [1, 2]},
            r"coef_init has shape \(2,\).* 1 output of 3 features: give \(3,\)",
        ),
        ({"coef_init": np.ones((2, 3))}, r"coef_init has shape \(2, 3\)"),
        ({"coef_init": [1, np.nan, 2]}, r"coef_init contains NaN \(in row 1"),
        ({"coef_init": ["a", 1, 2]}, "coef_init must hold numbers"),
        ({"intercept_init": [1, 2]}, r"intercept_init has shape \(2,\).* give a number"),
        ({"intercept_init": np.inf}, "intercept_init contains infinity"),
    ],
)
def test_other_shapes_are_refused_and_the_model_stays(given, told):
    model = DescentRegressor().fit(X, Y)
    before = dict(vars(model))
    with pytest.raises(ValueError, match=told):
        model.fit(X, Y, **given)
    assert vars(model) == before
    with pytest.raises(ValueError, match="fit_intercept=False"):
        DescentRegressor(fit_intercept=False).fit(X, Y, intercept_init=1.0)


def test_what_is_given_goes_before_what_a_warm_start_remembers():
    model = DescentRegressor(warm_start=True).fit(X, Y)
    coef, intercept = model.coef_, model.intercept_
    model.fit(X, Y, coef_init=[5, 6, 7])
    np.testing.assert_array_equal(model.descent_.points[0], [5, 6, 7, intercept])
    model.fit(X, Y, intercept_init=8)
    np.testing.assert_allclose(model.descent_.points[0], [*coef, 8], rtol=1e-6)


def test_the_intercept_of_a_link_begins_at_the_mean_unless_it_is_given():
    y = TASKS["counts"][1]
    model = DescentRegressor("poisson").fit(X, y, coef_init=[0.1, 0.2, 0.3])
    np.testing.assert_allclose(model.descent_.points[0], [0.1, 0.2, 0.3, np.log(y.mean())])


def test_by_batches_a_given_start_begins_with_a_new_memory():
    settings = {"optimizer": "momentum", "max_iter": 2, "tol": None, "random_state": 0}
    first = DescentRegressor(**settings, warm_start=True).fit(X, Y)
    fresh = DescentRegressor(**settings).fit(
        X, Y, coef_init=first.coef_, intercept_init=first.intercept_
    )
    told = first.fit(X, Y, coef_init=first.coef_, intercept_init=first.intercept_)
    np.testing.assert_array_equal(told.coef_, fresh.coef_)


def test_float32_is_kept():
    model = DescentRegressor().fit(X.astype("f"), Y.astype("f"), coef_init=[1, 2, 3])
    assert model.coef_.dtype == np.float32
