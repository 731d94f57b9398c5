"""How a run ended: its status, and the reason with its sentence."""

from __future__ import annotations

from enum import StrEnum
from numbers import Integral
from typing import Any


class Status(StrEnum):
    """How a run ended; `success` is true for the first alone."""

    CONVERGED = "converged"
    STOPPED = "stopped"
    DIVERGED = "diverged"
    STALLED = "stalled"
    UNBOUNDED = "unbounded"

    def __repr__(self) -> str:
        """Return the text as a string shows it: users compare with plain strings."""
        return repr(self.value)


ENDLESS = (Status.DIVERGED, Status.UNBOUNDED)
"""How runs end that left for infinity: where they were last means nothing."""


class Ending(StrEnum):
    """Why a run ended. Each reason has a status, and a sentence with places for numbers."""

    status: Status
    sentence: str

    def __new__(cls, name: str, status: Status, sentence: str) -> Ending:
        """Return a reason that is compared by its name."""
        member = str.__new__(cls, name)
        member._value_, member.status, member.sentence = name, status, sentence
        return member

    GRADIENT_ZERO = "gradient zero", Status.CONVERGED, "the gradient is as good as zero"
    VALUE_ROUNDED = (
        "value rounded",
        Status.CONVERGED,
        "the value changes no more: the gradient is lost in its rounding",
    )
    GRADIENT_ROUNDED = (
        "gradient rounded",
        Status.CONVERGED,
        "no step makes the value smaller: what is left of the gradient is rounding",
    )
    VALUE_ZERO = "value zero", Status.CONVERGED, "the risk is as good as zero"
    NO_DECREASE = "no decrease", Status.CONVERGED, "a step would gain as good as nothing"
    SMOOTHING_EXHAUSTED = (
        "smoothing exhausted",
        Status.CONVERGED,
        "sharper kinks can lower the risk by no more than {tol:g} of itself",
    )
    DUALITY_GAP = (
        "duality gap",
        Status.CONVERGED,
        "the dual proves that nothing is lower by more than {tol:g} of the risk",
    )
    DIRECTION_ONLY = (
        "direction only",
        Status.CONVERGED,
        "zero is the minimum; this is the direction to which rounded kinks lead",
    )
    NO_IMPROVEMENT = (
        "no improvement",
        Status.CONVERGED,
        "{epochs:# epochs|1 epoch} did not improve the loss by {tol:g} of itself",
    )
    SETTLED = (
        "settled",
        Status.CONVERGED,
        "the losses of the last epochs have settled within their noise",
    )

    STEPS_USED = "steps used", Status.STOPPED, "{steps:all # steps were|the only step was} taken"
    EPOCHS_USED = "epochs used", Status.STOPPED, "{steps:all # epochs were|the only epoch was} run"
    RATE_FELL = (
        "rate fell",
        Status.STOPPED,
        "the learning rate fell so far that the loss stands still",
    )
    TIME_USED = (
        "time used",
        Status.STOPPED,
        "the time budget of {seconds:g} s was used up after {steps:# steps|1 step}",
    )
    CALLBACK = "callback", Status.STOPPED, "the callback ended it"
    USER = "user", Status.STOPPED, "stopped by the user"
    INTERRUPTED = "interrupted", Status.STOPPED, "Ctrl-C ended it"
    EARLY_STOPPING = (
        "early stopping",
        Status.STOPPED,
        "the {metric} on the validation rows has not improved for {epochs:# epochs|1 epoch}",
    )
    PASS_OVER_ROWS = "pass over rows", Status.STOPPED, "partial_fit went once over the rows"
    ROSE = "rose", Status.STOPPED, "the loss rose from {start:.4g} to {end:.4g}"

    OVERFLOW = "overflow", Status.DIVERGED, "step {step} left the numbers that can be squared"
    GREW = "grew", Status.DIVERGED, "the value rose from {start:.4g} to {end:.4g}"
    EPOCH_OVERFLOW = (
        "epoch overflow",
        Status.DIVERGED,
        "epoch {step} blew up at the learning rate {rate:.4g}",
    )
    EPOCHS_GREW = (
        "epochs grew",
        Status.DIVERGED,
        "the loss rose from {start:.4g} to {end:.4g} in {epochs:# epochs|1 epoch} at the learning "
        "rate {rate:.4g}",
    )

    SEARCH_REFUSED = (
        "search refused",
        Status.STALLED,
        "the search accepts {trials:none of # rates|not the one rate that it tried}",
    )
    KINK = (
        "kink",
        Status.STALLED,
        "no step makes the value smaller: the slope jumps here, as at a kink",
    )
    DOMAIN_EDGE = (
        "domain edge",
        Status.STALLED,
        "it stands at the edge of where the function and its gradient are finite",
    )
    SADDLE = (
        "saddle",
        Status.STALLED,
        "the gradient is as good as zero, but the function bends downwards here: no minimum",
    )
    FLAT = "flat", Status.STALLED, "the function is flat here: nothing tells which way it falls"
    UNRESOLVED = (
        "unresolved",
        Status.STALLED,
        "what the value should still fall by cannot be told from its rounding",
    )
    NOISE = (
        "noise",
        Status.STALLED,
        "the losses of the last epochs have settled, but steps by batches keep the value at "
        "least {above:.3g} above the minimum",
    )
    SLOW = (
        "slow",
        Status.STALLED,
        "the losses of the last epochs stand still, but the value is at least {above:.3g} above "
        "the minimum, along directions of small curvature, in which steps at this rate hardly move",
    )
    DAMPING_REFUSED = (
        "damping refused",
        Status.STALLED,
        "{trials:none of # dampings|not the one damping} led down",
    )
    DEPENDENT_FEATURES = "dependent features", Status.STALLED, "{complaint}"

    UNBOUNDED = (
        "unbounded",
        Status.UNBOUNDED,
        "the value falls without end: the function has no minimum this way",
    )
    RECEDES = (
        "recedes",
        Status.UNBOUNDED,
        "the value falls ever more slowly, however far it is followed: no point is a minimum",
    )
    POLE = (
        "pole",
        Status.UNBOUNDED,
        "the value falls without end towards a point where it is not finite: there is no minimum",
    )

    def __repr__(self) -> str:
        """Return the name as a string shows it."""
        return repr(self.value)

    @classmethod
    def named(cls, name: object) -> Ending:
        """Return the reason of a name."""
        return next(member for member in cls if member == str(name))

    def message(self, **numbers: Any) -> str:
        """Return the sentence with its numbers."""
        counts = {
            name: Count(number) if isinstance(number, Integral) else number
            for name, number in numbers.items()
        }
        return self.sentence.format(**counts)


class Count(int):
    """A count in a sentence, with words for many, in which `#` is the count, and for one.

    >>> "{:all # steps were|the only step was} taken".format(Count(3))
    'all 3 steps were taken'
    >>> "{:all # steps were|the only step was} taken".format(Count(1))
    'the only step was taken'
    """

    def __format__(self, words: str) -> str:
        """Return the words for this count."""
        many, _, one = words.partition("|")
        if not one:
            return super().__format__(words)
        return one if self == 1 else many.replace("#", str(int(self)))
