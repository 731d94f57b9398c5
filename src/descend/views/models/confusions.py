"""Which classes a classifier takes for which."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes

from descend.protocols import Array
from descend.records.descent import Descent
from descend.views.figures.panels import panel, titled
from descend.views.figures.style import (
    INK,
    LANDSCAPE,
    MUTED,
    PAPER,
    fitting,
    note,
    shortened,
    styled,
)
from descend.views.models.classifiers import all_classes, places_of
from descend.views.models.decisions import posed
from descend.views.models.fits import CLASS_LETTERS, plain_labels

LETTER_WIDTH = 0.08
"""The width of a letter of a class's name, in inches."""

CELL = 0.42
"""The side of a cell in inches, where there is room."""

NUMBER_SIZE, LEAST_SIZE = 75, 5.5
"""The size in points of a number of one digit in a cell of one inch, and the smallest legible."""

LEAST_NAME = 0.13
"""How far apart names of classes stand at least, in inches."""

MOST_TOLD = 3
"""How many of the most frequent confusions are told in words where cells have no numbers."""


@styled()
def confusion_matrix(
    what: Any,
    given: Any = None,
    y: npt.ArrayLike | None = None,
    *,
    classes: Sequence[object] | None = None,
    normalised: bool = False,
    step: int | None = None,
    ax: Axes | None = None,
    title: str | None = None,
) -> Axes:
    """Draw how often each class was taken for each: a row a true class, a column a predicted one.

    The numbers in the cells are counts; a cell is the darker the larger its share of its row. Where
    cells are too small for numbers, the most frequent confusions are told below.

    Parameters
    ----------
    what, given, y
        A fitted classifier, rows, and their classes; a record of a classifier, which knows the rows
        that it was fitted to; or the true and the predicted classes, `(n,)`.
    classes
        All classes, in the order in which they are shown; by default those of the model, or those
        that there are, sorted.
    normalised
        Whether the numbers are percentages of their row.
    step
        The recorded step of a descent that is shown, by default the last.
    ax
        Axes to draw into; by default those of a new figure.
    title
        By default none.

    Raises
    ------
    ValueError
        If the lengths differ, or a class is not among `classes`.

    Examples
    --------
    >>> ax = confusion_matrix(["a", "b", "b"], ["a", "b", "a"])
    >>> [text.get_text() for text in ax.texts]
    ['1', '0', '1', '1']
    """
    true, said, known = _compared(what, given, y, step)
    counts, names = _count(true, said, known if classes is None else classes, classes is not None)
    k = len(names)
    share = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    letters = LETTER_WIDTH * max(len(shortened(str(name), CLASS_LETTERS)) for name in names)
    room = 0.6 + letters
    side = min(float(np.clip(CELL * k, 2.4, 10.8)), fitting(np.inf) - room)
    own = panel(ax, side + room, side + room + 0.2, grid=False)
    if ax is not None:
        side = _side_of(ax) - room
    cell = side / k
    digits = 3 if normalised else max(len(f"{counts.max():,}"), 2)
    size = min(NUMBER_SIZE * cell / digits, 11)
    own.imshow(share, cmap=LANDSCAPE, vmin=0, vmax=1, aspect="equal")
    own.set_xticks(np.arange(k + 1) - 0.5, minor=True)
    own.set_yticks(np.arange(k + 1) - 0.5, minor=True)
    own.grid(which="minor", color=PAPER, linewidth=min(1.5, 10 * cell))
    for spine in own.spines.values():
        spine.set_visible(False)
    _name_classes(own, names, cell)
    own.set_xlabel("predicted")
    own.set_ylabel("true")
    if size >= LEAST_SIZE:
        _write_numbers(own, counts, share, size, normalised=normalised)
        if normalised:
            note(own, "percent of each true class")
    else:
        own.set_xlabel(f"predicted\n{_most_frequent(counts, names)}")
    return titled(own, ax, title, None)


def _side_of(ax: Axes) -> float:
    """Return the shorter side of given axes in inches, with the room of their names."""
    figure = ax.get_figure(root=True)
    assert figure is not None
    box = ax.get_position()
    return min(box.width * figure.get_figwidth(), box.height * figure.get_figheight()) + 0.6


def _compared(
    what: Any, given: Any, y: npt.ArrayLike | None, step: int | None
) -> tuple[npt.NDArray[Any], npt.NDArray[Any], Sequence[object] | None]:
    """Return the true and the predicted classes, and those that are known."""
    is_model = callable(getattr(what, "predict", None)) or isinstance(what, Descent)
    if is_model:
        classifier, X, y, _ = posed(what, given, y, step, "confusion_matrix")
        if y is None:
            raise ValueError("confusion_matrix needs the true classes y of the rows")
        return np.asarray(y).ravel(), classifier.say(X).labels, classifier.classes
    if given is None:
        raise ValueError(
            "confusion_matrix needs true and predicted classes, or a fitted classifier with X and y"
        )
    if y is not None:
        raise ValueError("give the classes by name, classes=[...]; y goes with a fitted classifier")
    return np.asarray(what).ravel(), np.asarray(given).ravel(), None


def _name_classes(ax: Axes, names: Sequence[object], cell: float) -> None:
    """Name rows and columns, of very many every second, third or so."""
    k = len(names)
    labels = [shortened(str(name), CLASS_LETTERS) for name in names]
    # Side by side, names that are wider than a cell would run into one another.
    long = max(len(label) for label in labels) * LETTER_WIDTH > cell
    every = max(1, int(np.ceil(LEAST_NAME / cell)))
    shown = range(0, k, every)
    ax.set_xticks(shown, labels[::every], rotation=90 if long else 0)
    ax.set_yticks(shown, labels[::every])
    plain_labels(ax)
    ax.tick_params(length=0, labelcolor=INK, labelsize=9 if k <= 20 else 7)


def _write_numbers(
    ax: Axes, counts: npt.NDArray[np.int64], share: Array, size: float, *, normalised: bool
) -> None:
    """Write the numbers into their cells, in so many points."""
    for (row, column), count in np.ndenumerate(counts):
        ax.text(
            column,
            row,
            f"{100 * share[row, column]:.0f}" if normalised else f"{count:,}",
            ha="center",
            va="center",
            fontsize=size,
            color=PAPER if share[row, column] > 0.45 else (INK if count else MUTED),
            fontweight="bold" if row == column else "normal",
        )


def _most_frequent(counts: npt.NDArray[np.int64], names: Sequence[object]) -> str:
    """Say which classes are most often taken for which, a line each."""
    wrong = counts * (1 - np.eye(len(counts), dtype=np.int64))
    order = np.argsort(-wrong, axis=None, kind="stable")[:MOST_TOLD]
    told = [
        f"{shortened(str(names[row]), CLASS_LETTERS)} taken for "
        f"{shortened(str(names[column]), CLASS_LETTERS)}: {wrong[row, column]:,}"
        for row, column in zip(*np.unravel_index(order, wrong.shape), strict=True)
        if wrong[row, column]
    ]
    return "\n".join(told or ["no class is taken for another"])


def _count(
    true: npt.NDArray[Any], said: npt.NDArray[Any], known: Sequence[object] | None, fixed: bool
) -> tuple[npt.NDArray[np.int64], tuple[object, ...]]:
    """Return the counts `(k, k)` and the classes; all of them are known if they are `fixed`."""
    if len(true) != len(said) or len(true) == 0:
        raise ValueError(
            "confusion_matrix needs as many predictions as rows and at least one, "
            f"got {len(said)} for {len(true)}"
        )
    names = all_classes(None if known is None else np.asarray(known).tolist(), true, said)
    if fixed and len(names) > len(known or ()):
        unknown = names[len(known or ())]
        raise ValueError(f"the class {unknown!r} is not among the classes")
    k = len(names)
    counts = np.zeros((k, k), dtype=np.int64)
    np.add.at(counts, (places_of(true, names), places_of(said, names)), 1)
    return counts, names
