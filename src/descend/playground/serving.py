"""Where the page is served, and how."""

from __future__ import annotations

import socket

import uvicorn

from descend.playground import texts
from descend.playground.security import Application

HOST = "127.0.0.1"

FIRST_PORT, LAST_PORT = 8765, 8815
"""Where a free port is looked for."""

MOST_CONNECTIONS = 400
"""Connections at once; more are told to come again."""

IDLE_SECONDS = 30


def settings(app: Application) -> uvicorn.Config:
    """Return how the server runs: quietly, and for a bounded number of connections."""
    return uvicorn.Config(
        app,
        # its own configuration would close the handlers of all logs of the process
        log_config=None,
        log_level="warning",
        access_log=False,
        lifespan="on",
        limit_concurrency=MOST_CONNECTIONS,
        timeout_keep_alive=IDLE_SECONDS,
        timeout_graceful_shutdown=1,
        server_header=False,
        proxy_headers=False,
        ws="none",
    )


def address_of(port: int, token: str, query: str = "") -> str:
    """Return the page's address; the token stands where no server sees it."""
    return f"http://{HOST}:{port}/{query}#token={token}"


def bound(port: int | None) -> socket.socket:
    """Return a socket at a port, or at the first that is free, on which to listen."""
    if port is not None:
        if isinstance(port, bool) or not isinstance(port, int) or not 1 <= port <= 65_535:
            raise ValueError(texts.WRONG_PORT.format(port=port))
        try:
            return _socket(port)
        except OSError as error:
            raise OSError(texts.PORT_TAKEN.format(port=port)) from error
    for candidate in range(FIRST_PORT, LAST_PORT + 1):
        try:
            return _socket(candidate)
        except OSError:
            continue
    raise OSError(texts.NO_PORT_FREE.format(first=FIRST_PORT, last=LAST_PORT))


def _socket(port: int) -> socket.socket:
    made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((HOST, port))
        made.listen(128)
    except OSError:
        made.close()
        raise
    return made
