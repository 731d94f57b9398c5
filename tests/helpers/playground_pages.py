"""A playground that serves, and a browser that opens pages of it and watches what they do."""

from __future__ import annotations

import io
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import uvicorn
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, Playwright

from descend.playground.server import application
from descend.playground.serving import HOST, address_of, bound
from descend.playground.work import Pool

TOKEN = "token-of-the-tests"
WITHOUT_WEBGL = ("--disable-gpu", "--disable-webgl", "--disable-webgl2", "--disable-3d-apis")
DRAWN = "() => requestAnimationFrame(() => setTimeout(done, 0))"
WITH_WEBGL = ("--enable-unsafe-swiftshader",)
STILL = {"reduced_motion": "reduce"}
"""For a visit that is not about motion: what plays is drawn all the while, by the processor."""


WIDTHS = (360, 1024, 1920)
"""Pixels of a phone, a window and a projector."""


def at_each_width(page: Page, milliseconds: int) -> Iterator[int]:
    """Show a page at each width, and give that once it is drawn."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        page.wait_for_timeout(milliseconds)
        yield width


LONGEST = 30.0
"""Seconds after which what is waited for will not come."""


@contextmanager
def serving() -> Iterator[int]:
    """Serve a playground from a thread, and give its port."""
    listening = bound(None)
    port = listening.getsockname()[1]
    config = uvicorn.Config(
        application(port, TOKEN, Pool(seconds=LONGEST)),
        log_level="warning",
        lifespan="on",
        ws="none",
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield port
    finally:
        server.should_exit = True
        thread.join(10)
        listening.close()


@contextmanager
def browsing(playwright: Playwright, *flags: str) -> Iterator[Browser]:
    """Run a browser without a window."""
    browser = playwright.chromium.launch(
        executable_path=shutil.which("chromium"), args=["--no-sandbox", *flags]
    )
    try:
        yield browser
    finally:
        browser.close()


class Visit:
    """A page that was opened, what it asked for and what it complained of."""

    def __init__(self, browser: Browser, port: int, query: str = "", **context: Any) -> None:
        self.port = port
        self.context = browser.new_context(
            viewport={"width": 1100, "height": 900}, accept_downloads=True, **context
        )
        self.context.grant_permissions(["clipboard-read", "clipboard-write"])
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(1000 * LONGEST)
        self.complaints: list[str] = []
        self.addresses: list[str] = []
        self.asked: list[tuple[str, Any]] = []
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self._requested)
        self.page.on("requestfinished", lambda request: self._answered(request))
        self.page.on("requestfailed", lambda request: self._answered(request))
        self.query = query
        self._open = 0

    def _heard(self, message: Any) -> None:
        # what the server refuses is logged by the browser, and shown by the page
        if (
            message.type == "error"
            and "the server responded with a status of 4" not in message.text
        ):
            self.complaints.append(message.text)

    def _requested(self, request: Any) -> None:
        self.addresses.append(request.url)
        self._open += "/api/" in request.url
        if "/api/" in request.url and request.method == "POST":
            body = request.post_data_json if "json" in request.headers["content-type"] else None
            # a preview asks for the same
            if body is not None:
                body.pop("preview", None)
            self.asked.append((request.url.rsplit("/", 1)[1], body))

    def _answered(self, request: Any) -> None:
        self._open -= "/api/" in request.url

    def open(self) -> Visit:
        """Go to the page, and wait until it shows a descent, or the lessons."""
        self.page.goto(address_of(self.port, TOKEN, self.query))
        shown = ".lesson a" if "room=lessons" in self.query else ".sentence strong"
        self.page.locator(shown).first.wait_for()
        return self

    def go(self, query: str) -> None:
        """Let the page go to another state of its own, and wait until its descent is drawn."""
        before = len(self.asked)
        self.page.evaluate(
            """address => {
                history.pushState(null, "", address);
                dispatchEvent(new PopStateEvent("popstate"));
            }""",
            f"/{query}",
        )
        # what cannot be read is not descended
        first = {"runs", "line"} if query.count("(") == query.count(")") else {"function"}
        if "room=lessons" not in query and "room=live" not in query:
            end = time.monotonic() + LONGEST
            while not first & {kind for kind, _ in self.asked[before:]}:
                assert time.monotonic() < end, f"{query} asks for no descent"
                self.page.wait_for_timeout(5)
        self.answered()

    def answered(self) -> None:
        """Wait until all that was asked is answered and drawn."""
        drawn = f"() => new Promise(done => ({DRAWN})())"
        self.page.evaluate(drawn)
        end = time.monotonic() + LONGEST
        while self._open > 0:
            assert time.monotonic() < end, "a question is not answered"
            self.page.wait_for_timeout(5)
            self.page.evaluate(drawn)

    def last(self, kind: str) -> Any:
        """Return the body of the last question of a kind."""
        return next(body for name, body in reversed(self.asked) if name == kind)

    def asks(self, kind: str, times: int, seconds: float = LONGEST) -> None:
        """Wait until a question of a kind has been asked so many times."""
        end = time.monotonic() + seconds
        while sum(name == kind for name, _ in self.asked) < times:
            assert time.monotonic() < end, f"{kind} was not asked {times} times"
            self.page.wait_for_timeout(30)

    def settled(self) -> None:
        """Wait until what was typed is asked, and all that was asked is answered and drawn."""
        # the page waits for a pause in typing before it asks
        self.page.evaluate(f"() => new Promise(done => setTimeout({DRAWN}, 420))")
        self.answered()

    def until(self, expression: str, seconds: float = LONGEST) -> None:
        """Wait until an expression holds; the page's policy lets no text wait within it."""
        end = time.monotonic() + seconds
        while not self.page.evaluate(expression):
            assert time.monotonic() < end, expression
            self.page.wait_for_timeout(30)

    def shows(self, selector: str, text: str) -> None:
        """Wait until the first element of a kind shows a text."""
        self.until(f"document.querySelector({selector!r}).textContent === {text!r}")

    def search(self) -> str:
        """Return the query of the page's address, once it has been written."""
        self.page.wait_for_timeout(350)
        return str(self.page.evaluate("location.search"))

    def close(self) -> None:
        """Close it; it must not have complained, nor asked any other host."""
        self.context.close()
        assert self.complaints == [], self.complaints
        allowed = (f"http://{HOST}:{self.port}/", "blob:", "data:")
        foreign = [url for url in self.addresses if not url.startswith(allowed)]
        assert foreign == [], foreign


def colours(place: Locator) -> int:
    """Return how many colours a place on the page shows."""
    pixels = np.asarray(Image.open(io.BytesIO(place.screenshot())).convert("RGB"))
    return len(np.unique(pixels.reshape(-1, 3), axis=0))


def slide(control: Locator, share: float) -> None:
    """Move a slider to a share of its length, as a reader's hand does."""
    control.evaluate(
        """(range, share) => {
            const [low, high] = [Number(range.min), Number(range.max)];
            range.value = low + share * (high - low);
            range.dispatchEvent(new Event("input", { bubbles: true }));
        }""",
        share,
    )
