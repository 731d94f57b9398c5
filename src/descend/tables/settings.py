"""What to fit to a table, and how."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from descend.data.target import Task
from descend.support.suggestions import nearest

TASKS: tuple[Task, ...] = ("regression", "classification")

PENALTIES = ("l2", "l1", "elasticnet")

TEST_SIZE = 0.2
"""The share of a whole table that "auto" holds out to score on."""

LARGEST_TEST_SIZE = 0.9
"""The largest share of the rows that may be held out."""


@dataclass(frozen=True)
class Settings:
    """What to fit to a table, and how: see `descend.TableModel`, whose parameters these are.

    Of a `test_size` of None all rows are trained on: none is held out to score on, and none to
    watch the training with.
    """

    task: Task | None = None
    loss: str | None = None
    penalty: str | None = "l2"
    alpha: float = 1e-4
    optimizer: Any = "auto"
    learning_rate: Any = "auto"
    batch_size: int | str = "auto"
    max_iter: int = 1000
    test_size: float | None = TEST_SIZE
    drop_missing_target: bool = False
    random_state: int = 0

    def __post_init__(self) -> None:
        """Refuse what no estimator would see; they check the others."""
        if self.task is not None:
            _refuse_unknown("task", self.task, TASKS)
        if self.penalty is not None:
            _refuse_unknown("penalty", self.penalty, PENALTIES)
        if self.loss is not None and not isinstance(self.loss, str):
            raise ValueError(
                f"loss={self.loss!r} has no name, by which a model's file could tell it: give a"
                ' name, such as "huber"'
            )
        size = self.test_size
        if size is not None and not (_is_number(size) and 0 <= size <= LARGEST_TEST_SIZE):
            raise ValueError(f"test_size={size!r} is no share from 0 to {LARGEST_TEST_SIZE}")

    @property
    def rate_text(self) -> str:
        """The learning rate, as messages show it."""
        rate = self.learning_rate
        return f"{rate:g}" if _is_number(rate) else str(rate)


def settings_of(model: Any, apart: bool) -> Settings:
    """Return the settings that an estimator's parameters describe.

    Of a target that is given `apart`, a `test_size` of "auto" holds nothing out.
    """
    given = {each.name: getattr(model, each.name) for each in fields(Settings)}
    if isinstance(given["test_size"], str) and given["test_size"] == "auto":
        given["test_size"] = None if apart else TEST_SIZE
    elif given["test_size"] is None:
        raise ValueError('test_size=None is no share: give 0, 0.2 or "auto"')
    if not isinstance(given["random_state"], int):
        from sklearn.utils import check_random_state

        given["random_state"] = int(check_random_state(given["random_state"]).randint(2**31 - 1))
    return Settings(**given)


def _refuse_unknown(name: str, given: Any, known: tuple[str, ...]) -> None:
    """Refuse a word that is none of those known."""
    if isinstance(given, str) and given in known:
        return
    near = nearest(given, known) if isinstance(given, str) else None
    hint = f"; did you mean {near!r}?" if near else ""
    raise ValueError(f"{name}={given!r} is none of {', '.join(known)} and None{hint}")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
