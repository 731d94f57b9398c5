"""Ctrl-C as a request to end a descent, and keep what it found."""

from __future__ import annotations

import signal
import sys

from descend.protocols import Ending


class Interruption:
    """A callback that ends a descent after the "epoch" or "step" in which Ctrl-C was pressed.

    A second Ctrl-C raises KeyboardInterrupt at once.
    """

    def __init__(self, unit: str) -> None:
        self.requested = False
        self._unit = unit

    def __enter__(self) -> Interruption:
        self._previous = signal.signal(signal.SIGINT, self._request)
        return self

    def __exit__(self, *_: object) -> None:
        signal.signal(signal.SIGINT, self._previous)

    def __call__(self, _: object) -> None:
        """End the descent if that was requested."""
        if self.requested:
            raise StopIteration(Ending.INTERRUPTED)

    def _request(self, *_: object) -> None:
        if self.requested:
            raise KeyboardInterrupt
        self.requested = True
        print(
            f"descend: ending after this {self._unit}; press Ctrl-C again to leave at once",
            file=sys.stderr,
        )
