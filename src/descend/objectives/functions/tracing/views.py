"""Views: arrays that show elements of another one, and change with it."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from descend.objectives.functions.tracing.recording import plain
from descend.objectives.functions.tracing.traced import Traced


class View(NamedTuple):
    """An array that shows elements of another one, and how it is made of that."""

    of: Traced
    view: weakref.ref[Traced]
    made: Callable[[Any], Any]
    index: Any


def note_view(base: Any, view: Any, made: Callable[[Any], Any], index: Any = None) -> Any:
    """Remember that an array shows elements of another one, if it does; return it."""
    if (
        type(base) is Traced
        and type(view) is Traced
        and view.value.ndim
        and (index is not None or np.may_share_memory(plain(base), plain(view)))
    ):
        base.tape.views.append(View(base, weakref.ref(view), made, index))
    return view
