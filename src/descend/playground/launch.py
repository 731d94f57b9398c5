"""The front door: start the server, and open the page."""

from __future__ import annotations

import secrets
import threading
import webbrowser

import uvicorn

from descend.playground import texts
from descend.playground.questions import problem_of
from descend.playground.server import application
from descend.playground.serving import address_of, bound, settings
from descend.playground.work import Pool


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
    print(texts.SERVING.format(address=address), flush=True)
    if browser:
        threading.Timer(0.5, webbrowser.open, (address,)).start()
    try:
        server.run(sockets=[listening])
    except KeyboardInterrupt:
        pass  # that is how it ends
    finally:
        listening.close()
