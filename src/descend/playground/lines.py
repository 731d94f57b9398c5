"""`/api/line`: a polynomial fitted to points by descent, step by step."""

from __future__ import annotations

import numpy as np

from descend.api.minimization import minimize
from descend.curvature.conditioning import condition
from descend.curvature.hessian import with_ones
from descend.curvature.lanczos import spectrum
from descend.losses import is_quadratic
from descend.objectives.risks.empirical_risk import EmpiricalRisk
from descend.playground import texts
from descend.playground.buffer import packed
from descend.playground.curvatures import stable_rates
from descend.playground.descents import Check, Interruptible
from descend.playground.fields import Fields, RefusedError
from descend.playground.fits import Features, Line, fitted, read_line
from descend.playground.functions import Window
from descend.playground.runs import padded
from descend.playground.sentences import Runs, sentences_of
from descend.protocols import Array

ABSCISSAE = 100
"""Places at which the curves are drawn."""

RESOLUTION = 80
"""Heights of the loss in each direction."""

ROOM = 0.2
"""Room around the path in the window, as a share of its width."""

BLOCK = 2_000_000
"""Predictions that are computed together."""


def answer(fields: Fields, check: Check) -> bytes:
    """Return the fit that is asked for."""
    line, chosen, window = read_seen_line(fields)
    fields.done()
    features, X, risk, descent = fitted(line, check)
    best = _best(risk, line, X, check)
    with np.errstate(all="ignore"):
        at = line.start
        curvature = spectrum(lambda v: risk.hessian_product(at, v), len(at)).highest
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
        "names": names_of(line.degree),
        "start": in_order(line.start),
        "closed_form": in_order(best),
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
        "parameters": in_order(path),
        "values": padded(descent.values[:, None], line.steps + 1)[0],
        "heights": _heights(risk, best, chosen, seen, len(line.x), check),
        "curves": path[:, :-1] @ drawn.T + path[:, -1:],
        "abscissae": abscissae,
        "closed_curve": drawn @ best[:-1] + best[-1],
    }
    return packed(header, arrays)


def read_seen_line(fields: Fields) -> tuple[Line, tuple[int, int], Window | None]:
    """Read what is fitted, which two parameters are drawn, and in which window."""
    line = read_line(fields)
    chosen = _chosen(fields, line.degree)
    return line, chosen, fields.window("window", 2) if fields.is_given("window") else None


def names_of(degree: int) -> list[str]:
    """Return the names of a polynomial's parameters, the constant first."""
    return [f"c{j}" for j in range(degree + 1)]


def _chosen(fields: Fields, degree: int) -> tuple[int, int]:
    """Read which two parameters are drawn, counted from the constant: the first two if none are."""
    if not fields.is_given("parameters"):
        return 0, 1
    i, j = fields.numbers("parameters", 2)
    if not (i.is_integer() and j.is_integer() and i != j and 0 <= min(i, j) <= max(i, j) <= degree):
        raise RefusedError(texts.NOT_TWO.format(degree=degree), "parameters")
    return int(i), int(j)


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


def in_order(w: Array) -> Array:
    """Return parameters `(..., d)` with the constant first, which the model has last."""
    return np.roll(w, 1, axis=-1)


def _condition(X: Array) -> float:
    """Return the condition number of the squared loss's Hessian."""
    return condition(with_ones(X, True))
