"""Who may ask for what: checked before anything else is done with a request.

A page of another site can send requests to this machine, and can point a name of its own at it. So
the host, the origin and a token that only our page knows must be right, and nothing is read that is
too large.
"""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any

from starlette.responses import JSONResponse, Response

from descend.playground import texts

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

TOKEN_HEADER = "x-descend-token"

POLICY = (
    "default-src 'self'; img-src 'self' blob: data:; style-src 'self'; script-src 'self'; "
    "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)

HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}

BODY_SECONDS = 10.0
"""How long a request may take to arrive."""


@dataclass(frozen=True)
class Rule:
    """What an address takes: one method, and bodies of one type and size."""

    method: str = "POST"
    content_type: str = "application/json"
    most_bytes: int = 256_000


class Guard:
    """Lets a request pass to the application only if all of it is as it should be.

    Parameters
    ----------
    application
        What answers.
    port, token
        Where the page is served, and what it must send.
    rules
        What each address under `/api/` takes; all others are read with GET, without a token.
    """

    def __init__(
        self, application: Application, port: int, token: str, rules: Mapping[str, Rule]
    ) -> None:
        self._application, self._token, self._rules = application, token.encode(), rules
        self._hosts = {f"127.0.0.1:{port}".encode(), f"localhost:{port}".encode()}
        if port == 80:  # browsers leave it out
            self._hosts |= {b"127.0.0.1", b"localhost"}
        self._origins = {b"http://" + host for host in self._hosts}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] == "lifespan":
            await self._application(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return
        send = _with_headers(send)
        refusal = self._refusal(scope)
        if refusal is None and scope["path"].startswith("/api/"):
            body = await _body(scope, receive, self._rules[scope["path"]])
            if body is None:  # the client is gone
                return
            if isinstance(body, Response):
                refusal = body
            else:
                receive = _replaying(body, receive)
        if refusal is not None:
            await refusal(scope, receive, send)
        else:
            await self._application(scope, receive, send)

    def _refusal(self, scope: Scope) -> Response | None:
        """Return what is answered to a request whose head is wrong."""
        headers = Headers(scope["headers"])
        if headers.only("host") not in self._hosts:
            return refused(403, texts.FOREIGN_HOST)
        if headers.has("origin") and headers.only("origin") not in self._origins:
            return refused(403, texts.FOREIGN_ORIGIN)
        path = scope["path"]
        if not path.startswith("/api/"):
            return _refused_method(scope["method"], ("GET", "HEAD"))
        if not hmac.compare_digest(headers.only(TOKEN_HEADER) or b"", self._token):
            return refused(403, texts.WRONG_TOKEN)
        rule = self._rules.get(path)
        if rule is None:
            return refused(404, texts.UNKNOWN_PAGE)
        wrong = _refused_method(scope["method"], (rule.method,))
        if wrong is not None or rule.method != "POST":
            return wrong
        given = (headers.only("content-type") or b"").split(b";")[0].strip().lower()
        if given != rule.content_type.encode():
            return refused(415, texts.WRONG_TYPE.format(wanted=rule.content_type))
        length = headers.only("content-length")
        if length is not None and not (length.isdigit() and int(length[:20]) <= rule.most_bytes):
            return _too_large(rule)
        return None


class Headers:
    """The headers of a request; one that is sent twice has no value."""

    def __init__(self, raw: Iterable[tuple[bytes, bytes]]) -> None:
        self._values: dict[str, list[bytes]] = {}
        for name, value in raw:
            self._values.setdefault(name.decode("latin-1").lower(), []).append(value)

    def has(self, name: str) -> bool:
        """Say whether a header was sent."""
        return name in self._values

    def only(self, name: str) -> bytes | None:
        """Return the header's value, None if it was not sent, or more than once."""
        values = self._values.get(name, [])
        return values[0] if len(values) == 1 else None


def refused(
    status: int, sentence: str, field: str | None = None, headers: Mapping[str, str] | None = None
) -> Response:
    """Return the answer to what is wrong."""
    content = {"error": sentence, "field": field}
    return JSONResponse(content, status, headers=dict(headers or {}))


def _refused_method(method: str, allowed: tuple[str, ...]) -> Response | None:
    if method in allowed:
        return None
    named = " or ".join(allowed)
    return refused(
        405, texts.WRONG_METHOD.format(allowed=named), headers={"allow": ", ".join(allowed)}
    )


def _too_large(rule: Rule) -> Response:
    """Refuse a body; what is left of it is not read, so that the connection ends."""
    most = f"{rule.most_bytes / 1e6:g} MB" if rule.most_bytes >= 1e6 else f"{rule.most_bytes:,} B"
    return refused(413, texts.TOO_LARGE.format(most=most), headers={"connection": "close"})


async def _body(scope: Scope, receive: Receive, rule: Rule) -> bytes | Response | None:
    """Return a request's body, a refusal if it is too large or slow, None if the client left."""
    parts = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    return None
                parts += message.get("body", b"")
                if len(parts) > rule.most_bytes:
                    return _too_large(rule)
                if not message.get("more_body", False):
                    return bytes(parts)
    except TimeoutError:
        return refused(
            408, texts.TOO_SLOW.format(seconds=BODY_SECONDS), headers={"connection": "close"}
        )


def _replaying(body: bytes, receive: Receive) -> Receive:
    """Return what hands on a body that was read, and then tells when the client leaves."""
    handed = False

    async def again() -> Message:
        nonlocal handed
        if handed:
            return await receive()
        handed = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


def _with_headers(send: Send) -> Send:
    """Return what sends every answer with the headers of safety."""
    added = [(name.encode(), value.encode()) for name, value in HEADERS.items()]
    names = {name for name, _ in added}

    async def with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            own = [(name, value) for name, value in message["headers"] if name not in names]
            message = {**message, "headers": [*own, *added]}
        await send(message)

    return with_headers
