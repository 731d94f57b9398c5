"""What minimises a function untuned: ours and SciPy's, with the same exact gradients."""

import time
import warnings
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import scipy.optimize

import descend
from descend.protocols import Objective


class Outcome(NamedTuple):
    """Where one method ended, what it says of it, and what it took."""

    x: np.ndarray
    success: bool
    message: str
    evaluations: int
    seconds: float


Minimizer = Callable[[Objective, np.ndarray], Outcome]


def ours(objective: Objective, start: np.ndarray) -> Outcome:
    """Minimise with our defaults."""
    began = time.perf_counter()
    with np.errstate(all="ignore"):
        descent = descend.minimize(objective, start, record=None)
    seconds = time.perf_counter() - began
    message = f"{descent.status}: {descent.message}"
    return Outcome(descent.x, bool(descent.success), message, int(descent.nfev), seconds)


def theirs(method: str) -> Minimizer:
    """Return a method of SciPy with its defaults."""

    def run(objective: Objective, start: np.ndarray) -> Outcome:
        def value_and_gradient(w: np.ndarray) -> tuple[float, np.ndarray]:
            value, g = objective.value_and_gradient(w)
            return float(value), g

        began = time.perf_counter()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = scipy.optimize.minimize(value_and_gradient, start, jac=True, method=method)
        seconds = time.perf_counter() - began
        return Outcome(found.x, bool(found.success), str(found.message), found.nfev, seconds)

    return run


MINIMIZERS: dict[str, Minimizer] = {
    "descend": ours,
    **{method: theirs(method) for method in ("BFGS", "L-BFGS-B", "CG")},
}
"""By name, ours first."""
