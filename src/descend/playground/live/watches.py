"""The descents of this process that were watched, the latest last."""

from __future__ import annotations

from threading import Lock
from time import monotonic

from descend.records.watched import Watched

MOST_WATCHES = 10
"""Descents that are remembered: with one more the oldest is forgotten."""


class Watches:
    """Descents by number, counted from 1; and what pages have been told of them.

    `pages` are waiting for an answer now; `is_over` says that the process ends.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._watched: dict[int, Watched] = {}
        self._told_of_end = 0
        self.newest = 0
        self.pages = 0
        self.is_over = False
        self.last_page = -float("inf")

    def add(self, watched: Watched) -> None:
        """Remember one more."""
        with self._lock:
            self.newest += 1
            self._watched[self.newest] = watched
            if len(self._watched) > MOST_WATCHES:
                del self._watched[min(self._watched)]

    def find(self, number: int | None) -> tuple[int, Watched] | None:
        """Return a number, that of the latest for None, with its descent; None if forgotten."""
        with self._lock:
            chosen = self.newest if number is None else number
            watched = self._watched.get(chosen)
        return None if watched is None else (chosen, watched)

    def listed(self) -> list[dict[str, object]]:
        """Return each one's number and title, and where it is."""
        with self._lock:
            known = list(self._watched.items())
        return [
            {"run": number, "title": watched.subject.title, "state": watched.state}
            for number, watched in known
        ]

    def came(self) -> None:
        """Note that a page asked."""
        self.pages += 1
        self.last_page = monotonic()

    def left(self) -> None:
        """Note that a page has its answer, or has gone."""
        self.pages -= 1
        self.last_page = monotonic()

    def told(self, number: int, *, ended: bool) -> None:
        """Note what a page was told of a descent."""
        if ended:
            self._told_of_end = max(self._told_of_end, number)

    @property
    def is_told(self) -> bool:
        """Whether a page knows how the latest ended."""
        return self._told_of_end == self.newest

    def page_seen(self, seconds: float) -> bool:
        """Say whether a page asks now, or did within so many seconds."""
        return self.pages > 0 or monotonic() - self.last_page < seconds
