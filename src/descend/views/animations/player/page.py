"""The page of a film: one file with its pictures, coordinates, and the script that moves them."""

from __future__ import annotations

import json
from collections.abc import Sequence, Set
from html import escape
from importlib.resources import files
from string import Template
from typing import Any

import numpy as np

from descend.views.animations.panels import panels_of
from descend.views.animations.plan import Plan
from descend.views.animations.player.backdrop import backdrop
from descend.views.animations.player.drawn import NUMBERS, Drawn, detail_of, shown_runs
from descend.views.animations.player.marks import SHAPES, marks_of, on_dark, shape_of
from descend.views.animations.region_film import RegionFilm
from descend.views.figures.style import number
from descend.views.models.region_marks import OUTLINES, colour_of
from descend.views.picture import why_no_scene
from descend.views.records.ends import END_MARKS
from descend.views.records.marks import STAR
from descend.views.records.trajectories import Trajectories

MOST_FRAMES = 600
"""The most frames: between two of them the runs glide along their paths."""


def most_frames(trajectories: Trajectories) -> int:
    """Return the most frames of a film of these runs, which keeps it small."""
    return min(MOST_FRAMES, NUMBERS // (2 * len(shown_runs(trajectories))))


def page_of(plan: Plan) -> str:
    """Return the page, the same each time for the same plan."""
    detail = detail_of(plan)
    panels = [Drawn.of(panel, detail) for panel in panels_of(plan)]
    marks = marks_of(plan, panels)
    content = {
        "seconds": plan.wishes.seconds,
        "readout": _readout(plan),
        "runs": marks,
        "panels": [panel.content() for panel in panels],
    }
    own = files(__package__)
    return Template(own.joinpath("player.html").read_text(encoding="utf-8")).substitute(
        title=escape(plan.title),
        style=own.joinpath("player.css").read_text(encoding="utf-8"),
        script=own.joinpath("player.js").read_text(encoding="utf-8"),
        panels="\n".join(
            f'<div class="panel">{backdrop(drawn, f"p{place}-")}<canvas></canvas></div>'
            for place, drawn in enumerate(panels)
        ),
        last=len(plan.instants) - 1,
        key=_key(plan, panels, {end for end, _ in marks["ends"]}),
        notes="".join(f'<p class="note">{escape(note)}</p>' for note in _notes(plan)),
        content=_in_script(content),
    )


def _in_script(content: dict[str, Any]) -> str:
    """Return JSON that no text within can end the element of."""
    text = json.dumps(content, ensure_ascii=True, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c")


def _readout(plan: Plan) -> list[str]:
    """Return what is said of each frame: the step, the value, the size of the gradient."""
    trajectories, steps = plan.trajectories, plan.frame_steps()
    values, norms = trajectories.values[steps], trajectories.gradient_norms[steps]
    if trajectories.n_runs == 1:
        name, shown = trajectories.measured, values[:, 0]
    else:
        best = np.fmax if trajectories.maximised else np.fmin
        which = "highest" if trajectories.maximised else "lowest"
        name, shown = f"{which} {trajectories.measured}", best.reduce(values, axis=1)
    told = []
    for frame, step in enumerate(steps):
        words = [f"{trajectories.unit} {step:,} of {steps[-1]:,}"]
        words.append(f"{name} {_told(shown[frame])}")
        if trajectories.n_runs == 1 and not np.isnan(norms).all():
            words.append(f"gradient norm {_told(norms[frame, 0])}")
        told.append(" · ".join(words))
    return told


def _told(value: float) -> str:
    return number(float(value)) if np.isfinite(value) else "not finite"


def _notes(plan: Plan) -> list[str]:
    """Return what is not shown, and why."""
    notes = []
    reason = why_no_scene(plan.descent, plan.trajectories)
    if plan.regions is not None:
        count = len(plan.regions.true)
        if count < plan.regions.of_all:
            notes.append(f"{count:,} of {plan.regions.of_all:,} rows are shown, evenly chosen.")
    elif plan.scene is not None and plan.scene.seen is not None:
        notes += plan.scene.seen.sentences()[1:]
    elif reason is not None and plan.wishes.fit is None:
        notes.append(f"{reason[0].upper()}{reason[1:]}.")
    shown, k = len(shown_runs(plan.trajectories)), plan.trajectories.n_runs
    if shown < k:
        notes.append(
            f"{shown:,} of {k:,} runs move, evenly chosen; the numbers and bands are of all."
        )
    return notes


def _key(plan: Plan, panels: Sequence[Drawn], ends: Set[str]) -> str:
    """Return the key: the runs' names with their marks, and what all other marks mean."""
    entries = [
        _entry(shape_of(colour), name, f"--light: {colour}; --dark: {on_dark(colour)}")
        for name, colour in plan.wishes.key.items()
    ]
    if plan.regions is not None:
        entries += _classes(plan.regions)
    if ends:
        entries += [_entry("circle", "start", hollow=True), _entry("circle", "end")]
    entries += [_entry(kind, END_MARKS[kind].label) for kind in ("cross", "out") if kind in ends]
    if any(len(drawn.motion.minima) for drawn in panels):
        name = "maximum" if plan.trajectories.maximised else "minimum"
        entries.append(
            _entry("star", name, f"--light: {STAR}; --dark: {STAR}; stroke: currentcolor")
        )
    if any(len(drawn.motion.saddles) for drawn in panels):
        entries.append(_entry("plus", "saddle", hollow=True))
    return f'<ul class="key">{"".join(entries)}</ul>' if entries else ""


def _classes(regions: RegionFilm) -> list[str]:
    """Return the key of a classifier: its classes, and the ring around those missed."""
    named = []
    for place, name in enumerate(regions.recorded.classes):
        style = f"--light: {colour_of(place)}; --dark: {colour_of(place)}"
        named.append(_entry(OUTLINES[place % len(OUTLINES)], str(name), style))
    return [*named, _entry("circle", "misclassified", hollow=True)]


def _entry(shape: str, text: str, style: str = "", *, hollow: bool = False) -> str:
    kind = ' class="hollow"' if hollow else ""
    mark = f'<path d="{SHAPES[shape]}" style="{style}"{kind}/>'
    return f'<li><svg viewBox="-7 -7 14 14" aria-hidden="true">{mark}</svg>{escape(text)}</li>'
