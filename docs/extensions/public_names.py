"""The reference: a page of each public name, and the course as a list of lessons."""

from __future__ import annotations

import inspect
from pathlib import Path

import descend
from catalogue import _write
from descend import gallery, views
from descend.gallery.lesson import PREFIX

MODULES_WITH_PAGES = ("losses", "optimizers", "penalties", "rates", "landmarks")
"""Of which each class has a page of its own."""


def write_reference(folder: Path) -> None:
    """Write the page of each public function and class, of the views, and an index."""
    folder.mkdir(parents=True, exist_ok=True)
    names = [
        name
        for name in sorted(descend.__all__, key=str.lower)
        if not name.startswith("_") and name not in (*MODULES_WITH_PAGES, "views")
    ]
    for name in names:
        _write(folder / f"{name}.rst", _page(f"descend.{name}", getattr(descend, name)))
    _write(folder / "views.rst", _views())
    lines = ["Reference", "=========", "", "Every public name of `descend`.", ""]
    lines += [".. list-table::", "    :widths: 26 74", ""]
    for name in names:
        lines += [f"    * - :doc:`{name}`", f"      - {_summary(getattr(descend, name))}"]
    lines += ["    * - :doc:`views`", f"      - {_summary(views)}"]
    for name in MODULES_WITH_PAGES:
        lines += [f"    * - :doc:`/generated/{name}/index`"]
        lines += [f"      - {_summary(getattr(descend, name))}"]
    lines += ["", ".. toctree::", "    :hidden:", ""]
    lines += [f"    {name}" for name in [*names, "views"]]
    _write(folder / "index.rst", "\n".join([*lines, ""]))


def _summary(value: object) -> str:
    """Return the first sentence of a docstring."""
    return (inspect.getdoc(value) or "").partition("\n\n")[0].replace("\n", " ")


def _page(name: str, value: object) -> str:
    directive = "autoclass" if inspect.isclass(value) else "autofunction"
    lines = [name, "=" * len(name), "", f".. {directive}:: {name}"]
    if inspect.isclass(value):
        # scikit-learn's own, whose texts refer to its glossary
        routing = [n for n in dir(value) if n.startswith("set_") and n.endswith("_request")]
        lines += ["    :members:", f"    :exclude-members: {', '.join(routing)}"]
    return "\n".join([*lines, ""])


def _views() -> str:
    lines = ["descend.views", "=============", "", _summary(views), ""]
    for name in sorted(views.__all__, key=str.lower):
        directive = "autoclass" if inspect.isclass(getattr(views, name)) else "autofunction"
        lines += [name, "-" * len(name), "", f".. {directive}:: descend.views.{name}", ""]
    return "\n".join(lines)


def place_in_course(file: str) -> int:
    """Return the place of a lesson's file in the course, by which sphinx-gallery orders them."""
    return list(gallery.lessons()).index(Path(file).stem.removeprefix(PREFIX))


def write_course(file: Path) -> None:
    """Write the list of lessons, part by part, in the order of the course."""
    known = gallery.lessons()
    lines = [
        "The course", "==========", "",
        "Short lessons, to be read in order: each runs as it stands, and asserts its numbers. "
        "``descend gallery`` writes them as a site that needs no network.", "",
    ]  # fmt: skip
    for part in gallery.parts(list(known)):
        lines += [part.title, "-" * len(part.title), ""]
        lines += [f"* :doc:`lessons/plot_{name}`" for name in part.lessons] + [""]
    lines += [".. toctree::", "    :hidden:", ""]
    lines += [f"    lessons/plot_{name}" for name in known]
    _write(file, "\n".join([*lines, ""]))
