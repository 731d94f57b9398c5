"""A solver of one's own, written against the contract, works behind both front doors."""

import numpy as np
import pytest
from scipy.optimize import minimize as scipy_minimize
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import scale

import descend
from descend.protocols import Ending
from descend.records.recorder import Recorder
from descend.solvers.contract import SILENT
from descend.solvers.loop import iterate


class Newton:
    """Newton's method, its steps halved until they lead down."""

    def solve(self, objective, start, options, observer=SILENT):
        run = NewtonRun(objective, start, options)
        iterate(run, run.recorder, options, observer)
        return run.recorder.descent(
            single=True,
            objective=objective,
            optimizer=None,
            learning_rate=None,
            names=options.names,
        )


class NewtonRun:
    def __init__(self, objective, start, options):
        self.objective, self.w, self.tol = objective, start.copy(), options.tol
        self.value, self.g = objective.value_and_gradient(start)
        self.recorder = Recorder(start[None], self.value[None], self.g[None], options.record)
        self.running = np.zeros(1, dtype=np.intp)

    def take(self, t):
        H = np.stack([self.objective.hessian_product(self.w, e) for e in np.eye(len(self.w))])
        direction, rate = np.linalg.lstsq(H, self.g, rcond=None)[0], 1.0
        while self.objective.value(self.w - rate * direction) > self.value:
            rate /= 2
        self.w = self.w - rate * direction
        self.value, self.g = self.objective.value_and_gradient(self.w)
        self.recorder.note_rates(self.running, np.array([rate]))
        self.recorder.add(self.running, self.w, self.value, self.g)
        return True

    def judge(self):
        if np.linalg.norm(self.g) <= self.tol * max(1, abs(self.value)):
            self.recorder.end(self.running, Ending.GRADIENT_ZERO)
            self.running = self.running[:0]


def test_it_minimises_functions():
    descent = descend.minimize("rosenbrock", [-1.2, 1.0], optimizer=Newton())
    assert descent.status == "converged"
    np.testing.assert_allclose(descent.x, [1, 1], atol=1e-8)
    reference = scipy_minimize(descent.objective.value, [-1.2, 1.0], method="BFGS")
    assert descent.fun <= reference.fun
    assert (np.diff(descent.values) <= 0).all()
    assert len(descent.points) == descent.nit + 1
    assert "converged" in descent.explain()


def test_it_fits_models():
    X, y = load_breast_cancer(return_X_y=True)
    X = scale(X)
    model = descend.DescentClassifier(optimizer=Newton(), alpha=1e-2).fit(X, y)
    peer = LogisticRegression(C=1 / (1e-2 * len(X)), tol=1e-10, max_iter=10_000).fit(X, y)
    np.testing.assert_allclose(model.coef_, peer.coef_, rtol=1e-5, atol=1e-6)
    assert model.descent_.status == "converged"
    assert len(model.loss_curve_) == model.n_iter_ + 1


def test_observers_end_it():
    seen = []

    def third(x):
        seen.append(x)
        if len(seen) == 3:
            raise StopIteration

    descent = descend.minimize("rosenbrock", [-1.2, 1.0], optimizer=Newton(), callback=third)
    assert (descent.nit, descent.status, descent.ending) == (3, "stopped", "callback")
    slow = descend.minimize("rosenbrock", [-1.2, 1.0], optimizer=Newton(), steps=2)
    assert slow.message == "all 2 steps were taken"


def test_it_takes_no_learning_rate():
    with pytest.raises(ValueError, match="Newton is a solver"):
        descend.minimize("rosenbrock", [0.0, 0.0], optimizer=Newton(), learning_rate=0.1)
