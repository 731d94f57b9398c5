"""Rows seen in one or two of their features, and rows made from these, the others held."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple, TypeAlias

import numpy as np

from descend.protocols import Array
from descend.views.records.chosen_names import place_of

NUMBERS_AT_ONCE = 4_000_000
"""Rows are made in parts of so many numbers, which bounds the memory that they take."""

Feature: TypeAlias = str | int
Held: TypeAlias = Literal["mean", "median"] | Mapping[Feature, Any]


class FeaturePlane(NamedTuple):
    """One or two features of `rows`.

    `places` `(n, 1 or 2)` are the rows', `rows_at` makes rows of places as the model takes them, of
    `width` features; `held` says at what the other features are.
    """

    names: tuple[str, ...]
    rows: Any
    places: Array
    rows_at: Callable[[Array], Any]
    width: int
    held: str | None

    def parts_at(self, at: Array) -> Iterator[Any]:
        """Make rows of places, part by part."""
        size = max(1, NUMBERS_AT_ONCE // self.width)
        for first in range(0, len(at), size):
            yield self.rows_at(at[first : first + size])


def feature_plane(
    X: Any,
    view: str,
    features: Sequence[Feature] | Feature | None = None,
    others: Held = "mean",
    names: Sequence[str] | None = None,
) -> FeaturePlane:
    """Return rows `X` seen in some features: all of one or two, else those that are named.

    Raises
    ------
    ValueError
        If there are more than two features and none are chosen, one is unknown or not of numbers.
    """
    X = _tabular(X, view)
    d = X.shape[1]
    names = _names(X, names)
    chosen = _chosen(names, view, features)
    places = np.column_stack([_numbers(_column(X, j), names[j], view) for j in chosen])
    rest = [j for j in range(d) if j not in chosen]
    values = {j: _held_at(_column(X, j), names, j, others) for j in rest}
    return FeaturePlane(
        tuple(names[j] for j in chosen),
        X,
        places,
        lambda at: _rows(X, at, chosen, values),
        d,
        _told(names, values, others),
    )


def _tabular(X: Any, view: str) -> Any:
    """Return rows as an array, a sparse matrix or a data frame of pandas."""
    if hasattr(X, "iloc"):
        return X
    if hasattr(X, "to_pandas"):
        return X.to_pandas()
    if hasattr(X, "tocsr"):
        return X.tocsr()
    X = np.asarray(X)
    if X.ndim == 1:
        X = X[:, np.newaxis]
    if X.ndim != 2 or not X.size:
        raise ValueError(f"views.{view} needs rows of features X (n, d), got the shape {X.shape}")
    return X


def _names(X: Any, names: Sequence[str] | None) -> tuple[str, ...]:
    if hasattr(X, "columns"):
        return tuple(str(name) for name in X.columns)
    if names is not None and len(names) == X.shape[1]:
        return tuple(str(name) for name in names)
    return tuple(f"x{j}" for j in range(X.shape[1]))


def _chosen(
    names: Sequence[str], view: str, features: Sequence[Feature] | Feature | None
) -> list[int]:
    """Return the places of the features that are shown."""
    d = len(names)
    if features is None:
        if d <= 2:
            return list(range(d))
        raise ValueError(
            f"views.{view} shows two features, and these are {d}: choose two, as "
            f"features=({names[0]!r}, {names[1]!r}); the others are held at their means"
        )
    asked = [features] if isinstance(features, str | int) else list(features)
    places = [place_of(names, feature, "feature") for feature in asked]
    if len(places) not in (1, 2) or len(set(places)) < len(places):
        raise ValueError(f"views.{view} shows one or two features, got features={features!r}")
    return places


def _column(X: Any, j: int) -> Any:
    if hasattr(X, "iloc"):
        return X.iloc[:, j].to_numpy()
    column = X[:, [j]]
    return column.toarray()[:, 0] if hasattr(column, "toarray") else column[:, 0]


def _numbers(column: Any, name: str, view: str) -> Array:
    try:
        numbers = np.asarray(column, dtype=float)
    except (TypeError, ValueError):
        numbers = np.full(1, np.nan)
    if not np.isfinite(numbers).any():
        raise ValueError(
            f"views.{view} draws features of numbers, and {name!r} holds {column[0]!r}: choose "
            "others with features=(..., ...)"
        )
    return numbers


def _held_at(column: Any, names: Sequence[str], j: int, others: Held) -> Any:
    """Return the value at which a feature is held: of one that is no number, the most frequent."""
    if isinstance(others, Mapping):
        for key, value in others.items():
            if place_of(names, key, "feature") == j:
                return value
        return _held_at(column, names, j, "mean")
    if others not in ("mean", "median"):
        raise ValueError(
            f"others={others!r} must be 'mean', 'median' or a mapping of features to values"
        )
    try:
        numbers = np.asarray(column, dtype=float)
    except (TypeError, ValueError):
        return Counter(np.asarray(column).tolist()).most_common(1)[0][0]
    return float((np.nanmean if others == "mean" else np.nanmedian)(numbers))


def _told(names: Sequence[str], values: Mapping[int, Any], others: Held) -> str | None:
    """Say at what the other features are held; None if there are none."""
    if not values:
        return None
    which = names[next(iter(values))] if len(values) == 1 else f"{len(values)} others"
    if isinstance(others, Mapping):
        return f"{which} held as given"
    its = "its" if len(values) == 1 else "their"
    return f"{which} held at {its} {others}"


def _rows(X: Any, at: Array, chosen: Sequence[int], values: Mapping[int, Any]) -> Any:
    """Return rows of the same kind as X with the chosen features as given, the others held."""
    if hasattr(X, "iloc"):
        rows = X.iloc[np.zeros(len(at), dtype=int)].reset_index(drop=True)
        for j, value in values.items():
            if isinstance(value, float):
                rows.isetitem(j, np.full(len(at), value))
            else:  # a category stays one
                rows.isetitem(j, X.iloc[:0, j].reindex(range(len(at)), fill_value=value))
        for place, j in enumerate(chosen):
            rows.isetitem(j, at[:, place])
        return rows
    dtype = np.result_type(X.dtype, np.float32) if X.dtype.kind in "biuf" else object
    rows = np.empty((len(at), X.shape[1]), dtype=dtype)
    for j, value in values.items():
        rows[:, j] = value
    rows[:, list(chosen)] = at
    return rows
