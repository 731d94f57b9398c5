"""Gradients by batches of rows, for the array loop."""

from __future__ import annotations

import numpy as np

from descend.data.rows import Rows
from descend.objectives.risks.empirical_risk import EmpiricalRisk
from descend.protocols import Array


class BatchGradient:
    """A risk whose gradient is that of the next batch of rows; its values are those of all rows.

    Each gradient takes the next rows of an order that is shuffled anew when all have been taken, so
    that it is for one descent alone.

    Parameters
    ----------
    risk
        Over all rows, in memory.
    batch_size
        Rows of a batch; the last one of each order may have fewer.
    seed
        Of the orders.

    Examples
    --------
    >>> from descend.losses import SquaredError
    >>> from descend.models import Linear
    >>> from descend.penalties import NoPenalty
    >>> rows = Rows(np.arange(4.0)[:, None], np.arange(4.0)[:, None])
    >>> risk = EmpiricalRisk(Linear(1), SquaredError(), NoPenalty(), rows)
    >>> by_rows = BatchGradient(risk, batch_size=1, seed=0)
    >>> gradients = [by_rows.value_and_gradient(np.zeros(2))[1] for _ in range(4)]
    >>> np.mean(gradients, axis=0), risk.value_and_gradient(np.zeros(2))[1]
    (array([-3.5, -1.5]), array([-3.5, -1.5]))
    """

    def __init__(self, risk: EmpiricalRisk, batch_size: int, seed: int) -> None:
        (self._rows,) = risk.blocks
        self._risk, self._size = risk, batch_size
        self._random = np.random.default_rng(seed)
        self._order = np.empty(0, dtype=np.intp)

    def value(self, w: Array) -> Array:
        """Return the risks over all rows."""
        return self._risk.value(w)

    def value_and_gradient(self, w: Array) -> tuple[Array, Array]:
        """Return the risks over all rows, and their gradients over the next batch."""
        if not len(self._order):
            self._order = self._random.permutation(len(self._rows.y))
        taken, self._order = self._order[: self._size], self._order[self._size :]
        batch = Rows(self._rows.X[taken], self._rows.y[taken])
        risk = self._risk
        own = EmpiricalRisk(risk.model, risk.loss, risk.penalty, batch)
        return risk.value(w), own.value_and_gradient(w)[1]

    def hessian_product(self, w: Array, v: Array) -> Array:
        """Return the Hessians over all rows times vectors."""
        return self._risk.hessian_product(w, v)
