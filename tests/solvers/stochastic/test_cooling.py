"""A rate of our own choice falls at the end of the epochs, which takes the noise out of answers."""

import warnings

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import SGDClassifier, SGDRegressor

from descend import DescentClassifier, DescentRegressor

RANDOM = np.random.default_rng(0)
X = RANDOM.standard_normal((200, 4))
Y = X @ [1.0, -2.0, 0.5, 3.0]


def fitted(model, X, y):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return model.fit(X, y)


@pytest.mark.parametrize(
    ("epochs", "shares"),
    [(4, [1, 1, 1, 1]), (5, [1, 1, 1, 1, 0.1]), (10, [*[1] * 8, 0.01 ** (1 / 3), 0.01 ** (2 / 3)])],
)
def test_the_last_fifth_of_the_epochs_falls_by_equal_factors(epochs, shares):
    model = DescentRegressor(optimizer="sgd", tol=0.0, max_iter=epochs, random_state=0)
    rates = fitted(model, X, Y).descent_.learning_rates
    np.testing.assert_allclose(rates / model.learning_rate_, shares)


@pytest.mark.parametrize(
    "settings",
    [{"optimizer": "sgd", "learning_rate": 0.01}, {"optimizer": "saga"}, {"optimizer": "svrg"}],
    ids=repr,
)
def test_a_rate_that_is_given_or_leaves_no_noise_stays(settings):
    model = DescentRegressor(tol=0.0, max_iter=10, random_state=0, **settings)
    assert len(set(fitted(model, X, Y).descent_.learning_rates)) == 1


def data_sets():
    """Return rows, numbers to fit, and classes, of data with features of one scale."""
    diabetes, cancer, digits = load_diabetes(), load_breast_cancer(), load_digits()
    size = cancer.data / cancer.data.max(axis=0)
    for rows, y in (
        (diabetes.data / diabetes.data.std(axis=0), diabetes.target),
        (size[:, 1:], size[:, 0]),
        (digits.data / 16, digits.target),
    ):
        yield rows, (y - y.mean()) / y.std(), y > np.median(y)


@pytest.mark.parametrize("epochs", [10, 30])
@pytest.mark.parametrize("loss", ["squared_error", "huber", "log_loss", "hinge"])
def test_untuned_epochs_end_nearer_to_the_optimum_than_those_of_scikit_learn(loss, epochs):
    """In the median; ours are of one row a step, too."""
    alpha, ratios = 1e-4, []
    classes = loss in ("log_loss", "hinge")
    ours, theirs = (
        (DescentClassifier, SGDClassifier) if classes else (DescentRegressor, SGDRegressor)
    )
    for rows, y, labels in data_sets():
        target = labels if classes else y
        best = ours(loss=loss, alpha=alpha, tol=1e-9, max_iter=3000).fit(rows, target)
        fits = [
            ours(
                loss=loss, alpha=alpha, optimizer="sgd", batch_size=1, max_iter=epochs, tol=0.0,
                random_state=0,
            ),
            theirs(
                loss=loss, alpha=alpha, max_iter=epochs, tol=None, random_state=0,
                **({} if classes else {"epsilon": 1.0}),
            ),
        ]  # fmt: skip
        risk = best.descent_.objective
        above = [
            float(risk.value(np.append(fit.coef_, fit.intercept_))) - best.descent_.fun
            for fit in (fitted(each, rows, target) for each in fits)
        ]
        ratios.append(above[0] / above[1])
    assert np.median(ratios) < 1
