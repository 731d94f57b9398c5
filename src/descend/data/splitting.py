"""Holding out rows to score a model on."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


def held_out(
    rows: npt.NDArray[np.intp],
    share: float,
    generator: np.random.Generator,
    classes: npt.NDArray[np.int64] | None = None,
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Split rows at random into those that stay and those that are held out.

    With classes, each gives its share, up to one row; a class never loses its last row.

    Parameters
    ----------
    rows
        The rows to split.
    share
        Which part of them to hold out, from 0 to less than 1.
    generator
        Where the randomness comes from.
    classes
        `(n,)`: the class of each of all rows.

    Returns
    -------
    stay, out
        Both sorted.

    Examples
    --------
    >>> import numpy as np
    >>> stay, out = held_out(np.arange(10), 0.2, np.random.default_rng(0))
    >>> len(stay), len(out)
    (8, 2)
    """
    order = generator.permutation(rows)
    if classes is not None:
        order = order[np.argsort(classes[order], kind="stable")]
    # Counting the share up along the order holds a row out whenever a whole number is passed.
    counted = np.floor(np.arange(len(order) + 1) * share + generator.random())
    out = np.diff(counted) > 0
    if classes is not None:
        labels = classes[order]
        kept = np.bincount(labels[~out], minlength=int(classes.max()) + 1)
        first = np.diff(labels, prepend=-1) > 0
        out &= ~(first & (kept[labels] == 0))
    return np.sort(order[~out]), np.sort(order[out])
