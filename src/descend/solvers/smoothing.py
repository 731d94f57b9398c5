"""Descent of losses with kinks, along smooth neighbours that come ever closer."""

from dataclasses import replace

import numpy as np

from descend.objectives.risks.empirical_risk import EmpiricalRisk
from descend.protocols import Array, Callback, Record, Smoothable
from descend.records.descent import Descent
from descend.records.recorder import joined
from descend.solvers.preconditioned import NOTHING, NOTHING_LEFT, descend_preconditioned

SHRINK = 0.1
"""Each neighbour's width, as a share of the one before."""

MOST_NEIGHBOURS = 10
"""The most neighbours: where the loss itself tends to zero, none is close enough."""

CAUTION = 0.05
"""The share of the typical curvature by which neighbours are descended, where they bend less.

Their own curvature is nothing away from the kinks, and steps by it alone would leave all bounds.
The typical one foresees the whole way to the kink, of which the next step needs little."""

BLUNT = 0.02
"""A neighbour whose value is below this share of its width is too blunt to tell more."""

PATIENCE = 50
"""Steps along a neighbour after which the risk itself must have gained."""

LARGEST = float(np.finfo(float).max)
"""More than any risk: the first is a gain."""


class Watch:
    """What the walk along the neighbours means for the risk itself: its values, and its best."""

    def __init__(self, risk: EmpiricalRisk, tol: float, callback: Callback | None) -> None:
        self._risk, self._tol = risk, tol
        self._callback = callback
        self._level, self._since, self._blunt = LARGEST, 0, 0.0
        self.values: list[float] = []
        self.best_w: Array | None = None
        self.best_value = np.inf
        self.nothing = 0.0
        self.enough = False

    def along(self, width: float) -> None:
        """Begin to watch the neighbour whose kinks are rounded over a width."""
        self._level, self._since, self._blunt = LARGEST, 0, BLUNT * width
        self.enough = False

    def __call__(self, w: Array, value: Array) -> None:
        """Note the risk at `w` `(1, d)`, tell the user's callback, and end what tells no more."""
        own = self._risk.value(w)
        self.values.append(float(own[0]))
        if self.values[-1] < self.best_value:
            self.best_w, self.best_value = w[0].copy(), self.values[-1]
        if self._callback is not None:
            self._callback(w, own)
        self._since += 1
        if self.values[-1] < self._level - self._tol * abs(self._level):
            self._level, self._since = self.values[-1], 0
        self.enough = self.is_nothing or value[0] < self._blunt or self._since == PATIENCE
        if self.enough:
            raise StopIteration

    @property
    def is_nothing(self) -> bool:
        """Whether the risk is as good as zero."""
        return 0 <= self.best_value < self.nothing


def descend_rounded(
    risk: EmpiricalRisk,
    start: Array,
    *,
    max_iter: int,
    tol: float,
    random: np.random.Generator,
    record: Record,
    callback: Callback | None = None,
) -> Descent:
    """Walk a risk with kinks downhill along smooth neighbours of its loss.

    At a kink the gradient says nothing of where the minimum is. So the kinks are rounded: first
    over the mean loss at the start, then over a tenth of that, and so on, each neighbour descended
    from the minimum of the one before, until the risk itself gains no more than `tol` of itself
    from two neighbours, or is as good as zero. A neighbour along which the risk itself gains no
    more is left for the next. The answer is the lowest point met. The record's values are those of
    the risk itself, which may rise a little on the way; its gradients are the neighbours'.

    A loss that is zero for parameters of zero and yet has a slope there, as the perceptron's, has
    nothing to gain but a direction: that of the minimum of the neighbour of width one.

    Parameters
    ----------
    risk
        The objective; its loss is `Smoothable`.
    start
        `(d,)`.
    max_iter, tol, random, record, callback
        As in `descend_preconditioned`.

    References
    ----------
    K. Madsen and H. Nielsen, A finite smoothing algorithm for linear l1 estimation (1993).
    """
    assert isinstance(risk.loss, Smoothable)
    watch = Watch(risk, tol, callback)
    begin, g = risk.value_and_gradient(start)
    if not g.any():
        # zero is a subgradient: nothing is lower
        return descend_preconditioned(
            risk, start, max_iter=max_iter, tol=tol, random=random, record=record
        )
    if start.any():
        # no answer is above where a fit went on from; but zero is none
        watch.best_w, watch.best_value = start, float(begin)
    w, last, width = start, float(begin), _mean_loss(risk, start)
    only_direction = width == 0 and not start.any()
    width = width or 1.0
    if tol > 0 and not only_direction:
        watch.nothing = NOTHING * float(begin)
    parts: list[Descent] = []
    left, gainless = max_iter, 0
    for _ in range(1 if only_direction else MOST_NEIGHBOURS):
        best, told = watch.best_value, len(watch.values)
        watch.along(0.0 if only_direction else width)
        neighbour = replace(risk, loss=risk.loss.smoothed(width), typical_share=CAUTION)
        part = descend_preconditioned(
            neighbour,
            w,
            max_iter=left,
            tol=float(np.sqrt(tol)),
            random=random,
            record=record,
            callback=watch,
        )
        own = np.array([last, *watch.values[told:]])
        parts.append(replace(part, values=own[: len(part.values)]))
        w, last, left = part.x, float(own[-1]), left - part.nit
        gainless = 0 if watch.best_value < best - tol * abs(best) else gainless + 1
        ended = part.status == "diverged" or (part.status == "stopped" and not watch.enough)
        if ended or watch.is_nothing or left <= 0 or gainless == 2:
            break
        width = SHRINK * min(width, _mean_loss(risk, w) or width)
    whole = joined(parts)
    if watch.enough and watch.is_nothing:
        whole = replace(whole, status="converged", message=NOTHING_LEFT)
    elif left <= 0:
        whole = replace(whole, status="stopped", message=f"all {max_iter} steps were taken")
    elif watch.enough or whole.status in ("converged", "stalled"):
        message = f"sharper kinks lower the risk by no more than {tol:g} of itself"
        if only_direction:
            message = "zero is the minimum; this is the direction to which rounded kinks lead"
        whole = replace(whole, status="converged", message=message)
    x = w if watch.best_w is None or only_direction else watch.best_w
    value, g = risk.value_and_gradient(x)
    fun = float(value)
    return replace(whole, x=x, fun=fun, jac=g, best_x=x, best_fun=fun, objective=risk)


def _mean_loss(risk: EmpiricalRisk, w: Array) -> float:
    """Return the risk without its penalty."""
    return float(risk.value(w) - risk.penalty_value(w))
