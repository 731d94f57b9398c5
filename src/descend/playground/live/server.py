"""What the page of a watched descent may ask: how it stands, and that it ends.

Nothing else is answered: other rooms would compute in the process that descends.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from time import monotonic
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from descend.playground import limits, texts
from descend.playground.buffer import CONTENT_TYPE, as_json, packed
from descend.playground.fields import Fields, RefusedError, read_json
from descend.playground.files import STATIC, Files
from descend.playground.live.watches import Watches
from descend.playground.security import Application, Guard, Rule, refused
from descend.records.watched import Watched

PERIOD = 0.25
"""Seconds between two looks at what is new, and the least between two answers to a page."""

LONGEST = 20.0
"""Seconds that a question waits for news."""

MOST_PAGES = 16
"""Questions that wait at once; more are told to come again."""

LARGEST = 2**53
"""The largest whole number that the page's language writes exactly."""


def application(port: int, token: str, watches: Watches) -> Application:
    """Return what serves the page of watched descents.

    Parameters
    ----------
    port, token
        Where it is served, and what the page must send with each request.
    watches
        The descents.
    """

    async def watch(request: Request) -> Response:
        return await _answered(request, lambda fields: _news(request, fields, watches))

    async def stop(request: Request) -> Response:
        return await _answered(request, lambda fields: _stopped(fields, watches))

    rules = {
        "/api/catalogue": Rule("GET"),
        **{f"/api/{name}": Rule(most_bytes=1000) for name in ("watch", "stop")},
    }
    inner = Starlette(
        routes=[
            Route("/", Files(STATIC)),
            Route("/api/catalogue", _catalogue),
            Route("/api/watch", watch, methods=["POST"]),
            Route("/api/stop", stop, methods=["POST"]),
            Route("/static/{path:path}", Files(STATIC)),
        ],
        exception_handlers={404: _not_found},
    )
    return Guard(inner, port, token, rules)


async def _answered(request: Request, answer: Callable[[Fields], Any]) -> Response:
    """Return an answer, or say what is wrong with the question."""
    try:
        response: Response = await answer(Fields(read_json(await request.body())))
    except RefusedError as error:
        return refused(400, str(error), error.field)
    return response


async def _news(request: Request, fields: Fields, watches: Watches) -> Response:
    """Return how a descent stands, once that is not what the page knows.

    It knows the moments up to the step `since` of a `generation` of the descent that it has `shown`
    at a `version`, when `newest` was the latest one. It wants those of `run`, null for the latest.
    """
    asked = fields.whole("run", 1, LARGEST) if fields.is_given("run") else None
    known = {
        name: fields.whole(name, -1, LARGEST, -1)
        for name in ("shown", "generation", "since", "version", "newest")
    }
    fields.done()
    if watches.pages >= MOST_PAGES:
        return refused(503, texts.BUSY, headers={"retry-after": "1"})
    watches.came()
    try:
        end = monotonic() + LONGEST
        if known["version"] >= 0:
            await asyncio.sleep(PERIOD)
        while True:
            number, watched = _found(asked, watches)
            seen = (known["shown"], known["version"], known["newest"])
            is_news = seen != (number, watched.version, watches.newest)
            if is_news or watches.is_over or monotonic() > end:
                return _told(number, watched, known, watches)
            if await request.is_disconnected():
                return refused(limits.CLIENT_CLOSED, texts.GONE)
            await asyncio.sleep(PERIOD)
    finally:
        watches.left()


def _told(number: int, watched: Watched, known: dict[str, int], watches: Watches) -> Response:
    """Return how a descent stands, without the moments that the page knows."""
    same = known["shown"] == number
    state = watched.look(*(known["generation"], known["since"]) if same else ())
    moments, subject = state.moments, watched.subject
    header = {
        "runs": watches.listed(),
        "newest": watches.newest,
        "is_over": watches.is_over,
        "run": number,
        **subject._asdict(),
        **{name: value for name, value in state._asdict().items() if name != "moments"},
        "steps": [moment.step for moment in moments],
    }
    columns = ("loss", "score", "rate", "seconds", "weights")
    arrays = {name: [getattr(moment, name) for moment in moments] for name in columns}
    watches.told(number, ended=watched.has_ended and state.version == watched.version)
    return Response(packed(header, arrays), media_type=CONTENT_TYPE)


async def _stopped(fields: Fields, watches: Watches) -> Response:
    """Ask a descent to end after its step; say whether it will."""
    number = fields.whole("run", 1, LARGEST)
    fields.done()
    _, watched = _found(number, watches)
    watched.stop()
    return Response(as_json({"stopping": watched.stop_asked}), media_type="application/json")


def _found(asked: int | None, watches: Watches) -> tuple[int, Watched]:
    found = watches.find(asked)
    if found is None:
        raise RefusedError(texts.FORGOTTEN, "run")
    return found


async def _catalogue(_: Request) -> Response:
    return Response(as_json({"rooms": ["live"]}), media_type="application/json")


async def _not_found(_: Request, __: Exception) -> Response:
    return refused(404, texts.UNKNOWN_PAGE)
