"""Solvers called in a line, with the options that tests vary."""

import numpy as np

from descend.solvers.array_loop import ArrayLoop
from descend.solvers.contract import Observer, Options
from descend.solvers.stochastic.epochs import Stochastic
from descend.solvers.stochastic.rate_control import RatePlan
from descend.solvers.untuned import untuned_solver


def observer_of(callback):
    return Observer() if callback is None else Observer(callback)


def array_loop(objective, start, optimizer, rate, *, stopping=None, callback=None, **options):
    """Descend by the array loop."""
    solver = ArrayLoop(optimizer, rate, stopping)
    return solver.solve(objective, np.asarray(start), Options(**options), observer_of(callback))


def untuned(risk, start, *, max_iter=1000, callback=None, **options):
    """Descend a risk as an estimator's optimizer "auto" does."""
    return untuned_solver(risk).solve(
        risk, start, Options(steps=max_iter, **options), observer_of(callback)
    )


def by_batches(risk, start, optimizer, schedule, *, adaptive, epochs, batch_size, tol, seed=0):
    """Descend a risk by batches; the record holds no points."""
    solver = Stochastic(optimizer, RatePlan(schedule, adaptive, patience=5), batch_size)
    random = np.random.default_rng(seed)
    return solver.solve(risk, start, Options(epochs, tol, "values", random=random))
