"""A progress bar for descents of functions."""

from collections.abc import Iterator
from contextlib import contextmanager

from descend.engine.loop import Callback
from descend.typing import Array


@contextmanager
def bar(steps: int) -> Iterator[Callback]:
    """Show a bar on standard error, and yield the callback that moves it a step."""
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("descending", total=steps)

        def advance(w: Array, value: Array) -> None:
            progress.update(task, advance=1, description=f"value {value.min():.6g}")

        yield advance
