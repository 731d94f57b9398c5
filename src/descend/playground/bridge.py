"""Requests that come as messages of a notebook's widget, answered by the server's application.

The browser of a notebook may be on another machine than its kernel, and reaches no port of it. So
requests take the way of the widget; from there on all is as on the server: the same limits, the
same answers, byte for byte.
"""

from __future__ import annotations

import asyncio
import atexit
import secrets
from collections.abc import Callable, Mapping
from functools import cache
from threading import Thread
from typing import Any, NamedTuple

from descend.playground.security import TOKEN_HEADER, Application, Message
from descend.playground.server import application
from descend.playground.warmth import WARMTH
from descend.playground.work import Pool

HOST, PORT = "127.0.0.1", 0
"""Where the application thinks it is; nothing listens there."""

TOLD = ("content-type", "content-disposition", "retry-after")
"""The headers of an answer that the page reads."""


class Answer(NamedTuple):
    """What is sent back: as over HTTP."""

    status: int
    headers: dict[str, str]
    content: bytes


class Bridge:
    """Answers requests in a thread of its own, several at once.

    Parameters
    ----------
    app
        The application.
    token
        What it wants to see.
    """

    def __init__(self, app: Application, token: str) -> None:
        self._app, self._token = app, token
        self._loop = asyncio.new_event_loop()
        self._left: dict[str, asyncio.Event] = {}
        Thread(target=self._loop.run_forever, name="playground-bridge", daemon=True).start()

    def ask(
        self,
        asked: str,
        request: Mapping[str, Any],
        content: bytes,
        answered: Callable[[Answer], None],
    ) -> None:
        """Answer a request: its `path`, `method`, and `type` of content.

        Parameters
        ----------
        asked
            By what it is dropped, if nobody waits any more.
        answered
            Is called with the answer, from the bridge's thread.
        """
        scope = self._scope(request, content)
        asyncio.run_coroutine_threadsafe(self._answer(asked, scope, content, answered), self._loop)

    def drop(self, asked: str) -> None:
        """End the work on a request, as if its client had left."""
        self._loop.call_soon_threadsafe(self._leave, asked)

    def _leave(self, asked: str) -> None:
        if asked in self._left:
            self._left[asked].set()

    def _scope(self, request: Mapping[str, Any], content: bytes) -> dict[str, Any]:
        path = str(request.get("path", ""))
        headers = {
            "host": f"{HOST}:{PORT}",
            TOKEN_HEADER: self._token,
            "content-type": str(request.get("type", "")),
            "content-length": str(len(content)),
        }
        return {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "scheme": "http",
            "method": str(request.get("method", "")),
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "root_path": "",
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
            "client": None,
            "server": (HOST, PORT),
        }

    async def _answer(
        self,
        asked: str,
        scope: dict[str, Any],
        content: bytes,
        answered: Callable[[Answer], None],
    ) -> None:
        left = self._left[asked] = asyncio.Event()
        has_read = False
        sent: list[Message] = []

        async def receive() -> Message:
            nonlocal has_read
            if not has_read:
                has_read = True
                return {"type": "http.request", "body": content, "more_body": False}
            await left.wait()
            return {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            sent.append(message)

        try:
            await self._app(scope, receive, send)
        finally:
            del self._left[asked]
        if not left.is_set():
            answered(_answer_of(sent))


def _answer_of(sent: list[Message]) -> Answer:
    """Return the answer that was sent in parts."""
    start, *parts = sent
    headers = {name.decode().lower(): value.decode() for name, value in start["headers"]}
    told = {name: headers[name] for name in TOLD if name in headers}
    return Answer(start["status"], told, b"".join(part.get("body", b"") for part in parts))


@cache
def bridge() -> Bridge:
    """Return the bridge of this process: all widgets share its threads."""
    token = secrets.token_urlsafe(32)
    WARMTH.start()
    atexit.register(WARMTH.close)
    return Bridge(application(PORT, token, Pool(), warm=False), token)
