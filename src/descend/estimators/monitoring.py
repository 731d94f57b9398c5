"""What is done after each epoch of a fit: scores, early stopping, the user's callbacks."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from descend.estimators.settings import Settings
from descend.models import Linear
from descend.protocols import Adaptive, Array, Callback, Epoch, Progress, Schedule, Search


class Validation(NamedTuple):
    """How good parameters are on rows held out.

    Attributes
    ----------
    metric
        What the score is called.
    score
        Of parameters `(outputs, width)`; larger is better.
    """

    metric: str
    score: Callable[[Array], float]


class Best(NamedTuple):
    """The best parameters so far by their validation score, and how long ago they were met."""

    score: float = -np.inf
    failures: int = 0
    w: Array | None = None

    def after(self, score: float, w: Array, tol: float) -> "Best":
        """Return the best with these parameters seen: they must be better by more than `tol`."""
        if score > self.score + tol:
            return Best(score, 0, w.copy())
        return self._replace(failures=self.failures + 1)


class Watch:
    """What is done after each epoch.

    Attributes
    ----------
    losses, scores
        One an epoch, as far as they are asked for.
    best
        The best parameters `(outputs, width)`, with early stopping.
    ending
        Why it ended the descent; empty if it did not.
    """

    def __init__(
        self,
        settings: Settings,
        model: Linear,
        validation: Validation | None,
        show: Callable[[Progress], None] | None,
    ) -> None:
        self._settings = settings
        self._model = model
        self._validation = validation
        self._callbacks = settings.callbacks if show is None else (*settings.callbacks, show)
        self.begin()

    def begin(self) -> None:
        """Forget the epochs so far: the descent begins anew."""
        self.losses: list[float] = []
        self.scores: list[float] = []
        self.best = Best()
        self.ending = ""

    @property
    def idle(self) -> bool:
        """Whether there is nothing to do."""
        return self._validation is None and not self._callbacks and self._settings.record != "steps"

    def __call__(self, epoch: Epoch) -> None:
        """Look at an epoch; `StopIteration` ends the descent."""
        self.losses.append(epoch.loss)
        if self._validation is not None:
            w = self._model.by_output(epoch.w)
            self.scores.append(self._validation.score(w))
            if self._settings.early_stopping:
                self.best = self.best.after(self.scores[-1], w, self._settings.tol)
                if self.best.failures >= self._settings.n_iter_no_change:
                    self.ending = not_improved(self._validation.metric, self.best.failures)
        progress = Progress(
            epoch.number, float(epoch.loss), self.scores[-1] if self.scores else None, epoch.rate
        )
        try:
            for callback in self._callbacks:
                callback(progress)
        except StopIteration:
            self.ending = "a callback ended it"
        if self.ending:
            raise StopIteration

    def after_step(self, rate: Schedule | Adaptive | Search | None) -> Callback | None:
        """Return a callback of the array loop that tells this one; a rate that is found is NaN."""
        if self.idle:
            return None
        number = 0

        def call(w: Array, value: Array) -> None:
            nonlocal number
            number += 1
            told = float("nan")
            if rate is not None and not isinstance(rate, Adaptive | Search):
                told = float(rate(np.asarray(float(number))))
            self(Epoch(number, w[0], float(value[0]), told))

        return call


def not_improved(metric: str, epochs: int) -> str:
    """Say why early stopping ended a descent."""
    return f"the {metric} on the validation rows has not improved for {epochs} epochs"
