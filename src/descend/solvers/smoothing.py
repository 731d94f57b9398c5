"""Descent of losses with kinks, along smoothed losses that come ever closer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain
from time import perf_counter

import numpy as np

from descend.objectives.risks.empirical_risk import EmpiricalRisk
from descend.penalties import is_smooth
from descend.protocols import Array, Ending, Smoothable, Status, Step, Supporting
from descend.records.descent import Descent
from descend.records.joining import ended, joined
from descend.solvers.contract import SILENT, Observer, Options, Solver
from descend.solvers.optimality import ROUNDINGS
from descend.solvers.preconditioned import ZERO_RISK, Preconditioned

SHRINK = 0.1
"""Each smoothing's width, as a share of the one before."""

MOST_SMOOTHINGS = 12
"""The most smoothings: where the loss itself tends to zero, none is close enough."""

CAUTION = 0.05
"""The share of the typical curvature by which smoothed losses are descended, where theirs is less.

Their own is nothing away from the kinks, and steps by it alone would leave all bounds; the typical
one foresees the whole distance to the kink, of which the next step needs little.
"""

BLUNT = 0.02
"""A smoothed risk below this share of its width is too blunt to say more."""

PATIENCE = 50
"""Steps along a smoothed loss after which the risk itself must have fallen."""

ROUNDED = 1e-8
"""The share of the risk to which a minimum is proven that counts as all that rounding allows."""

LARGEST = float(np.finfo(float).max)
"""More than any risk: the first is a gain."""


@dataclass(frozen=True)
class Smoothing:
    """Descent of a risk with kinks along smoothed versions of its loss.

    At a kink the gradient says nothing of where the minimum is. So the kinks are smoothed: first
    over the typical loss at the start, then over a tenth of that, and so on, each smoothed risk
    descended from the minimum of the one before. It ends where the risk is as good as zero, or the
    slopes of a smoothed loss, which cancel at its minimum, are those of lines that prove the risk
    to be nowhere lower by more than `tol` of the typical loss (Fenchel's inequality). A smoothing
    along which the risk itself gains no more is left for the next. The answer is the lowest point
    met. The record's values are those of the risk itself, which may rise a little on the way; its
    gradients are the smoothed risks'. The typical loss is the median: outliers, of which the mean
    loss may consist, must not blur what the other rows say.

    A loss that is zero for parameters of zero and yet has a slope there, as the perceptron's, has
    nothing to gain but a direction: that of the minimum of the loss smoothed over a width of one.

    References
    ----------
    K. Madsen and H. Nielsen, A finite smoothing algorithm for linear l1 estimation (1993);
    W. Fenchel, On conjugate convex functions (1949).
    """

    def solve(
        self, objective: EmpiricalRisk, start: Array, options: Options, observer: Observer = SILENT
    ) -> Descent:
        """Descend from a start `(d,)`: see `descend.solvers.contract.Solver`."""
        risk = objective
        value, g = risk.value_and_gradient(start)
        if not g.any():  # zero is a subgradient: nothing is lower
            return smooth_solver(risk).solve(risk, start, options)
        watch = RiskObserver(risk, observer)
        if start.any():  # no answer is above where a fit went on from; but zero is none
            watch.best_w, watch.best_value = start, float(value)
        width = _typical_loss(risk, start)
        direction_only = width == 0 and not start.any()
        if options.tol > 0 and not direction_only:
            watch.zero = ZERO_RISK * float(value)
        parts, ending = _descend_smoothed(
            risk, start, width or 1.0, options, watch, direction_only=direction_only
        )
        whole = joined(parts)
        if ending is not None:
            whole = ended(whole, ending, steps=options.steps, tol=options.tol)
        x = whole.x if watch.best_w is None or direction_only else watch.best_w
        value, g = risk.value_and_gradient(x)
        fun = float(value)
        return replace(whole, x=x, fun=fun, jac=g, best_x=x, best_fun=fun, objective=risk)


def smooth_solver(risk: EmpiricalRisk) -> Solver:
    """Return the solver for a risk whose loss is smooth."""
    if is_smooth(risk.penalty):
        return Preconditioned()
    from descend.solvers.proximal_newton import ProximalNewton  # loads Numba

    return ProximalNewton()


class RiskObserver(Observer):
    """What the descent along smoothed losses means for the risk itself: its values, and its best.

    Below `zero` it is as good as zero; `enough` says whether it ended the present smoothing.
    """

    def __init__(self, risk: EmpiricalRisk, observer: Observer) -> None:
        super().__init__()
        self._risk, self._observer = risk, observer
        self.values: list[float] = []
        self.best_w: Array | None = None
        self.best_value, self.zero = LARGEST, 0.0
        self.begin(0.0, 0.0)

    def begin(self, width: float, share: float) -> None:
        """Begin with a loss whose kinks are smoothed over a width; a gain is a `share` or more."""
        self._level, self._since, self._blunt = LARGEST, 0, BLUNT * width
        self._share = share
        self.enough = False

    @property
    def active(self) -> bool:
        """Whether anybody listens: it does itself."""
        return True

    @property
    def is_zero(self) -> bool:
        """Whether the risk is as good as zero."""
        return 0 <= self.best_value < self.zero

    def tell(self, step: Step) -> bool:
        """Note the risk, tell the user's observer, and end a smoothing that says no more."""
        own = self._risk.value(step.w)
        value = float(own[0])
        self.values.append(value)
        if value < self.best_value:
            self.best_w, self.best_value = step.w[0].copy(), value
        told = step._replace(number=len(self.values), value=own)
        if self._observer.active and not self._observer.tell(told):
            return False
        self._since += 1
        if value < self._level - self._share * abs(self._level):
            self._level, self._since = value, 0
        self.enough = self.is_zero or step.value[0] < self._blunt or self._since == PATIENCE
        return not self.enough


def _descend_smoothed(
    risk: EmpiricalRisk,
    w: Array,
    width: float,
    options: Options,
    watch: RiskObserver,
    *,
    direction_only: bool,
) -> tuple[list[Descent], Ending | None]:
    """Descend from smoothing to smoothing.

    Return the parts, with the risk's own values, and why it ended; None for the last part's reason.
    """
    assert isinstance(risk.loss, Smoothable)
    parts: list[Descent] = []
    last, remaining, gainless = float(risk.value(w)), options.steps, 0
    typical, above, began = width, np.inf, perf_counter()
    for _ in range(MOST_SMOOTHINGS):
        best, told = watch.best_value, len(watch.values)
        # of outliers the risk may consist; but the penalty is no outlier, and all that there is
        # where the losses that are not zero are those that the smoothing leaves at the kinks
        bulk = typical + float(risk.penalty_value(w))
        bulk = min(bulk / abs(last), 1.0) if bulk and last else 1.0
        share = options.tol * bulk
        watch.begin(0.0 if direction_only else width, share)
        smoothed = replace(risk, loss=risk.loss.smoothed(width), typical_share=CAUTION)
        limited = replace(options.limited(remaining, began), tol=float(np.sqrt(share)))
        part = smooth_solver(smoothed).solve(smoothed, w, limited, watch)
        own = np.array([last, *watch.values[told:]])
        parts.append(replace(part, values=own[: len(part.values)]))
        w, last, remaining = part.x, float(own[-1]), remaining - part.nit
        if watch.is_zero:
            return parts, Ending.VALUE_ZERO
        if direction_only and part.status == Status.CONVERGED:
            return parts, Ending.DIRECTION_ONLY
        if remaining <= 0:
            return parts, Ending.STEPS_USED
        if direction_only or (part.status == Status.STOPPED and not watch.enough):
            return parts, None
        if part.status == Status.DIVERGED:
            return parts, None
        gainless = 0 if watch.best_value < best - share * abs(best) else gainless + 1
        above = min(above, _most_above(smoothed, part, gainless))
        if above <= share * abs(watch.best_value):
            return parts, Ending.SMOOTHING_EXHAUSTED
        typical = _typical_loss(risk, w)
        width = SHRINK * min(width, typical or width)
    rounding = ROUNDINGS * float(risk.value_rounding(w))
    resolved = above <= max(rounding, ROUNDED * abs(watch.best_value))
    return parts, Ending.VALUE_ROUNDED if resolved else Ending.UNRESOLVED


def _most_above(smoothed: EmpiricalRisk, part: Descent, gainless: int) -> float:
    """Return how far the risk may lie above its minimum, where that of a smoothed one was reached.

    Of a loss that does not tell, nothing is expected any more after two smoothings without gain.
    """
    if not isinstance(smoothed.loss, Supporting):
        return 0.0 if gainless >= 2 else np.inf
    if part.status != Status.CONVERGED:
        return np.inf
    return smoothed.mean_over_rows(smoothed.loss.shortfall, part.x)


def _typical_loss(risk: EmpiricalRisk, w: Array) -> float:
    """Return the median of the losses that are not zero; zero if all are."""
    for block in chain([risk.few_rows()], risk.blocks):
        losses = risk.losses(w, block)
        positive = losses > 0
        if positive.any():
            weight = np.ones(block.n_rows) if block.weight is None else block.weight
            each = np.broadcast_to(weight[:, None], losses.shape)[positive]
            return float(np.quantile(losses[positive], 0.5, weights=each, method="inverted_cdf"))
    return 0.0
