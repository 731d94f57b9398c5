"""TableModel: an estimator of tables, as scikit-learn's tools and people use it."""

import json
import pickle
import re
import warnings

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from running import write_people
from sklearn.base import clone, is_classifier, is_regressor
from sklearn.datasets import load_diabetes, load_iris
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import Ridge
from sklearn.model_selection import GridSearchCV, KFold, cross_val_predict, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from descend import DivergenceError, TableModel, losses, read_table
from descend.tables.model_file import read_model

DIABETES = load_diabetes(as_frame=True, scaled=False).frame
IRIS = load_iris(as_frame=True).frame.rename(columns={"target": "species"})
X, Y = DIABETES.drop(columns="target"), DIABETES["target"]


@pytest.fixture(scope="module")
def fitted():
    return TableModel().fit(DIABETES, target="target")


@pytest.fixture(scope="module")
def flowers():
    names = load_iris().target_names
    return TableModel().fit(IRIS.assign(species=names[IRIS.species]), target="species")


def test_it_is_ridge_regression_on_standardised_columns():
    model = TableModel(alpha=0.1).fit(X, Y)
    pipeline = make_pipeline(StandardScaler(), Ridge(alpha=0.1 * len(X))).fit(X, Y)
    np.testing.assert_allclose(model.predict(X), pipeline.predict(X), rtol=1e-6)
    np.testing.assert_allclose(
        model.coef_[0] * X.std(ddof=0), pipeline[-1].coef_, rtol=1e-6, atol=1e-6
    )
    assert model.score(X, Y) == pytest.approx(pipeline.score(X, Y), abs=1e-9)
    assert model.weight_names_ == tuple(X.columns)
    assert model.n_features_in_ == 10


def test_a_table_with_its_target_is_fitted_as_by_the_command_line(fitted):
    assert set(fitted.scores_) == {"train", "validation", "test"}
    assert set(fitted.scores_["test"]) == {"r2", "rmse"}
    rows = fitted.outcome_.training.model.trained["rows"]
    assert rows == {"train": 319, "validation": 35, "test": 88}
    for size in (0, 0.5):
        model = TableModel(test_size=size).fit(DIABETES, target="target")
        assert model.outcome_.training.model.trained["rows"]["test"] == 442 * size


@pytest.mark.parametrize(
    "make",
    [
        pl.from_pandas,
        pa.Table.from_pandas,
        lambda frame: duckdb.from_df(frame),
        lambda frame: {name: list(frame[name]) for name in frame},
        lambda frame: frame.to_dict("records"),
        lambda frame: frame.to_records(index=False),
        lambda frame: frame.set_index(pd.Index(range(len(frame), 0, -1), name="patient")),
        lambda frame: frame[frame.columns[::-1]],
        lambda frame: read_table("diabetes"),
        lambda frame: "diabetes",
    ],
    ids=[
        "polars",
        "pyarrow",
        "DuckDB",
        "dict",
        "records",
        "recarray",
        "index",
        "reversed",
        "table",
        "name",
    ],
)
def test_any_table_predicts_the_same(fitted, make):
    table = make(DIABETES)
    np.testing.assert_array_equal(fitted.predict(table), fitted.predict(DIABETES))
    again = TableModel().fit(table, target="target")
    np.testing.assert_allclose(again.predict(table), fitted.predict(DIABETES), rtol=1e-9)
    assert fitted.score(table) == fitted.score(X, Y)


def test_any_rows_of_any_kind_predict_as_before():
    """Which rows a table holds, and what else, changes no prediction."""
    frame = pd.DataFrame(
        {
            "town": pd.Categorical([10, 20, 30] * 20),
            "code": ["01", "2A", "3"] * 20,
            "member": [True, False] * 30,
            "x": np.linspace(0, 1, 60),
            "when": pd.date_range("2020-01-01", periods=60, freq="7D"),
        }
    )
    frame["price"] = 3 * frame.x + (frame.code == "2A") + 2 * frame.member
    model = TableModel().fit(frame, target="price")
    whole = model.predict(frame)
    for rows in ([0], [1, 5], list(range(0, 60, 3))):
        part = frame.iloc[rows]
        np.testing.assert_allclose(model.predict(part), whole[rows], rtol=1e-12)
        np.testing.assert_allclose(
            model.predict(pl.from_pandas(part[sorted(part.columns)])), whole[rows], rtol=1e-12
        )


@pytest.mark.parametrize(
    "labels",
    [np.array(["a", "b", "c"], dtype=object), np.arange(3), np.array([1.5, 2.5, 7.0])],
    ids=["text", "whole", "halves"],
)
def test_classes_are_what_they_were(labels):
    y = labels[IRIS.species]
    model = TableModel(task="classification").fit(IRIS.drop(columns="species"), y)
    np.testing.assert_array_equal(model.classes_, labels)
    predicted = model.predict(IRIS)
    assert np.mean(predicted == y) > 0.95
    assert model.score(IRIS.drop(columns="species"), y) == np.mean(predicted == y)
    probabilities = model.predict_proba(IRIS)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1)
    np.testing.assert_array_equal(model.classes_[probabilities.argmax(axis=1)], predicted)


def test_booleans_are_classes():
    y = (IRIS.species == 0).to_numpy()
    model = TableModel().fit(IRIS.drop(columns="species"), y)
    assert model.classes_.tolist() == [False, True]
    np.testing.assert_array_equal(model.predict(IRIS), y)


@pytest.mark.parametrize("task", [None, "regression"])
def test_cross_validation_of_a_regression(task):
    found = cross_val_score(TableModel(task=task), X, Y)
    expected = cross_val_score(
        make_pipeline(StandardScaler(), Ridge(alpha=1e-4 * 353)), X, Y, cv=KFold(5)
    )
    np.testing.assert_allclose(found, expected, atol=1e-3)
    errors = cross_val_score(TableModel(task=task), X, Y, scoring="neg_mean_squared_error")
    assert (errors < 0).all()
    assert len(cross_val_predict(TableModel(task=task), pl.from_pandas(X), Y)) == len(X)


def test_cross_validation_of_classes_is_stratified():
    flowers, species = IRIS.drop(columns="species"), IRIS.species
    assert cross_val_score(TableModel(task="classification"), flowers, species, cv=3).min() > 0.9
    areas = cross_val_score(
        TableModel(task="classification"), flowers, species, scoring="roc_auc_ovr"
    )
    assert areas.min() > 0.97


def test_grid_search_takes_both_ways_to_give_the_target():
    grid = {"alpha": [1e-4, 100.0], "penalty": ["l2", None]}
    apart = GridSearchCV(TableModel(), grid, cv=3).fit(X, Y)
    whole = GridSearchCV(TableModel(), grid, cv=3).fit(DIABETES, target="target")
    for search in (apart, whole):
        assert search.best_params_ != {"alpha": 100.0, "penalty": "l2"}
        assert search.best_score_ > 0.4
        assert search.predict(DIABETES).shape == (442,)


def test_it_is_cloned_and_pickled(fitted):
    model = TableModel(alpha=0.5, optimizer="sgd")
    assert clone(model).get_params() == model.get_params()
    assert repr(model) == "TableModel(alpha=0.5, optimizer='sgd')"
    again = pickle.loads(pickle.dumps(fitted))
    np.testing.assert_array_equal(again.predict(X), fitted.predict(X))
    assert again.summary() == fitted.summary()


@pytest.mark.parametrize(
    ("parameters", "regressor", "classifier"),
    [
        ({}, False, False),
        ({"task": "regression"}, True, False),
        ({"loss": "poisson"}, True, False),
        ({"loss": "hinge"}, False, True),
        ({"task": "classification"}, False, True),
    ],
)
def test_its_task_is_told_as_soon_as_it_is_known(parameters, regressor, classifier):
    model = TableModel(**parameters)
    assert (is_regressor(model), is_classifier(model)) == (regressor, classifier)


def test_its_task_is_known_once_it_is_fitted(fitted, flowers):
    assert is_regressor(fitted)
    assert is_classifier(flowers)


@pytest.mark.parametrize("name", ["fitted", "flowers"])
def test_a_file_holds_all_that_predicts(name, request, tmp_path):
    model = request.getfixturevalue(name)
    table = DIABETES if name == "fitted" else IRIS
    model.save(tmp_path / "m.json")
    again = TableModel.load(tmp_path / "m.json")
    np.testing.assert_array_equal(again.predict(table), model.predict(table))
    assert again.scores_ == model.scores_
    assert again.get_params()["alpha"] == model.alpha
    assert "(intercept)" in again.summary()
    assert f"{model.task_} of '{model.target_}'" in again.summary()
    content = json.loads((tmp_path / "m.json").read_text())
    assert (content["format"], content["target"]) == ("descend model", model.target_)
    assert read_model(tmp_path / "m.json").trained == content["trained"]
    for asked in ("descent_", "notes_", "standard_errors_"):
        with pytest.raises(AttributeError, match=f"that was loaded has no {asked}"):
            getattr(again, asked)
    with pytest.raises(AttributeError, match="has no report"):
        again.report(tmp_path / "r.html")


def test_the_command_line_writes_and_reads_the_same(tmp_path, monkeypatch, capsys, fitted):
    from descend.cli import main

    monkeypatch.chdir(tmp_path)
    arguments = "fit diabetes --target target --model cli.json"
    monkeypatch.setattr("sys.argv", ["descend", *arguments.split()])
    with pytest.raises(SystemExit):
        main()
    capsys.readouterr()
    fitted.save("api.json")
    files = [json.loads((tmp_path / name).read_text()) for name in ("cli.json", "api.json")]
    assert files[0] == files[1]


def test_the_summary_says_what_there_is_to_say(fitted, flowers):
    told = fitted.summary()
    for text in ("442: 319 train", "test score", "R² 0.4666", "standard error", "(intercept)"):
        assert text in told
    assert "1 of at most 1,000" in told
    assert "loading and compiling code not counted" in told
    assert re.search(r"bmi +5\.713 +0\.8472 +24\.97", told)
    assert "softmax" in flowers.summary()


def test_methods_are_compared(fitted):
    shown = str(fitted.compare())
    assert [line.split("  ")[0] for line in shown.splitlines()] == [
        "method",
        "descend",
        "closed form, ridge",
        "scikit-learn's SGD",
    ]
    scores = [method.train.score for method in fitted.compare().methods]
    assert scores[0] == pytest.approx(scores[1], abs=1e-6)
    huber = TableModel(loss="huber").fit(X, Y)
    assert str(huber.compare()).startswith("Nothing was compared")


def test_what_is_filled_or_unknown_at_predict_is_a_warning(tmp_path):
    write_people(tmp_path / "people.csv")
    model = TableModel().fit(tmp_path / "people.csv", target="weight")
    assert any("20 missing cells" in note for note in model.notes_)
    new = {"height": [170, None], "member": [True] * 2, "town": ["Mars", "Oslo"]}
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        model.predict({**new, "sex": ["male", "male"]})
    told = " ".join(str(warning.message) for warning in caught)
    assert "not seen in training ('Mars')" in told
    assert "'height': 1 missing cell replaced" in told
    assert {warning.filename for warning in caught} == {__file__}


def test_rows_without_a_target_are_left_out_if_asked():
    frame = DIABETES.assign(target=DIABETES.target.where(DIABETES.index % 50 > 0))
    with pytest.raises(ValueError, match=r"'target' is missing in rows 1, 51, 101 and 6 more"):
        TableModel().fit(frame, target="target")
    model = TableModel(drop_missing_target=True, test_size=0).fit(frame, target="target")
    assert model.notes_[0] == "9 rows have no value of 'target': left out."
    kept = TableModel(test_size=0).fit(frame.dropna(), target="target")
    np.testing.assert_array_equal(model.predict(X), kept.predict(X))


def test_a_fit_that_fails_leaves_the_model_as_it_was(fitted):
    model = TableModel().fit(X, Y)
    before = model.predict(X)
    with pytest.raises(ValueError, match="no column"):
        model.fit(X, target="weight")
    np.testing.assert_array_equal(model.predict(X), before)


REFUSED = {
    "no target": (lambda: TableModel().fit(X), 'name its column, target="price", or give y'),
    "unknown target": (lambda: TableModel().fit(X, target="prize"), "has no column 'prize'"),
    "name as y": (lambda: TableModel().fit(X, "prize"), "has no column 'prize'"),
    "two targets": (lambda: TableModel().fit(X, Y, target="bmi"), "given twice"),
    "two names": (lambda: TableModel().fit(X, "age", target="bmi"), "given twice"),
    "target in X": (lambda: TableModel().fit(DIABETES, Y), "would be learned from"),
    "y too short": (lambda: TableModel().fit(X, Y[:-1]), "y has 441 values for 442 rows"),
    "two outputs": (lambda: TableModel().fit(X, X[["age", "bmi"]]), "y has 2 columns"),
    "no rows": (lambda: TableModel().fit(DIABETES[:0], target="target"), "has no rows"),
    "no columns": (lambda: TableModel().fit({}, target="target"), "has no columns"),
    "missing target": (
        lambda: TableModel().fit({"x": [1, 2], "y": [1, None]}, target="y"),
        "the target 'y' is missing in row 2",
    ),
    "all missing": (
        lambda: TableModel(drop_missing_target=True).fit({"x": [1], "y": [None]}, target="y"),
        "missing in every row",
    ),
    "no file": (lambda: TableModel().fit("none.csv", target="y"), "there is no file 'none.csv'"),
    "task": (lambda: TableModel(task="clasification").fit(X, Y), "did you mean 'classification'"),
    "penalty": (lambda: TableModel(penalty="ridge").fit(X, Y), "penalty='ridge' is none of l2"),
    "loss": (lambda: TableModel(loss="hubber").fit(X, Y), "'hubber' is no loss of a regression"),
    "own loss": (lambda: TableModel(loss=losses.Huber()).fit(X, Y), "has no name"),
    "alpha": (lambda: TableModel(alpha=-1).fit(X, Y), "alpha=-1 must be a number at least 0"),
    "max_iter": (lambda: TableModel(max_iter=0).fit(X, Y), "max_iter=0"),
    "test_size": (lambda: TableModel(test_size=1.0).fit(X, Y), r"test_size=1\.0 is no share"),
    "no test_size": (lambda: TableModel(test_size=None).fit(X, Y), "test_size=None is no share"),
    "rate of auto": (lambda: TableModel(learning_rate=0.1).fit(X, Y), "needs a named optimizer"),
    "optimizer": (lambda: TableModel(optimizer="adm").fit(X, Y), "Did you mean 'adam'"),
    "no share left": (
        lambda: TableModel(test_size=0.9).fit({"x": range(6), "y": range(6)}, target="y"),
        r"test_size=0\.9 leaves",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_fit_that_cannot_be_is_refused_in_a_sentence(case):
    fit, message = REFUSED[case]
    with pytest.raises((ValueError, OSError), match=message) as caught:
        fit()
    assert "\n" not in str(caught.value)
    assert "--" not in str(caught.value)


def test_a_rate_that_is_too_large_is_named():
    with pytest.raises(DivergenceError, match=r"learning_rate=1e\+06 is too large") as caught:
        TableModel(optimizer="sgd", learning_rate=1e6, batch_size="full").fit(X, Y)
    assert caught.value.descent.status == "diverged"


UNUSABLE = {
    "lacks": (lambda m: m.predict(X.drop(columns=["age", "bmi"])), "lacks the columns 'age' and"),
    "no rows": (lambda m: m.predict(X[:0]), "has no rows"),
    "text": (lambda m: m.predict(X.assign(age="old")), "'age'.*'old'"),
    "infinite": (lambda m: m.predict(X.assign(age=np.inf)), "column 'age' is infinite in rows 1"),
    "overflow": (lambda m: m.predict(X.assign(age=1e308, bmi=1e308)), "prediction overflows"),
    "no truth": (lambda m: m.score(X), "has no column 'target'"),
    "missing truth": (lambda m: m.score(X, Y.where(Y > 100)), "'target' is missing in rows"),
    "words": (lambda m: m.score(X, ["high"] * 442), "holds text such as 'high'"),
    "truth too short": (lambda m: m.score(X, Y[:3]), "y has 3 values for 442 rows"),
    "report": (lambda m: m.report("report.pdf"), r"must end in \.html"),
    "folder": (lambda m: m.report("none/r.html"), "the folder 'none' does not exist"),
    "file": (lambda m: m.save("none/m.json"), "the folder 'none' does not exist"),
    "no model": (lambda m: TableModel.load(__file__), "is no model of descend: it is not JSON"),
    "no model file": (lambda m: TableModel.load("none.json"), "there is no model file"),
}


@pytest.mark.parametrize("case", UNUSABLE)
def test_what_a_fitted_model_cannot_do_is_refused_in_a_sentence(case, fitted):
    use, message = UNUSABLE[case]
    with pytest.raises((ValueError, OSError), match=message) as caught:
        use(fitted)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "use",
    [
        lambda model: model.predict(X),
        lambda model: model.predict_proba(X),
        lambda model: model.score(X, Y),
        lambda model: model.summary(),
        lambda model: model.compare(),
        lambda model: model.report("r.html"),
        lambda model: model.save("m.json"),
        lambda model: model.coef_,
        lambda model: model.classes_,
    ],
)
def test_nothing_is_said_of_a_model_that_is_not_fitted(use):
    with pytest.raises(NotFittedError, match="This TableModel instance is not fitted yet"):
        use(TableModel())


def test_there_are_probabilities_only_where_the_loss_has_them(fitted):
    assert not hasattr(fitted, "predict_proba")
    assert not hasattr(fitted, "classes_")
    margins = TableModel(loss="hinge").fit(IRIS.query("species < 2"), target="species")
    assert not hasattr(margins, "predict_proba")
    assert margins.predict(IRIS[:1]).tolist() == [0]
