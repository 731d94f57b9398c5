"""The comparison of `descend fit`, which Ctrl-C ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from descend.tables.comparison import NOT_COMPARED, Comparison, compare

if TYPE_CHECKING:
    from descend.tables.training import Training


def comparison_of(training: Training, wanted: bool) -> Comparison:
    """Compare the training with other methods, unless that is not wanted or Ctrl-C was pressed."""
    if not wanted or training.interrupted:
        return NOT_COMPARED
    try:
        return compare(training)
    except KeyboardInterrupt:
        return Comparison(notes=("Ctrl-C ended the comparison.",), interrupted=True)
