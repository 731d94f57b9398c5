"""Models: from parameters and rows to predictions, and back from slopes to gradients."""

from typing import Any, NamedTuple

import numpy as np

from descend.protocols import Array


class Linear(NamedTuple):
    """A weighted sum of the features, for each output: `z = X @ coef.T + intercept`.

    The parameters of an output stand together, its intercept last: `w` is `(..., outputs * width)`.

    >>> model = Linear(n_features=2)
    >>> model.predict(np.array([1.0, 10.0, 0.5]), np.array([[2.0, 3.0]]))
    array([[32.5]])
    """

    n_features: int
    n_outputs: int = 1
    intercept: bool = True

    @property
    def width(self) -> int:
        """The number of parameters of one output."""
        return self.n_features + self.intercept

    @property
    def n_parameters(self) -> int:
        """The length of the last axis of `w`."""
        return self.n_outputs * self.width

    def penalised(self, w: Array) -> Array:
        """Return a copy of `w` with zeros in place of the intercepts."""
        features = self.by_output(w).copy()
        features[..., self.n_features :] = 0
        return features.reshape(w.shape)

    def by_output(self, w: Array) -> Array:
        """Return `w` as `(..., outputs, width)`, without a copy where possible."""
        return w.reshape(*w.shape[:-1], self.n_outputs, self.width)

    def predict(self, w: Array, X: Any) -> Array:
        """Return the predictions `(n, ..., outputs)` before the link, `w` being `(..., d)`."""
        columns = w.reshape(-1, self.width)
        if not columns.any():  # the usual start: no pass over the data is needed
            return np.zeros((X.shape[0], *w.shape[:-1], self.n_outputs), dtype=w.dtype)
        z = X @ columns[:, : self.n_features].T
        if self.intercept:
            z += columns[:, self.n_features]
        return np.asarray(z).reshape(X.shape[0], *w.shape[:-1], self.n_outputs)

    def pullback(self, w: Array, X: Any, r: Array) -> Array:
        """Return the gradient by `w` of `sum(r * predict(w, X))`, shaped like `w`."""
        slopes = r.reshape(X.shape[0], -1)
        g = np.empty((slopes.shape[1], self.width), dtype=w.dtype)
        g[:, : self.n_features] = (X.T @ slopes).T
        if self.intercept:
            g[:, self.n_features] = slopes.sum(axis=0)
        return g.reshape(w.shape)
