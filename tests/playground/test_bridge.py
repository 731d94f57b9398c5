"""Requests by messages are answered as over HTTP: the same bytes, the same refusals."""

import json
import queue
import time

import pytest
from asking import TOKEN, asked, runs

from descend.playground.bridge import Bridge
from descend.playground.buffer import CONTENT_TYPE, unpacked
from descend.playground.server import QUESTIONS, application
from descend.playground.work import Pool

WINDOW = [[-2, 2], [-1, 3]]
SMALL = {"optimizer": {"name": "momentum"}, "width": 8, "height": 6, "steps": 20}
LINE = {
    "points": [[0, 1], [1, 3], [2, 4]], "degree": 1, "loss": "squared_error", "seed": 0,
    "optimizer": {"name": "sgd"}, "rate": 0.1, "batch_size": "full", "steps": 5,
    "scaling": False, "parameters": [0, 1], "window": None,
}  # fmt: skip

GOOD = {
    "function": {"formula": "beale", "window": None, "resolution": 20},
    "runs": runs(),
    "map": {
        "formula": "x^2 + 2*y^2", "start": [1, 1], "parameter": "mu", "rates": [0.01, 1],
        "parameters": [0, 0.9], **SMALL,
    },
    "basins": {"formula": "sin(x)*sin(y)", "window": WINDOW, "rate": 0.1, **SMALL},
    "stationary": {"formula": "beale", "window": WINDOW},
    "derivatives": {"formula": "beale"},
    "line": LINE,
    "line/code": LINE,
    "line/export": {**LINE, "kind": "csv"},
    "code": runs(),
    "explain": {**runs(rate=1.0), "run": 0},
    "export": {**runs(), "kind": "csv"},
}  # fmt: skip

JSON = "application/json"

REFUSED = [
    ("POST", "/api/runs", JSON, b"{", 400),
    ("POST", "/api/runs", JSON, b"\xff\xfe", 400),
    ("POST", "/api/runs", JSON, json.dumps(runs(formula="__import__('os')")).encode(), 400),
    ("POST", "/api/runs", JSON, json.dumps(runs(steps=10**9)).encode(), 400),
    ("POST", "/api/runs", JSON, json.dumps(runs(nonsense=1)).encode(), 400),
    ("POST", "/api/runs", JSON, b" " * 300_000, 413),
    ("POST", "/api/runs", "text/plain", b"{}", 415),
    ("GET", "/api/runs", "", b"", 405),
    ("POST", "/api/nothing", JSON, b"{}", 404),
    ("GET", "/nothing", "", b"", 404),
    ("", "", "", b"", 405),
]


@pytest.fixture(scope="module")
def pool():
    own = Pool(threads=1, waiting=1)
    yield own
    own.close()


@pytest.fixture(scope="module")
def ask(pool):
    bridge = Bridge(application(0, TOKEN, pool, warm=False), TOKEN)

    def answer(method, path, content_type, content):
        answers = queue.Queue()
        request = {"method": method, "path": path, "type": content_type}
        bridge.ask("one", request, content, answers.put)
        return answers.get(timeout=60)

    answer.bridge = bridge
    return answer


def without_time(kind, content):
    """Return an answer without how long it took."""
    if kind not in ("runs", "map", "basins"):
        return content
    header, arrays = unpacked(content)
    timed = {"milliseconds": 0, "most_pixels": 0}
    return {**header, **timed}, {name: x.tobytes() for name, x in arrays.items()}


def test_every_question_is_compared():
    assert set(QUESTIONS) <= set(GOOD)


@pytest.mark.parametrize("kind", GOOD)
def test_the_same_bytes_as_over_http(ask, kind):
    content = json.dumps(GOOD[kind]).encode()
    by_http = asked("POST", f"/api/{kind}", content=content)
    found = ask("POST", f"/api/{kind}", JSON, content)
    assert by_http.status_code == found.status == 200, by_http.text
    assert without_time(kind, found.content) == without_time(kind, by_http.content)
    assert found.headers["content-type"] == by_http.headers["content-type"]
    assert found.headers.get("content-disposition") == by_http.headers.get("content-disposition")


def test_the_catalogue_and_a_table(ask):
    found = ask("GET", "/api/catalogue", "", b"")
    assert found.content == asked("GET", "/api/catalogue").content
    table = b"a,b\n1,2\n3,4\n"
    by_http = asked("POST", "/api/table", headers={"content-type": "text/csv"}, content=table)
    assert ask("POST", "/api/table", "text/csv", table).content == by_http.content
    assert by_http.json()["columns"] == ["a", "b"]


@pytest.mark.parametrize(("method", "path", "content_type", "content", "status"), REFUSED)
def test_refusals_are_answers(ask, method, path, content_type, content, status):
    found = ask(method, path, content_type, content)
    assert found.status == status
    told = json.loads(found.content)
    assert set(told) == {"error", "field"}
    assert told["error"]
    if method and path:
        headers = {"content-type": content_type or None}
        assert asked(method, path, headers=headers, content=content).json() == told


def test_what_is_dropped_ends_and_others_are_answered(ask, pool):
    slow = {
        "formula": "sin(x)*sin(y) + x^2/50", "window": None, "optimizer": {"name": "lamb"},
        "rate": 1e-6, "width": 300, "height": 300, "steps": 1000,
    }  # fmt: skip
    answers = []
    request = {"method": "POST", "path": "/api/basins", "type": JSON}
    ask.bridge.ask("slow", request, json.dumps(slow).encode(), answers.append)
    while not pool.inside:
        time.sleep(0.01)
    ask.bridge.drop("slow")
    ask.bridge.drop("nothing of this name")
    while pool.inside:
        time.sleep(0.01)
    assert ask("POST", "/api/runs", JSON, json.dumps(runs()).encode()).status == 200
    assert answers == []


def test_numbers_come_as_32_bit_floats(ask):
    found = ask("POST", "/api/runs", JSON, json.dumps(runs()).encode())
    assert found.headers == {"content-type": CONTENT_TYPE}
    assert unpacked(found.content)[1]["points"].shape == (1, 6, 2)
