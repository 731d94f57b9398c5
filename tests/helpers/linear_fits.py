"""Rows, targets and labels for linear models, and the methods that fit them."""

import numpy as np
import pytest

from descend import DescentClassifier, DescentRegressor

RANDOM = np.random.default_rng(0)
X = RANDOM.standard_normal((120, 4)) * [1, 2, 0.5, 3] + [0, 1, -1, 5]
Y = X @ [1.0, -2, 3, 0.5] + 4 + 0.5 * RANDOM.standard_normal(120)
THREE = np.digitize(Y, np.quantile(Y, [1 / 3, 2 / 3]))
NOISY = (Y + 3 * RANDOM.standard_normal(120) > np.median(Y)).astype(int)

METHODS = {
    "auto": {},
    "full": {"optimizer": "sgd", "batch_size": "full", "max_iter": 50_000, "tol": 1e-9},
    "momentum": {"optimizer": "momentum", "batch_size": "full", "max_iter": 5000, "tol": 1e-9},
    "batches": {"optimizer": "sgd", "batch_size": 16, "max_iter": 3000, "n_iter_no_change": 10},
    "rows": {"optimizer": "sgd", "batch_size": 1, "max_iter": 3000, "n_iter_no_change": 10},
    "adam": {"optimizer": "adam", "max_iter": 3000, "n_iter_no_change": 10},
}
BY_METHOD = pytest.mark.parametrize("method", list(METHODS))
# one combination more to compile
THOROUGH = pytest.mark.thorough
# a few epochs that end as they will
BRIEF = {"max_iter": 4, "tol": 0.0, "random_state": 0}


def regressor(method="auto", **options):
    return DescentRegressor(**{"random_state": 0, **METHODS[method], **options})


def classifier(method="auto", **options):
    return DescentClassifier(**{"random_state": 0, **METHODS[method], **options})
