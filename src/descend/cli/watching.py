"""What happens while a model trains: a progress bar, and an ear for Ctrl-C."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from descend.protocols import Progress


class Interruption:
    """Lets Ctrl-C end a descent after what it is at, with what was found so far.

    A second Ctrl-C raises KeyboardInterrupt at once.

    Parameters
    ----------
    unit
        What is brought to its end: an "epoch" or a "step".
    """

    def __init__(self, unit: str) -> None:
        self.asked = False
        self._unit = unit

    def __enter__(self) -> Interruption:
        self._previous = signal.signal(signal.SIGINT, self._ask)
        return self

    def __exit__(self, *_: object) -> None:
        signal.signal(signal.SIGINT, self._previous)

    def __call__(self, _: object) -> None:
        """End the descent if it was asked for."""
        if self.asked:
            raise StopIteration

    def _ask(self, *_: object) -> None:
        if self.asked:
            raise KeyboardInterrupt
        self.asked = True
        print(
            f"descend: ending after this {self._unit}; press Ctrl-C again to leave at once",
            file=sys.stderr,
        )


@contextmanager
def progress_bar(
    epochs: int, score_name: str, shown: bool
) -> Iterator[list[Callable[[Progress], None]]]:
    """Show epoch, loss and validation score on stderr while a block runs.

    Yields
    ------
    watchers
        What to call after each epoch; empty if nothing is to be shown or stderr is no terminal.
    """
    if not shown or not sys.stderr.isatty():
        yield []
        return
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    columns: list[Any] = [
        TextColumn("epoch {task.completed} of at most {task.total}"),
        BarColumn(),
        TextColumn("{task.description}"),
        TimeElapsedColumn(),
    ]
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=epochs)

        def update(progress: Progress) -> None:
            told = f"loss {progress.loss:.5g}"
            if progress.validation_score is not None:
                told += f"  validation {score_name} {progress.validation_score:.4f}"
            bar.update(task, completed=progress.epoch, description=told)

        yield [update]
