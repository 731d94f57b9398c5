"""The front door: start the server, and open the page."""

from __future__ import annotations

import secrets
import socket
import threading
import webbrowser
from urllib.parse import urlencode

import uvicorn

from descend.playground import texts
from descend.playground.questions import problem_of
from descend.playground.security import Application
from descend.playground.server import answer_examples, application
from descend.playground.work import Pool

HOST = "127.0.0.1"

FIRST_PORT, LAST_PORT = 8765, 8815
"""Where a free port is looked for."""

MOST_CONNECTIONS = 400
"""Connections at once; more are told to come again."""

IDLE_SECONDS = 30

BROWSER_SECONDS = 0.1
"""Until the browser is opened: the socket listens already, and what comes early waits in it."""


def playground(
    formula: str | None = None,
    *,
    port: int | None = None,
    browser: bool = True,
) -> None:
    """Open a page on which balls roll down a function, computed by this library.

    It serves until Ctrl-C. The page can be reached from this machine alone.

    Parameters
    ----------
    formula
        What the page shows first: a formula of one or two variables, or a landmark's name.
    port
        Where to serve; if None, the first that is free from 8765 on.
    browser
        Whether to open the page in the browser; its address is printed in any case.

    Raises
    ------
    ValueError
        If the formula cannot be read.
    OSError
        If the port is taken.

    Examples
    --------
    It serves until Ctrl-C::

        descend.playground("sin(x) * sin(y)")

    What cannot be read is refused before anything is served:

    >>> import descend
    >>> descend.playground("sin(x")
    Traceback (most recent call last):
    ...
    ValueError: '(' at column 4: it is never closed: add a ')'
    """
    if formula is not None:
        problem_of(formula)
    listening = bound(port)
    own_port = listening.getsockname()[1]
    token = secrets.token_urlsafe(32)
    address = address_of(own_port, token, formula)
    server = uvicorn.Server(settings(application(own_port, token, Pool())))
    answer_examples()
    print(texts.SERVING.format(address=address), flush=True)
    if browser:
        threading.Timer(BROWSER_SECONDS, webbrowser.open, (address,)).start()
    try:
        server.run(sockets=[listening])
    except KeyboardInterrupt:
        pass  # that is how it ends
    finally:
        listening.close()


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


def address_of(port: int, token: str, formula: str | None) -> str:
    """Return the page's address; the token stands where no server sees it."""
    query = "" if formula is None else f"?{urlencode({'formula': formula})}"
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
