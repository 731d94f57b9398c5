"""Whatever is wrong with a request is refused before anything is computed."""

import asyncio
import json
import time
from urllib.parse import unquote

import pytest
from asking import HEADERS, PORT, TOKEN, asked, page, runs

from descend.playground.security import BODY_SECONDS, POLICY, Guard, Rule
from descend.playground.server import application
from descend.playground.work import Pool

GOOD = json.dumps(runs())


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "127.0.0.1",
        f"127.0.0.1:{PORT + 1}",
        f"127.0.0.1:{PORT}.evil.example",
        f"evil.example:{PORT}",
        f"[::1]:{PORT}",
        f"127.0.0.1:{PORT}@evil.example",
        "",
    ],
)
@pytest.mark.parametrize(("method", "path"), [("GET", "/"), ("POST", "/api/runs")])
def test_a_foreign_host_is_refused(host, method, path):
    """A name of another site may point at this machine."""
    found = asked(method, path, headers={"host": host}, content=GOOD if method == "POST" else None)
    assert found.status_code == 403
    assert "127.0.0.1" in found.json()["error"]


@pytest.mark.parametrize("host", [f"127.0.0.1:{PORT}", f"localhost:{PORT}"])
def test_our_own_hosts_are_answered(host):
    found = asked("POST", "/api/runs", headers={"host": host}, content=GOOD)
    assert found.status_code == 200


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        f"https://127.0.0.1:{PORT}",
        "http://127.0.0.1",
        f"http://127.0.0.1:{PORT}.evil.example",
        "null",
        "",
    ],
)
def test_a_foreign_origin_is_refused(origin):
    for method, path in (("GET", "/"), ("POST", "/api/runs")):
        found = asked(method, path, headers={"origin": origin})
        assert found.status_code == 403


@pytest.mark.parametrize("origin", [f"http://127.0.0.1:{PORT}", f"http://localhost:{PORT}", None])
def test_our_own_origin_is_answered(origin):
    found = asked("POST", "/api/runs", headers={"origin": origin}, content=GOOD)
    assert found.status_code == 200


@pytest.mark.parametrize("token", [None, "", "the toke", "the token ", "THE TOKEN", "\xff" * 9])
@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/api/catalogue"), ("POST", "/api/runs"), ("POST", "/api/none")]
)
def test_a_missing_or_wrong_token_is_refused(token, method, path):
    given = None if token is None else token.encode("latin-1")
    found = asked(method, path, headers={"x-descend-token": given}, content=b"{")
    assert found.status_code == 403
    assert "token" in found.json()["error"]


def test_a_header_that_is_sent_twice_counts_as_none():
    twice = [*HEADERS.items(), ("x-descend-token", "another")]

    async def ask():
        async with page() as client:
            return await client.post("/api/runs", headers=twice, content=GOOD)

    assert asyncio.run(ask()).status_code == 403


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/runs", 405),
        ("PUT", "/api/runs", 405),
        ("OPTIONS", "/api/runs", 405),
        ("POST", "/api/catalogue", 405),
        ("POST", "/", 405),
        ("DELETE", "/static/main.js", 405),
        ("POST", "/api/nothing", 404),
        ("GET", "/nothing", 404),
    ],
)
def test_methods_and_addresses_are_listed(method, path, status):
    assert asked(method, path, content=b"{}").status_code == status


@pytest.mark.parametrize(
    "kind", [None, "text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]
)
def test_other_types_are_refused(kind):
    """A form of another site can send those without asking."""
    found = asked("POST", "/api/runs", headers={"content-type": kind}, content=GOOD)
    assert found.status_code == 415
    assert asked("POST", "/api/table", content=b"a,b").status_code == 415


def test_a_charset_does_not_matter():
    kind = {"content-type": "application/json; charset=utf-8"}
    assert asked("POST", "/api/runs", headers=kind, content=GOOD).status_code == 200


class Upload:
    """A body of 100 MB in pieces, which counts how many were read."""

    def __init__(self, pieces=1600, size=65_536):
        self.pieces, self.size, self.read = pieces, size, 0

    async def __aiter__(self):
        for _ in range(self.pieces):
            self.read += 1
            yield b" " * self.size


@pytest.mark.parametrize(("path", "kind"), [("runs", "application/json"), ("table", "text/csv")])
def test_a_huge_upload_is_cut_off_as_it_streams(path, kind):
    upload = Upload()
    found = asked("POST", f"/api/{path}", headers={"content-type": kind}, content=upload)
    assert found.status_code == 413
    assert found.headers["connection"] == "close"
    assert upload.read * upload.size < 6_000_000


@pytest.mark.parametrize("length", ["100000000", "9" * 40, "-1", "1e9"])
def test_a_length_that_is_too_large_is_refused_unread(length):
    body = []

    async def receive():
        body.append(1)
        return {"type": "http.request", "body": b"", "more_body": True}

    assert guarded({"content-length": length}, receive)[0]["status"] == 413
    assert not body


def guarded(headers, receive):
    """Return what a guard sends to a request with these headers."""
    sent = []

    async def never(scope, receive, send):
        raise AssertionError

    async def send(message):
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/api/runs",
        "headers": [(k.encode(), v.encode()) for k, v in {**HEADERS, **headers}.items()],
    }
    guard = Guard(never, PORT, HEADERS["x-descend-token"], {"/api/runs": Rule()})
    asyncio.run(guard(scope, receive, send))
    return sent


def test_a_client_that_hangs_up_while_it_sends_is_forgotten():
    async def receive():
        return {"type": "http.disconnect"}

    assert guarded({}, receive) == []


def test_a_body_that_never_ends_is_given_up(monkeypatch):
    monkeypatch.setattr("descend.playground.security.BODY_SECONDS", 0.05)
    assert BODY_SECONDS == 10

    async def receive():
        await asyncio.sleep(0.01)
        return {"type": "http.request", "body": b" ", "more_body": True}

    began = time.perf_counter()
    assert guarded({}, receive)[0]["status"] == 408
    assert time.perf_counter() - began < 2


@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("GET", "/nothing", {}),
        ("GET", "/api/catalogue", {}),
        ("POST", "/api/runs", {"host": "evil.example"}),
        ("POST", "/api/runs", {}),
    ],
)
def test_every_answer_has_the_headers_of_safety(method, path, headers):
    found = asked(method, path, headers=headers, content=b"{}")
    assert found.headers["content-security-policy"] == POLICY
    assert found.headers["x-content-type-options"] == "nosniff"
    assert found.headers["cross-origin-resource-policy"] == "same-origin"
    assert found.headers.get("access-control-allow-origin") is None


@pytest.mark.parametrize(
    "path",
    [
        "/static/../server.py",
        "/static/..%2fserver.py",
        "/static/%2e%2e/server.py",
        "/static/....//server.py",
        "/static//etc/passwd",
        "/static/%2fetc%2fpasswd",
        "/static/..\\server.py",
        "/static/\x00",
        "/static/",
        "/static/link.js",
    ],
)
def test_nothing_outside_the_static_folder_is_read(path, tmp_path):
    status, content = served(path, tmp_path)
    assert status == 404
    assert b"secret" not in content


@pytest.mark.parametrize(
    ("path", "answer"), [("/", (200, b"page")), ("/static/main.js", (200, b"code"))]
)
def test_the_page_and_its_files_are_served(path, answer, tmp_path):
    assert served(path, tmp_path) == answer


def served(path, folder):
    """Return how a server of a folder answers a path, which no client has put in order."""
    static = folder / "static"
    static.mkdir()
    (folder / "server.py").write_text("secret")
    for name, text in (("index.html", "page"), ("main.js", "code"), ("notes.txt", "secret")):
        (static / name).write_text(text)
    (static / "link.js").symlink_to("/etc/passwd")
    sent = []

    async def receive():
        await asyncio.Event().wait()

    async def send(message):
        sent.append(message)

    scope = {
        "type": "http",
        "method": "GET",
        "path": unquote(path),
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": [(b"host", HEADERS["host"].encode())],
    }
    app = application(PORT, TOKEN, Pool(), warm=False, static=static)
    asyncio.run(app(scope, receive, send))
    return sent[0]["status"], b"".join(message.get("body", b"") for message in sent)


def test_websockets_are_closed():
    sent = []

    async def ask():
        async def send(message):
            sent.append(message)

        await Guard(None, PORT, "t", {})({"type": "websocket"}, None, send)

    asyncio.run(ask())
    assert sent[0]["type"] == "websocket.close"
