"""Descent of a risk that is not convex, from the minimum of a convex one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from time import perf_counter

import numpy as np

from descend.objectives.risks.empirical_risk import EmpiricalRisk
from descend.protocols import Array, Ending, Redescending, Step
from descend.records.descent import Descent
from descend.records.joining import joined
from descend.solvers.contract import SILENT, Observer, Options, Transformed
from descend.solvers.smoothing import smooth_solver


@dataclass(frozen=True)
class ConvexStart:
    """Descent of a redescending loss from the minimum of the convex loss that it resembles.

    Far from all targets such a loss is nearly flat, and has minima that fit a few rows and lose the
    others. The convex loss has one, whatever the start and the units, and it is robust, too: the
    minimum near it is the one that is meant. Where the penalty weighs so much that its intercept
    alone is lower, or zero, the descent begins there. A start other than zero is gone on from as it
    is. The record's values are those of the risk itself, which may rise a little in the first part;
    its gradients are there the convex risk's.

    References
    ----------
    V. Yohai, High breakdown-point and high efficiency robust estimates for regression (1987).
    """

    def solve(
        self, objective: EmpiricalRisk, start: Array, options: Options, observer: Observer = SILENT
    ) -> Descent:
        """Descend from a start `(d,)`: see `descend.solvers.contract.Solver`."""
        risk, solver = objective, smooth_solver(objective)
        if start.any() or not options.steps:
            return solver.solve(risk, start, options, observer)
        assert isinstance(risk.loss, Redescending)
        convex, began = replace(risk, loss=risk.loss.convex()), perf_counter()
        watch = OwnValues(risk, observer)
        rough = replace(options, tol=float(np.sqrt(options.tol)))
        first = _of_risk(solver.solve(convex, start, rough, watch), risk, start, watch)
        if first.ending in (Ending.CALLBACK, Ending.TIME_USED) or first.nit >= options.steps:
            return first
        level = first.x - risk.model.penalised(first.x)
        lower = min(start, level, key=lambda w: float(risk.value(w)))
        if first.fun > float(risk.value(lower)):
            observer.restart()
            return solver.solve(risk, lower, options, observer)
        limited = options.limited(options.steps - first.nit, began)
        told = Transformed(observer, _itself, first.nit) if observer.active else observer
        last = solver.solve(risk, first.x, limited, told)
        whole = joined([first, last])
        if last.ending == Ending.STEPS_USED:
            return whole.changed(message=last.ending.message(steps=options.steps))
        return whole


class OwnValues(Observer):
    """An observer of another risk's descent, told the values of the risk itself, which it keeps."""

    def __init__(self, risk: EmpiricalRisk, observer: Observer) -> None:
        super().__init__()
        self._risk, self._observer = risk, observer
        self.values: list[float] = []

    @property
    def active(self) -> bool:
        """Whether anybody listens: it does itself."""
        return True

    def tell(self, step: Step) -> bool:
        """Note the risk's own value."""
        own = self._risk.value(step.w)
        self.values.append(float(own[0]))
        return not self._observer.active or self._observer.tell(step._replace(value=own))


def _of_risk(part: Descent, risk: EmpiricalRisk, start: Array, watch: OwnValues) -> Descent:
    """Return the record of a descent of another risk, with the values of the risk itself."""
    value, g = risk.value_and_gradient(part.x)
    own = np.array([float(risk.value(start)), *watch.values])
    return part.changed(
        fun=float(value),
        jac=g,
        best_x=part.x,
        best_fun=float(value),
        values=own[: len(part.values)],
        objective=risk,
    )


def _itself(w: Array) -> Array:
    return w
