"""Rows and targets from users, checked."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import numpy as np
import scipy.sparse
from sklearn import config_context
from sklearn.utils import check_array, check_random_state
from sklearn.utils.validation import _check_sample_weight, check_consistent_length, validate_data

from descend.estimators.contents import refuse_dates, refuse_masked
from descend.protocols import Array


@contextmanager
def restored_on_error(estimator: Any) -> Iterator[None]:
    """Give an estimator back its attributes, if an error interrupts the block.

    Arrays of other libraries become NumPy's in it, whatever `array_api_dispatch` says.
    """
    before = dict(vars(estimator))
    try:
        with config_context(array_api_dispatch=False):
            yield
    except BaseException:
        vars(estimator).clear()
        vars(estimator).update(before)
        raise


def rows_to_learn(estimator: Any, X: Any, *, reset: bool, by_batches: bool) -> Any:
    """Return `X` as a float array or a CSR matrix, without a copy where none is needed.

    The loops by batches want C order. Numbers that are not finite are left to the training: by
    batches they show without a pass of their own.
    """
    order = "C" if by_batches else None
    rows = _validated(estimator, X, "X", reset=reset, accept_sparse="csr", order=order)
    if scipy.sparse.issparse(rows):
        return rows
    # a memory map becomes a plain array over the same memory
    plain = np.asarray(rows)
    return plain if plain.flags.forc else np.ascontiguousarray(plain)


def rows_to_predict(estimator: Any, X: Any, name: str = "X") -> Any:
    """Return `X`, called `name` in errors, as a finite float array, CSR or CSC matrix, uncopied."""
    with config_context(array_api_dispatch=False):
        rows = _validated(estimator, X, name, reset=False, accept_sparse=["csr", "csc"], order=None)
    refuse_not_finite(rows, name, getattr(estimator, "feature_names_in_", None))
    return rows


def _validated(
    estimator: Any, X: Any, name: str, *, reset: bool, accept_sparse: Any, order: str | None
) -> Any:
    """Return `X` as scikit-learn validates it; an error names the first cell that is no number."""
    refuse_masked(X, name)
    refuse_dates(X, name)
    try:
        return validate_data(
            estimator,
            X,
            reset=reset,
            accept_sparse=accept_sparse,
            dtype=[np.float64, np.float32],
            order=order,
            ensure_all_finite=False,
        )
    except (ValueError, TypeError) as error:
        place = _first_non_number(X)
        if place is None:
            raise
        row, column, cell = place
        raise ValueError(
            f"{name} holds {cell!r} (in row {row}, column {column!r}, counted from 0), which is no "
            "number: encode the column, for example by sklearn.preprocessing.OneHotEncoder, "
            "or drop it"
        ) from error


def _first_non_number(X: Any) -> tuple[int, Any, Any] | None:
    """Return row, column and content of the first cell that is text or a date, by columns."""
    if scipy.sparse.issparse(X):
        return None
    try:
        table = np.asarray(X, dtype=object)
    except ValueError:  # rows of different lengths
        return None
    if table.ndim != 2:
        return None
    names = getattr(X, "columns", range(table.shape[1]))
    for name, column in zip(names, table.T, strict=True):
        for row, cell in enumerate(column):
            if isinstance(cell, (str, bytes)) and not _is_number(cell):
                return row, name, str(cell) if isinstance(cell, str) else cell
            if isinstance(cell, (date, timedelta, np.datetime64, np.timedelta64)):
                return row, name, str(cell)
    return None


def _is_number(text: str | bytes) -> bool:
    """Say whether text can be read as a number."""
    try:
        float(text)
    except ValueError:
        return False
    return True


def checked_targets(y: Any, rows: Any, name: str = "y") -> Array:
    """Return finite numbers to predict, `(n,)` or `(n, outputs)`, as an array of the rows' type."""
    refuse_missing(y)
    if type(y) is np.ndarray and y.dtype == rows.dtype and y.shape == rows.shape[:1]:
        # what all those checks would return, which for few rows take as long as a step
        refuse_not_finite(y, name)
        return y
    refuse_masked(y, name)
    refuse_dates(y, name)
    try:
        # what is finite but too large for the type is refused below
        with np.errstate(over="ignore"):
            targets: Array = check_array(
                y, ensure_2d=False, dtype=rows.dtype, ensure_all_finite=False, input_name=name
            )
    except (TypeError, ValueError) as error:
        if isinstance(error, TypeError):  # pandas.NA, a list
            raise ValueError(f"{name} holds what is missing or no number: {error}") from error
        if "could not convert" not in str(error):
            raise
        raise ValueError(
            f"{name} holds text ({error}), but a regression predicts numbers: give numbers, or a "
            "DescentClassifier for classes"
        ) from error
    if targets.ndim > 2:
        raise ValueError(f"{name} has shape {targets.shape}: give (n,) or (n, n_outputs)")
    check_consistent_length(rows, targets)
    if rows.dtype == np.float32 and np.isinf(targets).any():
        refuse_not_finite(np.asarray(y, dtype=np.float64), name)
        raise ValueError(
            f"{name} reaches numbers that float32 cannot hold, the type of X: give X as float64, "
            f"or {name} in larger units"
        )
    refuse_not_finite(targets, name)
    return targets


def refuse_missing(y: Any) -> None:
    """Refuse targets that were not given."""
    if y is None:
        raise ValueError("fit requires y to be passed, but the target y is None")


def refuse_not_finite(values: Any, name: str, columns: Any = None) -> None:
    """Raise a ValueError that names the first place where an array or CSR matrix is not finite."""
    sparse = scipy.sparse.issparse(values)
    numbers = values.data if sparse else values
    with np.errstate(all="ignore"):
        # a sum is not finite if a number is not, and takes a fraction of the time of testing each
        if np.isfinite(np.sum(numbers, dtype=np.float64)) or np.isfinite(numbers).all():
            return
    i = int(np.argmin(np.isfinite(numbers)))
    found = numbers.flat[i]
    if sparse:
        coordinates = values.tocoo()
        row, column = int(coordinates.row[i]), int(coordinates.col[i])
    else:
        place = np.unravel_index(i, values.shape)
        row, column = int(place[0]), int(place[-1])
    what = "NaN" if np.isnan(found) else "infinity"
    where, advice = f"row {row}", "remove the row"
    if values.ndim == 2:
        where += f", column {column if columns is None else repr(columns[column])}"
    if values.ndim == 2 and name.startswith("X"):
        advice = f"fill in missing values, for example by sklearn.impute.SimpleImputer, or {advice}"
    raise ValueError(f"{name} contains {what} (in {where}, counted from 0): {advice}")


def checked_weight(sample_weight: Any, rows: Any) -> Array | None:
    """Return weights that are at least 0 and not all 0 as an array, or None for equal weights."""
    if sample_weight is None:
        return None
    refuse_masked(sample_weight, "sample_weight")
    refuse_dates(sample_weight, "sample_weight")
    try:
        refuse_not_finite(np.atleast_1d(np.asarray(sample_weight, dtype=float)), "sample_weight")
    except (TypeError, ValueError) as error:
        if "could not convert" not in str(error) and not isinstance(error, TypeError):
            raise
        raise ValueError(f"sample_weight must hold numbers: {error}") from error
    weight: Array = _check_sample_weight(sample_weight, rows, dtype=rows.dtype)
    if (weight < 0).any():
        raise ValueError(f"sample_weight holds {weight.min():g}: weights must not be negative")
    if not weight.any():
        raise ValueError("sample_weight is zero for all rows: there is nothing to fit")
    return weight


def without_zero_weight(weight: Array | None, *arrays: Any) -> tuple[Any, ...]:
    """Return the arrays without the rows of weight zero, which are as good as absent."""
    if weight is None or weight.all():
        return arrays  # a slice of a sparse matrix would be a copy
    weighted = np.flatnonzero(weight)
    return tuple(array[weighted] for array in arrays)


def checked_random_state(random_state: Any) -> np.random.RandomState:
    """Return a generator of random numbers, by scikit-learn's convention."""
    try:
        state: np.random.RandomState = check_random_state(random_state)
    except ValueError as error:
        raise ValueError(
            f"random_state={random_state!r} must be a whole number from 0 to 2**32 - 1, a "
            "numpy.random.RandomState, or None"
        ) from error
    return state


def of_mean_one(weight: Array | None) -> Array | None:
    """Return the weights divided by their mean; None if they are all equal."""
    if weight is None or (weight == weight[0]).all():
        return None
    scaled: Array = weight / np.asarray(weight.mean(dtype=np.float64), dtype=weight.dtype)
    return scaled
