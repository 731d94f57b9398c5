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
    """Split rows at random into those that stay and the `share` in [0, 1) held out, both sorted.

    With the classes `(n,)` of all rows, each class is split by the same share, up to one row; none
    loses its last row.
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
