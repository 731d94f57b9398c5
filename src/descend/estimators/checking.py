"""Rows and targets from users, checked."""

from typing import Any

import numpy as np
import scipy.sparse
from sklearn.utils.validation import _check_sample_weight, validate_data

from descend.typing import Array


def checked_rows(estimator: Any, X: Any, *, reset: bool) -> Any:
    """Return `X` as a C-ordered float array or a CSR matrix.

    In `fit` (`reset`), whether all is finite is for the training to find out: by batches it shows
    without a pass of its own.

    Raises
    ------
    ValueError
        If it is not two-dimensional or has other columns than in `fit`; if it holds what is not
        finite, unless `reset`.
    """
    rows = validate_data(
        estimator,
        X,
        reset=reset,
        accept_sparse="csr",
        dtype=[np.float64, np.float32],
        order="C",
        ensure_all_finite=False,
        ensure_min_samples=2 if reset else 1,
    )
    if not reset:
        refuse_not_finite(rows, "X", getattr(estimator, "feature_names_in_", None))
    return rows


def refuse_not_finite(values: Any, name: str, columns: Any = None) -> None:
    """Raise a ValueError that names the first place where an array or CSR matrix is not finite."""
    sparse = scipy.sparse.issparse(values)
    numbers = values.data if sparse else values
    with np.errstate(all="ignore"):
        # one sum sees NaN and infinity alike, at a fraction of the cost of looking at each
        if np.isfinite(np.sum(numbers, dtype=np.float64)) or np.isfinite(numbers).all():
            return
    if sparse:
        coordinates = values.tocoo()
        i = int(np.argmin(np.isfinite(coordinates.data)))
        row, column = int(coordinates.row[i]), int(coordinates.col[i])
        found = coordinates.data[i]
    else:
        place = np.argwhere(~np.isfinite(values))[0]
        row, column = int(place[0]), int(place[-1])
        found = values[tuple(place)]
    what = "NaN" if np.isnan(found) else "infinity"
    where = f"row {row}"
    if values.ndim == 2:
        where += f", column {columns[column]!r}" if columns is not None else f", column {column}"
    raise ValueError(
        f"{name} contains {what} (in {where}, counted from 0): fill in missing values, "
        "for example by sklearn.impute.SimpleImputer, or remove the row"
    )


def checked_weight(sample_weight: Any, rows: Any) -> Array | None:
    """Return the weights with mean 1, or None for equal weights.

    Raises
    ------
    ValueError
        If a weight is negative or not finite, or all are zero.
    """
    if sample_weight is None:
        return None
    weight: Array = _check_sample_weight(sample_weight, rows, dtype=rows.dtype)
    if (weight < 0).any():
        raise ValueError(f"sample_weight holds {weight.min():g}: weights must not be negative")
    mean = float(weight.mean())
    if mean == 0:
        raise ValueError("sample_weight is zero for all rows: there is nothing to fit")
    return weight / np.asarray(mean, dtype=weight.dtype)
