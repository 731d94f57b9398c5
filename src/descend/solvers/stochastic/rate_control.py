"""How the learning rate goes on from epoch to epoch, and when the epochs end."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from descend.protocols import Memory, Patient, Schedule
from descend.rates.composed import length_of
from descend.solvers.stochastic.settling import have_settled, stand_still, still_fall
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
    end of the epochs, if it comes to that. The descent ends when `patience` epochs in a row did not
    improve the best loss by `tol` times itself and the losses have settled (`settling`), or stand
    still since the rate has fallen; those before the end of a schedule that has one do not count.
    With a `tol` of 0 all epochs are run.
    `rule` makes the next epoch's rate from the losses of the epochs; as long as it lowers the rate,
    the descent does not end.
    """

    schedule: Schedule
    adaptive: bool
    patience: int
    rule: Patient | None = None


class EpochLoss(NamedTuple):
    """The mean loss met in an epoch, the last step's rate, the largest, and how the loss compares.

    `nothing_gained` says whether no epoch so far was below the start.
    """

    loss: float
    rate: float
    largest_rate: float
    improved: bool
    above_start: bool
    nothing_gained: bool


class RateControl:
    """The rate from epoch to epoch, as far as it follows from what the epochs came to.

    `exact` says whether the optimizer's own noise dies away: then the rate need not fall, and there
    is no noise to settle within.
    """

    def __init__(self, plan: RatePlan, epochs: int, tol: float, *, exact: bool) -> None:
        self.plan, self._epochs, self._tol, self._exact = plan, epochs, tol, exact
        self._losses: list[float] = []
        self._rates: list[float] = []
        self._lowered_after = 0
        self._before_falls = 0.0
        self._patience = plan.patience
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
        self._losses.append(epoch.loss)
        self._rates.append(epoch.largest_rate)
        length = length_of(plan.schedule)
        planned, unfinished = length < np.inf, state.steps < length < np.inf
        self.failures = 0 if epoch.improved or unfinished else self.failures + 1
        self._gained |= epoch.improved
        self._follow_rule(epoch, state)
        adapts = plan.adaptive and self._gained and not self._exact
        if self.failures >= self._patience and adapts and not self._fall():
            # what is left is the noise of the batches: smaller steps average it away; and as long
            # as nothing is below the start, the rate was too large from the beginning
            too_large = epoch.above_start or epoch.nothing_gained
            if not too_large:
                self._before_falls = max(self._before_falls, state.factor)
            self._lower(state, 0.25)
            self._gained = state.factor > SMALLEST_FACTOR and too_large
            return False
        least = 0 if plan.rule is None else plan.rule.patience + 1
        patient = self._tol > 0 and self.failures >= max(self._patience, least)
        return patient and (planned or self.settled or self._rate_has_gone())

    def _rate_has_gone(self) -> bool:
        """Say whether the loss stands still, at a rate that was given and has fallen."""
        fell = not self.plan.adaptive and self._rates[-1] < max(self._rates) / 2
        return fell and stand_still(np.array(self._losses), self._tol, self._patience)

    def lower_for_noise(self, state: StochasticState) -> bool:
        """Lower an adaptive rate whose noise is all that is left; return whether it is one."""
        if not self.plan.adaptive or state.factor <= SMALLEST_FACTOR:
            return False
        self._lower(state, 0.25)
        return True

    def raise_for_progress(self, state: StochasticState) -> bool:
        """Raise an adaptive rate to where it was before it fell; return whether it is one.

        Noise hid that the losses were falling, slowly: now they have twice as long to show it.
        """
        if not self.plan.adaptive:
            return False
        state.factor = max(state.factor, self._before_falls)
        self._before_falls = 0.0
        self._patience *= 2
        self.failures, self._lowered_after, self._gained = 0, len(self._losses), True
        return True

    def _fall(self) -> bool:
        """Say whether the losses at this rate still fall, as far as their noise lets it be seen."""
        losses = np.array(self._losses[self._lowered_after :])
        return still_fall(losses, self._patience)

    @property
    def settled(self) -> bool:
        """Whether the losses have settled; those of an exact optimizer need no test."""
        if self._exact:
            return True
        losses, rates = np.array(self._losses), np.array(self._rates)
        if self.plan.adaptive:  # it was lowered where the loss fell no more
            rates = rates[self._lowered_after :]
        return have_settled(losses[self._lowered_after :], rates, self._tol, self._patience)

    def _lower(self, state: StochasticState, factor: float) -> None:
        """Lower the rate: no epoch has failed yet, nor are losses known at the new one."""
        state.factor *= factor
        self.failures, self._lowered_after = 0, len(self._losses)

    def _follow_rule(self, epoch: EpochLoss, state: StochasticState) -> None:
        """Lower the rate where the rule asks for it; then no epoch has failed yet."""
        rule, rate = self.plan.rule, epoch.rate
        if rule is None:
            return
        rates, self._memory = rule.after(np.array([epoch.loss]), np.array([rate]), self._memory)
        lowered = float(rates[0])
        if lowered < rate and state.factor > SMALLEST_FACTOR:
            self._lower(state, lowered / rate)
