"""Descent: the record of where a descent went."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from copy import copy
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from descend.protocols import Ending, Status
from descend.records.frames import frame_of
from descend.records.on_demand import read_on_demand
from descend.records.rendering import as_html, as_png, draw, explain, show
from descend.support.files import replacing

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from descend.protocols import Adaptive, Array, Objective, Optimizer, Schedule, Search
    from descend.records.film import Film

ENDS = (
    "x", "fun", "jac", "best_x", "best_fun", "nit", "nfev", "status", "message", "ending",
)  # fmt: skip
"""What a record has one of, or one a run."""


@dataclass(frozen=True, eq=False, repr=False)
class Descent:
    """Where a descent went: its end, its history, and the verbs that show it.

    For one run, the arrays have the shapes below; for k runs at once, an axis of length k follows
    the axis of steps, and `x`, `fun`, `jac`, `nit`, `nfev`, `status` and `message` have one entry
    a run. A run that ended before the others keeps its last point in all later rows.

    Attributes
    ----------
    x, fun, jac
        The last point `(d,)`, its value, and its gradient `(d,)`. A descent by batches does not
        compute the gradient over all rows: there `jac` is None, and the gradient norms are NaN.
    best_x, best_fun
        The recorded point of the smallest value (the largest, if it was maximised), and that value.
    nit, nfev
        Steps taken; points at which the value and the gradient were computed.
    status
        "converged": at a minimum, as far as derivatives tell; by batches, the losses have settled
        within their noise. "stopped": the steps were used up, or a callback ended it. "diverged":
        the value or the point left the finite numbers, or the value grew beyond measure.
        "unbounded": the value falls for ever. "stalled": no step makes the value smaller, but the
        point is no minimum that could be told; or the noise of batches holds it up.
    ending, message
        Why it ended, by the name of an `Ending` and as a sentence.
    points
        `(steps + 1, d)`, the start first; with `record=k` every k-th and the last; None if not
        recorded.
    point_steps
        The step count at which each of the `points` was recorded.
    values, gradient_norms, seconds
        `(steps + 1,)`: at each point, and the time since the start. Empty with `record=None`. After
        a descent by batches, too, a value is the objective's own at that point, over all rows. An
        epoch does not need it: `values`, `fun` and the best are computed when they are first read,
        by a pass over the rows for each recorded point, and NaN where none was recorded.
    batch_losses
        `(steps,)`, by batches: the loss met on the way from each point to the next, with the
        penalty. Of an epoch it is the mean over its batches, each before its step; of a step the
        loss of its batch where the step began. None of other descents.
    learning_rates
        `(steps,)`: the rate that led from each point to the next.
    names
        The coordinates' names.
    objective, optimizer, learning_rate
        What was descended, how, and at which rate or by which rule; None in a record read from a
        file.
    formula
        The objective's text, if it was a formula.
    notes
        What was taken for granted, as sentences; `explain` tells them, too.
    maximised
        Whether it was an ascent. Its values and gradients are the function's own; `message` and
        `explain` tell of the descent of the function's negative, which an ascent is.
    """

    x: Array
    fun: Any
    jac: Array | None
    best_x: Array
    best_fun: Any
    nit: Any
    nfev: Any
    status: Any
    message: Any
    points: Array | None
    point_steps: npt.NDArray[np.int64]
    values: Array
    gradient_norms: Array
    learning_rates: Array
    seconds: Array
    names: tuple[str, ...]
    objective: Objective | None = None
    optimizer: Optimizer | None = None
    learning_rate: float | Array | Schedule | Adaptive | Search | None = None
    formula: str | None = None
    maximised: bool = False
    ending: Any = None
    batch_losses: Array | None = None
    notes: tuple[str, ...] = ()

    @property
    def success(self) -> Any:
        """Whether the run converged; one answer a run."""
        converged = np.asarray(self.status) == Status.CONVERGED
        return bool(converged) if converged.ndim == 0 else converged

    @property
    def n_runs(self) -> int | None:
        """The number of runs, or None for a single run that has no axis of runs."""
        return None if self.x.ndim == 1 else self.x.shape[0]

    @property
    def unit(self) -> str:
        """What a row of the record stands for: "epoch" after a descent by batches, else "step"."""
        # a record of the steps by batches, too, counts its evaluations by the epoch
        by_epoch = self.jac is None and self.nfev == self.nit
        return "epoch" if by_epoch else "step"

    def run(self, index: int) -> Descent:
        """Return one of several runs, counted from 0, as a record cut where that run ended."""
        if self.n_runs is None:
            raise ValueError("this is the record of a single run: it has no runs to choose from")
        own, rate = self.runs([index]), self.learning_rate
        return replace(
            own,
            x=own.x[0],
            fun=own.fun[0].item(),
            jac=None if own.jac is None else own.jac[0],
            best_x=own.best_x[0],
            best_fun=own.best_fun[0].item(),
            nit=int(own.nit[0]),
            nfev=int(own.nfev[0]),
            status=Status(str(own.status[0])),
            message=str(own.message[0]),
            points=None if own.points is None else own.points[:, 0],
            values=own.values[:, 0],
            gradient_norms=own.gradient_norms[:, 0],
            learning_rates=own.learning_rates[:, 0],
            learning_rate=rate[index] if isinstance(rate, np.ndarray) and rate.ndim else rate,
            ending=None if own.ending is None else Ending.named(own.ending[0]),
            batch_losses=None if own.batch_losses is None else own.batch_losses[:, 0],
        )

    def runs(self, indices: Sequence[int] | npt.NDArray[np.intp]) -> Descent:
        """Return some of several runs, counted from 0, as a record cut where their last ended."""
        chosen = np.asarray(indices)
        last = int(self.nit[chosen].max())
        taken = self.point_steps <= last
        point_steps = self.point_steps[taken]
        points = None if self.points is None else self.points[np.ix_(taken, chosen)]
        if points is not None and point_steps[-1] < last:
            # they ended between two recorded steps of the others
            point_steps = np.append(point_steps, last)
            points = np.concatenate([points, self.x[chosen][None]])
        ends = [(name, getattr(self, name)) for name in ENDS]
        own: dict[str, Any] = {name: np.asarray(x)[chosen] for name, x in ends if x is not None}
        losses = self.batch_losses
        return replace(
            self,
            **own,
            points=points,
            point_steps=point_steps,
            values=self.values[: last + 1, chosen],
            gradient_norms=self.gradient_norms[: last + 1, chosen],
            learning_rates=self.learning_rates[:last, chosen],
            seconds=self.seconds[: last + 1],
            batch_losses=None if losses is None else losses[:last, chosen],
        )

    def changed(self, **changes: Any) -> Descent:
        """Return a copy with other fields, as `dataclasses.replace`; nothing is computed for it."""
        copied = copy(self)
        vars(copied).update(changes)
        return copied

    def upside_down(self, objective: Objective | None, formula: str | None) -> Descent:
        """Return the record of an ascent as that of the negative's descent, or the other way round.

        `objective` and `formula` are those of which it is then the record.
        """
        return replace(
            self,
            fun=-self.fun,
            jac=None if self.jac is None else -self.jac,
            best_fun=-self.best_fun,
            values=-self.values,
            batch_losses=None if self.batch_losses is None else -self.batch_losses,
            objective=objective,
            formula=formula,
            maximised=not self.maximised,
        )

    def __repr__(self) -> str:
        """Summarise the descent on a few lines."""
        kind = "Ascent" if self.maximised else "Descent"
        if self.n_runs is not None:
            statuses, counts = np.unique(self.status, return_counts=True)
            told = ", ".join(f"{n} {s}" for s, n in zip(statuses, counts, strict=True))
            best = int(np.argmax(self.best_fun) if self.maximised else np.argmin(self.best_fun))
            found = f"best {self.best_fun[best]:.6g} at {_short(self.best_x[best])}"
            return f"{kind} of {self.n_runs} runs: {told}; {found}"
        found = f"value {self.fun:.6g} at {_short(self.x)}"
        counted = f"{self.nit} {self.unit}{'' if self.nit == 1 else 's'}"
        return f"{kind}: {self.status} after {counted}; {found}"

    def _repr_html_(self) -> str:
        """Return the summary, the picture and the explanation for a notebook."""
        return as_html(self)

    def _repr_png_(self) -> bytes | None:
        """Return the picture for a notebook, None if there is nothing to draw."""
        return as_png(self)

    def plot(self, **options: Any) -> Figure:
        """Draw the descent: see `descend.views.plot`."""
        figure: Figure = draw("plot", self, **options)
        return figure

    def animate(self, file: str | Path | None = None, **options: Any) -> Path | Film:
        """Show the descent as a moving picture, or write it: see `descend.views.animate`."""
        written: Path | Film = draw("animate", self, file, **options)
        return written

    def explain(self) -> str:
        """Say in plain sentences how the descent went and why: see `descend.diagnose`."""
        return explain(self)

    def show(self) -> None:
        """Show the descent: in a notebook to play step by step, else as a picture in a window.

        A notebook needs the extra `jupyter` for it, `pip install 'descend[jupyter]'`; without, it
        shows the picture. What is shown there needs no kernel any more.
        """
        show(self)

    def to_frame(self) -> Any:
        """Return the history as a data frame, a row a step (and a run).

        It is pandas', or a table of pyarrow where pandas is not installed.

        Columns: `step`, `run` (if there are several), `value`, `gradient_norm`, `learning_rate`
        (the one that led to this point; NaN at the start), `seconds`, by batches `batch_loss` (the
        one met on the way to this point; NaN at the start), and a column a coordinate where the
        point was recorded; one that is called as a column before it gets an underscore, `value_`.
        """
        steps, runs = len(self.values), self.n_runs or 1
        rates = np.full((steps, runs), np.nan)
        rates[1:] = self.learning_rates.reshape(-1, runs)
        columns: dict[str, Any] = {"step": np.repeat(np.arange(steps), runs)}
        if self.n_runs is not None:
            columns["run"] = np.tile(np.arange(runs), steps)
        columns["value"] = self.values.ravel()
        columns["gradient_norm"] = self.gradient_norms.ravel()
        columns["learning_rate"] = rates.ravel()
        columns["seconds"] = np.repeat(self.seconds, runs)
        if self.batch_losses is not None:
            columns["batch_loss"] = np.concatenate([[np.nan], self.batch_losses])
        if self.points is not None and steps:
            coordinates = np.full((steps, runs, len(self.names)), np.nan)
            coordinates[self.point_steps] = self.points.reshape(-1, runs, len(self.names))
            for j, name in enumerate(self.names):
                columns[_label(name, columns, self.names)] = coordinates[:, :, j].ravel()
        return frame_of(columns)

    def save(self, file: str | Path) -> None:
        """Write the record to an NPZ file, without pickles; an objective only by its formula."""
        arrays: dict[str, Any] = {}
        texts: dict[str, Any] = {}
        for field in fields(self):
            content = getattr(self, field.name)
            if field.name in ("objective", "optimizer", "learning_rate") or content is None:
                continue
            if field.name in ("names", "formula", "notes"):
                texts[field.name] = content
            else:
                arrays[field.name] = np.asarray(content)
        arrays["texts"] = np.array(json.dumps(texts))
        with replacing(file) as temporary, temporary.open("wb") as stream:
            np.savez_compressed(stream, allow_pickle=False, **arrays)

    @classmethod
    def load(cls, file: str | Path) -> Descent:
        """Read a record that `save` wrote.

        Raises
        ------
        ValueError
            If the file is not such a record.
        """
        try:
            # NumPy leaves a file open that it cannot read, unless it is opened for it
            with Path(file).open("rb") as stream, np.load(stream, allow_pickle=False) as stored:
                arrays: dict[str, Any] = {name: stored[name] for name in stored.files}
            texts = json.loads(str(arrays.pop("texts")))
            scalars = {
                name: content.item() if content.ndim == 0 else content
                for name, content in arrays.items()
            }
            scalars.setdefault("points", None)
            scalars.setdefault("jac", None)
            texts["names"] = tuple(texts["names"])
            texts["notes"] = tuple(texts.get("notes", ()))
            return cls(**scalars, **texts)
        except (KeyError, TypeError, ValueError, EOFError, BadZipFile) as error:
            raise ValueError(f"{str(file)!r} is not a record that Descent.save wrote") from error


read_on_demand(Descent)


def _label(name: str, columns: Collection[str], names: Collection[str]) -> str:
    """Return the column of a coordinate: its name, with underscores if other columns have it."""
    label = name
    while label in columns or (label != name and label in names):
        label += "_"
    return label


def _short(w: Array) -> str:
    """Return a point on a line or two, however many coordinates it has."""
    return np.array2string(w, threshold=10, edgeitems=3)
