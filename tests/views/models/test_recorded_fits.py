"""What a record knows of its model and its rows, against what the model itself predicts."""

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, PolynomialFeatures, StandardScaler

import descend
from descend.views.models.recorded_fits import curve_fit, curve_fit_in, recorded_fit

X = np.linspace(-1.5, 2, 40)[:, np.newaxis]
Y = 1 + 2 * X[:, 0] + np.sin(9 * X[:, 0])
COUNTS = np.arange(40) % 5


def steps(**chosen):
    usual = {"optimizer": "sgd", "batch_size": "full", "max_iter": 5, "tol": 0}
    return descend.DescentRegressor(**{**usual, **chosen})


@pytest.mark.parametrize(
    ("model", "y"),
    [
        (steps(), Y),
        (descend.DescentRegressor(), Y),
        (steps(batch_size=8, random_state=0), Y),
        (steps(fit_intercept=False), Y),
        (steps(loss="poisson"), COUNTS),
        (make_pipeline(StandardScaler(), steps()), Y),
        (make_pipeline(PolynomialFeatures(3), steps()), Y),
        (make_pipeline(StandardScaler(), PolynomialFeatures(3, include_bias=False), steps()), Y),
        (make_pipeline("passthrough", PolynomialFeatures(2), StandardScaler(), steps()), Y),
    ],
    ids=str,
)
def test_predictions_and_rows_are_the_users_own(model, y):
    model.fit(X, y)
    fitted = recorded_fit(model, "fit")
    np.testing.assert_allclose(fitted.inputs, X, atol=1e-12)
    np.testing.assert_allclose(fitted.true, y)
    np.testing.assert_allclose(fitted.predicted(fitted.points[-1:])[0], model.predict(X))
    other = np.array([[0.3], [7.0]])
    np.testing.assert_allclose(fitted.predicted(fitted.points[-1:], other)[0], model.predict(other))


def test_each_step_is_the_model_that_it_was():
    whole = recorded_fit(steps(max_iter=5).fit(X, Y), "fit")
    for count in range(1, 6):
        model = steps(max_iter=count).fit(X, Y)
        row = whole.row_of(count)
        np.testing.assert_allclose(whole.predicted(whole.points[[row]])[0], model.predict(X))


def test_the_closed_form_is_that_of_scikit_learn():
    plain = recorded_fit(steps(alpha=0.0).fit(X, Y), "fit").closed_form
    theirs = LinearRegression().fit(X, Y)
    np.testing.assert_allclose(plain, [theirs.coef_[0], theirs.intercept_])
    ridge = recorded_fit(steps(alpha=0.3).fit(X, Y), "fit").closed_form
    theirs = Ridge(alpha=0.3 * len(X)).fit(X, Y)
    np.testing.assert_allclose(ridge, [theirs.coef_[0], theirs.intercept_])
    for other in ({"loss": "huber"}, {"penalty": "l1"}):
        assert recorded_fit(steps(**other).fit(X, Y), "fit").closed_form is None


WIDE = np.random.default_rng(0).normal(size=(30, 7))


def loaded(tmp_path):
    steps().fit(X, Y).descent_.save(tmp_path / "run.npz")
    return descend.Descent.load(tmp_path / "run.npz")


@pytest.mark.parametrize(
    ("what", "data", "told"),
    [
        (lambda _: "sphere", None, "fitted model or its record.*got str"),
        (lambda _: LinearRegression().fit(X, Y), None, "got LinearRegression"),
        (loaded, None, "a file keeps neither rows nor model: give the fitted model"),
        (lambda _: descend.minimize("x^2", 1.0), None, "it is of a function: see plot"),
        (lambda _: steps().fit(X, np.column_stack([Y, Y])), None, "one output"),
        (lambda _: steps().fit(WIDE, WIDE[:, 0]), None, "one feature, and this one has 7"),
        (lambda _: steps().fit(X, Y), (X, Y[:-1]), "a target for each row, got 39 for 40"),
        (lambda _: steps().fit(X, Y), (WIDE, WIDE[:, 0]), "data has 7 columns.* fitted to 1"),
        (
            lambda _: make_pipeline(FunctionTransformer(np.square), steps()).fit(X, Y),
            None,
            r"does not hold: give data=\(X, y\)",
        ),
    ],
)
def test_what_cannot_be_drawn_is_refused_with_what_to_do(tmp_path, what, data, told):
    given = what(tmp_path)
    with pytest.raises(ValueError, match=told):
        curve_fit(given, "fit", data)
    if data is None:
        assert curve_fit_in(given) is None


def test_given_rows_serve_a_pipeline_that_cannot_be_undone():
    model = make_pipeline(FunctionTransformer(np.square), steps()).fit(X, Y)
    fitted = recorded_fit(model, "fit", (X, Y))
    np.testing.assert_allclose(fitted.predicted(fitted.points[-1:])[0], model.predict(X))
