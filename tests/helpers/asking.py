"""Requests to the playground's server, as its page sends them."""

import asyncio
import json
from contextlib import asynccontextmanager

import httpx

from descend.playground.buffer import CONTENT_TYPE, unpacked
from descend.playground.server import application
from descend.playground.work import Pool

PORT, TOKEN = 8765, "the token"

HEADERS = {
    "host": f"127.0.0.1:{PORT}",
    "x-descend-token": TOKEN,
    "content-type": "application/json",
}


@asynccontextmanager
async def page(pool=None):
    """Yield a client of a server in this process."""
    own = Pool() if pool is None else pool
    transport = httpx.ASGITransport(application(PORT, TOKEN, own, warm=False))
    try:
        async with httpx.AsyncClient(
            transport=transport, base_url=f"http://127.0.0.1:{PORT}"
        ) as client:
            yield client
    finally:
        own.close()


def asked(method, path, *, headers=None, content=None, pool=None):
    """Return the answer to one request with the page's headers, changed by those given."""
    own = {**HEADERS, **(headers or {})}
    own = {name: value for name, value in own.items() if value is not None}

    async def ask():
        async with page(pool) as client:
            return await client.request(method, path, headers=own, content=content)

    return asyncio.run(ask())


def answer(kind, /, **fields):
    """Return what a good request is answered: header and arrays, JSON, or a file."""
    found = asked("POST", f"/api/{kind}", content=json.dumps(fields))
    assert found.status_code == 200, found.text
    if found.headers["content-type"] == CONTENT_TYPE:
        return unpacked(found.content)
    return found.json() if found.headers["content-type"] == "application/json" else found


def refusal(kind, content):
    """Return the sentence and the field of what a wrong request is answered."""
    sent = content if isinstance(content, bytes | str) else json.dumps(content)
    found = asked("POST", f"/api/{kind}", content=sent)
    assert found.status_code == 400, found.text
    told = found.json()
    assert set(told) == {"error", "field"}
    return told["error"], told["field"]


def runs(**changes):
    """Return the fields of a good request for runs."""
    return {
        "formula": "x^2 + 2*y^2",
        "starts": [[1, 1]],
        "optimizers": [{"name": "sgd"}],
        "rate": 0.1,
        "steps": 5,
        **changes,
    }
