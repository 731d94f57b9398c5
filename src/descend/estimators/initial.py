"""Where a fit begins, if its caller says so."""

from typing import Any, NamedTuple

import numpy as np

from descend.estimators.checking import refuse_not_finite
from descend.protocols import Array


class Initial(NamedTuple):
    """What `fit` was given to begin at: coefficients `(outputs, n_features)`, intercepts, or None.

    Intercepts are `(outputs,)`.
    """

    coef: Array | None = None
    intercept: Array | None = None

    @property
    def given(self) -> bool:
        """Whether there is anything."""
        return self.coef is not None or self.intercept is not None

    def in_place_of(self, w: Array) -> Array:
        """Return parameters `(outputs, width)` with what was given in the place of theirs."""
        start = w.copy()
        n_features = w.shape[1] if self.coef is None else self.coef.shape[1]
        if self.coef is not None:
            start[:, :n_features] = self.coef
        if self.intercept is not None:
            start[:, -1] = self.intercept
        return start


def initial_of(
    coef_init: Any, intercept_init: Any, n_outputs: int, n_features: int, *, fit_intercept: bool
) -> Initial:
    """Return what was given as `coef_init` and `intercept_init`, of the model's shape.

    >>> initial_of([1, 2], 3, 1, 2, fit_intercept=True)
    Initial(coef=array([[1., 2.]]), intercept=array([3.]))
    >>> initial_of([1, 2, 3], None, 1, 2, fit_intercept=True)
    Traceback (most recent call last):
        ...
    ValueError: coef_init has shape (3,), but the model has 1 output of 2 features: give (2,)
    """
    model = f"the model has {n_outputs} output{'s' * (n_outputs > 1)} of {n_features} features"
    coef = intercept = None
    if coef_init is not None:
        coef = _numbers("coef_init", coef_init)
        usual = (n_features,) if n_outputs == 1 else (n_outputs, n_features)
        if coef.shape not in (usual, (n_outputs, n_features)):
            raise ValueError(f"coef_init has shape {coef.shape}, but {model}: give {usual}")
        coef = coef.reshape(n_outputs, n_features)
    if intercept_init is not None:
        if not fit_intercept:
            raise ValueError("intercept_init is given, but fit_intercept=False: leave one out")
        intercept = _numbers("intercept_init", intercept_init)
        if intercept.shape != (n_outputs,) and (n_outputs > 1 or intercept.ndim):
            wanted = "a number" if n_outputs == 1 else f"({n_outputs},)"
            raise ValueError(
                f"intercept_init has shape {intercept.shape}, but {model}: give {wanted}"
            )
        intercept = intercept.reshape(n_outputs)
    return Initial(coef, intercept)


def _numbers(name: str, given: Any) -> Array:
    try:
        numbers = np.asarray(given, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} must hold numbers: {error}") from error
    refuse_not_finite(np.atleast_1d(numbers), name)
    return numbers
