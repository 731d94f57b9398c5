"""The estimators' parameters, checked and turned into the library's objects."""

from collections.abc import Iterable
from typing import Any, Literal, NamedTuple

import numpy as np

from descend.optimizers import SAGA, SVRG, AdaGrad, Averaged, by_name
from descend.optimizers.traits import is_elementwise
from descend.penalties import by_name as penalty_by_name
from descend.protocols import Adaptive, Optimizer, Patient, Penalty, Record, Schedule, Search
from descend.rates import Constant, Optimal, Text, read, refuse_out_of_range

Rate = Schedule | Adaptive | Search | Text | None
"""A learning rate as the settings hold it: one in words learns later how long it lasts."""


class Settings(NamedTuple):
    """What an estimator was asked to do.

    `optimizer` is None for the library's own fast path, `learning_rate` is None for a rate from the
    data's curvature, `batch_size` is None for all rows at once; `precondition` is "none",
    "diagonal" or "hessian" for a named optimizer.
    """

    penalty: Penalty
    fit_intercept: bool
    optimizer: Optimizer | None
    learning_rate: Rate
    batch_size: int | None
    max_iter: int
    tol: float
    precondition: str
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

    @property
    def by_batches(self) -> bool:
        """Whether a step takes some of the rows."""
        return self.optimizer is not None and self.batch_size is not None


def settings_of(estimator: Any) -> Settings:
    """Return an estimator's settings.

    Raises
    ------
    ValueError
        If a parameter is out of its range.
    """
    alpha = _number("alpha", estimator.alpha, least=0.0)
    l1_ratio = _number("l1_ratio", estimator.l1_ratio, least=0.0, most=1.0)
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
    optimizer = _optimizer(estimator.optimizer, estimator.average)
    batch_size = _batch_size(estimator.batch_size, optimizer)
    return Settings(
        penalty=penalty_by_name(estimator.penalty, alpha, l1_ratio),
        fit_intercept=_flag("fit_intercept", estimator.fit_intercept),
        optimizer=optimizer,
        learning_rate=_learning_rate(estimator.learning_rate, batch_size, alpha),
        batch_size=batch_size,
        max_iter=_count("max_iter", estimator.max_iter),
        tol=_number("tol", estimator.tol, least=0.0),
        precondition=_precondition(estimator.precondition, auto, batch_size),
        shuffle=_flag("shuffle", estimator.shuffle),
        early_stopping=_flag("early_stopping", estimator.early_stopping),
        validation_fraction=_fraction("validation_fraction", estimator.validation_fraction),
        n_iter_no_change=_count("n_iter_no_change", estimator.n_iter_no_change),
        record=_record(estimator.record),
        callbacks=_callbacks(estimator.callbacks),
        verbose=bool(estimator.verbose),
    )


def for_parts(settings: Settings) -> Settings:
    """Return the settings for walking over the data part by part.

    The optimizer "auto", which would arrive at the minimum of a part alone, gives way to AdaGrad by
    batches of 32 rows: its steps shrink by themselves, in each coordinate by the gradients met.

    Raises
    ------
    ValueError
        If the optimizer or the learning rate needs all rows at once.
    """
    if settings.optimizer is None:
        return settings._replace(optimizer=AdaGrad(), batch_size=32)
    name = type(settings.optimizer).__name__
    if not is_elementwise(settings.optimizer):
        raise ValueError(
            f"partial_fit walks coordinate by coordinate, and {name} looks at the whole gradient "
            "at each step: give an element-wise optimizer, such as 'adam', or call fit with "
            "batch_size='full'"
        )
    rate = settings.learning_rate
    if isinstance(of_any_length(rate), Adaptive):
        told = rate.text if isinstance(rate, Text) else rate
        raise ValueError(
            f"learning_rate={told!r} looks at the values of all rows, and "
            "partial_fit sees a part of them: give a number, a schedule such as 'cosine:0.1', or "
            "'auto'"
        )
    if settings.precondition == "hessian":
        raise ValueError(
            "precondition='hessian' looks at all rows, and partial_fit sees a part of them: give "
            "precondition='diagonal' or 'none'"
        )
    return settings


def of_any_length(rate: Rate) -> Schedule | Adaptive | Search | None:
    """Return a rate to look at what it is; one in words needs a number of steps to be one."""
    return rate.over(int(rate.warmup) + 1) if isinstance(rate, Text) else rate


def _is(given: Any, word: str) -> bool:
    return isinstance(given, str) and given == word


def _number(name: str, given: Any, *, least: float, most: float = np.inf) -> float:
    if (
        isinstance(given, float | int | np.number)
        and given is not True
        and least <= float(given) <= most
        and float(given) < np.inf
    ):
        return float(given)
    within = f"at least {least:g}" if most == np.inf else f"from {least:g} to {most:g}"
    raise ValueError(f"{name}={given!r} must be a number, {within}")


def _optimizer(given: Any, average: Any) -> Optimizer | None:
    """Return the optimizer, around it the averaging that was asked for."""
    counted = isinstance(average, int | np.integer) and average >= 0
    if not (isinstance(average, bool | np.bool_) or counted):
        raise ValueError(
            f"average={average!r} must be True, False, or the step from which on to average"
        )
    optimizer = None if _is(given, "auto") else by_name(given, rows=True)
    if not average:
        return optimizer
    if optimizer is None:
        raise ValueError(
            f"average={average!r} needs a named optimizer: optimizer='auto' ends at the minimum "
            "itself, without noise to average; give optimizer='sgd', for example"
        )
    return Averaged(optimizer, t0=float(average) - 1)


def _precondition(given: Any, auto: bool, batch_size: int | None) -> str:
    """Return the coordinates to walk in."""
    known = ("auto", "none", "diagonal", "hessian")
    if not isinstance(given, str) or given not in known:
        raise ValueError(f"precondition={given!r} must be one of {', '.join(map(repr, known))}")
    if auto and given != "auto":
        raise ValueError(
            f"precondition={given!r} needs a named optimizer: optimizer='auto' chooses its "
            "coordinates itself; give optimizer='sgd', for example"
        )
    if given == "hessian" and batch_size is not None:
        raise ValueError(
            "precondition='hessian' turns all coordinates together, which steps by batches, taken "
            "coordinate by coordinate, cannot: give batch_size='full', or precondition='diagonal'"
        )
    return "none" if given == "auto" else given


def _flag(name: str, given: Any) -> bool:
    if isinstance(given, bool | np.bool_ | int) and given in (0, 1):
        return bool(given)
    raise ValueError(f"{name}={given!r} must be True or False")


def _count(name: str, given: Any) -> int:
    if isinstance(given, int | np.integer) and given is not True and given >= 1:
        return int(given)
    raise ValueError(f"{name}={given!r} must be a whole number, at least 1")


def _fraction(name: str, given: Any) -> float:
    if isinstance(given, float | int | np.number) and 0 < float(given) < 1:
        return float(given)
    raise ValueError(f"{name}={given!r} must be a number between 0 and 1")


def _batch_size(given: Any, optimizer: Optimizer | None) -> int | None:
    by_rows = optimizer is None or isinstance(optimizer, SAGA | SVRG) or is_elementwise(optimizer)
    if _is(given, "full"):
        return None
    if _is(given, "auto"):
        return 32 if by_rows else None
    if not (isinstance(given, int | np.integer) and given is not True and given >= 1):
        raise ValueError(
            f"batch_size={given!r} must be a whole number, at least 1, 'full', or 'auto'"
        )
    if not by_rows:
        raise ValueError(
            f"batch_size={given!r}: {type(optimizer).__name__} looks at the whole gradient at each "
            "step: give batch_size='full', or an element-wise optimizer such as 'adam'"
        )
    return int(given)


def _learning_rate(given: Any, batch_size: int | None, alpha: float) -> Rate:
    if _is(given, "auto"):
        return None
    if (
        isinstance(given, float | int | np.number)
        and given is not True
        and 0 < float(given) < np.inf
    ):
        return Constant(float(given))
    if _is(given, "optimal"):
        if alpha == 0:
            raise ValueError(
                "learning_rate='optimal' falls by the strength of the penalty: give alpha above 0, "
                "or another rate such as 'invscaling:0.01'"
            )
        return Optimal(alpha)
    if isinstance(given, str):
        text = read(given)
        _refuse_by_batches(given, of_any_length(text), batch_size)
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
    """Refuse, for steps by batches, rates that follow from gradients: a batch's are not the risk's.

    The losses of epochs are, nearly, and do for rates that follow from values alone.
    """
    if isinstance(rate, Adaptive) and not isinstance(rate, Patient) and batch_size is not None:
        raise ValueError(
            f"learning_rate={given!r} looks at the values of all rows: give batch_size='full', or "
            "for batches a schedule such as 'cosine:0.1'"
        )


def _record(given: Any) -> Record:
    if given is None:
        return "values"
    if _is(given, "epoch"):
        return "all"
    if _is(given, "step"):
        return "steps"
    if isinstance(given, int | np.integer) and given is not True and given >= 1:
        return int(given)
    raise ValueError(
        f"record={given!r} must be 'epoch', 'step', a whole number k for every k-th epoch, or None"
    )


def _callbacks(given: Any) -> tuple[Any, ...]:
    if given is None:
        return ()
    one = callable(given) or not isinstance(given, Iterable)
    callbacks: tuple[Any, ...] = (given,) if one else tuple(given)
    for callback in callbacks:
        if not callable(callback):
            raise ValueError(f"callbacks holds {callback!r}, which cannot be called")
    return callbacks


RecordParameter = Literal["epoch", "step"] | int | None
"""What an estimator's `record` may be."""
