"""The record: its SciPy face, single runs cut out of many, tables and files."""

from dataclasses import fields
from functools import partial

import numpy as np
import pytest

from descend import Descent, DescentRegressor, minimize

RUNS = [
    lambda: minimize("rosenbrock", [-1.2, 1.0], steps=40),
    lambda: minimize("rosenbrock", [[-1.2, 1.0], [0.0, 2.0], [1.0, 1.0]], steps=40),
    lambda: minimize("x^2 + y", [[1.0, 2.0], [3.0, 4.0]], steps=10, record=4),
    lambda: minimize(lambda w: w @ w, [1.0, 2.0], record="values"),
    lambda: minimize("sphere", [1.0, 2.0], record=None),
    lambda: minimize("sphere", [[1.0, 2.0]], optimizer="sgd", learning_rate=9.0),
    lambda: (
        DescentRegressor(optimizer="sgd", max_iter=3, tol=0.0, random_state=0)
        .fit(np.eye(40, 2), np.arange(40.0))
        .descent_
    ),
]
NAMES = ["one", "three", "sparse-record", "values", "end-only", "diverged", "epochs"]
EACH = pytest.mark.parametrize("run", RUNS, ids=NAMES)


@EACH
def test_a_saved_record_reads_back_the_same(run, tmp_path):
    descent = run()
    descent.save(tmp_path / "walk.npz")
    read = Descent.load(tmp_path / "walk.npz")
    for field in fields(Descent):
        before, after = getattr(descent, field.name), getattr(read, field.name)
        if field.name in ("objective", "optimizer", "learning_rate"):
            assert after is None
        elif before is None or isinstance(before, str | tuple):
            assert after == before, field.name
        else:
            assert np.array_equal(after, before, equal_nan=np.asarray(before).dtype.kind == "f")
            assert np.asarray(after).dtype == np.asarray(before).dtype, field.name
            assert np.ndim(after) == np.ndim(before)
    assert read.n_runs == descent.n_runs
    assert np.array_equal(read.success, descent.success)
    assert repr(read) == repr(descent)


def test_saved_records_hold_no_pickles(tmp_path):
    RUNS[0]().save(tmp_path / "walk.npz")
    with np.load(tmp_path / "walk.npz", allow_pickle=False) as stored:
        assert all(stored[name].dtype.kind != "O" for name in stored.files)


@pytest.mark.parametrize("content", [b"", b"not a record", b"PK\x03\x04", None])
def test_other_files_are_refused(tmp_path, content):
    file = tmp_path / "other.npz"
    if content is None:
        np.savez(file, x=np.zeros(3))
    else:
        file.write_bytes(content)
    with pytest.raises(ValueError, match=r"other\.npz' is not a record that Descent\.save wrote"):
        Descent.load(file)


def test_a_missing_file_is_missing(tmp_path):
    with pytest.raises(FileNotFoundError):
        Descent.load(tmp_path / "nowhere.npz")


def test_the_face_is_scipys():
    descent = minimize("sphere", [1.0, 2.0])
    assert descent.success is True
    assert descent.status == "converged"
    assert isinstance(descent.fun, float)
    assert isinstance(descent.nit, int)
    assert isinstance(descent.nfev, int)
    assert isinstance(descent.message, str)
    assert descent.x.shape == descent.jac.shape == (2,)
    assert descent.n_runs is None
    many = minimize("sphere", [[1.0, 2.0], [5.0, -5.0]])
    assert many.success.tolist() == [True, True]
    assert many.n_runs == 2
    assert many.fun.shape == many.nit.shape == many.status.shape == (2,)


def test_a_run_is_cut_where_it_ended():
    descent = RUNS[1]()
    alone = descent.run(2)  # it starts at the minimum
    assert (alone.nit, alone.status) == (0, "converged")
    assert alone.points.tolist() == [[1, 1]]
    assert len(alone.values) == len(alone.seconds) == 1
    assert len(alone.learning_rates) == 0
    with pytest.raises(ValueError, match="single run"):
        alone.run(0)


def test_a_run_cut_between_recorded_steps_keeps_its_end():
    descent = minimize("rosenbrock", [[0.99, 0.98], [-1.2, 1.0]], steps=500, record=50)
    short = descent.run(int(np.argmin(descent.nit)))
    assert short.nit < descent.nit.max()
    assert short.point_steps[-1] == short.nit
    assert np.array_equal(short.points[-1], short.x)


def test_a_record_says_in_short_how_it_went():
    descent = minimize("x^2 + 1", [3.0], steps=500)
    assert repr(descent).startswith(f"Descent: converged after {descent.nit} steps; value 1 at [")
    many = minimize("rosenbrock", [[1.0, 2.0], [5.0, -5.0]], steps=1)
    assert repr(many).startswith("Descent of 2 runs: 2 stopped; best ")
    wide = minimize(lambda w: w @ w, np.ones((2, 1000)), steps=1)
    assert all(len(repr(descent)) < 200 for descent in (wide, wide.run(0)))


@pytest.mark.parametrize("record", ["all", 3, "values", None])
@pytest.mark.parametrize("runs", [1, 3])
def test_a_table_has_a_row_a_step_and_run(record, runs):
    start = [[-1.2, 1.0], [0.0, 2.0], [2.0, 2.0]][:runs]
    descent = minimize(
        "rosenbrock", start[0] if runs == 1 else start, steps=7, record=record,
        optimizer="sgd", learning_rate=1e-4,
    )  # fmt: skip
    frame = descent.to_frame()
    assert len(frame) == (0 if record is None else 8 * runs)
    assert ("run" in frame) == (runs > 1)
    assert ("x" in frame) == (record in ("all", 3))
    if record is None:
        return
    assert frame["step"].tolist() == np.repeat(np.arange(8), runs).tolist()
    np.testing.assert_array_equal(frame["value"], descent.values.ravel())
    assert frame["learning_rate"].isna().sum() == runs
    assert (frame["learning_rate"].dropna() == 1e-4).all()
    if record == "all":
        np.testing.assert_array_equal(frame[["x", "y"]], descent.points.reshape(-1, 2))
    elif record == 3:
        assert frame.loc[frame["x"].notna(), "step"].unique().tolist() == [0, 3, 6, 7]


@pytest.mark.parametrize("runs", [1, 3])
def test_variables_do_not_overwrite_columns(runs):
    names = ["value", "value_", "run", "seconds", "gradient_norm", "learning_rate", "x"]
    start = {name: np.arange(1.0, runs + 1) * (i + 1) for i, name in enumerate(names)}
    if runs == 1:
        start = {name: number[0] for name, number in start.items()}
    formula = " + ".join(f"{name}^2" for name in names)
    run = partial(minimize, optimizer="sgd", learning_rate=0.1, steps=3)
    frame = run(formula, start).to_frame()
    plain = run("+".join(f"{name}^2" for name in "abcdfgh"), np.array(list(start.values())).T)
    common = ["step", "value", "gradient_norm", "learning_rate", "seconds"]
    assert frame.columns.is_unique
    for column in common[:-1]:
        np.testing.assert_allclose(frame[column], plain.to_frame()[column], atol=1e-9)
    coordinates = frame.columns[len(common) + (runs > 1) :]
    assert len(coordinates) == len(names)
    np.testing.assert_array_equal(frame[coordinates].iloc[:runs].T.squeeze(), list(start.values()))
    assert {"value_", "value__", "x"} <= set(coordinates)
    assert frame["value_"].iloc[0] == 2 * frame["x"].iloc[0] / 7


def test_some_runs_of_several_are_a_record_of_their_own():
    starts = np.array([[1.0, 1.0], [3.0, -2.0], [0.0, 0.0], [2.0, 2.0]])
    for record in ("all", 3, "values", None):
        descent = minimize(
            "x^2 + 9*y^2", starts, optimizer="adam", learning_rate=0.3, record=record
        )
        some = descent.runs([3, 2])
        assert some.n_runs == 2
        for row, index in enumerate((3, 2)):
            one, other = some.run(row), descent.run(index)
            np.testing.assert_array_equal(one.x, other.x)
            np.testing.assert_array_equal(one.values, other.values)
            np.testing.assert_array_equal(one.point_steps, other.point_steps)
            assert (one.nit, one.nfev, one.ending) == (other.nit, other.nfev, other.ending)
            assert (one.points is None) == (record in ("values", None))
            if one.points is not None:
                np.testing.assert_array_equal(one.points, other.points)
