"""Each wrong field is named, with what it must be; nothing that is sent is evaluated."""

import json

import pytest
from asking import asked, refusal, runs

ESCAPES = [
    "__import__('os').system('touch /tmp/escaped')",
    "().__class__.__bases__[0].__subclasses__()",
    "x.__class__",
    "(lambda: x)()",
    "open('/etc/passwd').read()",
    "exec('1')",
    "eval('x')",
    "f'{x}'",
    "[x for x in (1, 2)]",
    "x if x else y",
    "x; import os",
    "x\nimport os",
    "$(id)",
    "<script>alert(1)</script>",
    "9**9**9**9*x",
    "(" * 400 + "x",
    "sin(" * 80 + "x" + ")" * 80,
    "x\x00y",
    "ｘ.__class__",
    "x = 3",
    "print(x)",
    "",
    "   ",
    "3",
    "w[0]",
    "x!",
]


@pytest.mark.parametrize("formula", ESCAPES, ids=lambda text: repr(text)[:30])
@pytest.mark.parametrize("kind", ["function", "runs"])
def test_formulas_that_try_to_escape_are_refused(formula, kind):
    content = {"formula": formula} if kind == "function" else runs(formula=formula)
    found = asked("POST", f"/api/{kind}", content=json.dumps(content))
    assert found.status_code == 400
    assert found.json()["error"]


@pytest.mark.parametrize(
    "formula", ["x" * 501, "x + " * 5000 + "x", "x + y + z", "a*b*c*d"], ids=len
)
def test_formulas_that_are_too_much_are_refused(formula):
    sentence, field = refusal("function", {"formula": formula})
    assert field == "formula"
    assert "at most 500" in sentence or "one or two variables" in sentence


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"nonsense",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"a":' * 50_000,
        b'{"steps": NaN}',
        b'{"steps": Infinity}',
        b'{"steps": ' + b"9" * 5000 + b"}",
        b"null",
        b"[]",
        b"3",
        b'"formula"',
    ],
    ids=lambda content: str(content[:20]),
)
def test_what_is_no_object_of_json_is_refused(content):
    sentence, field = refusal("runs", content)
    assert field is None
    assert "JSON" in sentence or "object" in sentence


WRONG = [3, -1, 0.5, 1e308, 10**400, True, None, "text", "", [], [[]], [["x"]], {}, {"a": 1}]

FIELDS = ["formula", "starts", "optimizers", "rate", "schedule", "noise", "seed", "steps", "ascent"]


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("value", WRONG, ids=lambda value: repr(value)[:12])
def test_every_type_in_every_field_is_answered_or_refused_by_name(field, value):
    content = json.dumps(runs(**{field: value}))
    found = asked("POST", "/api/runs", content=content)
    assert found.status_code in (200, 400), found.text
    if found.status_code == 400:
        told = found.json()
        # what is too much in all is said of the steps
        assert told["field"].split("[")[0].split(".")[0] in (field, "steps")
        assert told["error"][0].islower() or told["error"].startswith("'")


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"rate": 0}, "rate", "above 0, not 0"),
        ({"rate": -1}, "rate", "above 0, not -1"),
        ({"rate": "fast"}, "rate", "not fast"),
        ({"rate": "auto", "schedule": {"name": "step"}}, "rate", "a number, not auto"),
        ({"steps": 10_001}, "steps", "from 0 to 10,000, not 10001"),
        ({"steps": 2.5}, "steps", "whole number"),
        ({"noise": -1}, "noise", "at least 0"),
        ({"seed": -1}, "seed", "whole number"),
        ({"ascent": 1}, "ascent", "true or false"),
        ({"starts": [[1]]}, "starts", "lists of 2 numbers"),
        ({"starts": [[1, "2"]]}, "starts", "lists of 2 numbers"),
        ({"starts": [[1, 2, 3]]}, "starts", "lists of 2 numbers"),
        ({"starts": [[1, 2]] * 201}, "starts", "between 1 and 200"),
        ({"formula": "log(x) + y"}, None, ""),
        ({"formula": "log(x) + y", "starts": [[-1, 1]]}, "starts", "log(x) of -1"),
        ({"starts": [[1e300, 1]]}, "starts", "overflows"),
        ({"optimizers": [{"name": "adamm"}]}, "optimizers[0].name", "one of sgd"),
        ({"optimizers": [{}]}, "optimizers[0].name", "missing"),
        ({"optimizers": [{"name": "adam"}, 3]}, "optimizers[1]", "object"),
        (
            {"optimizers": [{"name": "adam", "parameters": {"beta1": 1}}]},
            "optimizers[0].parameters.beta1",
            "in [0, 1), not 1",
        ),
        (
            {"optimizers": [{"name": "adam", "parameters": {"mu": 0.5}}]},
            "optimizers[0].parameters.mu",
            "the fields are",
        ),
        (
            {"schedule": {"name": "cosine", "parameters": {"end": -1}}},
            "schedule.parameters.end",
            "at least 0",
        ),
        ({"schedule": {"name": "wobble"}}, "schedule.name", "one of step"),
        ({"wrong": 1}, "wrong", "not known here"),
        ({"steps": 10_000, "starts": [[1, 1]] * 200}, "steps", "at most 1,000,000"),
    ],
)  # fmt: skip
def test_the_sentence_says_what_is_wrong(changes, field, words):
    content = runs(**changes)
    if field is None:
        assert asked("POST", "/api/runs", content=json.dumps(content)).status_code == 200
        return
    sentence, named = refusal("runs", content)
    assert named == field
    assert words in sentence


@pytest.mark.parametrize(
    ("kind", "content", "field"),
    [
        ("function", {"formula": "x*y", "resolution": 10**9}, "resolution"),
        ("function", {"formula": "x*y", "window": [[0, 1]]}, "window"),
        ("function", {"formula": "x*y", "window": [[1, 0], [0, 1]]}, "window"),
        ("function", {"formula": "x*y", "window": [[-1e308, 1e308], [0, 1]]}, "window"),
        ("function", {"formula": "sqrt(-1 - x^2)"}, "window"),
        ("basins", {"width": 31_623, "height": 31_623, "steps": 1}, "width"),
        ("basins", {"width": 10**9, "height": 1, "steps": 1}, "width"),
        ("basins", {"width": 400, "height": 400, "steps": 10_000}, "steps"),
        ("basins", {"width": 2, "height": 2, "steps": 1, "formula": "x^2"}, "formula"),
        ("map", {"rates": [1, 0.1]}, "rates"),
        ("map", {"rates": [0, 0.1]}, "rates"),
        ("map", {"parameter": "eps"}, "parameter"),
        ("map", {"parameters": [0, 1]}, "parameters"),
        ("map", {"start": [1]}, "start"),
        ("line", {"points": [[1, 1], [1, 2]]}, "points"),
        ("line", {"points": [[1, 1], [2, 2]], "degree": 2}, "points"),
        ("line", {"points": [[1, 1], [1e200, 2], [3, 3]], "degree": 2}, "points"),
        ("line", {"points": [[1, 1], [2, 2]], "loss": "poison"}, "loss"),
        ("line", {"points": [[1, 1], [2, -2]], "loss": "poisson"}, "loss"),
        ("line", {"points": [[1, 1], [2, 2]], "batch_size": 3}, "batch_size"),
        ("line", {"points": [[1, 1], [2, 2]], "batch_size": "some"}, "batch_size"),
        ("line", {"points": [[1, 1], [2, 2]], "parameters": [0, 0]}, "parameters"),
        ("line", {"points": [[1, 1], [2, 2]], "parameters": [0, 2]}, "parameters"),
        ("explain", {**runs(), "run": 1}, "run"),
        ("export", {**runs(), "kind": "exe"}, "kind"),
        ("export", {**runs(), "kind": "../../x"}, "kind"),
    ],
)  # fmt: skip
def test_wrong_fields_of_other_requests_are_named(kind, content, field):
    good = {
        "basins": {"formula": "x^2 + y^2", "optimizer": {"name": "sgd"}, "rate": 0.1},
        "map": {
            "formula": "x^2 + y^2", "optimizer": {"name": "momentum"}, "start": [1, 1],
            "rates": [0.1, 1], "parameters": [0, 0.9], "parameter": "mu",
            "width": 2, "height": 2, "steps": 1,
        },
    }.get(kind, {})  # fmt: skip
    sentence, named = refusal(kind, {**good, **content})
    assert named == field, sentence
