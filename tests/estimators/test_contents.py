"""Masked entries and dates are refused, and labels are of one kind."""

import numpy as np
import pandas as pd
import polars as pl
import pytest

from descend import DescentClassifier, DescentRegressor

N = 6
X = np.arange(2.0 * N).reshape(N, 2) ** 1.5
Y = np.arange(float(N))
LABELS = ["a", "b"] * 3
DAYS = np.datetime64("2024-01-01") + np.arange(N)
MASKED = np.ma.masked_array(X, mask=X > 35)
HALF = np.ma.masked_array(Y, mask=Y == 4)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"X": MASKED}, r"X has a masked entry \(in row 5, column 1"),
        ({"y": HALF}, r"y has a masked entry \(in row 4, counted"),
        ({"sample_weight": HALF + 1}, r"sample_weight has a masked entry \(in row 4, counted"),
        ({"X_val": MASKED, "y_val": Y}, r"X_val has a masked entry"),
        ({"X_val": X, "y_val": HALF}, r"y_val has a masked entry"),
    ],
)
def test_masked_entries_are_refused_where_they_are(arguments, told):
    with pytest.raises(ValueError, match=told):
        DescentRegressor().fit(**{"X": X, "y": Y, **arguments})


def test_masked_entries_are_refused_by_the_other_calls_and_masks_without_any_are_not():
    model = DescentRegressor().fit(np.ma.masked_array(X), np.ma.masked_array(Y))
    for call in (model.predict, lambda X: model.score(X, Y)):
        with pytest.raises(ValueError, match="X has a masked entry"):
            call(MASKED)
    with pytest.raises(ValueError, match="X has a masked entry"):
        DescentRegressor().partial_fit(MASKED, Y)
    labels = np.ma.masked_array([0, 1] * 3, mask=Y == 4)
    with pytest.raises(ValueError, match="y has a masked entry"):
        DescentClassifier().fit(X, labels)


UNITS = ("D", "s", "ms", "us", "ns")
TIMES = {
    **{f"datetime64[{unit}]": DAYS.astype(f"datetime64[{unit}]")[:, None] for unit in UNITS},
    "timedelta64[s]": (DAYS - DAYS[0]).astype("timedelta64[s]")[:, None],
    "a list of rows": [[day] for day in DAYS],
    "pandas": pd.DataFrame({"x": Y, "when": DAYS.astype("datetime64[ms]")}),
    "pandas, dates alone": pd.DataFrame({"when": DAYS.astype("datetime64[ns]")}),
    "pandas, a zone": pd.DataFrame({"when": pd.Series(pd.to_datetime(DAYS)).dt.tz_localize("UTC")}),
    "pandas, durations": pd.DataFrame({"when": pd.to_timedelta(Y, unit="h")}),
    "pandas, periods": pd.DataFrame({"when": pd.period_range("2024", periods=N, freq="D")}),
    "polars": pl.DataFrame({"x": Y, "when": DAYS.astype("datetime64[ms]")}),
    "polars, dates": pl.DataFrame({"when": DAYS}),
    "polars, durations": pl.DataFrame({"when": (DAYS - DAYS[0]).astype("timedelta64[ms]")}),
}


@pytest.mark.parametrize("kind", TIMES)
def test_dates_are_refused_in_rows(kind):
    times = TIMES[kind]
    with pytest.raises(ValueError, match="whose numbers depend on that unit") as refused:
        DescentRegressor().fit(times, Y)
    if hasattr(times, "columns"):
        assert "in column 'when'" in str(refused.value)
    model = DescentRegressor().fit(np.zeros((N, np.shape(times)[1])) + Y[:, None], Y)
    with pytest.raises(ValueError, match=r"whose numbers depend on that unit|feature names"):
        model.predict(times)


@pytest.mark.parametrize("name", ["y", "sample_weight"])
@pytest.mark.parametrize(
    "kind", [np.asarray, pd.Series, pl.Series], ids=["NumPy", "pandas", "polars"]
)
def test_dates_are_refused_in_targets_and_weights(name, kind):
    given = {"y": Y, name: kind(DAYS.astype("datetime64[ms]"))}
    with pytest.raises(ValueError, match=f"{name} holds .*, whose numbers depend on that unit"):
        DescentRegressor().fit(X, **given)


def as_objects(labels):
    objects = np.empty(len(labels), dtype=object)
    objects[:] = labels
    return objects


KINDS = pytest.mark.parametrize(
    "kind",
    [list, as_objects, lambda labels: pd.Series(labels, dtype=object)],
    ids=["list", "objects", "series"],
)


@KINDS
@pytest.mark.parametrize(
    ("labels", "told"),
    [
        ([1, "a"], r"y holds numbers and texts \(1 in row 0, 'a' in row 1"),
        (["a", 1.5], r"y holds texts and numbers"),
        ([True, "a"], r"y holds booleans and texts"),
        ([True, 2], r"y holds booleans and numbers"),
        ([b"a", "a"], r"y holds bytes and texts"),
        ([None, "a"], r"y contains None \(in row 0"),
        (["a", None], r"y contains None \(in row 1"),
        (["a", np.nan], r"y contains nan \(in row 1"),
        ([np.nan, 1.0], r"y contains (nan|NaN) \(in row 0"),
        ([1, pd.NA], r"y contains <NA> \(in row 1"),
        (["a", pd.NaT], r"y contains NaT \(in row 1"),
    ],
)
def test_labels_that_are_mixed_or_missing_are_refused(labels, told, kind):
    with pytest.raises(ValueError, match=told):
        DescentClassifier().fit(X, kind(labels * 3))
    with pytest.raises(ValueError, match=told.replace("^y", "y")):
        DescentClassifier().partial_fit(X, kind(labels * 3), classes=["a", "b"])
    with pytest.raises(ValueError, match=told.replace("y ", "y_val ", 1)):
        DescentClassifier().fit(X, LABELS, X_val=X, y_val=kind(labels * 3))
    with pytest.raises(ValueError, match=told.replace("y ", "classes ", 1)):
        DescentClassifier().partial_fit(X, LABELS, classes=kind(labels))


@KINDS
@pytest.mark.parametrize("labels", [["a", "b"], [3, 1], [True, False], [0.0, 2.0]], ids=str)
def test_labels_of_one_kind_are_learned_as_they_are(labels, kind):
    model = DescentClassifier().fit(X, kind(labels * 3))
    assert model.classes_.tolist() == sorted(labels)
    assert type(model.predict(X).tolist()[0]) is type(labels[0])


@pytest.mark.parametrize("missing", [None, np.nan, pd.NA])
def test_targets_that_are_missing_or_texts_are_refused(missing):
    with pytest.raises(ValueError, match=r"y (contains NaN|holds what is missing)"):
        DescentRegressor().fit(X, [1.0, missing] * 3)
    with pytest.raises(ValueError, match="y holds text"):
        DescentRegressor().fit(X, as_objects([1, "a"] * 3))
