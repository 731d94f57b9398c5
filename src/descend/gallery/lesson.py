"""A lesson, and those that there are."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

from descend.gallery.course import COURSE, MORE, Part
from descend.support.suggestions import nearest

PREFIX = "plot_"
"""What the names of the lessons' files begin with."""


class Lesson(NamedTuple):
    """A lesson: its name, its title, and its script."""

    name: str
    title: str
    path: Path


def folder() -> Path:
    """Return where the scripts are: inside the installed package, or in the repository."""
    installed = Path(str(files("descend.gallery"))) / "examples"
    return installed if installed.is_dir() else Path(__file__).parents[3] / "examples"


def lessons() -> dict[str, Lesson]:
    """Return all lessons by name, in the order of the course.

    Raises
    ------
    FileNotFoundError
        If there are none, as where the package was not installed as a whole.
    """
    found = {path.stem.removeprefix(PREFIX): path for path in folder().glob(f"{PREFIX}*.py")}
    if not found:
        raise FileNotFoundError(
            f"no lessons are in {str(folder())!r}: install descend again, as a whole"
        )
    ordered = [name for part in parts(found) for name in part.lessons]
    return {name: Lesson(name, _title(found[name]), found[name]) for name in ordered}


def parts(names: Sequence[str] | dict[str, Path]) -> list[Part]:
    """Return the parts of the course that have lessons of these names; the last holds the others.

    Examples
    --------
    >>> [(part.title, part.lessons) for part in parts(["hills", "mine"])]
    [('Hills', ('hills',)), ('More', ('mine',))]
    """
    placed = [Part(p.title, tuple(name for name in p.lessons if name in names)) for p in COURSE]
    known = {name for part in COURSE for name in part.lessons}
    placed.append(Part(MORE, tuple(sorted(set(names) - known))))
    return [part for part in placed if part.lessons]


def chosen(names: Sequence[str]) -> list[Lesson]:
    """Return the lessons of these names, all if none is given.

    Raises
    ------
    ValueError
        If there is no lesson of a name; the message lists the known.
    """
    known = lessons()
    for name in names:
        if name not in known:
            near = nearest(name, known)
            hint = "" if near is None else f"did you mean {near!r}? "
            raise ValueError(f"there is no lesson {name!r}: {hint}there are {', '.join(known)}")
    return [lesson for name, lesson in known.items() if not names or name in names]


def _title(path: Path) -> str:
    """Return the first line of a script's docstring."""
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or path.stem
    return text.strip().splitlines()[0]
