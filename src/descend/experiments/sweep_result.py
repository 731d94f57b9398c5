"""The result of a sweep, addressed by the values that were swept."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from descend.experiments.brief_table import BriefTable
from descend.optimizers.hyperparameters import is_number, is_optimizer
from descend.protocols import Optimizer
from descend.protocols.status import ENDLESS
from descend.rates import Constant
from descend.records.descent import Descent
from descend.records.frames import frame_of
from descend.records.rendering import draw
from descend.support.numbers import counted

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class SweepPoint(NamedTuple):
    """One combination: its setting, and its run.

    Attributes
    ----------
    setting
        The value on each axis: `optimizer` by name, `learning_rate`, the hyper-parameters that were
        swept and that this optimizer has, and `start`, if there are several.
    optimizer
        The instance.
    together, row
        The record of all runs that ran with this one, and which of them it is.
    """

    setting: dict[str, Any]
    optimizer: Optimizer
    together: Descent
    row: int

    def __repr__(self) -> str:
        """Return the setting, and how the run ended."""
        setting = ", ".join(f"{name}={value!r}" for name, value in self.setting.items())
        ended = f"{self.status} after {counted(self.steps, 'step')}; value {self.value:.6g}"
        return f"SweepPoint({setting}): {ended}"

    @property
    def value(self) -> float:
        """The value at the end."""
        return float(self.together.fun[self.row])

    @property
    def steps(self) -> int:
        """How many steps were taken."""
        return int(self.together.nit[self.row])

    @property
    def status(self) -> str:
        """How it ended: see `descend.Descent`."""
        return str(self.together.status[self.row])

    @property
    def descent(self) -> Descent:
        """The record of this combination alone."""
        rate = self.setting["learning_rate"]
        alone = replace(self.together.run(self.row), optimizer=self.optimizer)
        return replace(alone, learning_rate=Constant(rate)) if is_number(rate) else alone


@dataclass(frozen=True, repr=False)
class Sweep:
    """The result of a sweep, addressed by the values that were swept.

    `result["adam", 0.1]` is the descent of that combination, `result["adam"]` the part of the sweep
    with that optimizer. The axes come in the order of `axes`, from each axis' name to its values;
    `points` are all combinations.
    """

    axes: dict[str, tuple[Any, ...]]
    points: tuple[SweepPoint, ...]

    lanes = property(lambda self: self.points)  # the former name of `points`, for one release

    def __len__(self) -> int:
        """Return the number of combinations."""
        return len(self.points)

    def __iter__(self) -> Iterator[SweepPoint]:
        """Iterate over the combinations."""
        return iter(self.points)

    def __getitem__(self, key: Any) -> Any:
        """Return the descent at these values, or the part of the sweep, if they leave several.

        Raises
        ------
        KeyError
            If no combination has these values.
        """
        values = key if isinstance(key, tuple) and not is_optimizer(key) else (key,)
        found = [
            point
            for point in self.points
            if len(values) <= len(point.setting) and all(map(same, values, point.setting.values()))
        ]
        if not found:
            raise KeyError(
                f"nothing was swept at {key!r}: the axes are {self.axes}; select() takes values of "
                "some axes by name"
            )
        return found[0].descent if len(found) == 1 else self._part(found)

    def select(self, **values: Any) -> Sweep:
        """Return the part of the sweep that has these values, each one or a list.

        Raises
        ------
        ValueError
            If there is no such axis, or no combination has these values.

        Examples
        --------
        >>> import descend
        >>> result = descend.sweep(
        ...     "booth", [0, 0], optimizer=["sgd", "adam"], learning_rate=[0.01, 0.1])
        >>> len(result.select(optimizer="adam")), len(result.select(learning_rate=[0.01, 0.1]))
        (2, 4)
        """
        if unknown := sorted(set(values) - set(self.axes)):
            raise ValueError(
                f"there is no axis {unknown[0]!r} in this sweep: it has {', '.join(self.axes)}"
            )
        wanted = {name: value if is_list(value) else [value] for name, value in values.items()}
        found = [
            point
            for point in self.points
            if all(
                name in point.setting and any(same(value, point.setting[name]) for value in few)
                for name, few in wanted.items()
            )
        ]
        if not found:
            raise ValueError(f"nothing was swept at {values}: the axes are {self.axes}")
        return self._part(found)

    def best(self) -> SweepPoint:
        """Return the combination with the lowest value at its end; of equal ones the fastest.

        One that diverged is best only if all did.
        """
        best: SweepPoint = self.points[self._order[0]]
        return best

    @cached_property
    def _order(self) -> npt.NDArray[np.intp]:
        """Return the combinations' places, the best first."""
        diverged = np.array([point.status in ENDLESS for point in self.points])
        values = np.array([point.value for point in self.points])
        steps = np.array([point.steps for point in self.points])
        return np.lexsort((steps, np.where(np.isnan(values), np.inf, values), diverged))

    def rows(self) -> list[tuple[str, ...]]:
        """Return the table as texts: a header, then a row a combination, the best first."""
        header = (*self.axes, "value", "steps", "status")
        ordered = [self.points[i] for i in self._order]
        return [header] + [
            (
                *(_text(point.setting.get(name, "")) for name in self.axes),
                f"{point.value:.6g}",
                f"{point.steps:,}",
                point.status,
            )
            for point in ordered
        ]

    def __repr__(self) -> str:
        """Return the table as text, the best first."""
        return self._brief().text()

    def _repr_html_(self) -> str:
        """Return the table for a notebook, the best first."""
        return self._brief().html()

    def _brief(self) -> BriefTable:
        return BriefTable.of(self.rows(), "to_frame() has them all")

    def to_frame(self) -> Any:
        """Return the table as a data frame, a row a combination, in the order swept.

        It is pandas', or a table of pyarrow where pandas is not installed.
        """
        rows: list[dict[str, Any]] = [
            {
                **{name: point.setting.get(name) for name in self.axes},
                "value": point.value,
                "best_value": float(point.together.best_fun[point.row]),
                "steps": point.steps,
                "gradients": int(point.together.nfev[point.row]),
                "status": point.status,
                **dict(zip(point.together.names, point.together.x[point.row], strict=True)),
            }
            for point in self.points
        ]
        return frame_of({name: [row[name] for row in rows] for name in (rows[0] if rows else ())})

    def plot(self, **options: Any) -> Figure:
        """Draw the values at the end against the rates: see `descend.views.sweep`."""
        figure: Figure = draw("sweep", self, **options)
        return figure

    def _part(self, points: Sequence[SweepPoint]) -> Sweep:
        """Return a sweep of some of the combinations."""
        axes = {}
        for name, values in self.axes.items():
            # the values of the points are those of the axes, so that they are written the same
            found = {repr(label(point.setting[name])) for point in points if name in point.setting}
            axes[name] = tuple(value for value in values if repr(value) in found)
        return Sweep({name: values for name, values in axes.items() if values}, tuple(points))


def is_list(value: Any) -> bool:
    """Say whether a value is several: named tuples and texts are one."""
    return isinstance(value, Sequence | np.ndarray | range) and not (
        isinstance(value, str) or hasattr(value, "_fields")
    )


def label(value: Any) -> Any:
    """Return what a value is called: numbers and texts are themselves."""
    return repr(value) if is_optimizer(value) else value


def same(a: Any, b: Any) -> bool:
    """Say whether two values are one, numbers to within their rounding."""
    if is_number(a) and is_number(b):
        return math.isclose(a, b, rel_tol=1e-12)
    return bool(label(a) == label(b))


def _text(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
