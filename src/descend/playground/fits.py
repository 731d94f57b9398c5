"""A polynomial over points, as it is asked for, and its descent."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from descend.api.minimization import minimize
from descend.curvature.safe_rate import safe_rate
from descend.data.rows import Rows
from descend.losses import REGRESSION, refuse_out_of_domain
from descend.models import Linear
from descend.objectives.risks.empirical_risk import EmpiricalRisk
from descend.penalties import NoPenalty
from descend.playground import limits, texts
from descend.playground.batches import BatchGradient
from descend.playground.descents import Check, Interruptible, chosen_solver
from descend.playground.fields import Fields, RefusedError, blaming
from descend.playground.questions import read_optimizer
from descend.protocols import Array, Loss, Optimizer
from descend.rates import Constant
from descend.records.descent import Descent
from descend.solvers.array_loop import ArrayLoop
from descend.solvers.stopping import GradientShrunk
from descend.support.intervals import ABOVE_0

MOST_PREDICTIONS = 20_000_000
"""Points times steps."""


class Line(NamedTuple):
    """What is fitted: points `(n,)`, from which parameters `(degree + 1,)` on, and how.

    The model has the constant last, a request and its answer first.
    """

    x: Array
    y: Array
    degree: int
    loss: Loss
    optimizer: Optimizer
    rate: float | None
    batch_size: int | None
    steps: int
    scaling: bool
    seed: int
    start: Array


class Features(NamedTuple):
    """Powers of `x` from the first to the last, each less its middle and in units of its spread."""

    degree: int
    middle: Array
    spread: Array

    @classmethod
    def of(cls, x: Array, degree: int, scaling: bool) -> Features:
        """Return the powers as they are, or scaled to the mean zero and the deviation one."""
        if not scaling:
            return cls(degree, np.zeros(degree), np.ones(degree))
        raw = _powers(x, degree)
        return cls(degree, raw.mean(axis=0), raw.std(axis=0))

    def at(self, x: Array) -> Array:
        """Return the features `(n, degree)`."""
        scaled: Array = (_powers(x, self.degree) - self.middle) / self.spread
        return scaled

    def inverse(self, features: Array) -> Array:
        """Return the `x` `(n,)` that have these features."""
        x: Array = features[:, 0] * self.spread[0] + self.middle[0]
        return x


class Fit(NamedTuple):
    """A descent of a risk, the features of its rows `(n, degree)`, and what made them."""

    features: Features
    X: Array
    risk: EmpiricalRisk
    descent: Descent


def fitted(line: Line, check: Check) -> Fit:
    """Return the fit that is asked for."""
    features = Features.of(line.x, line.degree, line.scaling)
    X = features.at(line.x)
    if not np.isfinite(X).all():
        raise RefusedError(texts.POWERS_OVERFLOW.format(degree=line.degree), "points")
    risk = EmpiricalRisk(Linear(line.degree), line.loss, NoPenalty(), Rows(X, line.y[:, None]))
    if not np.isfinite(risk.value(line.start)):
        raise RefusedError(texts.START_OVERFLOWS, "start")
    descent = _descended(risk, line, check)
    return Fit(features, X, risk, replace(descent, objective=risk))


def read_line(fields: Fields) -> Line:
    """Read what is fitted, and how."""
    points = fields.points("points", 2, 2, limits.MOST_POINTS)
    x, y = points.T
    degree = fields.whole("degree", 1, limits.MOST_DEGREE, 1)
    if len(np.unique(x)) == 1:
        raise RefusedError(texts.NO_VARIATION, "points")
    if len(np.unique(x)) <= degree:
        count = len(np.unique(x))
        sentence = texts.TOO_FEW_POINTS.format(count=count, parameters=degree + 1)
        raise RefusedError(sentence, "points")
    loss = REGRESSION[fields.choice("loss", tuple(REGRESSION), "squared_error")]
    with blaming("loss"):
        refuse_out_of_domain(loss, y)
    steps = fields.whole("steps", 0, limits.MOST_STEPS, 100)
    if steps * len(x) > MOST_PREDICTIONS:
        raise RefusedError(
            texts.TOO_MANY_PREDICTIONS.format(points=len(x), steps=steps, most=MOST_PREDICTIONS),
            "steps",
        )
    size = fields.whole("batch_size", 1, len(x)) if fields.is_number("batch_size") else None
    if size is None:
        fields.choice("batch_size", ("full",), "full")
    return Line(
        x,
        y,
        degree,
        loss,
        read_optimizer(fields.object("optimizer", {"name": "sgd"})),
        fields.number_or("auto", "rate", ABOVE_0),
        None if size == len(x) else size,
        steps,
        fields.flag("scaling", False),
        fields.whole("seed", 0, limits.LARGEST_SEED, 0),
        _read_start(fields, degree),
    )


def _read_start(fields: Fields, degree: int) -> Array:
    """Read where the descent begins: at zero, if nothing is said."""
    if not fields.is_given("start"):
        return np.zeros(degree + 1)
    return np.roll(fields.numbers("start", degree + 1), -1)


def _descended(risk: EmpiricalRisk, line: Line, check: Check) -> Descent:
    """Descend by all points at once, or by batches."""
    start = line.start
    if line.batch_size is None:
        solver: Any = chosen_solver(line.optimizer, line.rate, None, start, line.steps)
        return minimize(Interruptible(risk, check), start, optimizer=solver, steps=line.steps)
    rate = line.rate or safe_rate(risk, start, line.optimizer, line.batch_size)
    # by batches a gradient says nothing of the end
    loop = ArrayLoop(line.optimizer, Constant(rate), stopping=GradientShrunk(0.0))
    batches = BatchGradient(risk, line.batch_size, line.seed)
    return minimize(Interruptible(batches, check), start, optimizer=loop, steps=line.steps)


def _powers(x: Array, degree: int) -> Array:
    with np.errstate(all="ignore"):
        powers: Array = x[:, None] ** np.arange(1, degree + 1)
    return powers
