"""What is done after each epoch of a fit: scores, early stopping, the user's callbacks."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from descend.estimators.settings import Settings
from descend.models import Linear
from descend.protocols import Array, Ending, Progress, Step
from descend.solvers.contract import Observer


class Validation(NamedTuple):
    """The score of parameters `(outputs, width)` on rows held out, where larger is better."""

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


class Monitor(Observer):
    """What is done after each epoch of a fit: scores, early stopping, the user's callbacks.

    `losses` and `scores` have one number an epoch, as far as asked for; `best` are the parameters
    `(outputs, width)` kept by early stopping; `ending` and `numbers` say why it ended the descent.
    """

    def __init__(
        self,
        settings: Settings,
        model: Linear,
        validation: Validation | None,
        show: Callable[[Progress], None] | None,
    ) -> None:
        super().__init__()
        self._settings, self._model, self._validation = settings, model, validation
        self._told = settings.callbacks if show is None else (*settings.callbacks, show)
        self.restart()

    def restart(self) -> None:
        """Forget the epochs so far: the descent begins anew."""
        self.losses: list[float] = []
        self.scores: list[float] = []
        self.best = Best()
        self.ending: Ending | None = None
        self.numbers: dict[str, Any] = {}

    @property
    def active(self) -> bool:
        """Whether there is anything to do."""
        return self._validation is not None or bool(self._told) or self._settings.record == "steps"

    def tell(self, step: Step) -> bool:
        """Look at an epoch; return whether the descent goes on."""
        self.losses.append(float(step.value[0]))
        if self._validation is not None:
            self._score(self._validation, self._model.by_output(step.w[0]))
        score = self.scores[-1] if self.scores else None
        progress = Progress(step.number, self.losses[-1], score, float(step.rate[0]))
        try:
            for callback in self._told:
                callback(progress)
        except StopIteration:
            self.ending, self.numbers = Ending.CALLBACK, {}
        return self.ending is None

    def _score(self, validation: Validation, w: Array) -> None:
        """Score parameters on the validation rows, and stop early where that is asked for."""
        self.scores.append(validation.score(w))
        if not self._settings.early_stopping:
            return
        self.best = self.best.after(self.scores[-1], w, self._settings.tol)
        if self.best.failures >= self._settings.n_iter_no_change:
            self.ending = Ending.EARLY_STOPPING
            self.numbers = {"metric": validation.metric, "epochs": self.best.failures}
