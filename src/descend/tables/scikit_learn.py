"""What scikit-learn asks of an estimator that is a regressor or a classifier by its data."""

from __future__ import annotations

from typing import Any

from sklearn.utils import ClassifierTags, RegressorTags

from descend.data.target import Task


def with_task(tags: Any, task: Task | None) -> Any:
    """Return an estimator's tags with those of its task, where it is known."""
    tags.input_tags.two_d_array = True
    tags.input_tags.string = True
    tags.input_tags.allow_nan = True
    if task == "regression":
        tags.estimator_type, tags.regressor_tags = "regressor", RegressorTags()
    elif task == "classification":
        tags.estimator_type, tags.classifier_tags = "classifier", ClassifierTags()
    return tags
