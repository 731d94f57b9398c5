"""The front door for data: scikit-learn estimators."""

from descend.estimators.classifier import DescentClassifier
from descend.estimators.regressor import DescentRegressor

__all__ = ["DescentClassifier", "DescentRegressor"]
