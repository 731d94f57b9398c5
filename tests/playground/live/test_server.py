"""What a watched descent's page may ask: refused to all others, told once, and soon."""

import asyncio
import json
import time
from contextlib import asynccontextmanager

import httpx
import numpy as np
import pytest
from asking import HEADERS, PORT, TOKEN

from descend.playground.buffer import unpacked
from descend.playground.live import server
from descend.playground.live.watches import MOST_WATCHES, Watches
from descend.protocols import Status
from descend.records.watched import Subject, Watched

ROUTES = pytest.mark.parametrize("path", ["/api/watch", "/api/stop"])
UNKNOWN = {"shown": -1, "generation": -1, "since": -1, "version": -1, "newest": -1}


def watched(steps=3, title="a test"):
    made = Watched(Subject(title))
    made.begin(np.zeros(2), ["x", "y"])
    for step in range(1, steps + 1):
        made.tell(step, 1 / step, None, 0.1, np.full(2, float(step)))
    return made


def watches(*descents):
    made = Watches()
    for each in descents or (watched(),):
        made.add(each)
    return made


@asynccontextmanager
async def page(found):
    transport = httpx.ASGITransport(server.application(PORT, TOKEN, found))
    async with httpx.AsyncClient(
        transport=transport, base_url=f"http://127.0.0.1:{PORT}", headers=HEADERS
    ) as client:
        yield client


def asked(path, content, found=None, method="POST", **headers):
    own = {name.replace("_", "-"): value for name, value in headers.items()}
    found = watches() if found is None else found
    sent = content if isinstance(content, bytes) else json.dumps(content)

    async def ask():
        async with page(found) as client:
            request = client.build_request(method, path, content=sent, headers=own)
            for name, value in own.items():
                if value is None:
                    del request.headers[name]
            return await client.send(request)

    return asyncio.run(ask())


def known_by(header):
    """Return what a page knows after an answer."""
    names = {"shown": "run", "generation": "generation", "version": "version", "newest": "newest"}
    known = {name: header[of] for name, of in names.items()}
    return {**known, "since": header["steps"][-1] if header["steps"] else -1}


@ROUTES
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"host": "evil.example"}, 403),
        ({"host": f"127.0.0.1:{PORT + 1}"}, 403),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"x_descend_token": ""}, 403),
        ({"x_descend_token": "another"}, 403),
        ({"content_type": "text/plain"}, 415),
        ({"content_type": "application/x-www-form-urlencoded"}, 415),
    ],
)
def test_others_are_refused_and_stop_nothing(path, headers, status):
    found = watches()
    answer = asked(path, {"run": 1}, found, **headers)
    assert answer.status_code == status
    assert not found.find(1)[1].stop_asked
    assert found.pages == 0


@ROUTES
def test_a_question_without_a_token_is_refused(path):
    async def ask():
        async with page(watches()) as client:
            del client.headers["x-descend-token"]
            return await client.post(path, json={"run": 1})

    assert asyncio.run(ask()).status_code == 403


@ROUTES
@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"{", 400),
        (b"[]", 400),
        (b'{"run": NaN}', 400),
        ({"run": 99}, 400),
        ({"run": 0}, 400),
        ({"run": "1"}, 400),
        ({"run": 10**400}, 400),
        ({"run": 1, "evil": 1}, 400),
        (b" " * 1001, 413),
    ],
)
def test_wrong_questions_are_refused_in_words(path, content, status):
    answer = asked(path, content)
    assert answer.status_code == status
    assert answer.json()["error"]


@pytest.mark.parametrize("path", ["/api/runs", "/api/table", "/api/code", "/api/none"])
def test_nothing_else_is_computed_beside_a_fit(path):
    assert asked(path, {}).status_code == 404


@ROUTES
@pytest.mark.parametrize("method", ["GET", "PUT", "OPTIONS"])
def test_only_posts_are_taken(path, method):
    assert asked(path, {}, method=method).status_code == 405


def test_the_catalogue_offers_one_room():
    assert asked("/api/catalogue", b"", method="GET").json() == {"rooms": ["live"]}


def test_news_are_told_at_once_and_never_twice():
    async def main():
        found = watches()
        _, descent = found.find(None)
        async with page(found) as client:
            answer = await client.post("/api/watch", json=UNKNOWN)
            header, arrays = unpacked(answer.content)
            assert header["steps"] == [0, 1, 2, 3]
            assert header["names"] == ["x", "y"]
            assert arrays["weights"][:, 0].tolist() == [0, 1, 2, 3]
            waiting = asyncio.ensure_future(client.post("/api/watch", json=known_by(header)))
            await asyncio.sleep(3 * server.PERIOD)
            assert not waiting.done()
            descent.tell(4, 0.25, 0.5, 0.1, np.ones(2))
            header, arrays = unpacked((await waiting).content)
            assert (header["steps"], header["names"]) == ([4], [])
            assert arrays["score"].tolist() == [0.5]

    asyncio.run(main())


def test_an_answer_comes_without_news_before_a_browser_gives_up(monkeypatch):
    monkeypatch.setattr(server, "LONGEST", 0.3)
    found = watches()
    header, _ = unpacked(asked("/api/watch", UNKNOWN, found).content)
    later, arrays = unpacked(asked("/api/watch", known_by(header), found).content)
    assert later["steps"] == []
    assert arrays["loss"].size == 0


def test_another_fit_and_a_new_beginning_are_told_from_their_start():
    found = watches()
    header, _ = unpacked(asked("/api/watch", UNKNOWN, found).content)
    found.add(watched(1, "another"))
    header, _ = unpacked(asked("/api/watch", known_by(header), found).content)
    assert (header["run"], header["steps"], header["title"]) == (2, [0, 1], "another")
    assert [each["title"] for each in header["runs"]] == ["a test", "another"]
    first, _ = unpacked(asked("/api/watch", {"run": 1, **known_by(header)}, found).content)
    assert first["steps"] == [0, 1, 2, 3]
    _, descent = found.find(1)
    descent.restart()
    descent.tell(1, 9.0, None, 0.1, np.ones(2))
    again, _ = unpacked(asked("/api/watch", {"run": 1, **known_by(first)}, found).content)
    assert (again["generation"], again["steps"]) == (1, [0, 1])


def test_stop_ends_the_one_that_is_named():
    found = watches(watched(), watched())
    assert asked("/api/stop", {"run": 1}, found).json() == {"stopping": True}
    assert [found.find(run)[1].stop_asked for run in (1, 2)] == [True, False]
    _, done = found.find(2)
    done.arrive(Status.CONVERGED, "done", np.zeros(2), steps=3, loss=0.0, rate=0.1, start_loss=1.0)
    assert asked("/api/stop", {"run": 2}, found).json() == {"stopping": False}


def test_a_client_that_hangs_up_is_forgotten():
    """It is no page that waits for the end, and takes no room from others."""

    async def main():
        found = watches()
        _, descent = found.find(1)
        body = json.dumps({**UNKNOWN, "shown": 1, "version": descent.version, "newest": 1}).encode()
        messages = [{"type": "http.request", "body": body}]
        gone = asyncio.Event()

        async def receive():
            if messages:
                return messages.pop()
            await gone.wait()
            return {"type": "http.disconnect"}

        async def send(_):
            pass

        scope = {
            "type": "http", "method": "POST", "path": "/api/watch", "raw_path": b"/api/watch",
            "root_path": "", "query_string": b"",
            "headers": [(name.encode(), value.encode()) for name, value in HEADERS.items()],
        }  # fmt: skip
        application = server.application(PORT, TOKEN, found)
        asking = asyncio.ensure_future(application(scope, receive, send))
        while not found.pages:
            await asyncio.sleep(0.01)
        gone.set()
        began = time.perf_counter()
        await asking
        assert time.perf_counter() - began < 3 * server.PERIOD
        assert found.pages == 0

    asyncio.run(main())


def test_so_many_pages_wait_and_others_come_again():
    async def main():
        found = watches()
        found.pages = server.MOST_PAGES
        async with page(found) as client:
            answer = await client.post("/api/watch", json=UNKNOWN)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")

    asyncio.run(main())


def test_only_the_latest_fits_are_remembered():
    found = watches(*(watched(1, str(j)) for j in range(MOST_WATCHES + 3)))
    listed = found.listed()
    assert len(listed) == MOST_WATCHES
    assert listed[-1] == {
        "run": MOST_WATCHES + 3,
        "title": str(MOST_WATCHES + 2),
        "state": "running",
    }
    assert asked("/api/watch", {"run": 3, **UNKNOWN}, found).json()["field"] == "run"


def test_memory_is_bounded_however_long_it_goes_on():
    found = watches(watched(40_000))
    answer = asked("/api/watch", UNKNOWN, found)
    assert len(answer.content) < 30_000
