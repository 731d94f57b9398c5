"""The objective in float64 by NumPy alone; its minimum by Newton's method and L-BFGS."""

import time

import numpy as np
import scipy.optimize
import scipy.sparse
from problems import Problem
from scipy.special import log_softmax, xlogy

BLOCK = 20_000
SMOOTH = {"log_loss", "softmax", "squared_error", "huber", "poisson"}
LARGEST_HESSIAN = 1_000


def losses_and_slopes(problem: Problem, y: np.ndarray, z: np.ndarray) -> tuple[np.ndarray, ...]:
    """Return the losses `(n,)`, their slopes and curvatures by `z`, of rows of scores `(n, k)`."""
    if problem.loss == "softmax":
        log_p, hit = log_softmax(z, axis=1), np.arange(z.shape[1]) == y[:, None]
        return -log_p[hit], np.exp(log_p) - hit, np.exp(log_p)
    y, one = y[:, None], np.ones_like(z)
    if problem.loss == "log_loss":
        p = 1 / (1 + np.exp(-np.abs(z)))
        p = np.where(z > 0, p, 1 - p)
        found = np.logaddexp(0, z) - y * z, p - y, p * (1 - p)
    elif problem.loss == "squared_error":
        found = 0.5 * (z - y) ** 2, z - y, one
    elif problem.loss == "huber":
        far, least = np.abs(z - y), np.minimum(np.abs(z - y), problem.threshold)
        found = least * (far - least / 2), np.sign(z - y) * least, one * (far <= problem.threshold)
    elif problem.loss == "poisson":
        # half the deviance, as in scikit-learn
        mean = np.exp(z)
        found = mean - y * z + xlogy(y, y) - y, mean - y, mean
    elif problem.loss == "hinge":
        sign = 2 * y - 1
        found = np.maximum(0, 1 - sign * z), -sign * (sign * z < 1), 0 * one
    else:
        raise ValueError(f"no loss is named {problem.loss!r}")
    return found[0][:, 0], found[1], found[2]


def penalty(problem: Problem, w: np.ndarray) -> float:
    """Return the penalty of weights `(k, d)`."""
    l1, l2 = np.abs(w).sum(), 0.5 * (w * w).sum()
    return float(problem.alpha * (problem.l1_ratio * l1 + (1 - problem.l1_ratio) * l2))


def value(problem: Problem, w: np.ndarray, b: np.ndarray) -> float:
    """Return the objective at weights `(k, d)` and intercepts `(k,)`."""
    w, b = np.asarray(w, float).reshape(problem.classes, -1), np.asarray(b, float).ravel()
    with np.errstate(all="ignore"):
        total = sum(losses_and_slopes(problem, y, X @ w.T + b)[0].sum() for X, y in blocks(problem))
        return float(total / len(problem.y) + penalty(problem, w))


def blocks(problem: Problem) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return the rows in parts, so that what is made of them stays small."""
    begins = range(0, len(problem.y), BLOCK)
    return [(problem.X[i : i + BLOCK], problem.y[i : i + BLOCK]) for i in begins]


def value_and_gradient(problem: Problem, point: np.ndarray) -> tuple[float, np.ndarray]:
    """Return the objective and its gradient at `(k, d + 1)`, the intercepts last; smooth ones."""
    point = point.reshape(problem.classes, -1)
    w, b = point[:, :-1], point[:, -1]
    total, g = 0.0, np.zeros_like(point)
    for X, y in blocks(problem):
        losses, slopes, _ = losses_and_slopes(problem, y, X @ w.T + b)
        total += losses.sum()
        g[:, :-1] += (X.T @ slopes).T
        g[:, -1] += slopes.sum(axis=0)
    g /= len(problem.y)
    g[:, :-1] += problem.alpha * w
    return float(total / len(problem.y) + penalty(problem, w)), g.ravel()


def polished(problem: Problem, w: np.ndarray, b: np.ndarray, seconds: float) -> float:
    """Return the lowest value met on the way down from a point, by methods that are not ours.

    Smooth objectives alone: of others the lowest value of any solver is the minimum.
    """
    lowest = value(problem, w, b)
    if problem.loss not in SMOOTH or problem.l1_ratio:
        return lowest
    point = np.column_stack([np.reshape(w, (problem.classes, -1)), np.ravel(b)]).astype(float)
    end = time.monotonic() + seconds
    with np.errstate(all="ignore"):
        if point.size <= LARGEST_HESSIAN and problem.classes == 1:
            return min(lowest, *newton(problem, point.ravel(), end))
        return min(lowest, quasi_newton(problem, point, end))


def newton(problem: Problem, point: np.ndarray, end: float) -> list[float]:
    """Return the values of three of Newton's steps from close by."""
    values = [np.inf]
    for _ in range(3):
        if time.monotonic() > end:
            break
        H = np.diag(np.append(np.full(point.size - 1, problem.alpha), 0.0)) * len(problem.y)
        for X, y in blocks(problem):
            _, _, curvature = losses_and_slopes(problem, y, X @ point[:-1, None] + point[-1])
            rows = np.column_stack([X, np.ones(len(y))])
            H += rows.T @ (curvature * rows)
        _, g = value_and_gradient(problem, point)
        scale = 1 / np.sqrt(np.diag(H / len(problem.y)))
        step = np.linalg.lstsq(H / len(problem.y) * np.outer(scale, scale), g * scale)[0]
        point = point - scale * step
        values.append(value(problem, point[:-1], point[-1:]))
    return [each for each in values if np.isfinite(each)] or [np.inf]


def quasi_newton(problem: Problem, point: np.ndarray, end: float) -> float:
    """Return where SciPy's L-BFGS ends, in columns of equal spread."""
    X = problem.X
    squares = X.multiply(X).mean(axis=0) if scipy.sparse.issparse(X) else np.mean(X * X, axis=0)
    spread = np.append(np.sqrt(np.ravel(squares)), 1.0)
    scale = np.tile(1 / np.where(spread > 0, spread, 1), len(point))

    def scaled(v: np.ndarray) -> tuple[float, np.ndarray]:
        found, g = value_and_gradient(problem, v * scale)
        return found, g * scale

    def watch(v: np.ndarray) -> None:
        if time.monotonic() > end:
            raise StopIteration

    options = {"maxiter": 10_000, "ftol": 0, "gtol": 1e-13, "maxcor": 30}
    found = scipy.optimize.minimize(
        scaled, point.ravel() / scale, jac=True, method="L-BFGS-B", options=options, callback=watch
    )
    return float(found.fun)
