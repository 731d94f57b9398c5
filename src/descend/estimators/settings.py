"""The estimators' parameters, checked and turned into the library's objects."""

from difflib import get_close_matches
from typing import Any, Literal, NamedTuple

import numpy as np

from descend.engine.history import Record
from descend.optimizers import by_name
from descend.penalties import L2, NoPenalty
from descend.rates import Constant, Text, read, refuse_out_of_range
from descend.typing import Adaptive, Optimizer, Penalty, Schedule, Search


class Settings(NamedTuple):
    """What an estimator was asked to do.

    `optimizer` is None for the library's own fast path, `learning_rate` is None for a rate from the
    data's curvature, `batch_size` is None for all rows at once.
    """

    penalty: Penalty
    fit_intercept: bool
    optimizer: Optimizer | None
    learning_rate: Schedule | Adaptive | Search | Text | None
    batch_size: int | None
    max_iter: int
    tol: float
    shuffle: bool
    early_stopping: bool
    validation_fraction: float
    n_iter_no_change: int
    record: Record
    callbacks: tuple[Any, ...]
    verbose: bool

    def rows_a_step(self, n: int) -> int:
        """Return how many of `n` rows a step takes."""
        return n if self.batch_size is None else min(self.batch_size, n)


def chosen(name: str, given: Any, known: dict[str, Any]) -> Any:
    """Return what the parameter `name` names.

    Raises
    ------
    ValueError
        If it names nothing; the message lists what there is.
    """
    if isinstance(given, str) and given in known:
        return known[given]
    near = get_close_matches(str(given), known, n=1)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    raise ValueError(
        f"{name}={given!r} is not known; there are {', '.join(map(repr, known))}.{hint}"
    )


def settings_of(estimator: Any) -> Settings:
    """Return an estimator's settings.

    Raises
    ------
    ValueError
        If a parameter is out of its range.
    """
    alpha = _number("alpha", estimator.alpha, least=0.0)
    # the names and None, as in scikit-learn
    if estimator.penalty is not None and estimator.penalty != "l2":
        raise ValueError(f"penalty={estimator.penalty!r} is not known; there are 'l2' and None")
    auto = isinstance(estimator.optimizer, str) and estimator.optimizer == "auto"
    if auto and not _is(estimator.learning_rate, "auto"):
        raise ValueError(
            f"learning_rate={estimator.learning_rate!r} needs a named optimizer: optimizer='auto' "
            "finds its own rate; give optimizer='sgd', for example"
        )
    if auto and not _is(estimator.batch_size, "auto"):
        raise ValueError(
            f"batch_size={estimator.batch_size!r} needs a named optimizer: optimizer='auto' takes "
            "all rows at once; give optimizer='sgd', for example"
        )
    batch_size = _batch_size(estimator.batch_size)
    return Settings(
        penalty=L2(alpha) if estimator.penalty == "l2" else NoPenalty(),
        fit_intercept=bool(estimator.fit_intercept),
        optimizer=None if auto else by_name(estimator.optimizer),
        learning_rate=_learning_rate(estimator.learning_rate, batch_size),
        batch_size=batch_size,
        max_iter=_count("max_iter", estimator.max_iter),
        tol=_number("tol", estimator.tol, least=0.0),
        shuffle=bool(estimator.shuffle),
        early_stopping=bool(estimator.early_stopping),
        validation_fraction=_fraction("validation_fraction", estimator.validation_fraction),
        n_iter_no_change=_count("n_iter_no_change", estimator.n_iter_no_change),
        record=_record(estimator.record),
        callbacks=_callbacks(estimator.callbacks),
        verbose=bool(estimator.verbose),
    )


def _is(given: Any, word: str) -> bool:
    return isinstance(given, str) and given == word


def _number(name: str, given: Any, *, least: float) -> float:
    if (
        isinstance(given, float | int | np.number)
        and given is not True
        and least <= float(given) < np.inf
    ):
        return float(given)
    raise ValueError(f"{name}={given!r} must be a number, at least {least:g}")


def _count(name: str, given: Any) -> int:
    if isinstance(given, int | np.integer) and given is not True and given >= 1:
        return int(given)
    raise ValueError(f"{name}={given!r} must be a whole number, at least 1")


def _fraction(name: str, given: Any) -> float:
    if isinstance(given, float | int | np.number) and 0 < float(given) < 1:
        return float(given)
    raise ValueError(f"{name}={given!r} must be a number between 0 and 1")


def _batch_size(given: Any) -> int | None:
    if _is(given, "full"):
        return None
    if _is(given, "auto"):
        return 32
    if isinstance(given, int | np.integer) and given is not True and given >= 1:
        return int(given)
    raise ValueError(f"batch_size={given!r} must be a whole number, at least 1, 'full', or 'auto'")


def _learning_rate(
    given: Any, batch_size: int | None
) -> Schedule | Adaptive | Search | Text | None:
    if _is(given, "auto"):
        return None
    if (
        isinstance(given, float | int | np.number)
        and given is not True
        and 0 < float(given) < np.inf
    ):
        return Constant(float(given))
    if isinstance(given, str):
        text = read(given)
        _refuse_by_batches(given, text.over(int(text.warmup) + 1), batch_size)
        return text
    if (callable(given) or isinstance(given, Adaptive)) and not isinstance(given, type):
        refuse_out_of_range(given)
        _refuse_by_batches(given, given, batch_size)
        rate: Schedule | Adaptive | Search = given
        return rate
    raise ValueError(
        f"learning_rate={given!r} must be a positive number, a schedule (a function of the step "
        "count), its text such as 'cosine:0.1', or 'auto'; with batch_size='full' also a search"
    )


def _refuse_by_batches(given: Any, rate: Any, batch_size: int | None) -> None:
    """Refuse, for steps by batches, rates that follow from values: a batch's are not the risk's."""
    if isinstance(rate, Adaptive) and batch_size is not None:
        raise ValueError(
            f"learning_rate={given!r} looks at the values of all rows: give batch_size='full', or "
            "for batches a schedule such as 'cosine:0.1'"
        )


def _record(given: Any) -> Record:
    if given is None:
        return "values"
    if _is(given, "epoch"):
        return "all"
    if isinstance(given, int | np.integer) and given is not True and given >= 1:
        return int(given)
    raise ValueError(
        f"record={given!r} must be 'epoch', a whole number k for every k-th epoch, or None"
    )


def _callbacks(given: Any) -> tuple[Any, ...]:
    if given is None:
        return ()
    callbacks: tuple[Any, ...] = (given,) if callable(given) else tuple(given)
    for callback in callbacks:
        if not callable(callback):
            raise ValueError(f"callbacks holds {callback!r}, which cannot be called")
    return callbacks


RecordParameter = Literal["epoch"] | int | None
"""What an estimator's `record` may be."""
