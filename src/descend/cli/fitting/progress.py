"""The progress bar of `descend fit`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from descend.support.compile_time import COMPILING, telling

if TYPE_CHECKING:
    from descend.protocols import Progress


@contextmanager
def progress_bar(
    epochs: int, score_name: str, shown: bool
) -> Iterator[list[Callable[[Progress], None]]]:
    """Show epoch, loss and validation score on stderr while a block runs.

    It yields what to call after each epoch: nothing if not shown, or stderr is no terminal.
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
        compiling = partial(bar.update, task, description=COMPILING)

        def update(progress: Progress) -> None:
            description = f"loss {progress.loss:.5g}"
            if progress.validation_score is not None:
                description += f"  validation {score_name} {progress.validation_score:.4f}"
            bar.update(task, completed=progress.epoch, description=description)

        with telling(compiling):
            yield [update]
