"""A page that shows widgets with no more than what anywidget gives a module: a model and a cell."""

from __future__ import annotations

import base64
import queue
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Browser, Page

HOST = """
async (esm) => {
  const url = URL.createObjectURL(new Blob([esm], { type: "text/javascript" }));
  const { default: { render } } = await import(url);
  const bytesOf = (text) => Uint8Array.from(atob(text), (each) => each.charCodeAt(0));
  window.ends ??= [];
  window.models ??= [];
  window.showCell = (place, state, binary) => {
    const listeners = new Set();
    for (const [name, text] of Object.entries(binary)) state[name] = new DataView(bytesOf(text).buffer);
    const model = {
      get: (name) => state[name], set: (name, value) => { state[name] = value; }, save_changes: () => window.saved(place, state.query),
      on: (kind, call) => kind === "msg:custom" && listeners.add(call), off: (kind, call) => listeners.delete(call),
      send: async (message, _, buffers = []) => {
        const bytes = new Uint8Array(buffers[0]?.buffer ?? new ArrayBuffer(0));
        const answer = await window.toKernel(place, message, btoa(bytes.reduce((text, each) => text + String.fromCharCode(each), "")));
        if (answer) for (const call of listeners) call(answer[0], [new DataView(bytesOf(answer[1]).buffer)]);
      },
    };
    window.models.push({ model, listeners, state });
    const el = document.createElement("div");
    el.className = "cell";
    document.body.append(el);
    window.ends.push(render({ model, el }));
  };
}
"""


class Notebook:
    """A page on which widgets are shown; it must not complain, nor ask any host for anything."""

    def __init__(self, browser: Browser, ground: str = "#ffffff", width: int = 1000) -> None:
        # without a scheme of its own, so that a frame's is its holder's
        self.context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme="null", accept_downloads=True
        )
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(10_000)
        self.complaints: list[str] = []
        self.addresses: list[str] = []
        self.asked: list[dict[str, Any]] = []
        self.kernels: list[Callable[[dict[str, Any], bytes], Any]] = []
        self.page.on(
            "console", lambda told: told.type == "error" and self.complaints.append(told.text)
        )
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.addresses.append(request.url))
        self.page.expose_function("toKernel", self._answer)
        self.page.expose_function("saved", lambda place, query: None)
        self.page.set_content(
            "<!doctype html><style>p { color: rgb(1, 2, 3); } button { border: 9px solid red }"
            f"</style><body style='margin: 8px; background: {ground}'><p>A cell.</p></body>"
        )

    def show(self, widget: Any) -> Any:
        """Show a widget in a cell, and return its frame."""
        answers: queue.Queue[tuple[Any, bytes]] = queue.Queue()
        widget.send = lambda told, buffers: answers.put((told, buffers[0]))

        def kernel(message: dict[str, Any], content: bytes) -> tuple[Any, bytes] | None:
            widget._handle_custom_msg(message, [memoryview(content)])
            return None if message.get("drop") else answers.get(timeout=30)

        self.kernels.append(kernel)
        self.page.evaluate(HOST, widget._esm)
        names = [name for name in widget.keys if not name.startswith("_")]
        state = {name: getattr(widget, name) for name in names}
        binary = {
            name: base64.b64encode(state.pop(name)).decode()
            for name in names
            if isinstance(state[name], bytes)
        }
        plain = {name: x for name, x in state.items() if isinstance(x, str | int)}
        self.page.evaluate(
            "([place, state, binary]) => showCell(place, state, binary)",
            [len(self.kernels) - 1, plain, binary],
        )
        return self.page.frame_locator("iframe").nth(len(self.kernels) - 1)

    def _answer(self, place: int, message: dict[str, Any], content: str) -> Any:
        self.asked.append({**message, "content": base64.b64decode(content)})
        answer = self.kernels[place](message, base64.b64decode(content))
        return answer and [answer[0], base64.b64encode(answer[1]).decode()]

    def until(self, expression: str, seconds: float = 10.0) -> None:
        """Wait until an expression holds in the notebook's page."""
        self.page.wait_for_function(f"() => {expression}", timeout=1000 * seconds)

    def close(self) -> None:
        """Close it."""
        self.context.close()
        assert self.complaints == [], self.complaints
        own = ("blob:", "data:", "about:")
        assert [url for url in self.addresses if not url.startswith(own)] == []
