"""Starts at which a function is at rest: no rate moves plain descent from there."""

from __future__ import annotations

import numpy as np

from descend.curvature.lanczos import Spectrum
from descend.protocols import Array


def refuse_rest(point: Array, value: float, g: Array, ends: Spectrum) -> None:
    """Refuse a start whose gradient is zero, or too small to show in the value; say what it is.

    Examples
    --------
    >>> from descend.curvature.lanczos import spectrum
    >>> refuse_rest(np.zeros(1), 1.0, np.zeros(1), spectrum(lambda v: -v, 1))  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    ValueError: the start [0.] stands on a maximum: the gradient is zero there, and ...
    """
    steepness = float(np.linalg.norm(g))
    bend = max(abs(ends.lowest), abs(ends.highest))
    # what the best step along the gradient gains, against the rounding of the value
    shows = bend > 0 and steepness**2 / (2 * bend) > np.finfo(float).eps * abs(value)
    if not np.isfinite(bend) or (steepness > 0 and (shows or not bend)):
        return
    where = f"the start {np.array2string(point, precision=6, threshold=6, edgeitems=2)}"
    if ends.highest < 0:
        raise ValueError(
            f"{where} stands on a maximum: the gradient is zero there, and the curvature negative "
            f"({ends.highest:.3g} at most); start a little beside it"
        )
    if ends.lowest < 0:
        raise ValueError(
            f"{where} stands on a saddle: the gradient is zero there, and the curvature negative "
            f"in some directions ({ends.lowest:.3g}) and not in others; start a little beside it"
        )
    if ends.highest == 0:
        raise ValueError(
            f"{where} is in a flat place: gradient and curvature are zero there; start elsewhere"
        )
    raise ValueError(
        f"{where} is a minimum already: the gradient is zero there, and the curvature positive; "
        "start elsewhere"
    )
