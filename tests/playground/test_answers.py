"""Answers hold the library's own numbers."""

import contextlib
import csv
import io
import json

import numpy as np
import pytest
from asking import answer, asked, runs

import descend
from descend.diagnosis.basins import basins_of
from descend.objectives import as_problem
from descend.optimizers import Momentum, names
from descend.playground import warmth
from descend.playground.buffer import packed, unpacked
from descend.playground.catalogue import SCHEDULES, catalogue

STARTS = [[1.0, 1.0], [-1.5, 0.5], [0.3, -2.0]]
BOWL = "x^2 + 2*y^2 + sin(x*y)"


def close(found, expected):
    """Say whether numbers are the same but for the rounding to 32 bits."""
    np.testing.assert_array_equal(found, np.asarray(expected).astype(np.float32))


@pytest.mark.parametrize("name", [*names()])
def test_runs_are_those_of_minimize(name):
    rate = 0.02
    header, arrays = answer(
        "runs",
        **runs(formula=BOWL, starts=STARTS, optimizers=[{"name": name}], rate=rate, steps=30),
    )
    descent = descend.minimize(BOWL, STARTS, optimizer=name, learning_rate=rate, steps=30)
    last = len(descent.values)
    close(arrays["points"].swapaxes(0, 1)[:last], descent.points)
    close(arrays["values"].T[:last], descent.values)
    close(arrays["rates"].T[: last - 1], descent.learning_rates)
    assert [run["status"] for run in header["runs"]] == descent.status.tolist()
    assert [run["steps"] for run in header["runs"]] == descent.nit.tolist()
    assert {array.shape[:2] for array in arrays.values()} == {(3, 31), (3, 30)}
    assert np.isfinite(arrays["momenta"]).all()


def test_what_stands_beside_each_point_is_the_functions_own():
    _, arrays = answer("runs", **runs(formula=BOWL, starts=STARTS, steps=10))
    objective = as_problem(BOWL).objective
    for point, gradient, curvature, bound in zip(
        *(arrays[name].reshape(-1, *arrays[name].shape[2:])
          for name in ("points", "gradients", "curvatures", "bounds")), strict=True,
    ):  # fmt: skip
        w = point.astype(float)
        H = np.stack([objective.hessian_product(w, e) for e in np.eye(2)])
        eigenvalues = np.linalg.eigvalsh(H)
        np.testing.assert_allclose(
            gradient, objective.value_and_gradient(w)[1], rtol=1e-5, atol=1e-5
        )
        np.testing.assert_allclose(curvature, np.abs(eigenvalues).max(), rtol=1e-5)
        np.testing.assert_allclose(bound, 2 / eigenvalues.max(), rtol=1e-5)


def test_a_run_that_has_ended_keeps_its_last_point():
    header, arrays = answer("runs", **runs(starts=[[1, 1], [1e4, 1]], rate=0.45, steps=300))
    for i, run in enumerate(header["runs"]):
        assert run["status"] == "converged"
        assert (arrays["points"][i, run["steps"] :] == arrays["points"][i, run["steps"]]).all()
        assert (arrays["rates"][i, run["steps"] :] == 0).all()
    assert header["runs"][0]["steps"] < 300


def test_an_ascent_climbs_and_has_bounds_of_its_own():
    fields = runs(formula="-(x^2) - 3*y^2", starts=[[1, 1]], ascent=True, steps=20)
    header, arrays = answer("runs", **fields)
    assert (np.diff(arrays["values"][0]) >= 0).all()
    assert header["runs"][0]["bound"] == pytest.approx(2 / 6)
    np.testing.assert_allclose(arrays["gradients"][0, 0], [-2, -6])


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"rate": 0.6, "steps": 500}, "the rate 0.6 is above 0.5"),
        ({"rate": 0.505, "steps": 40}, "to and fro: the rate 0.505 is 1.01 times"),
        ({"rate": 1e-4, "steps": 40}, "It crawls"),
        ({"rate": 0.2, "steps": 3}, "still falling"),
        ({"rate": 0.2, "steps": 300}, "converged after"),
        ({"formula": "x + y", "rate": 0.2, "steps": 300}, "after 300 steps"),
        ({"steps": 0}, "stopped after 0 steps"),
    ],
)
def test_each_run_has_a_sentence(changes, words):
    header, _ = answer("runs", **runs(starts=[[1, 1]], **changes))
    assert words in header["runs"][0]["sentence"]


def executed(fields):
    """Return the records that the code of a request leaves."""
    program = answer("code", **fields)["code"]
    names = {}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(program, names)
    return names["descents"]


CODES = {
    "plain": {},
    "several": {"optimizers": [{"name": "sgd"}, {"name": "adam", "parameters": {"beta1": 0.7}}]},
    "auto sgd": {"rate": "auto"},
    "auto adam": {"rate": "auto", "optimizers": [{"name": "adam"}]},
    "auto lbfgs": {"rate": "auto", "optimizers": [{"name": "lbfgs"}]},
    "auto dog": {"rate": "auto", "optimizers": [{"name": "dog"}]},
    "noise": {"noise": 0.3, "seed": 5},
    "ascent": {"ascent": True},
    "noisy ascent": {"ascent": True, "noise": 0.1},
    "one variable": {"formula": "x^4 - 3x^2 + x", "starts": [[2], [-1]]},
    "long": {"formula": "rosenbrock", "rate": 1e-4, "steps": 3200, "starts": [[-1, 1]]},
    **{name: {"schedule": {"name": name}} for name in SCHEDULES},
}


@pytest.mark.parametrize("changes", CODES.values(), ids=CODES)
def test_code_repeats_the_runs_to_the_last_bit(changes):
    fields = runs(formula=BOWL, **{"starts": STARTS, "steps": 25, **changes}) if (
        "formula" not in changes
    ) else runs(**{"starts": STARTS, **changes})  # fmt: skip
    _, arrays = answer("runs", **fields)
    found = executed(fields)
    count = len(fields["starts"])
    for i, descent in enumerate(found):
        rows = slice(i * count, (i + 1) * count)
        last = len(descent.values)
        close(arrays["points"][rows].swapaxes(0, 1)[:last], descent.points)
        close(arrays["values"][rows].T[:last], descent.values)


@pytest.mark.thorough
def test_code_repeats_what_the_compiled_loop_took(monkeypatch):
    warmth.load_loop(Momentum())
    monkeypatch.setattr(warmth.WARMTH, "_loaded", {Momentum})
    fields = runs(formula="rosenbrock", starts=STARTS, optimizers=[{"name": "momentum"}],
                  rate=1e-3, steps=400)  # fmt: skip
    _, arrays = answer("runs", **fields)
    assert "Compiled(" in answer("code", **fields)["code"]
    (descent,) = executed(fields)
    close(arrays["points"].swapaxes(0, 1), descent.points)


@pytest.mark.parametrize("changes", [{}, {"ascent": True}, {"rate": "auto"}], ids=str)
def test_what_is_shown_is_repeated_though_a_loop_was_loaded_since(monkeypatch, changes):
    fields = runs(formula=BOWL, starts=STARTS, optimizers=[{"name": "momentum"}, {"name": "lbfgs"}],
                  steps=60, **changes)  # fmt: skip
    loaded = set()
    monkeypatch.setattr(warmth.WARMTH, "has", lambda optimizer: type(optimizer) in loaded)
    header, _ = answer("runs", **fields)
    table = answer("export", **fields, kind="csv").content
    loaded.add(Momentum)
    fields["uncompiled"] = header["uncompiled"]
    assert answer("export", **fields, kind="csv").content == table
    points = [line.split(",")[3:5] for line in table.decode().splitlines()[1:]]
    found = [
        [repr(float(each)) for each in point]
        for descent in executed(fields)
        for start in range(len(STARTS))
        for point in descent.run(start).points
    ]
    assert found == points


def test_the_explanation_is_the_diagnosis():
    fields = runs(formula="(5*x^2 + y^2)/2", rate=0.5, steps=40, starts=[[2, 2], [1, 1]])
    told = answer("explain", **fields, run=1)
    descent = descend.minimize(
        "(5*x^2 + y^2)/2", [1.0, 1.0], optimizer="sgd", learning_rate=0.5, steps=40
    )
    assert told["explanation"] == descent.explain()
    assert told["stable_rate"] == pytest.approx(0.4)


def test_a_function_has_heights():
    header, arrays = answer("function", formula="himmelblau", resolution=21)
    x, y = (np.linspace(*edges, 21) for edges in header["window"])
    grid = np.stack(np.meshgrid(x, y), axis=-1)
    close(arrays["heights"], as_problem("himmelblau").objective.value(grid))
    header, arrays = answer("function", formula="sqrt(x)", window=[[-1, 1]], resolution=5)
    assert np.isnan(arrays["heights"]).tolist() == [True, True, False, False, False]


def test_blocks_change_nothing(monkeypatch):
    fields = {
        "formula": "himmelblau",
        "optimizer": {"name": "sgd"},
        "rate": 0.01,
        "width": 24,
        "height": 20,
        "steps": 60,
    }
    whole = answer("basins", **fields)
    # what there is time for is measured
    monkeypatch.setattr("descend.playground.basins.most_pixels", lambda *_: None)
    monkeypatch.setattr("descend.playground.pixels.LEAST_BLOCK", 50)
    monkeypatch.setattr("descend.playground.pixels.BLOCK_STEPS", 60)
    parted = answer("basins", **fields)
    np.testing.assert_array_equal(whole[1]["basins"], parted[1]["basins"])
    assert {**whole[0], "most_pixels": None} == parted[0]


def test_basins_are_those_of_the_picture():
    header, arrays = answer(
        "basins", formula="himmelblau", optimizer={"name": "sgd"}, rate="auto", width=12,
        height=12, steps=100,
    )  # fmt: skip
    problem = as_problem("himmelblau")
    found = basins_of(
        problem.objective, problem.window, 12, 12,
        lambda starts: descend.minimize(problem.objective, starts, optimizer="sgd", steps=100),
    )  # fmt: skip
    np.testing.assert_array_equal(arrays["basins"], np.maximum(found.reached, -1))
    assert len(header["minima"]) == len(found.minima) == 4


LINE = {
    "points": [[x, 2 * x + 1] for x in np.linspace(-2, 2, 20)],
    "optimizer": {"name": "sgd"},
    "rate": 0.5,
    "steps": 80,
}


@pytest.mark.parametrize("scaling", [False, True])
@pytest.mark.parametrize("degree", [1, 3])
def test_a_line_is_fitted(degree, scaling):
    header, arrays = answer(
        "line", **{**LINE, "degree": degree, "scaling": scaling, "rate": "auto"}
    )
    assert arrays["parameters"].shape == (81, degree + 1)
    assert arrays["curves"].shape == (81, 100)
    np.testing.assert_allclose(
        arrays["closed_curve"], 2 * arrays["abscissae"] + 1, rtol=1e-5, atol=1e-5
    )
    np.testing.assert_allclose(arrays["curves"][-1], arrays["closed_curve"], atol=0.3)
    assert header["condition"]["scaled"] <= header["condition"]["as_given"] * (1 + 1e-9)
    assert (np.diff(arrays["values"]) <= 1e-6).all()


@pytest.mark.parametrize("size", [1, 7, 20, "full"])
def test_a_line_by_batches_comes_to_the_line(size):
    _, arrays = answer("line", **{**LINE, "batch_size": size, "rate": 0.1, "steps": 400})
    np.testing.assert_allclose(arrays["parameters"][-1], [1, 2], atol=1e-2)


def test_the_path_ends_where_the_surface_is_low():
    header, arrays = answer("line", **LINE)
    (low, high), (bottom, top) = header["window"]
    i, j = np.unravel_index(np.argmin(arrays["heights"]), arrays["heights"].shape)
    c0, c1 = header["closed_form"]
    assert low + (high - low) * j / 79 == pytest.approx(c0, abs=(high - low) / 79)
    assert bottom + (top - bottom) * i / 79 == pytest.approx(c1, abs=(top - bottom) / 79)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"a,b,c\n1,2.5,x\n3,4,y\n", {"a": [1, 3], "b": [2.5, 4]}),
        ("größe;preis\n1,5;2\n2,5;3\n".encode("latin-1"), {"größe": [1.5, 2.5], "preis": [2, 3]}),
        (b"a,b\n1,\n2,3\n", {"a": [1, 2], "b": [None, 3]}),
    ],
)
def test_a_table_is_read(content, expected):
    found = asked("POST", "/api/table", headers={"content-type": "text/csv"}, content=content)
    assert found.json() == {"columns": list(expected), "points": expected}


@pytest.mark.parametrize(
    "content",
    [b"", b"\n", b"a,b\nx,y\n", b"PK\x03\x04zip", b"\x1f\x8b\x08gzip", b"a,b\n\x00\x00,1\n",
     b"x\n" + b"1\n" * 6000],
    ids=["empty", "blank", "text", "zip", "gzip", "binary", "long"],
)  # fmt: skip
def test_what_is_no_table_of_numbers_is_refused(content):
    found = asked("POST", "/api/table", headers={"content-type": "text/csv"}, content=content)
    assert found.status_code == 400
    assert "/tmp" not in found.json()["error"]


def test_exports_are_files():
    fields = runs(optimizers=[{"name": "sgd"}, {"name": "adam"}], starts=[[1, 1], [2, 1]], steps=3)
    found = answer("export", **fields, kind="csv")
    assert found.headers["content-disposition"] == 'attachment; filename="descend.csv"'
    rows = list(csv.DictReader(io.StringIO(found.text)))
    descent = descend.minimize(
        "x^2 + 2*y^2", [[1, 1], [2, 1]], optimizer="adam", learning_rate=0.1, steps=3
    )
    own = [float(row["x"]) for row in rows if (row["optimizer"], row["start"]) == ("Adam", "1")]
    assert own == descent.points[:, 1, 0].tolist()
    assert answer("export", **fields, kind="png").content.startswith(b"\x89PNG")
    page = answer("export", **fields, kind="html").text
    assert "<script" in page
    assert "http://" not in page.replace("http://www.w3.org", "")


def test_buffers_are_aligned_and_bounded():
    sent = packed(
        {"a": "é", "n": float("nan")}, {"w": [[1e300, -1e300, np.nan]], "k": np.arange(3)}
    )
    assert (4 + int.from_bytes(sent[:4], "little")) % 4 == 0
    header, arrays = unpacked(sent)
    assert header == {"a": "é", "n": None}
    largest = np.finfo(np.float32).max
    np.testing.assert_array_equal(arrays["w"], [[largest, -largest, np.nan]])
    assert arrays["k"].tolist() == [0, 1, 2]


def test_the_catalogue_holds_what_can_be_asked_for():
    found = asked("GET", "/api/catalogue").json()
    assert found == json.loads(json.dumps(catalogue()))
    assert [each["name"] for each in found["optimizers"]] == list(names())
    for each in [*found["optimizers"], *found["schedules"]]:
        assert each["summary"].endswith((".", ":")) or "=" in each["summary"]
        for parameter in each["parameters"]:
            assert parameter["low"] <= parameter["default"] <= parameter["high"], parameter
            assert parameter["scale"] in ("linear", "log", "flag")
            assert parameter["scale"] != "log" or parameter["low"] > 0
    header, _ = answer("runs", **runs(optimizers=[
        {"name": each["name"], "parameters": {p["name"]: p["low"] if p["scale"] != "flag" else True
         for p in each["parameters"] if p["name"] not in ("beta2", "rho", "d", "norm")}}
        for each in found["optimizers"][:12]
    ]))  # fmt: skip
    assert len(header["runs"]) == 12
