"""Parameters out of their range are refused in one line that names them."""

import numpy as np
import pytest

from descend import DescentClassifier, DescentRegressor
from descend.optimizers import SGD, ClippedByNorm
from descend.rates import Wolfe

X = np.random.default_rng(0).standard_normal((40, 3))
Y = X @ [1.0, 2, 3]
LABELS = (Y > 0).astype(int)
BOTH = [(DescentRegressor, Y), (DescentClassifier, LABELS)]
BY_MODEL = pytest.mark.parametrize(("model", "target"), BOTH, ids=["regressor", "classifier"])


@BY_MODEL
@pytest.mark.parametrize(
    ("name", "value", "beside"),
    [
        ("loss", "squared", {}),
        ("loss", None, {}),
        ("penalty", "l3", {}),
        ("alpha", -1.0, {}),
        ("alpha", float("nan"), {}),
        ("alpha", float("inf"), {}),
        ("alpha", "small", {}),
        ("optimizer", "sdg", {}),
        ("optimizer", 3, {}),
        ("learning_rate", 0.1, {}),
        ("learning_rate", 0.0, {"optimizer": "sgd"}),
        ("learning_rate", -0.5, {"optimizer": "sgd"}),
        ("learning_rate", float("inf"), {"optimizer": "sgd"}),
        ("learning_rate", "fast", {"optimizer": "sgd"}),
        ("learning_rate", True, {"optimizer": "sgd"}),
        ("batch_size", 5, {}),
        ("batch_size", 0, {"optimizer": "sgd"}),
        ("batch_size", 2.5, {"optimizer": "sgd"}),
        ("batch_size", "all", {"optimizer": "sgd"}),
        ("max_iter", 0, {}),
        ("max_iter", 1.5, {}),
        ("max_iter", True, {}),
        ("tol", -1e-3, {}),
        ("validation_fraction", 0.0, {}),
        ("validation_fraction", 1.0, {}),
        ("validation_fraction", "half", {}),
        ("n_iter_no_change", 0, {}),
        ("record", "batch", {}),
        ("loss", 3, {}),
        ("penalty", 0.1, {}),
        ("l1_ratio", 1.5, {}),
        ("l1_ratio", None, {}),
        ("precondition", "full", {}),
        ("precondition", None, {}),
        ("precondition", "diagonal", {}),
        ("precondition", "hessian", {"optimizer": "sgd"}),
        ("average", 2.5, {"optimizer": "sgd"}),
        ("average", -1, {"optimizer": "sgd"}),
        ("average", True, {}),
        ("record", 0, {}),
        ("callbacks", [3], {}),
        ("callbacks", 3, {}),
        ("batch_size", 8, {"optimizer": "lbfgs"}),
        ("batch_size", 8, {"optimizer": "lars"}),
        ("fit_intercept", "no", {}),
        ("shuffle", "no", {}),
        ("early_stopping", 2, {}),
        ("random_state", "seed", {}),
        ("random_state", -1, {}),
    ],
)
def test_a_bad_parameter_is_named_with_its_value(model, target, name, value, beside):
    with pytest.raises(ValueError, match=name) as caught:
        model(**{name: value}, **beside).fit(X, target)
    message = str(caught.value)
    assert repr(value[0] if isinstance(value, list) else value) in message
    assert "\n" not in message
    assert len(message) < 300


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"optimizer": ClippedByNorm(SGD(), 1.0)}, "ClippedByNorm looks at the whole gradient"),
        ({"optimizer": "saga"}, "SAGA remembers a slope for each row.* in partial_fit"),
        ({"optimizer": "sgd", "batch_size": "full", "learning_rate": Wolfe()}, "all rows"),
        (
            {"optimizer": "sgd", "batch_size": "full", "learning_rate": "wolfe"},
            "learning_rate='wolfe' looks at the values of all rows",
        ),
        (
            {"optimizer": "sgd", "learning_rate": "plateau:0.01"},
            "learning_rate='plateau:0.01' looks at the values of all rows",
        ),
        (
            {"optimizer": "sgd", "batch_size": "full", "precondition": "hessian"},
            "precondition='hessian' looks at all rows",
        ),
    ],
    ids=["whole-vector", "saga", "search", "search-in-words", "plateau", "hessian"],
)
def test_what_needs_all_rows_is_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        DescentRegressor(**settings).partial_fit(X, Y)
