"""The one server of watched descents in a process: when it begins, who is shown it, how it ends."""

from __future__ import annotations

import atexit
import multiprocessing
import os
import secrets
import sys
import webbrowser
from threading import Lock, Thread
from time import monotonic, sleep

import uvicorn

from descend.playground import texts
from descend.playground.live.server import application
from descend.playground.live.watches import Watches
from descend.playground.serving import address_of, bound, settings
from descend.records.watched import Watched

OPENING_SECONDS = 10.0
"""How long a process that is done waits for the page that it opened a browser for."""

PAGE_SECONDS = 3.0
"""How long it waits for a page that is there to hear how the last descent ended."""

AWAY_SECONDS = 5.0
"""After so many seconds without a question nobody has the page open."""

ASKING_SECONDS, LEAVING_SECONDS = 0.4, 1.5
"""After how long without a question all pages have heard that it ends; and the most it waits."""

BROWSER = "DESCEND_BROWSER"
"""The environment variable that forbids to open a browser, if it is 0."""


class Home:
    """A server in a thread, begun with the first descent that is watched.

    It serves as long as the process: pages stay readable, and show the next descent, too. As the
    process ends it waits a few seconds for a page that has not heard the end.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self.watches = Watches()
        self.address = ""
        self._server: uvicorn.Server | None = None
        self._thread: Thread | None = None
        self._opened = -float("inf")

    def show(self, watched: Watched) -> None:
        """Show one more descent, and open the page unless somebody has it open."""
        with self._lock:
            self.watches.add(watched)
            if self._server is None:
                self._serve()
            now = monotonic()
            is_open = self.watches.page_seen(AWAY_SECONDS) or now - self._opened < OPENING_SECONDS
            if is_open:
                return
            print(texts.WATCHING.format(address=self.address), file=sys.stderr, flush=True)
            if opens_browser():
                self._opened = now
                Thread(target=webbrowser.open, args=(self.address,), daemon=True).start()

    def _serve(self) -> None:
        listening = bound(None)
        port, token = listening.getsockname()[1], secrets.token_urlsafe(32)
        self.address = address_of(port, token, "?room=live")
        server = uvicorn.Server(settings(application(port, token, self.watches)))
        options = {"sockets": [listening]}
        thread = Thread(target=server.run, kwargs=options, name="watched descents", daemon=True)
        thread.start()
        self._server, self._thread = server, thread

    def close(self) -> None:
        """Wait for a page that has not heard the end, and end the server."""
        if self._server is None or self._thread is None:
            return
        try:
            since = monotonic()
            while self._is_awaited(since):
                sleep(0.05)
            self.watches.is_over = True
            since = monotonic()
            # a page that is told so asks no more
            while self.watches.page_seen(ASKING_SECONDS) and monotonic() - since < LEAVING_SECONDS:
                sleep(0.02)
            self._server.should_exit = True
            self._thread.join(2.0)
        except KeyboardInterrupt:
            pass  # nobody wants to wait
        self._server = self._thread = None

    def _is_awaited(self, since: float) -> bool:
        """Say whether a page, waited for `since`, is still to hear how the last descent ended."""
        now = monotonic()
        if self.watches.is_told:
            return False
        if self.watches.page_seen(AWAY_SECONDS):
            return now - since < PAGE_SECONDS
        return now - self._opened < OPENING_SECONDS


def opens_browser() -> bool:
    """Say whether a person sits before this process who would see a browser.

    Not where the environment says `CI` or `DESCEND_BROWSER=0`, in a process that another one
    started to compute, or where there is no screen.
    """
    environment = os.environ
    if environment.get(BROWSER) == "0" or environment.get("CI"):
        return False
    if multiprocessing.parent_process() is not None:
        return False
    has_screen = any(environment.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"))
    return has_screen or sys.platform in ("win32", "darwin")


_home = Home()


def show(watched: Watched) -> None:
    """Show a descent on the page of this process."""
    _home.show(watched)


def close() -> None:
    """End the server of this process, once pages have heard the end."""
    _home.close()


def _begin_anew() -> None:
    """Begin without a server: a process that was forked off has none of its own."""
    global _home
    _home = Home()


atexit.register(close)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_begin_anew)
