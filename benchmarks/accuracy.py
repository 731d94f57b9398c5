"""The penalised optimum by full-batch descent, beside references of high precision.

For every smooth loss: the objective's excess over the optimum that L-BFGS of SciPy and Newton steps
find, relative to it. For L1 and elastic net: the distance of the coefficients to coordinate
descent's, and whether the same ones are zero.
"""

import warnings

import numpy as np
from scipy.optimize import minimize
from sklearn.datasets import (
    load_breast_cancer,
    load_diabetes,
    load_digits,
    load_iris,
    load_wine,
    make_regression,
)
from sklearn.linear_model import ElasticNet, LogisticRegression
from sklearn.preprocessing import StandardScaler

from descend import DescentClassifier, DescentRegressor

ALPHA = 1e-2
REGRESSION = [
    "squared_error", "huber", "log_cosh", "squared_epsilon_insensitive", "poisson", "gamma",
    "tweedie",
]  # fmt: skip
CLASSIFICATION = ["log_loss", "squared_hinge", "modified_huber"]


def optimum(objective, start):
    """Return the least value that L-BFGS reaches, begun again until it gains nothing."""
    w = start
    options = {"maxiter": 20_000, "ftol": 1e-16, "gtol": 1e-12, "maxcor": 50}
    for _ in range(5):
        found = minimize(
            lambda v: tuple(map(np.asarray, objective.value_and_gradient(v))),
            w, jac=True, method="L-BFGS-B", options=options,
        )  # fmt: skip
        w = found.x
    return float(found.fun)


def excess(model):
    """Return how far a fitted model's objective is above the optimum, relative to it."""
    descent = model.descent_
    best = min(optimum(descent.objective, descent.x), optimum(descent.objective, 0 * descent.x))
    return (float(descent.fun) - best) / abs(best)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    X, y = load_diabetes(return_X_y=True)
    made = make_regression(500, 20, noise=5, random_state=0)
    regressions = [
        ("diabetes", StandardScaler().fit_transform(X), y / y.mean()),
        ("generated", made[0], np.exp(made[1] / np.ptp(made[1]))),
    ]
    classifications = [
        (load.__name__[5:], StandardScaler().fit_transform(load().data), load().target)
        for load in (load_breast_cancer, load_iris, load_wine, load_digits)
    ]
    print(f"{'data':<14} {'loss':<28} {'excess':>9} {'steps':>6}")
    for kind, losses, sets in (
        (DescentRegressor, REGRESSION, regressions),
        (DescentClassifier, CLASSIFICATION, classifications),
    ):
        for name, rows, target in sets:
            for loss in losses:
                model = kind(loss, alpha=ALPHA, random_state=0).fit(rows, target)
                print(f"{name:<14} {loss:<28} {excess(model):>9.1e} {model.n_iter_:>6}")
        if kind is DescentClassifier:
            name, rows, target = classifications[0]
            peer = LogisticRegression(C=1 / (ALPHA * len(target)), tol=1e-12, max_iter=10_000)
            own = kind(alpha=ALPHA, random_state=0).fit(rows, target)
            off = np.abs(own.coef_ - peer.fit(rows, target).coef_).max() / np.abs(peer.coef_).max()
            print(f"{name}: coefficients off scikit-learn's by {off:.1e} of the largest")
    for name, rows, target in regressions:
        for penalty, ratio in (("l1", 1.0), ("elasticnet", 0.5)):
            own = DescentRegressor(penalty=penalty, l1_ratio=ratio, alpha=ALPHA).fit(rows, target)
            peer = ElasticNet(ALPHA, l1_ratio=ratio, tol=1e-12, max_iter=10**6).fit(rows, target)
            off = np.abs(own.coef_ - peer.coef_).max() / np.abs(peer.coef_).max()
            same = np.array_equal(own.coef_ == 0, peer.coef_ == 0)
            told = "the same zeros" if same else "other zeros"
            print(f"{name:<14} {penalty:<28} {off:>9.1e}, {told} ({np.sum(own.coef_ == 0)})")
