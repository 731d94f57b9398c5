"""The widgets of a notebook. This is the one file that needs anywidget."""

from __future__ import annotations

from typing import Any

import anywidget
import traitlets

from descend.playground.bridge import Answer, bridge
from descend.playground.modules import joined

HEIGHT = 780
"""Pixels of the page in a cell; its lower edge can be pulled."""


class Page(anywidget.AnyWidget):
    """The playground in a cell.

    Attributes
    ----------
    query
        What the page shows, as it stands in the address of `descend playground`; it follows what is
        done on the page.
    """

    _esm = joined("notebook.js")
    title = traitlets.Unicode("descend playground").tag(sync=True)
    height = traitlets.Int(HEIGHT).tag(sync=True)
    query = traitlets.Unicode("").tag(sync=True)

    def __init__(self, query: str = "") -> None:
        super().__init__(query=query)
        self.on_msg(self._heard)

    def _heard(self, _: Any, message: dict[str, Any], buffers: list[Any]) -> None:
        """Answer a message of the page."""
        asked = str(message.get("id", ""))
        if message.get("drop"):
            bridge().drop(asked)
            return

        def answered(answer: Answer) -> None:
            told = {"id": asked, "status": answer.status, "headers": answer.headers}
            self.send(told, [answer.content])

        content = bytes(buffers[0]) if buffers else b""
        bridge().ask(asked, message, content, answered)


class RecordPage(anywidget.AnyWidget):
    """A recorded descent in a cell; it needs no kernel any more.

    Attributes
    ----------
    record
        The record, as `descend.playground.records.packed_record` made it.
    """

    _esm = joined("record.js")
    title = traitlets.Unicode("a descent").tag(sync=True)
    height = traitlets.Int(0).tag(sync=True)
    record = traitlets.Bytes(b"").tag(sync=True)

    def __init__(self, record: bytes) -> None:
        super().__init__(record=record)
