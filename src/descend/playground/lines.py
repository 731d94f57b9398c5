"""`/api/line`: a polynomial fitted to points by descent, step by step."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from descend.api.minimization import minimize
from descend.curvature.conditioning import condition
from descend.curvature.hessian import with_ones
from descend.curvature.lanczos import spectrum
from descend.curvature.safe_rate import safe_rate
from descend.data.rows import Rows
from descend.losses import REGRESSION, is_quadratic, refuse_out_of_domain
from descend.models import Linear
from descend.objectives.risks.empirical_risk import EmpiricalRisk
from descend.penalties import NoPenalty
from descend.playground import limits, texts
from descend.playground.batches import BatchGradient
from descend.playground.buffer import packed
from descend.playground.curvatures import stable_rates
from descend.playground.descents import Check, Interruptible, chosen_solver
from descend.playground.fields import Fields, RefusedError, blaming
from descend.playground.functions import Window
from descend.playground.questions import read_optimizer
from descend.playground.runs import padded
from descend.playground.sentences import Runs, sentences_of
from descend.protocols import Array, Loss, Optimizer
from descend.rates import Constant
from descend.records.descent import Descent
from descend.solvers.array_loop import ArrayLoop
from descend.solvers.stopping import GradientShrunk
from descend.support.intervals import ABOVE_0

ABSCISSAE = 100
"""Places at which the curves are drawn."""

RESOLUTION = 80
"""Heights of the loss in each direction."""

ROOM = 0.2
"""Room around the path in the window, as a share of its width."""

BLOCK = 2_000_000
"""Predictions that are computed together."""

MOST_PREDICTIONS = 20_000_000
"""Points times steps."""


class Line(NamedTuple):
    """What is fitted: points `(n,)`, and how."""

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


def answer(fields: Fields, check: Check) -> bytes:
    """Return the fit that is asked for."""
    line = _read(fields)
    chosen = _chosen(fields, line.degree)
    window = fields.window("window", 2) if fields.is_given("window") else None
    fields.done()
    features = Features.of(line.x, line.degree, line.scaling)
    X = features.at(line.x)
    if not np.isfinite(X).all():
        raise RefusedError(texts.POWERS_OVERFLOW.format(degree=line.degree), "points")
    risk = EmpiricalRisk(Linear(line.degree), line.loss, NoPenalty(), Rows(X, line.y[:, None]))
    best = _best(risk, line, X, check)
    start = np.zeros(line.degree + 1)
    with np.errstate(all="ignore"):
        curvature = spectrum(lambda v: risk.hessian_product(start, v), len(start)).highest
    descent = _descended(risk, line, start, check)
    points = descent.points
    assert points is not None
    seen = _window(points, best, chosen) if window is None else window
    abscissae = np.linspace(line.x.min(), line.x.max(), ABSCISSAE)
    drawn = features.at(abscissae)
    bound = float(stable_rates(line.optimizer, np.array(curvature)))
    rate = float(descent.learning_rates[-1]) if descent.nit else None
    runs = Runs(
        np.array([descent.status]),
        np.array([descent.message]),
        np.array([descent.nit]),
        descent.values[:, None],
        points[:, None],
        np.array([np.nan if rate is None else rate]),
        np.full((len(points), 1), bound),
        np.full((len(points), 1), curvature),
    )
    path = padded(points[:, None], line.steps + 1)[0]
    header = {
        "names": [f"c{j}" for j in range(line.degree + 1)],
        "closed_form": _in_order(best),
        "is_closed_form": is_quadratic(line.loss),
        "condition": {
            "as_given": _condition(Features.of(line.x, line.degree, False).at(line.x)),
            "scaled": _condition(Features.of(line.x, line.degree, True).at(line.x)),
        },
        "scaled": line.scaling,
        "status": str(descent.status),
        "steps": descent.nit,
        "sentence": sentences_of(runs)[0],
        "window": seen,
        "rate": rate,
        "bound": bound,
    }
    arrays = {
        "parameters": _in_order(path),
        "values": padded(descent.values[:, None], line.steps + 1)[0],
        "heights": _heights(risk, best, chosen, seen, len(line.x), check),
        "curves": path[:, :-1] @ drawn.T + path[:, -1:],
        "abscissae": abscissae,
        "closed_curve": drawn @ best[:-1] + best[-1],
    }
    return packed(header, arrays)


def _read(fields: Fields) -> Line:
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
    )


def _chosen(fields: Fields, degree: int) -> tuple[int, int]:
    """Read which two parameters are drawn, counted from the constant: the first two if none are."""
    if not fields.is_given("parameters"):
        return 0, 1
    i, j = fields.numbers("parameters", 2)
    if not (i.is_integer() and j.is_integer() and i != j and 0 <= min(i, j) <= max(i, j) <= degree):
        raise RefusedError(texts.NOT_TWO.format(degree=degree), "parameters")
    return int(i), int(j)


def _descended(risk: EmpiricalRisk, line: Line, start: Array, check: Check) -> Descent:
    """Descend by all points at once, or by batches."""
    if line.batch_size is None:
        solver: Any = chosen_solver(line.optimizer, line.rate, None, start, line.steps)
        return minimize(Interruptible(risk, check), start, optimizer=solver, steps=line.steps)
    rate = line.rate or safe_rate(risk, start, line.optimizer, line.batch_size)
    # by batches a gradient says nothing of the end
    loop = ArrayLoop(line.optimizer, Constant(rate), stopping=GradientShrunk(0.0))
    batches = BatchGradient(risk, line.batch_size, line.seed)
    return minimize(Interruptible(batches, check), start, optimizer=loop, steps=line.steps)


def _best(risk: EmpiricalRisk, line: Line, X: Array, check: Check) -> Array:
    """Return the parameters of the least loss: in closed form, or by a descent that is untuned."""
    least: Array = np.linalg.lstsq(with_ones(X, True), line.y, rcond=None)[0]
    if is_quadratic(line.loss):
        return least
    begin = risk.initial_parameters(np.float64)
    found: Array = minimize(Interruptible(risk, check), begin, steps=1000, record=None).x
    return found


def _heights(
    risk: EmpiricalRisk,
    best: Array,
    chosen: tuple[int, int],
    window: Window,
    count: int,
    check: Check,
) -> Array:
    """Return the loss over two parameters, the others at their best: a row a second one."""
    places = [_place(j, len(best)) for j in chosen]
    first, second = (np.linspace(low, high, RESOLUTION) for low, high in window)
    w = np.tile(best, (RESOLUTION, RESOLUTION, 1))
    w[..., places[0]], w[..., places[1]] = first[None, :], second[:, None]
    flat = w.reshape(-1, len(best))
    size = max(1, BLOCK // count)
    parts = []
    for i in range(0, len(flat), size):
        check()
        parts.append(risk.value(flat[i : i + size]))
    return np.concatenate(parts).reshape(RESOLUTION, RESOLUTION)


def _window(points: Array, best: Array, chosen: tuple[int, int]) -> Window:
    """Return a window of two parameters with the path and the best ones in it."""
    seen = np.concatenate([points, best[None]])[:, [_place(j, len(best)) for j in chosen]]
    # of a path that leaves for infinity, what lies near
    reach = 4 * np.abs(best - points[0]).max() + 1e-9
    near = np.clip(seen, seen[-1] - reach, seen[-1] + reach)
    low, high = near.min(axis=0), near.max(axis=0)
    width = np.maximum(high - low, 0.1 * np.maximum(np.abs(high), 1e-3))
    edges = zip(low - ROOM * width, high + ROOM * width, strict=True)
    return tuple((float(least), float(most)) for least, most in edges)


def _place(parameter: int, count: int) -> int:
    """Return where a parameter, counted from the constant, stands in the model's `w`."""
    return count - 1 if parameter == 0 else parameter - 1


def _in_order(w: Array) -> Array:
    """Return parameters `(..., d)` with the constant first, which the model has last."""
    return np.roll(w, 1, axis=-1)


def _condition(X: Array) -> float:
    """Return the condition number of the squared loss's Hessian."""
    return condition(with_ones(X, True))


def _powers(x: Array, degree: int) -> Array:
    with np.errstate(all="ignore"):
        powers: Array = x[:, None] ** np.arange(1, degree + 1)
    return powers
