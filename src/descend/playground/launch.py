"""The front door: start the server, and open the page."""

from __future__ import annotations

import secrets
import threading
import webbrowser
from collections.abc import Sequence
from typing import Any

import uvicorn

from descend.playground import texts
from descend.playground.arguments import query_of
from descend.playground.notebooks import in_notebook, page
from descend.playground.server import answer_examples, application
from descend.playground.serving import address_of, bound, settings
from descend.playground.work import Pool

BROWSER_SECONDS = 0.1
"""Until the browser is opened: the socket listens already, and what comes early waits in it."""


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
    return None
