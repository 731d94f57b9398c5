"""The JSON files of a run, read: who reached which mark in how many seconds."""

import json
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from problems import ENTRIES

from solvers import OURS

MARKS = 1e-3, 1e-6


class Point(NamedTuple):
    """A fit: its rung, its median seconds, its distance to the minimum, relative."""

    rung: float
    seconds: float
    distance: float


class Row(NamedTuple):
    """A solver's fits on one problem."""

    name: str
    setting: str
    points: list[Point]
    memory: float
    ended: str
    gave_up_at: float | None

    @property
    def is_ours(self) -> bool:
        return self.name.split()[0] == OURS

    def seconds_to(self, mark: float) -> float:
        """Return the least seconds of a fit that came so near; infinite if none did."""
        return min((p.seconds for p in self.points if p.distance <= mark), default=float("inf"))

    @property
    def nearest(self) -> float:
        return min((p.distance for p in self.points), default=float("inf"))


class Result(NamedTuple):
    """A problem as measured."""

    name: str
    told: dict[str, Any]
    rows: list[Row]

    @property
    def heading(self) -> str:
        return f"{self.told['title']}, {self.told['shape']}"

    def best(self, mark: float, *, ours: bool) -> Row | None:
        """Return the fastest to a mark: of ours the default alone, or of the peers any."""
        able = [row for row in self.rows if row.name == OURS or not row.is_ours]
        able = [row for row in able if row.is_ours == ours and row.seconds_to(mark) < float("inf")]
        return min(able, key=lambda row: row.seconds_to(mark), default=None)


def read(folder: Path, group: str) -> list[Result]:
    """Return the problems of a group that were measured, in their order."""
    found = []
    for name, entry in ENTRIES.items():
        file = folder / f"{name}.json"
        if entry.group == group and file.exists():
            told = json.loads(file.read_text())
            found.append(Result(name, told, [row(each, told) for each in told["solvers"]]))
    return found


def read_extra(folder: Path, name: str) -> dict[str, Any] | None:
    file = folder / f"{name}.json"
    return json.loads(file.read_text()) if file.exists() else None


def row(solver: dict[str, Any], told: dict[str, Any]) -> Row:
    optimum = told["optimum"]
    points = [
        Point(fit["rung"], median(fit["seconds"]), (fit["value"] - optimum) / abs(optimum))
        for fit in solver["fits"]
        if fit["value"] is not None
    ]
    share = solver["memory"] / (1e6 * told["megabytes"])
    ended, late = solver["ended"], solver["gave_up_at"]
    return Row(solver["name"], solver["setting"], points, share, ended, late)
