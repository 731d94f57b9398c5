"""`descend predict`, run as a user runs it."""

import csv
import subprocess
import sys

import numpy as np
import pyarrow as pa
import pyarrow.parquet
import pytest
from running import ENVIRONMENT, descend, succeed, write_people

from descend.data.files import read_table
from descend.tables.model_file import read_model


@pytest.mark.parametrize("target", ["weight", "sex", "town"])
def test_a_model_predicts_from_its_file_as_in_memory(tmp_path, target):
    columns = write_people(tmp_path / "people.csv", town=["Rome", "Oslo", "Bern", "Wien"] * 50)
    succeed("fit", "people.csv", "--target", target, "--model", "m.json", cwd=tmp_path)
    done = descend("predict", "m.json", "people.csv", cwd=tmp_path)
    assert done.returncode == 0
    assert "Column 'height': 20 missing cells replaced" in done.stderr
    (tmp_path / "printed.csv").write_text(done.stdout)
    printed = read_table(tmp_path / "printed.csv")
    model = read_model(tmp_path / "m.json")
    X = model.columns.transform(read_table(tmp_path / "people.csv")).X
    if target == "weight":
        np.testing.assert_allclose(printed["weight"].values, model.numbers(X), rtol=1e-5)
        truth = np.array(columns["weight"], dtype=float)
        assert np.corrcoef(printed["weight"].values, truth)[0, 1] > 0.9
    else:
        probabilities = np.exp(model.log_probabilities(X))
        classes = sorted(set(columns[target]))
        told = [printed[f"probability of {name}"].values for name in classes]
        np.testing.assert_allclose(np.column_stack(told), probabilities, rtol=1e-5)
        np.testing.assert_allclose(np.sum(told, axis=0), 1, rtol=1e-5)
        chosen = [classes[index] for index in probabilities.argmax(axis=1)]
        assert printed[target].values.tolist() == chosen


def test_predictions_go_to_a_file(tmp_path):
    write_people(tmp_path / "people.csv")
    succeed("fit", "people.csv", "--target", "weight", "--model", "m.json", cwd=tmp_path)
    done = descend("predict", "m.json", "people.csv", "--out", "out.csv", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "")
    assert "200 predictions written to out.csv" in done.stderr
    assert read_table(tmp_path / "out.csv").n_rows == 200


def test_a_model_trained_on_csv_reads_parquet(tmp_path):
    write_people(tmp_path / "people.csv")
    succeed("fit", "people.csv", "--target", "weight", "--model", "m.json", cwd=tmp_path)
    strange = pa.table(
        {
            "town": pa.array(["Mars", "Oslo", None]).dictionary_encode(),
            "member": [True, None, False],
            "sex": ["female", "male", "male"],
            "height": pa.array([160, 170, 180], pa.int16()),
        }
    )
    pa.parquet.write_table(strange, tmp_path / "new.parquet")
    done = descend("predict", "m.json", "new.parquet", cwd=tmp_path)
    assert done.returncode == 0
    assert "categories not seen in training ('Mars') in 1 row" in done.stderr
    predicted = [float(line) for line in done.stdout.split()[1:]]
    expected = [0.9 * 160 - 80 - 3, 0.9 * 170 - 80 + 8, 0.9 * 180 - 80 + 8]
    np.testing.assert_allclose(predicted, expected, atol=4)


def people_without(path, *left_out):
    write_people(path.with_name("all.csv"))
    with path.with_name("all.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    names = [name for name in rows[0] if name not in left_out]
    with path.open("w", newline="") as stream:
        writer = csv.DictWriter(stream, names, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)


def test_a_table_that_lacks_columns_is_refused_by_name(tmp_path):
    write_people(tmp_path / "people.csv")
    succeed("fit", "people.csv", "--target", "weight", "--model", "m.json", cwd=tmp_path)
    people_without(tmp_path / "new.csv", "sex", "town", "weight")
    done = descend("predict", "m.json", "new.csv", "--out", "out.csv", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "descend: 'new.csv' lacks the columns 'sex' and 'town' that the model was trained on\n"
    )
    assert not (tmp_path / "out.csv").exists()


def test_a_reader_that_goes_away_is_no_error(tmp_path):
    write_people(tmp_path / "people.csv", rows=5000)
    succeed("fit", "people.csv", "--target", "weight", "--model", "m.json", cwd=tmp_path)
    process = subprocess.Popen(
        [sys.executable, "-m", "descend", "predict", "m.json", "people.csv"],
        cwd=tmp_path,
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    process.stdout.readline()
    process.stdout.close()
    told = process.stderr.read()
    process.stderr.close()
    assert process.wait(timeout=60) == 1
    assert b"Error" not in told
    assert b"Traceback" not in told
