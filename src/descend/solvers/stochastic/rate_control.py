"""How the learning rate goes on from epoch to epoch, and when the epochs end."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from descend.protocols import Memory, Patient, Schedule
from descend.rates.composed import length_of
from descend.solvers.stochastic.state import StochasticState

SMALLEST_FACTOR = 1e-9
"""A rate made so much smaller was not too large: nothing is below the start."""

COOLED = 0.01
"""The share of a rate of our own choice towards which it falls at the end of the epochs."""

FAR = 2.0
"""An end whose loss is this many times the start's, or that of predicting zero, has diverged."""


class RatePlan(NamedTuple):
    """The rates of the epochs, and when to end.

    An `adaptive` rate is quartered when `patience` epochs in a row did not improve the loss, for as
    long as that helps, and when an epoch diverges, which is then taken back; and it falls at the
    end of the epochs, if it comes to that. The descent ends after `patience` epochs in a row that
    did not improve the best loss by `tol` times itself; those before the end of a schedule that has
    one do not count. `rule` makes the next epoch's rate from the losses of the epochs; as long as
    it lowers the rate, the descent does not end.
    """

    schedule: Schedule
    adaptive: bool
    patience: int
    rule: Patient | None = None


class EpochLoss(NamedTuple):
    """The mean loss met in an epoch, the rate of its last step, and how the loss compares.

    `nothing_gained` says whether no epoch so far was below the start.
    """

    loss: float
    rate: float
    improved: bool
    above_start: bool
    nothing_gained: bool


class RateControl:
    """The rate from epoch to epoch, as far as it follows from what the epochs came to.

    `exact` says whether the optimizer's own noise dies away: then the rate need not fall.
    """

    def __init__(self, plan: RatePlan, epochs: int, *, exact: bool) -> None:
        self.plan, self._epochs, self._exact = plan, epochs, exact
        self._gained = True
        self._memory: Memory = () if plan.rule is None else plan.rule.begin(np.zeros(1))
        self.failures = 0

    def share(self, number: int) -> float:
        """Return the share of an adaptive rate that is left in an epoch, counted from 1.

        Over the last fifth of the epochs it falls by equal factors towards a hundredth. A rate that
        stays leaves the noise of the batches in the answer, and one that falls from the beginning
        comes too late to where that is all that is left. A. Haegele et al., Scaling laws and
        compute-optimal training beyond fixed training durations (2024).
        """
        if self._exact or not self.plan.adaptive:
            return 1.0
        cooling = self._epochs // 5
        cooled = max(0, number - (self._epochs - cooling))
        share: float = COOLED ** (cooled / (cooling + 1))
        return share

    def after(self, epoch: EpochLoss, state: StochasticState) -> bool:
        """Set the factor of the next epoch's rates; return whether the epochs are over."""
        plan = self.plan
        unfinished = state.steps < length_of(plan.schedule) < np.inf
        self.failures = 0 if epoch.improved or unfinished else self.failures + 1
        self._gained |= epoch.improved
        self._follow_rule(epoch, state)
        adapts = plan.adaptive and self._gained and not self._exact
        if self.failures >= plan.patience and adapts:
            # what is left is the noise of the batches: smaller steps average it away; and as long
            # as nothing is below the start, the rate was too large from the beginning
            state.factor /= 4
            self.failures = 0
            hopeful = state.factor > SMALLEST_FACTOR
            self._gained = hopeful and (epoch.above_start or epoch.nothing_gained)
            return False
        least = 0 if plan.rule is None else plan.rule.patience + 1
        return self.failures >= max(plan.patience, least)

    def _follow_rule(self, epoch: EpochLoss, state: StochasticState) -> None:
        """Lower the rate where the rule asks for it; then no epoch has failed yet."""
        rule, rate = self.plan.rule, epoch.rate
        if rule is None:
            return
        rates, self._memory = rule.after(np.array([epoch.loss]), np.array([rate]), self._memory)
        lowered = float(rates[0])
        if lowered < rate and state.factor > SMALLEST_FACTOR:
            state.factor, self.failures = state.factor * lowered / rate, 0
