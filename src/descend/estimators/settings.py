"""The estimators' parameters, checked and turned into the library's objects."""

from collections.abc import Iterable
from dataclasses import fields
from numbers import Real
from typing import Any, Literal, NamedTuple

import numpy as np

from descend.optimizers import SAGA, SVRG, AdaGrad, Averaged, by_name
from descend.optimizers.traits import is_elementwise
from descend.penalties import by_name as penalty_by_name
from descend.protocols import Adaptive, Optimizer, Patient, Penalty, Record, Schedule, Search
from descend.rates import Constant, Optimal, Text, read, refuse_out_of_range
from descend.solvers.contract import Solver
from descend.solvers.watching import Live, live_of
from descend.support.intervals import ABOVE_0, AT_LEAST_0, Interval

Rate = Schedule | Adaptive | Search | Text | None
"""A learning rate as the settings hold it: one given as text learns later how long it lasts."""

RecordParameter = Literal["epoch", "step"] | int | None
"""What an estimator's `record` may be."""

BATCH_SIZE = 32
"""Rows a step of a named optimizer where none is given, as is usual (Bengio, 2012)."""

COUNT = Interval(1, whole=True)

NUMBERS = {
    "alpha": AT_LEAST_0,
    "l1_ratio": Interval(0, 1, most_closed=True),
    "max_iter": COUNT,
    "tol": AT_LEAST_0,
    "validation_fraction": Interval(0, 1, least_closed=False),
    "n_iter_no_change": COUNT,
}
"""The range of each parameter that is a number."""

RECORDS: dict[str | None, Record] = {None: "values", "epoch": "all", "step": "steps"}
"""What a solver is to record."""

PRECONDITIONS = ("auto", "none", "diagonal", "hessian")

NAMED_ONLY = {
    "learning_rate": "finds its own rate",
    "batch_size": "takes all rows at once",
    "precondition": "chooses its coordinates itself",
    "average": "ends at the minimum itself, without noise to average",
}
"""Parameters of a named optimizer, and what "auto" does in their place."""


class Settings(NamedTuple):
    """What an estimator is to do.

    `optimizer` is None for "auto", `learning_rate` is None for a rate from the data's curvature,
    `batch_size` is None for all rows at once; `precondition` is that of a named optimizer; `live`
    is None unless the fit is watched on a page.
    """

    penalty: Penalty
    fit_intercept: bool
    optimizer: Optimizer | Solver | None
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
    live: Live | None

    def rows_a_step(self, n: int) -> int:
        """Return how many of `n` rows a step takes."""
        return n if self.batch_size is None else min(self.batch_size, n)

    @property
    def named(self) -> Optimizer:
        """The named optimizer."""
        assert self.optimizer is not None
        assert not isinstance(self.optimizer, Solver)
        return self.optimizer

    @property
    def by_batches(self) -> bool:
        """Whether a step takes some of the rows."""
        return self.optimizer is not None and self.batch_size is not None


def settings_of(estimator: Any) -> Settings:
    """Return an estimator's settings, with each parameter in its range."""
    given = {each.name: getattr(estimator, each.name) for each in fields(estimator)}
    if given["tol"] is None:  # as in scikit-learn
        given["tol"] = 0.0
    numbers: dict[str, Any] = {
        name: _number(name, given[name], interval) for name, interval in NUMBERS.items()
    }
    alpha, l1_ratio = numbers.pop("alpha"), numbers.pop("l1_ratio")
    _refuse_unknown(given["precondition"], given["average"])
    optimizer: Optimizer | Solver | None
    batch_size: int | None
    if _is(given["optimizer"], "auto") or is_solver(given["optimizer"]):
        _refuse_named_only(given)
        optimizer = None if _is(given["optimizer"], "auto") else given["optimizer"]
        batch_size = None
    else:
        optimizer = _optimizer(given["optimizer"], given["average"])
        batch_size = _batch_size(given["batch_size"], optimizer)
    return Settings(
        penalty=penalty_by_name(given["penalty"], alpha, l1_ratio),
        fit_intercept=_flag("fit_intercept", given["fit_intercept"]),
        optimizer=optimizer,
        learning_rate=_learning_rate(given["learning_rate"], batch_size, alpha),
        batch_size=batch_size,
        precondition=_precondition(given["precondition"], batch_size),
        shuffle=_flag("shuffle", given["shuffle"]),
        early_stopping=_flag("early_stopping", given["early_stopping"]),
        record=_record(given["record"]),
        callbacks=_callbacks(given["callbacks"]),
        verbose=bool(given["verbose"]),
        live=live_of("verbose", given["verbose"]),
        **numbers,
    )


def for_parts(settings: Settings) -> Settings:
    """Return the settings for epochs over the data part by part.

    The optimizer "auto", which would arrive at the minimum of a part alone, gives way to AdaGrad by
    batches: its steps shrink by themselves, in each coordinate by the gradients met. An optimizer
    or a learning rate that needs all rows at once is refused.
    """
    if settings.optimizer is None:
        return settings._replace(optimizer=AdaGrad(), batch_size=BATCH_SIZE)
    if is_solver(settings.optimizer):
        raise ValueError(
            f"{type(settings.optimizer).__name__} is a solver, which looks at all rows, and "
            "partial_fit sees a part of them: give a named optimizer, such as 'adam', or call fit"
        )
    if not is_elementwise(settings.named):
        raise ValueError(
            f"partial_fit steps coordinate by coordinate, and {type(settings.optimizer).__name__} "
            "looks at the whole gradient at each step: give an element-wise optimizer, such as "
            "'adam', or call fit with batch_size='full'"
        )
    rate = settings.learning_rate
    if isinstance(of_any_length(rate), Adaptive):
        given = rate.text if isinstance(rate, Text) else rate
        raise ValueError(
            f"learning_rate={given!r} looks at the values of all rows, and partial_fit sees a part "
            "of them: give a number, a schedule such as 'cosine:0.1', or 'auto'"
        )
    if settings.precondition == "hessian":
        raise ValueError(
            "precondition='hessian' looks at all rows, and partial_fit sees a part of them: give "
            "precondition='diagonal' or 'none'"
        )
    return settings


def of_any_length(rate: Rate) -> Schedule | Adaptive | Search | None:
    """Return a rate to see its kind; one given as text needs a number of steps to be one."""
    return rate.over(int(rate.warmup) + 1) if isinstance(rate, Text) else rate


def is_solver(given: Any) -> bool:
    """Say whether what was given as an optimizer is a solver."""
    return isinstance(given, Solver) and not isinstance(given, type)


def _is(given: Any, word: str) -> bool:
    return isinstance(given, str) and given == word


def _in(given: Any, interval: Interval) -> bool:
    return isinstance(given, Real) and interval.holds(given)


def _number(name: str, given: Any, interval: Interval) -> float | int:
    if _in(given, interval):
        return int(given) if interval.whole else float(given)
    raise ValueError(f"{name}={given!r} must be {interval}")


def _flag(name: str, given: Any) -> bool:
    if isinstance(given, bool | np.bool_ | int) and given in (0, 1):
        return bool(given)
    raise ValueError(f"{name}={given!r} must be True or False")


def _refuse_unknown(precondition: Any, average: Any) -> None:
    if not isinstance(precondition, str) or precondition not in PRECONDITIONS:
        known = ", ".join(map(repr, PRECONDITIONS))
        raise ValueError(f"precondition={precondition!r} must be one of {known}")
    if not (isinstance(average, bool | np.bool_) or _in(average, Interval(whole=True))):
        raise ValueError(
            f"average={average!r} must be True, False, or the step from which on to average"
        )


def _refuse_named_only(given: dict[str, Any]) -> None:
    """Refuse, beside the optimizer "auto" or a solver, what only a named one can do."""
    for name, reason in NAMED_ONLY.items():
        unused = not given[name] if name == "average" else _is(given[name], "auto")
        if not unused:
            solver = given["optimizer"]
            what = f"optimizer='auto' {reason}"
            if is_solver(solver):
                what = f"{type(solver).__name__} is a solver, which chooses its own steps"
            raise ValueError(
                f"{name}={given[name]!r} needs a named optimizer: {what}; give optimizer='sgd', "
                "for example"
            )


def _optimizer(given: Any, average: bool | int) -> Optimizer:
    """Return the optimizer, inside the averaging that was asked for."""
    optimizer = by_name(given, rows=True)
    return Averaged(optimizer, t0=float(average) - 1) if average else optimizer


def _precondition(given: str, batch_size: int | None) -> str:
    if given == "hessian" and batch_size is not None:
        raise ValueError(
            "precondition='hessian' mixes all coordinates, which steps by batches, taken "
            "coordinate by coordinate, cannot: give batch_size='full', or precondition='diagonal'"
        )
    return "none" if given == "auto" else given


def _batch_size(given: Any, optimizer: Optimizer) -> int | None:
    by_rows = isinstance(optimizer, SAGA | SVRG) or is_elementwise(optimizer)
    if _is(given, "full"):
        return None
    if _is(given, "auto"):
        return BATCH_SIZE if by_rows else None
    if not _in(given, COUNT):
        raise ValueError(f"batch_size={given!r} must be {COUNT}, 'full', or 'auto'")
    if not by_rows:
        raise ValueError(
            f"batch_size={given!r}: {type(optimizer).__name__} looks at the whole gradient at each "
            "step: give batch_size='full', or an element-wise optimizer such as 'adam'"
        )
    return int(given)


def _learning_rate(given: Any, batch_size: int | None, alpha: float) -> Rate:
    if _is(given, "auto"):
        return None
    if _in(given, ABOVE_0):
        return Constant(float(given))
    if _is(given, "optimal"):
        if alpha == 0:
            raise ValueError(
                "learning_rate='optimal' falls by the strength of the penalty: give alpha above 0, "
                "or another rate such as 'invscaling:0.01'"
            )
        return Optimal(alpha)
    rate: Rate
    if isinstance(given, str):
        rate = read(given)
    elif (callable(given) or isinstance(given, Adaptive)) and not isinstance(given, type):
        refuse_out_of_range(given)
        rate = given
    else:
        raise ValueError(
            f"learning_rate={given!r} must be a positive number, a schedule (a function of the "
            "step count), its text such as 'cosine:0.1', or 'auto'; with batch_size='full' also a "
            "search"
        )
    kind = of_any_length(rate)
    # a batch's gradient is not the risk's; an epoch's loss, which a patient rate follows, nearly is
    if batch_size is not None and isinstance(kind, Adaptive) and not isinstance(kind, Patient):
        raise ValueError(
            f"learning_rate={given!r} looks at the values of all rows: give batch_size='full', or "
            "for batches a schedule such as 'cosine:0.1'"
        )
    return rate


def _record(given: Any) -> Record:
    if given is None or (isinstance(given, str) and given in RECORDS):
        return RECORDS[given]
    if _in(given, COUNT):
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
