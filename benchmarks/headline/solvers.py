"""Ours and scikit-learn's solvers: each in its best documented setting, over a ladder of precision.

A rung is a separate fit, from zero: of a tolerance, or of a number of passes.
"""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
import scipy.sparse
from problems import Problem
from sklearn import linear_model
from sklearn.svm import LinearSVC

from descend import DescentClassifier, DescentRegressor
from descend.losses import Huber

Weights = tuple[np.ndarray, np.ndarray]

OURS = "descend"
NEVER = 1_000_000
"""A number of passes that a tolerance ends long before."""


class Solver(NamedTuple):
    """A method: its rungs, from coarse to fine, and one fit of the rows that `prepare` returns."""

    name: str
    setting: str
    rungs: tuple[float, ...]
    fit: Callable[[Problem, Any, float], Weights]
    prepare: Callable[[Problem], Any] = lambda problem: problem.X


def weights(model: Any) -> Weights:
    return np.asarray(model.coef_), np.asarray(model.intercept_)


def estimator(
    name: str, setting: str, rungs: tuple[float, ...], make: Callable[[Problem, float], Any],
    prepare: Callable[[Problem], Any] = lambda problem: problem.X,
) -> Solver:  # fmt: skip
    """Return a solver from what makes an estimator with `fit(X, y)` for a problem and a rung."""

    def fit(problem: Problem, X: Any, rung: float) -> Weights:
        return weights(make(problem, rung).fit(X, problem.y))

    return Solver(name, setting, rungs, fit, prepare)


def is_classes(problem: Problem) -> bool:
    return problem.loss in ("log_loss", "softmax", "hinge")


def ours(problem: Problem) -> Iterator[Solver]:
    """Yield the default, in both precisions, and what is known by name."""

    def made(problem: Problem, **options: Any) -> Any:
        kind = DescentClassifier if is_classes(problem) else DescentRegressor
        loss: Any = "log_loss" if problem.loss == "softmax" else problem.loss
        if problem.loss == "huber":
            loss = Huber(problem.threshold)
        return kind(
            loss, alpha=problem.alpha, penalty="elasticnet" if problem.l1_ratio else "l2",
            l1_ratio=problem.l1_ratio, random_state=0, record=None, **options,
        )  # fmt: skip

    def untuned(problem: Problem, tol: float) -> Any:
        return made(problem, tol=tol, max_iter=10_000)

    def single(problem: Problem) -> Any:
        return problem.X.astype(np.float32)

    tols = (1e-1, 1e-2, 1e-3, 1e-4, 1e-6, 1e-9)
    yield estimator(OURS, "the default; tol", tols, untuned)
    yield estimator(
        f"{OURS} float32", "the default, rows in float32; tol", tols[:-1], untuned, single
    )

    def named(optimizer: str, epochs: tuple[float, ...], **options: Any) -> Solver:
        def make(problem: Problem, rung: float) -> Any:
            return made(problem, optimizer=optimizer, max_iter=int(rung), tol=None, **options)

        size = options.get("batch_size", 32)
        return estimator(f"{OURS} {optimizer}", f"{size} rows a step; epochs", epochs, make)

    yield named("sgd", (1, 5, 20), batch_size=1)
    yield named("adam", (1, 5, 20))
    if problem.loss != "hinge":
        yield named("saga", (2, 5, 10, 20, 50), batch_size=1)


def scikit_learn(problem: Problem) -> Iterator[Solver]:
    """Yield every solver of scikit-learn that minimises the problem's objective."""
    if problem.loss in ("log_loss", "softmax"):
        yield from logistic(problem)
    if problem.loss == "hinge":
        yield estimator(
            "LinearSVC", "dual; tol", (1e-1, 1e-2, 1e-3, 1e-4, 1e-6),
            lambda p, tol: LinearSVC(
                loss="hinge", C=c_of(p), tol=tol, intercept_scaling=10, max_iter=NEVER,
                random_state=0,
            ),
        )  # fmt: skip
    if problem.loss == "squared_error" and problem.l1_ratio:
        for gram in (True, False):
            yield estimator(
                f"ElasticNet, {'Gram' if gram else 'rows'}", f"precompute={gram}; tol",
                (1e-2, 1e-3, 1e-4, 1e-6, 1e-9),
                lambda p, tol, gram=gram: linear_model.ElasticNet(
                    p.alpha, l1_ratio=p.l1_ratio, precompute=gram, tol=tol, max_iter=NEVER,
                ), lambda p: np.asfortranarray(p.X),
            )  # fmt: skip
    elif problem.loss == "squared_error":
        yield from ridge()
    if problem.loss == "huber":
        yield estimator(
            "HuberRegressor", "its scale fitted as well; max_iter", (10, 20, 50, 100, 300),
            lambda p, rung: linear_model.HuberRegressor(
                epsilon=1.35, alpha=p.alpha * len(p.y) * 1.35 / p.threshold, tol=1e-12,
                max_iter=int(rung),
            ),
        )  # fmt: skip
    if problem.loss == "poisson":
        for solver in ("lbfgs", "newton-cholesky"):
            yield estimator(
                f"PoissonRegressor {solver}", "tol", (1e-2, 1e-3, 1e-4, 1e-6),
                lambda p, tol, solver=solver: linear_model.PoissonRegressor(
                    alpha=p.alpha, solver=solver, tol=tol, max_iter=10_000
                ),
            )  # fmt: skip
    if problem.loss in ("log_loss", "hinge", "squared_error", "huber"):
        yield sgd(problem)


def c_of(problem: Problem) -> float:
    return 1 / (problem.alpha * len(problem.y))


def logistic(problem: Problem) -> Iterator[Solver]:
    """Yield the solvers of LogisticRegression; liblinear's intercept is penalised a hundredth."""
    coarse, fine = (1e-1, 1e-2, 1e-3, 1e-4, 1e-6), (1e-2, 1e-3, 1e-4, 1e-5, 1e-7)
    rungs = {
        "lbfgs": fine, "newton-cg": coarse, "newton-cholesky": coarse, "sag": coarse,
        "saga": coarse, "liblinear": coarse,
    }  # fmt: skip
    for solver, tols in rungs.items():
        if (solver == "liblinear" and problem.loss == "softmax") or (
            solver == "newton-cholesky" and problem.X.shape[1] * problem.classes > 12_000
        ):
            continue  # another objective; a Hessian of more than a gigabyte

        def make(problem: Problem, tol: float, solver: str = solver) -> Any:
            scaling = {"intercept_scaling": 10} if solver == "liblinear" else {}
            return linear_model.LogisticRegression(
                C=c_of(problem), solver=solver, tol=tol, max_iter=NEVER, random_state=0, **scaling
            )

        yield estimator(f"LogisticRegression {solver}", "tol", tols, make)


def ridge() -> Iterator[Solver]:
    """Yield the solvers of Ridge: the direct ones have a single rung."""
    tols = (1e-2, 1e-3, 1e-4, 1e-6, 1e-9)
    ladders = {"cholesky": (0.0,), "svd": (0.0,)} | dict.fromkeys(
        ("lsqr", "sparse_cg", "sag", "saga"), tols
    )
    for solver, rungs in ladders.items():
        yield estimator(
            f"Ridge {solver}", "direct" if len(rungs) == 1 else "tol", rungs,
            lambda p, tol, solver=solver: linear_model.Ridge(
                p.alpha * len(p.y), solver=solver, tol=tol,
                max_iter=None if solver in ("cholesky", "svd") else NEVER, random_state=0,
            ),
        )  # fmt: skip


def sgd(problem: Problem) -> Solver:
    """Return scikit-learn's stochastic descent, averaged where it goes on for long."""

    def make(problem: Problem, rung: float) -> Any:
        options: dict[str, Any] = {
            "alpha": problem.alpha, "penalty": "elasticnet" if problem.l1_ratio else "l2",
            "l1_ratio": problem.l1_ratio, "max_iter": int(rung), "tol": None,
            "average": rung >= 20, "random_state": 0,
        }  # fmt: skip
        if is_classes(problem):
            return linear_model.SGDClassifier(loss=problem.loss, **options)
        return linear_model.SGDRegressor(loss=problem.loss, epsilon=problem.threshold, **options)

    name = "SGDClassifier" if is_classes(problem) else "SGDRegressor"
    return estimator(name, "averaged from 20 epochs on; epochs", (1, 5, 20, 100), make)


def is_sparse(problem: Problem) -> bool:
    return bool(scipy.sparse.issparse(problem.X))
