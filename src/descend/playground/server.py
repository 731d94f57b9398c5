"""The server: one page, its files, and what it asks for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import numpy as np
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from descend.playground import (
    basins,
    code,
    derivatives,
    explanations,
    exports,
    functions,
    limits,
    line_code,
    line_exports,
    lines,
    rate_maps,
    runs,
    stationary,
    tables,
    texts,
)
from descend.playground.buffer import CONTENT_TYPE, as_json
from descend.playground.catalogue import catalogue
from descend.playground.descents import Check, LoopComingError
from descend.playground.exports import File
from descend.playground.fields import Fields, RefusedError, read_json
from descend.playground.files import STATIC, Files
from descend.playground.security import Application, Guard, Rule, refused
from descend.playground.warmth import WARMTH
from descend.playground.work import AbandonedError, BusyError, Pool, TooLongError, Watch

RETRY_SECONDS = 1

Answer = bytes | dict[str, Any] | File
"""Numbers, plain JSON, or a file."""

QUESTIONS: dict[str, Callable[[Fields, Check], Answer]] = {
    "function": functions.answer,
    "stationary": stationary.answer,
    "derivatives": derivatives.answer,
    "runs": runs.answer,
    "map": rate_maps.answer,
    "basins": basins.answer,
    "line": lines.answer,
    "line/code": line_code.answer,
    "line/export": line_exports.answer,
    "code": code.answer,
    "explain": explanations.answer,
    "export": exports.answer,
}
"""What answers each kind of request that is JSON."""

LOOK_SECONDS = 0.1
"""Between two looks whether a loop is loaded."""

_BOWL: dict[str, Any] = {"formula": "x^2 + y^2 + sin(x)*sin(y)", "steps": 5}
_BALLS = {**_BOWL, "starts": [[1, 1]], "optimizers": [{"name": "momentum"}]}
_POINTS = {"points": [[0, 1], [1, 2], [2, 4]], "steps": 5}

EXAMPLES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("function", {"formula": _BOWL["formula"], "resolution": 8}),
    ("runs", _BALLS),
    ("stationary", {"formula": _BOWL["formula"]}),
    ("derivatives", {"formula": _BOWL["formula"]}),
    ("runs", {**_BALLS, "optimizers": [{"name": "adam"}], "rate": "auto"}),
    ("basins", {**_BOWL, "optimizer": {"name": "sgd"}, "width": 4, "height": 4}),
    ("line", _POINTS),
)
"""One question of each kind that the page asks when it opens."""


def application(
    port: int, token: str, pool: Pool, *, warm: bool = True, static: Path = STATIC
) -> Application:
    """Return the application.

    Parameters
    ----------
    port, token
        Where it is served, and what the page must send with each request.
    pool
        Where it computes; closed with it.
    warm
        Whether compiled loops are loaded in the background.
    static
        The folder of the page's files.
    """

    @asynccontextmanager
    async def life(_: Starlette) -> AsyncIterator[None]:
        if warm:
            WARMTH.start()
        yield
        pool.close()
        if warm:
            WARMTH.close()

    def route(name: str, compute: Callable[[Fields, Check], Answer]) -> Route:
        async def answer(request: Request) -> Response:
            body = await request.body()

            def computed(check: Check) -> Response:
                return _response(compute(Fields(read_json(body)), check))

            return await _guarded(request, pool, computed)

        return Route(f"/api/{name}", answer, methods=["POST"])

    async def table(request: Request) -> Response:
        body = await request.body()
        return await _guarded(request, pool, lambda check: _response(tables.answer(body, check)))

    rules = {
        "/api/catalogue": Rule("GET"),
        "/api/table": Rule(content_type="text/csv", most_bytes=limits.TABLE_BYTES),
        **{f"/api/{name}": Rule() for name in QUESTIONS},
    }
    inner = Starlette(
        routes=[
            Route("/", Files(static)),
            Route("/api/catalogue", _catalogue),
            *(route(name, compute) for name, compute in QUESTIONS.items()),
            Route("/api/table", table, methods=["POST"]),
            Route("/static/{path:path}", Files(static)),
        ],
        exception_handlers={404: _not_found},
        lifespan=life,
    )
    return Guard(inner, port, token, rules)


async def _guarded(request: Request, pool: Pool, compute: Callable[[Check], Response]) -> Response:
    """Return what is computed, or say why it is not."""

    async def left() -> None:
        while (await request.receive())["type"] != "http.disconnect":
            pass

    def computed(watch: Watch) -> Response:
        with np.errstate(all="ignore"):  # what overflows is told by its answer
            return compute(watch.check)

    async def answered() -> Response:
        while True:
            try:
                return await pool.run(computed, left)
            except LoopComingError as error:
                # no thread of the pool waits for it, nor does its time run
                await _until_loaded(error.kind, request)

    try:
        return await answered()
    except RefusedError as error:
        return refused(400, str(error), error.field)
    except (ValueError, ArithmeticError) as error:
        return refused(400, str(error))
    except BusyError:
        return refused(503, texts.BUSY, headers={"retry-after": str(RETRY_SECONDS)})
    except TooLongError:
        return refused(504, texts.TOO_LONG.format(seconds=pool.seconds))
    except AbandonedError:
        return refused(limits.CLIENT_CLOSED, texts.GONE)
    except Exception as error:  # one bug must not end the others' answers
        return refused(500, texts.BUG.format(error=f"{type(error).__name__}: {error}"))


async def _until_loaded(kind: type, request: Request) -> None:
    """Wait until the loop of a kind of optimizer is loaded, or the client has left."""
    while WARMTH.is_coming(kind):
        if await request.is_disconnected():
            raise AbandonedError
        await asyncio.sleep(LOOK_SECONDS)


def answer_examples() -> None:
    """Answer the questions of the page's first seconds once, for what they import."""
    for kind, fields in EXAMPLES:
        QUESTIONS[kind](Fields(fields), lambda: None)


def _response(answer: Answer) -> Response:
    """Return an answer with its type."""
    if isinstance(answer, bytes):
        return Response(answer, media_type=CONTENT_TYPE)
    if isinstance(answer, File):
        named = {"content-disposition": f'attachment; filename="{answer.name}"'}
        return Response(answer.content, media_type=answer.content_type, headers=named)
    return Response(as_json(answer), media_type="application/json")


async def _catalogue(_: Request) -> Response:
    return _response(catalogue())


async def _not_found(_: Request, __: Exception) -> Response:
    return refused(404, texts.UNKNOWN_PAGE)
