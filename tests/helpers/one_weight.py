"""The lesson on stochastic descent: one weight, 150 points, a start far off."""

import warnings

import numpy as np
from sklearn.exceptions import ConvergenceWarning

from descend import DescentRegressor


def one_weight(seed):
    """Return rows, targets, and the weight that fits them best."""
    random = np.random.default_rng(seed)
    x = random.uniform(0, 100, 150)
    y = 3.2 * x + random.normal(0, 10, 150)
    return x[:, None], y, x @ y / (x @ x)


def fitted(X, y, *, seed=0, **options):
    """Fit the weight by batches of 5 from a start at 10."""
    model = DescentRegressor(
        **{"penalty": None, "fit_intercept": False, "warm_start": True, "batch_size": 5,
           "random_state": seed, **options}
    )  # fmt: skip
    model.coef_, model.intercept_, model.n_features_in_ = np.array([10.0]), 0.0, 1
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return model.fit(X, y)
