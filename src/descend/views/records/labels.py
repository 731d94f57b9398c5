"""What runs are called in a key: by what they differ in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from descend.experiments.sweep_result import Sweep
from descend.optimizers.hyperparameters import is_number
from descend.rates.found import constant_rate
from descend.records.descent import Descent
from descend.views.figures.style import HALO, number
from descend.views.records.fitted_records import record_in
from descend.views.records.paths import FEW_RUNS


def labels_of(descents: Any) -> dict[str, Descent]:
    """Return descents, those of fitted models too, by given names or by what they differ in.

    Raises
    ------
    ValueError
        If they are neither a mapping, a list, a record of several runs nor a sweep.
    """
    if isinstance(descents, Sweep):
        varied = [name for name, values in descents.axes.items() if len(values) > 1]
        return _unique(
            [_of_setting(point.setting, varied) for point in descents],
            [point.descent for point in descents],
        )
    if (own := record_in(descents)) is not None:
        descents = own
    if isinstance(descents, Descent):
        if descents.n_runs is None:
            return {_of_record(descents): descents}
        runs = [descents.run(i) for i in range(descents.n_runs)]
        return _unique(run_labels(descents), runs)
    named = descents if isinstance(descents, Mapping) else None
    if named is None and isinstance(descents, Sequence) and not isinstance(descents, str):
        named = dict(enumerate(descents))
    records = {name: record_in(each) for name, each in (named or {}).items()}
    known = {str(name): each for name, each in records.items() if each is not None}
    if named is None or len(known) < len(named):
        raise ValueError(
            "several descents are a mapping of names to records or fitted models, a list of these, "
            f"a record of several runs or a sweep, got {_told(descents, records)}"
        )
    if isinstance(descents, Mapping):
        return known
    return _unique([_of_record(descent) for descent in known.values()], list(known.values()))


def _told(descents: Any, records: Mapping[Any, Descent | None]) -> str:
    """Say what is there in place of a record."""
    wrong = [name for name, each in records.items() if each is None]
    if not wrong:
        return type(descents).__name__
    return f"{type(descents[wrong[0]]).__name__} at {wrong[0]!r}"


def run_labels(descent: Descent) -> list[str]:
    """Return what the runs of a record are called: their rates if these differ, else starts."""
    n = descent.n_runs
    assert n is not None
    rates = _rates(descent)
    if rates is not None and len(rates) == n and len(set(rates.tolist())) > 1:
        return [f"rate {number(rate)}" for rate in rates.tolist()]
    if descent.points is not None and len(descent.names) <= 2:
        return [f"from {_point(point)}" for point in descent.points[0]]
    return [f"run {run}" for run in range(n)]


def draw_run_key(ax: Axes, descent: Descent) -> None:
    """Name the curves of a few runs by what they differ in."""
    if descent.n_runs is None or not 1 < descent.n_runs <= FEW_RUNS:
        return
    for line, label in zip(ax.lines, run_labels(descent), strict=False):
        line.set_label(label)
    framed: dict[str, Any] = {"frameon": True, "facecolor": HALO, "edgecolor": "none"}
    ax.legend(loc="best", framealpha=0.85, **framed)


def _rates(descent: Descent) -> Any:
    """Return the constant rates of runs `(k,)`, None if they are none."""
    found = constant_rate(descent.learning_rate)
    constant = descent.learning_rate if found is None else found
    return None if callable(constant) or constant is None else np.ravel(np.asarray(constant))


def _of_record(descent: Descent) -> str:
    """Return what a record is called: its optimizer and its rate."""
    words = [] if descent.optimizer is None else [type(descent.optimizer).__name__]
    rates = _rates(descent)
    if rates is not None and len(rates) == 1 and is_number(rates[0]):
        words.append(f"rate {number(float(rates[0]))}")
    return ", ".join(words) or "descent"


def _of_setting(setting: Mapping[str, Any], varied: Sequence[str]) -> str:
    """Return what a combination of a sweep is called: its values on the axes that vary."""
    words = []
    for name in varied:
        if name not in setting:
            continue
        value = setting[name]
        text = number(float(value)) if is_number(value) else str(value)
        own = {"optimizer": text, "learning_rate": f"rate {text}", "start": f"start {text}"}
        words.append(own.get(name, f"{name} {text}"))
    return ", ".join(words)


def _unique(labels: Sequence[str], descents: Sequence[Descent]) -> dict[str, Descent]:
    """Return descents by label, with a count where a label comes more than once."""
    return {
        (f"{label} ({place + 1})" if labels.count(label) > 1 or not label else label): descent
        for place, (label, descent) in enumerate(zip(labels, descents, strict=True))
    }


def _point(point: Any) -> str:
    """Return a point of one or two coordinates."""
    text = ", ".join(number(float(x)) for x in point)
    return text if len(point) == 1 else f"({text})"
