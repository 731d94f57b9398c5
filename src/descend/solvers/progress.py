"""Progress on the terminal."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from descend import protocols
from descend.protocols import Callback, Step
from descend.support.compile_time import COMPILING, telling


@contextmanager
def bar(steps: int) -> Iterator[Callback]:
    """Show a bar on standard error, and yield the callback that moves it a step."""
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("descending", total=steps)
        compiling = partial(progress.update, task, description=COMPILING)

        def advance(step: Step) -> None:
            progress.update(task, advance=1, description=f"value {step.value.min():.6g}")

        with telling(compiling):
            yield advance


@contextmanager
def share_bar(name: str) -> Iterator[Callable[[float], None]]:
    """Show a bar on standard error, and yield what moves it to a share between 0 and 1."""
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(name, total=1.0)
        yield lambda share: progress.update(task, completed=share)


@contextmanager
def epochs_shown(max_iter: int) -> Iterator[Callable[[protocols.Progress], None]]:
    """Yield a callback that shows the epochs: as a bar on a terminal, else a line an epoch."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console()
    if not (console.is_terminal or console.is_jupyter):
        yield lambda progress: print(_line(progress))
        return
    with Progress(console=console) as shown:
        task = shown.add_task("descending", total=max_iter)
        compiling = partial(shown.update, task, description=COMPILING)

        def advance(progress: protocols.Progress) -> None:
            shown.update(task, completed=progress.epoch, description=_line(progress))

        with telling(compiling):
            yield advance
        # a descent that arrives before its last epoch is done
        shown.update(task, total=shown.tasks[task].completed)


def _line(progress: protocols.Progress) -> str:
    """Return an epoch in a line."""
    score = progress.validation_score
    told = "" if score is None else f", validation score {score:.4f}"
    return f"epoch {progress.epoch}: loss {progress.loss:.6g}{told}"
