"""Named optimizers in other coordinates."""

import pytest
from sklearn.base import clone
from sklearn.datasets import load_breast_cancer, load_diabetes

from descend import DescentClassifier, DescentRegressor

X_CANCER, Y_CANCER = load_breast_cancer(return_X_y=True)
X_CANCER = (X_CANCER - X_CANCER.mean(axis=0)) / X_CANCER.std(axis=0)


@pytest.mark.filterwarnings("ignore:all .* steps were taken")
@pytest.mark.parametrize(
    ("model", "rows", "share"),
    [
        (DescentClassifier(loss="hinge"), (X_CANCER, Y_CANCER), 0.95),
        (DescentRegressor(loss="absolute_error"), load_diabetes(return_X_y=True), 0.999),
    ],
    ids=["hinge", "absolute"],
)
@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_a_loss_with_kinks_is_measured_by_its_smooth_neighbour(model, rows, share, optimizer):
    best = clone(model).fit(*rows).descent_
    settings = {"optimizer": optimizer, "batch_size": "full", "precondition": "hessian"}
    found = clone(model).set_params(max_iter=300, **settings).fit(*rows).descent_
    # the share of the way down from zero that is gone
    assert found.values[0] - found.fun >= share * (found.values[0] - best.fun)
