"""A learning-rate range test, and the bound that curvature sets."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from descend.api.starts import Start, check_finite, posed, starting_points
from descend.curvature.lanczos import spectrum
from descend.curvature.safe_rate import safe_rate
from descend.experiments.brief_table import BriefTable
from descend.experiments.data_risk import risk_of
from descend.experiments.divergence_threshold import divergence_threshold
from descend.experiments.rest import refuse_rest
from descend.objectives import Gradient, Problem, as_problem
from descend.objectives.risks.empirical_risk import EmpiricalRisk
from descend.optimizers import by_name
from descend.optimizers.traits import stable_rate
from descend.protocols import Array, Objective, Optimizer, Schedule
from descend.protocols.status import ENDLESS
from descend.rates import Constant
from descend.records.rendering import draw
from descend.solvers.array_loop import ArrayLoop
from descend.solvers.contract import Options
from descend.solvers.rate_trials import unit_rate

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from descend.records.descent import Descent

SETTLED = 1e-3
"""A run has settled if it ends within this share of its fall above its lowest value."""

SMOOTHING = 0.8
"""The weight of the previous mean in the exponential moving mean of the values."""

BELOW, ABOVE = 1e-4, 1e2
"""The range of rates that are tested, as multiples of the stable rate or an estimate of it."""

TRIAL_STEPS = 60
"""Steps of a run that shows whether a rate diverges: at 5 % too much values grow 1e5 fold."""

LAST_VALUES = 5
"""Values at the end of a run that are all above its start if it diverges."""


class RateTest(NamedTuple):
    """The result of a test of learning rates; None stands for what was not met or does not exist.

    Attributes
    ----------
    optimizer
        The optimizer's name.
    rates, values, smoothed
        The rate of each step, the value after it, and a moving mean of the values, `(steps,)`.
    suggestion
        The rate to begin with.
    steepest
        The rate at which the smoothed value fell fastest.
    blow_up
        About from which rate on runs blow up: one at which a run of its own, of 60 steps, ended
        above the start by more than the test ever fell below it, and less than a tenth below which
        another did not.
    curvature, bound
        The largest curvature at the start, and the rate up to which the optimizer is stable there.
    safe
        On data, the rate that the estimators take for all rows at once.
    """

    optimizer: str
    rates: Array
    values: Array
    smoothed: Array
    suggestion: float
    steepest: float | None
    blow_up: float | None
    curvature: float | None
    bound: float | None
    safe: float | None

    def __str__(self) -> str:
        """Say which rate to take, and why."""
        sentences = [f"Begin {self.optimizer} with the learning rate {self.suggestion:.2g}."]
        if self.steepest is not None:
            sentences.append(f"The value fell fastest at {self.steepest:.3g}.")
        if self.blow_up is not None:
            sentences.append(
                f"From about {self.blow_up:.2g} on, runs of {TRIAL_STEPS} steps blow up."
            )
        if self.bound is not None and self.curvature is not None:
            sentences.append(
                f"At the start the largest curvature is L = {self.curvature:.4g}, and rates up to "
                f"{self.bound * self.curvature:.3g}/L = {self.bound:.4g} are stable."
            )
        if self.safe is not None:
            sentences.append(
                f"On these data the estimators take {self.safe:.3g} for all rows at once."
            )
        return " ".join(sentences)

    def rows(self) -> list[tuple[str, str]]:
        """Return the table of what was found, under a header."""
        first, last = self.rates[[0, -1]]
        found = {
            "begin with": self.suggestion,
            "the value fell fastest at": self.steepest,
            "runs blow up from about": self.blow_up,
            "stable up to": self.bound,
            "the estimators take": self.safe,
        }
        return [
            (self.optimizer, "learning rate"),
            *((name, f"{rate:.3g}") for name, rate in found.items() if rate is not None),
            ("tested", f"{first:.2g} to {last:.2g}, {len(self.rates)} rates"),
        ]

    def __repr__(self) -> str:
        """Return the table as text."""
        return BriefTable.of(self.rows()).text()

    def _repr_html_(self) -> str:
        """Return the table and the sentences for a notebook."""
        return BriefTable.of(self.rows()).html(str(self))

    def plot(self, **options: Any) -> Figure:
        """Draw the value against the rate: see `descend.views.rate_test`."""
        figure: Figure = draw("rate_test", self, **options)
        return figure


def find_rate(
    objective: Any,
    start: Start | None = None,
    *,
    optimizer: str | Optimizer = "sgd",
    steps: int = 100,
    gradient: Gradient = None,
    seed: int | None = None,
) -> RateTest:
    """Find a learning rate by a range test, and set the bound of the curvature beside it.

    One run takes its steps at rates that rise geometrically from far too small ones until the
    value blows up. It does so late, since the earlier steps have removed most of the components
    that grow: the rate from which on runs blow up is therefore found by runs of 60 steps, each at
    one rate from the start. Where the curvature at the start sets a bound, the suggestion is half
    of it, `1 / L` for plain descent; or that halved until a run at this rate ends about as low as
    it ever was. Else it is the lower of the rate at which the value fell fastest and a tenth of
    that from which it blew up.

    Parameters
    ----------
    objective
        As `descend.minimize`; or data `(X, y)`, for the risk of a linear model with a little L2:
        the squared error of numbers, the log loss or cross-entropy of classes (anything but
        numbers with a fraction, of at most 20 kinds if they are whole numbers).
    start
        A single start as `descend.minimize` takes it. None for zeros on data, else for a random
        start.
    optimizer
        A name or an instance.
    steps
        How many rates to try, at least 10.
    gradient, seed
        As `descend.minimize`.

    Raises
    ------
    ValueError
        As `descend.minimize`; for several starts; if the start is a maximum, a saddle or a minimum
        already; or if no rate makes the value smaller.

    Examples
    --------
    >>> import descend
    >>> found = descend.find_rate("(5*x^2 + y^2)/2", [1, 1])
    >>> round(found.bound, 6), 0.01 < found.suggestion <= found.bound / 2
    (0.4, True)

    References
    ----------
    L. N. Smith, Cyclical learning rates for training neural networks (2017), section 3.3.
    """
    if isinstance(steps, bool) or not isinstance(steps, int) or steps < 10:
        raise ValueError(f"steps={steps!r} must be a whole number, at least 10")
    problem = _problem(objective, gradient, start)
    point = _single_start(start, problem, seed)
    check_finite(problem, point)
    chosen = by_name("sgd" if isinstance(optimizer, str) and optimizer == "auto" else optimizer)
    f = problem.objective
    ends = spectrum(partial(f.hessian_product, point), point.size)
    value, g = f.value_and_gradient(point)
    refuse_rest(point, float(value), g, ends)
    highest = ends.highest
    curvature = highest if np.isfinite(highest) and highest > 0 else None
    bound = None if curvature is None else stable_rate(chosen, curvature)
    centre = bound or float(unit_rate(point[None], g[None], chosen)[0])
    rates = np.geomspace(BELOW * centre, ABOVE * centre, steps)
    runs = _Runs(f, point, chosen)
    test = runs.at(lambda t: rates[np.asarray(t, dtype=int) - 1], steps)
    first, values = float(test.values[0]), np.asarray(test.values[1:], dtype=float)
    smoothed, steepest = _steepest(rates, first, values)
    lowest = int(np.argmin(values))
    # a run diverges that ends as far above the start as the test was ever below it
    high = 2 * first - float(values[lowest])
    blow_up = divergence_threshold(
        lambda rate: runs.end_above(high, rate), float(rates[lowest]), rates[0], rates[-1]
    )
    suggestion = steepest if blow_up is None else min(steepest, blow_up / 10)
    if bound is not None:
        suggestion = runs.settling_rate(steps, bound / 2, min(suggestion, bound / 2))
    return RateTest(
        optimizer=optimizer if isinstance(optimizer, str) else type(optimizer).__name__,
        rates=rates[: len(values)],
        values=values,
        smoothed=smoothed,
        suggestion=suggestion,
        steepest=steepest,
        blow_up=blow_up,
        curvature=curvature,
        bound=bound,
        safe=safe_rate(f, point, chosen, f.blocks.n_rows) if isinstance(f, EmpiricalRisk) else None,
    )


class _Runs(NamedTuple):
    """Runs from one start."""

    objective: Objective
    point: Array
    optimizer: Optimizer

    def at(self, schedule: Schedule, steps: int) -> Descent:
        """Return a run at the rates of a schedule."""
        loop = ArrayLoop(self.optimizer, schedule)
        options = Options(steps=steps, tol=0.0, record="values")
        return loop.solve(self.objective, self.point, options)

    def end_above(self, value: float, rate: float) -> bool:
        """Say whether a run at one rate ends above a value."""
        run = self.at(Constant(rate), TRIAL_STEPS)
        return run.status in ENDLESS or bool((run.values[-LAST_VALUES:] > value).all())

    def settling_rate(self, steps: int, rate: float, least: float) -> float:
        """Return the rate, halved until a run of so many steps settles, but not below `least`."""
        while rate > least:
            run = self.at(Constant(rate), steps)
            fallen = run.values[0] - run.best_fun
            if run.status not in ENDLESS and run.fun <= run.best_fun + SETTLED * fallen:
                return rate
            rate /= 2
        return least


def _problem(objective: Any, gradient: Gradient, start: Start | None) -> Problem:
    """Return the problem of a function, or of data."""
    if isinstance(objective, tuple) and not isinstance(objective, Problem):
        if len(objective) != 2:
            raise ValueError(f"data are a pair (X, y), not {len(objective)} things")
        return as_problem(risk_of(*objective), gradient=gradient)
    return posed(objective, start, gradient)


def _single_start(start: Start | None, problem: Problem, seed: int | None) -> Array:
    """Return the one point to start from."""
    if start is None and isinstance(problem.objective, EmpiricalRisk):
        return np.zeros(problem.objective.model.n_parameters)
    points = starting_points(start, problem, seed, starts=1 if start is None else None)
    if points.ndim == 2 and len(points) != 1:
        raise ValueError(f"rates are tested from one start, not from {len(points)}")
    return points.reshape(-1)


def _steepest(rates: Array, first: float, values: Array) -> tuple[Array, float]:
    """Return the smoothed values, and the rate at which they fell fastest before the lowest."""
    lowest = int(np.argmin(values)) if len(values) else 0
    if not len(values) or not values[lowest] < first:
        raise ValueError(
            f"no rate from {rates[0]:.2g} to {rates[-1]:.2g} makes the value smaller than "
            f"{first:.6g}: start elsewhere, or check the gradient (descend.check_gradient)"
        )
    smoothed = _smoothed(np.concatenate([[first], values]))
    return smoothed[1:], float(rates[int(np.argmin(np.diff(smoothed[: lowest + 2])))])


def _smoothed(values: Array) -> Array:
    """Return an exponential moving mean, unbiased at the start."""
    means = np.empty_like(values)
    total = weight = 0.0
    for t, value in enumerate(values):
        total = SMOOTHING * total + (1 - SMOOTHING) * value
        weight = SMOOTHING * weight + (1 - SMOOTHING)
        means[t] = total / weight
    return means
