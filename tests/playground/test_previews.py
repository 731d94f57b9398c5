"""What takes long begins with its first steps."""

import numpy as np
import pytest
from asking import answer, runs

from descend.playground import previews, warmth

LONG = {"formula": "(x^2 + y^2)/12 + sin(x)*sin(y)", "starts": [[1.0, 2.0], [-1.0, 0.5]]}


@pytest.mark.parametrize(
    "changes",
    [
        {"optimizers": [{"name": "adam"}]},
        {"optimizers": [{"name": "sgd"}, {"name": "lamb"}]},
        {"schedule": {"name": "cosine"}},
        {"noise": 0.1, "ascent": True},
    ],
)
def test_a_preview_is_how_the_whole_begins(changes):
    fields = runs(**LONG, **{"rate": 0.001, "steps": 900, **changes})
    told, first = answer("runs", **fields, preview=True)
    _, whole = answer("runs", **fields)
    taken = told["runs"][0]["steps"]
    assert not told["is_whole"]
    assert 2 <= taken < 900
    assert "the rest is being computed" in told["runs"][0]["sentence"]
    assert told["steps"] == 900
    for name, array in first.items():
        np.testing.assert_array_equal(array, whole[name][:, : array.shape[1]])


@pytest.mark.parametrize(
    ("changes", "is_whole"),
    [({"steps": 5}, True), ({"steps": 2000, "rate": 0.4}, True), ({"steps": 3000}, False),
     ({"steps": 3000, "rate": "auto", "optimizers": [{"name": "adam"}]}, False)],
    ids=["short", "arrived", "long", "tried"],
)  # fmt: skip
def test_what_is_there_already_is_whole(changes, is_whole):
    fields = runs(rate=1e-6, **{k: v for k, v in changes.items() if k != "rate"})
    fields["rate"] = changes.get("rate", 1e-6)
    assert answer("runs", **fields, preview=True)[0]["is_whole"] is is_whole


def test_what_remembers_more_is_previewed_for_fewer_steps(monkeypatch):
    monkeypatch.setattr(warmth.WARMTH, "has", lambda _: False)
    taken = [
        answer("runs", **runs(
            starts=[[1, 1]] * 50, optimizers=[{"name": name}], rate=1e-6, steps=9_000, preview=True
        ))[0]["runs"][0]["steps"]
        for name in ("sgd", "adam", "lbfgs")
    ]  # fmt: skip
    # a step by L-BFGS, with its 23 arrays, takes three times as long as one by Adam
    assert taken[0] > taken[1] > 3 * taken[2]


@pytest.mark.parametrize("rate", [1e-6, "auto"])
def test_no_preview_takes_more_steps_than_fit(rate):
    """Of every kind: the steps of all of them, at what each takes, are within the time."""
    for name in ("sgd", "adam", "lamb", "lbfgs", "dog"):
        told, _ = answer("runs", **runs(
            starts=[[1, 1]] * 50, optimizers=[{"name": name}], rate=rate, steps=9_000, preview=True
        ))  # fmt: skip
        most = previews.SECONDS / previews.COMPILED_STEP
        assert max(run["steps"] for run in told["runs"]) <= most
