"""The front door: start the server, and open the page."""

from __future__ import annotations

import secrets
import socket
import threading
import webbrowser
from collections.abc import Sequence
from typing import Any

import uvicorn

from descend.playground import texts
from descend.playground.arguments import query_of
from descend.playground.notebooks import in_notebook, page
from descend.playground.security import Application
from descend.playground.server import application
from descend.playground.work import Pool

HOST = "127.0.0.1"

FIRST_PORT, LAST_PORT = 8765, 8815
"""Where a free port is looked for."""

MOST_CONNECTIONS = 400
"""Connections at once; more are told to come again."""

IDLE_SECONDS = 30


def playground(
    formula: Any = None,
    start: Any = None,
    *,
    optimizer: Any = None,
    learning_rate: Any = None,
    steps: int | None = None,
    window: Sequence[Any] | None = None,
    port: int | None = None,
    browser: bool = True,
) -> Any:
    """Open a page on which balls roll down a function, computed by this library.

    In a notebook it is returned as a widget, which the cell shows (extra `jupyter`). Elsewhere, or
    if `port` is given, it is served until Ctrl-C, and opens in the browser; it can be reached from
    this machine alone.

    Parameters
    ----------
    formula
        What the page shows first: a formula of one or two variables, a landmark or its name, or a
        SymPy expression.
    start
        Where balls lie: as in `minimize`, a point, several `(k, d)`, or numbers by name.
    optimizer
        A name or an instance, or a list of them, which race.
    learning_rate
        A number, "auto" for one that is found, or a schedule: an instance, or text such as
        "cosine:0.1".
    steps
        The number of steps.
    window
        What is seen of the function: a pair `(low, high)` for each variable.
    port
        Where to serve; if None, the first that is free from 8765 on.
    browser
        Whether to open the page in the browser; its address is printed in any case.

    Returns
    -------
    widget
        In a notebook; else None, once serving has ended.

    Raises
    ------
    ValueError
        If the formula cannot be read, or anything else cannot be shown on the page.
    ImportError
        If this is a notebook, and anywidget is not installed.
    OSError
        If the port is taken.

    Examples
    --------
    It serves until Ctrl-C::

        descend.playground("sin(x) * sin(y)")

    Several optimizers race from two starts::

        descend.playground(
            "beale", [(3, 1), (-2, 2)], optimizer=["momentum", "adam"], learning_rate=0.01
        )

    What cannot be read is refused before anything is served:

    >>> import descend
    >>> descend.playground("sin(x")
    Traceback (most recent call last):
    ...
    ValueError: '(' at column 4: it is never closed: add a ')'
    """
    query = query_of(formula, start, optimizer, learning_rate, steps, window)
    if in_notebook() and port is None:
        return page(query)
    listening = bound(port)
    own_port = listening.getsockname()[1]
    token = secrets.token_urlsafe(32)
    address = address_of(own_port, token, query)
    server = uvicorn.Server(settings(application(own_port, token, Pool())))
    print(texts.SERVING.format(address=address), flush=True)
    if browser:
        threading.Timer(0.5, webbrowser.open, (address,)).start()
    try:
        server.run(sockets=[listening])
    except KeyboardInterrupt:
        pass  # that is how it ends
    finally:
        listening.close()
    return None


def settings(app: Application) -> uvicorn.Config:
    """Return how the server runs: quietly, and for a bounded number of connections."""
    return uvicorn.Config(
        app,
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


def address_of(port: int, token: str, query: str) -> str:
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
