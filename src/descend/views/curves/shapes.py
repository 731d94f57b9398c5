"""What a loss and a penalty look like, as functions of one number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from descend.losses import CLASSIFICATION, REGRESSION, by_name, log_probabilities
from descend.penalties import by_name as penalty_by_name
from descend.protocols import Array, Linked, Loss, Penalty, Restricted
from descend.views.figures.panels import panel, titled
from descend.views.figures.style import INK, MUTED, PALETTE, linear_values, number, styled
from descend.views.records.paths import emptiest_corner
from descend.views.records.window import checked

POINTS = 801
"""Points of a curve."""

AROUND = 3.0
"""How far to each side of the target a loss is drawn, and of zero a penalty."""

CLASSES = 3
"""Of how many classes a loss of all classes together is drawn."""


@styled()
def loss_shape(
    loss: str | Loss,
    *,
    target: float | None = None,
    ax: Axes | None = None,
    window: Sequence[object] | None = None,
    title: str | None = None,
) -> Axes:
    """Draw a loss of one example against its prediction, and its slope: what descent steps by.

    Parameters
    ----------
    loss
        A name, or an instance, one's own too.
    target
        The true value `y`; by default 1 for classes and for losses of a mean above 0, otherwise 0.
    ax, title
        Axes to draw into, by default those of a new figure; and its title.
    window
        From where to where the prediction goes: `[(low, high)]`.

    Raises
    ------
    ValueError
        If there is no such loss, or it is not defined for the target.

    Examples
    --------
    >>> ax = loss_shape("huber")
    >>> ax.get_legend_handles_labels()[1]
    ['loss', 'slope', 'target']
    """
    known = by_name(loss, {**REGRESSION, **CLASSIFICATION})
    y = _default_target(known) if target is None else float(target)
    if isinstance(known, Restricted) and not known.domain.holds(y):
        raise ValueError(f"{known!r} is not defined for target={y:g}: give {known.domain}")
    place = _place(known, y)
    around = 0.0 if place is None else place
    ((low, high),) = checked((around - AROUND, around + AROUND) if window is None else window, 1)
    z = np.linspace(low, high, POINTS)
    value, slope = _of_scores(known, z) if known.normalised else _of_one(known, y, z)
    own = panel(ax, 6.8, 4.2)
    own.set_xlim(low, high)
    own.plot(z, value, color=PALETTE[0], linewidth=2.2, label="loss")
    own.plot(z, slope, color=PALETTE[1], linewidth=1.8, linestyle="--", label="slope")
    if known.normalised:
        own.set_xlabel(f"z, the score of the true class; those of {CLASSES - 1} others are 0")
    else:
        own.set_xlabel(f"z, the prediction before the link; the target is {number(y)}")
    if place is not None:
        own.axvline(place, color=INK, linewidth=1.2, linestyle=":", label="target")
    own.axhline(0, color=MUTED, linewidth=0.8, zorder=1, label="_zero")
    linear_values(own)
    own.margins(y=0.06)
    corner: Any = emptiest_corner(own)
    own.legend(loc=corner)
    return titled(own, ax, title, repr(known))


def _default_target(loss: Loss) -> float:
    return float(_is_of_classes(loss) or isinstance(loss, Linked))


def _is_of_classes(loss: Loss) -> bool:
    return loss.normalised or type(loss) in {type(each) for each in CLASSIFICATION.values()}


def _place(loss: Loss, y: float) -> float | None:
    """Return where the prediction meets the target; None where that is nowhere, as for classes."""
    if _is_of_classes(loss):
        return None
    with np.errstate(divide="ignore"):
        z = loss.link(np.array(y)) if isinstance(loss, Linked) else np.array(y)
    return float(z) if np.isfinite(z) and np.isclose(loss.mean(z), y) else None


def _of_one(loss: Loss, y: float, z: Array) -> tuple[Array, Array]:
    """Return value and slope at predictions."""
    targets = np.full_like(z, y)
    return loss.value(targets, z), loss.slope(targets, z)


def _of_scores(loss: Loss, z: Array) -> tuple[Array, Array]:
    """Return value and slope by the score of the true class, the others having none."""
    scores = np.zeros((len(z), CLASSES))
    scores[:, 0] = z
    targets = np.zeros_like(scores)
    targets[:, 0] = 1
    logs = log_probabilities(scores)
    return loss.value(targets, logs).sum(axis=1), loss.slope(targets, logs)[:, 0]


@styled()
def penalty_shape(
    penalty: str | Penalty | None,
    *,
    rate: float = 0.5,
    ax: Axes | None = None,
    window: Sequence[object] | None = None,
    title: str | None = None,
) -> Axes:
    """Draw a penalty of one weight, and what a step of descent leaves of the weight.

    Parameters
    ----------
    penalty
        A name, which is drawn at the strength 1, or an instance, one's own too.
    rate
        The learning rate of the step.
    ax, title
        Axes to draw into, by default those of a new figure; and its title.
    window
        From where to where the weight goes: `[(low, high)]`.

    Raises
    ------
    ValueError
        If there is no such penalty.

    Examples
    --------
    >>> ax = penalty_shape("l1")
    >>> bool((ax.lines[1].get_ydata() == 0).sum() > 100)
    True
    """
    known = penalty_by_name(penalty, alpha=1.0)
    ((low, high),) = checked((-AROUND, AROUND) if window is None else window, 1)
    w = np.linspace(low, high, POINTS)
    own = panel(ax, 6.8, 4.2)
    own.set_xlim(low, high)
    own.plot(w, known.value(w), color=PALETTE[0], linewidth=2.2, label="penalty")
    left = known.prox(w - rate * known.gradient(w), rate)
    label = f"weight after a step at rate {number(rate)}"
    own.plot(w, left, color=PALETTE[1], linewidth=1.8, linestyle="--", label=label)
    own.plot(w, w, color=MUTED, linewidth=0.8, linestyle=":", label="weight before")
    own.set_xlabel("w, the weight")
    linear_values(own)
    corner: Any = emptiest_corner(own)
    own.legend(loc=corner)
    return titled(own, ax, title, repr(known))
