"""Random splits of rows, stratified by class."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


def hold_out(
    rows: npt.NDArray[np.intp],
    share: float,
    generator: np.random.Generator,
    classes: npt.NDArray[np.int64] | None = None,
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Split rows at random into those that stay and those that are held out.

    With classes, each is split by the same share, up to one row; no class loses its last row.

    Parameters
    ----------
    rows
        The rows to split.
    share
        Which part of them to hold out, from 0 to less than 1.
    generator
        The random numbers.
    classes
        `(n,)`: the class of each of all rows.

    Returns
    -------
    stay, out
        Both sorted.

    Examples
    --------
    >>> import numpy as np
    >>> stay, out = hold_out(np.arange(10), 0.2, np.random.default_rng(0))
    >>> len(stay), len(out)
    (8, 2)
    """
    order = generator.permutation(rows)
    if classes is not None:
        order = order[np.argsort(classes[order], kind="stable")]
    # systematic sampling: held out is each row at which the sum of shares passes a whole number
    out = np.diff(np.floor(np.arange(len(order) + 1) * share + generator.random())) > 0
    if classes is not None:
        labels = classes[order]
        kept = np.bincount(labels[~out], minlength=int(classes.max()) + 1)
        first = np.diff(labels, prepend=-1) > 0
        out &= ~(first & (kept[labels] == 0))
    return np.sort(order[~out]), np.sort(order[out])
