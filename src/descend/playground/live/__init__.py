"""Descents that are watched while they run: their server, which lives beside them in a thread."""

from descend.playground.live.home import show

__all__ = ["show"]
