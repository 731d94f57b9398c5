"""What is done after each epoch of a fit: scores, early stopping, the user's callbacks."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from descend.estimators.settings import Settings
from descend.models import Linear
from descend.protocols import Array, Ending, Progress, Step
from descend.records.watched import Watched
from descend.solvers.contract import Observer


class Validation(NamedTuple):
    """The name of a score on rows held out, and the score of parameters `(outputs, width)`."""

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

    `best` holds the best parameters `(outputs, width)` with early stopping; `ending` and the
    `numbers` of its sentence say why it ended the descent, if it did.
    """

    def __init__(
        self,
        settings: Settings,
        model: Linear,
        validation: Validation | None,
        show: Callable[[Progress], None] | None,
        watched: Watched | None = None,
    ) -> None:
        super().__init__()
        self._settings, self._model, self._validation = settings, model, validation
        self._watched = watched
        self._told = settings.callbacks if show is None else (*settings.callbacks, show)
        self._is_watched_alone = watched is not None and validation is None and not self._told
        self.restart()

    def restart(self) -> None:
        """Forget the epochs so far: the descent begins anew."""
        self.losses: list[float] = []
        self.scores: list[float] = []
        self.best = Best()
        self.ending: Ending | None = None
        self.numbers: dict[str, Any] = {}
        if self._watched is not None:
            self._watched.restart()

    @property
    def active(self) -> bool:
        """Whether there is anything to do."""
        told = bool(self._told) or self._watched is not None
        return self._validation is not None or told or self._settings.record == "steps"

    def tell(self, step: Step) -> bool:
        """Look at an epoch; return whether the descent goes on."""
        self.losses.append(float(step.value[0]))
        # an epoch may take less time than telling of it
        if self._is_watched_alone and self._watched is not None and not self._watched.is_due:
            return True
        if self._validation is not None:
            self._score(self._validation, self._model.by_output(step.w[0]))
        score = self.scores[-1] if self.scores else None
        progress = Progress(step.number, self.losses[-1], score, float(step.rate[0]))
        if self._watched is not None and not self._watched.tell(*progress, step.w[0]):
            self.ending, self.numbers = Ending.USER, {}
        try:
            for callback in self._told:
                callback(progress)
        except StopIteration as stop:
            told = isinstance(stop.value, Ending)
            self.ending, self.numbers = stop.value if told else Ending.CALLBACK, {}
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
