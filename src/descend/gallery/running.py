"""A lesson run: what each of its cells prints and shows."""

from __future__ import annotations

import ast
import io
import sys
from collections.abc import Iterator
from contextlib import redirect_stdout
from types import ModuleType
from typing import TYPE_CHECKING, NamedTuple, Protocol, runtime_checkable

from descend.gallery.lesson import Lesson
from descend.gallery.scripts import Cell, cells_of
from descend.records.film import Film

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@runtime_checkable
class Shown(Protocol):
    """What a notebook shows as HTML."""

    def _repr_html_(self) -> str: ...


class Ran(NamedTuple):
    """A cell that ran: what it printed, the figures that it drew, and what it ends with."""

    cell: Cell
    printed: str
    figures: tuple[Figure, ...]
    shown: Film | str | None


def run(lesson: Lesson) -> Iterator[Ran]:
    """Run a lesson cell by cell, as a notebook would, and yield what comes of each.

    No window opens.
    """
    from descend.views.figures.collecting import take_figures, without_windows

    module = ModuleType(f"descend_lesson_{lesson.name}")
    module.__file__ = str(lesson.path)
    # classes look their module up by name
    sys.modules[module.__name__] = module
    try:
        with without_windows():
            for cell in cells_of(lesson.path.read_text(encoding="utf-8"), str(lesson.path)):
                printed = io.StringIO()
                with redirect_stdout(printed):
                    value = _execute(cell, module, str(lesson.path))
                yield Ran(cell, printed.getvalue(), take_figures(), _shown(value))
    finally:
        del sys.modules[module.__name__]


def _execute(cell: Cell, module: ModuleType, file: str) -> object:
    """Execute a cell, and return the value of its last expression, if it ends with one."""
    *first, last = cell.statements or (ast.Pass(),)
    ends = isinstance(last, ast.Expr)
    body = list(first) if ends else [*first, last]
    tree = ast.fix_missing_locations(ast.Module(body, []))
    exec(compile(tree, file, "exec"), module.__dict__)
    if not isinstance(last, ast.Expr):
        return None
    return eval(compile(ast.Expression(last.value), file, "eval"), module.__dict__)


def _shown(value: object) -> Film | str | None:
    if isinstance(value, Film):
        return value
    return value._repr_html_() if isinstance(value, Shown) else None
