"""The empirical risk: what a model is fitted by."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from descend.data.rows import Blocks, Rows
from descend.losses import is_quadratic, log_probabilities
from descend.models import Linear
from descend.objectives.composite import MaskedPenalty
from descend.objectives.risks.sums import (
    compilable,
    compiled_sums,
    dense_boundaries,
    sum_of_parts,
    threadable,
)
from descend.penalties import L2, NoPenalty, is_smooth
from descend.penalties.groups import GroupPenalty
from descend.protocols import Array, Curved, Linked, Loss, Penalty

FEW_ROWS, LEAST_ROWS, FEW_NUMBERS = 10_000, 64, 2**22
"""Rows by which all are judged; fewer, but at least so many, where dense ones would hold more
numbers than that.
"""

ROUNDING_ROWS = 256
"""Rows of which the rounding of a risk is measured: its size is wanted, not its digits."""


@dataclass(frozen=True)
class EmpiricalRisk:
    """The mean loss of a model on some data, plus a penalty on its weights.

    `value(w) = mean(weight * loss(y, z)) + sum(penalty(w))` with `z = model.predict(w, X)`; the
    loss is summed over the outputs, and intercepts are not penalised, as in scikit-learn.
    `curvatures` takes at least `typical_share`, up to 1, of the loss's typical curvature.
    """

    model: Linear
    loss: Loss
    penalty: Penalty
    blocks: Blocks
    typical_share: float = 1.0
    names: tuple[str, ...] | None = None

    @property
    def is_quadratic(self) -> bool:
        """Whether it is quadratic in `w`: its loss is, and its penalty is L2 or none."""
        return is_quadratic(self.loss) and isinstance(self.penalty, L2 | NoPenalty)

    def initial_parameters(self, dtype: npt.DTypeLike) -> Array:
        """Return the parameters to start from, `(d,)`: zeros.

        The intercepts of a loss with a link start at the link of the targets' means: from zero
        where that is the logarithm of a thousand, steps would be far too long, then far too short.
        """
        w = np.zeros(self.model.n_parameters, dtype=dtype)
        if isinstance(self.loss, Linked) and self.model.intercept:
            total = np.zeros(self.model.n_outputs)
            for block in self.blocks:
                total += _weighted(block.y, block).sum(axis=0, dtype=np.float64)
            with np.errstate(all="ignore"):
                z = self.loss.link(total / self.blocks.n_rows)
            # the logarithm of targets that are all zero is infinite
            self.model.by_output(w)[:, -1] = np.where(np.isfinite(z), z, 0.0)
        return w

    def value(self, w: Array) -> Array:
        """Return the risk at each `w`: `(..., d)` to `(...)`."""
        total = np.zeros(w.shape[:-1])
        with np.errstate(all="ignore"):
            for block in self.blocks:
                total += self.sum_of_losses(w, block)
            return total / self.blocks.n_rows + self.penalty_value(w)

    def value_and_gradient(self, w: Array) -> tuple[Array, Array]:
        """Return the risk and its gradient at each `w`."""
        with np.errstate(all="ignore"):
            total, g = self._sums(w)
            g /= self.blocks.n_rows
            g += self.penalty.gradient(self.model.penalised(w))
            return total / self.blocks.n_rows + self.penalty_value(w), g

    def value_rounding(self, w: Array) -> Array:
        """Return how far rounding may move the risk at each `w`: `(..., d)` to `(...)`.

        A score is a sum of `d` products, and is off by their precision times the sum of their
        sizes; what that does to the loss is measured on a sample of the rows. The risk may be far
        smaller than what it is computed from.
        """
        block = self.blocks.sample(ROUNDING_ROWS, np.random.default_rng(0))
        with np.errstate(all="ignore"):
            z = self.model.predict(w, block.X)
            eps = np.finfo(z.dtype).eps
            shift = eps * self.model.predict(np.abs(w), abs(block.X))
            y = _targets_like(z, block.y)
            losses, *moved = (
                self.loss.value(y, self._normalised(each)) for each in (z, z - shift, z + shift)
            )
            error = np.maximum(*(np.abs(each - losses) for each in moved)) + eps * np.abs(losses)
            mean = _weighted(error, block).sum(axis=(0, -1), dtype=np.float64) / block.n_rows
            rounding: Array = mean + eps * np.abs(self.penalty_value(w))
            return rounding

    def hessian_product(self, w: Array, v: Array) -> Array:
        """Return the Hessian of the risk at `w` times `v`."""
        product = np.zeros_like(w)
        with np.errstate(all="ignore"):
            for block in self.blocks:
                z = self._scores(w, block)
                dz = self.model.predict(v, block.X)
                product += self.model.pullback(
                    w, block.X, _weighted(self._slope_change(block, z, dz), block)
                )
            product /= self.blocks.n_rows
            curvature = self.penalty.curvature(self.model.penalised(w))
            return product + curvature * self.model.penalised(v)

    def few_rows(self) -> Rows:
        """Return rows to judge all by, drawn in the same way each time."""
        dense = FEW_ROWS if self.blocks.sparse else FEW_NUMBERS // max(1, self.blocks.n_features)
        size = min(FEW_ROWS, max(LEAST_ROWS, dense))
        if isinstance(self.blocks, Rows) and self.blocks.n_rows <= size:
            return self.blocks
        return self.blocks.sample(size, np.random.default_rng(0))

    def mean_over_rows(self, each: Callable[[Array, Array], Array], w: Array) -> float:
        """Return the weighted mean of `each(y, z)`, summed over the outputs, at one `w` `(d,)`."""
        total = 0.0
        with np.errstate(all="ignore"):
            for block in self.blocks:
                z = self._scores(w, block)
                total += float(_weighted(each(block.y, z), block).sum(dtype=np.float64))
        return total / self.blocks.n_rows

    def losses(self, w: Array, block: Rows) -> Array:
        """Return the loss of each row and output of a block, unweighted, `(n, ..., outputs)`."""
        with np.errstate(all="ignore"):
            z = self._scores(w, block)
            return self.loss.value(_targets_like(z, block.y), z)

    def sum_of_losses(self, w: Array, block: Rows) -> Array:
        """Return the weighted sum of a block's losses at each `w`: `(..., d)` to `(...)`."""
        with np.errstate(all="ignore"):
            return self._losses(block, self._scores(w, block))

    def slopes(self, w: Array, block: Rows) -> Array:
        """Return the weighted slope of each row and output of a block, `(n, ..., outputs)`."""
        with np.errstate(all="ignore"):
            return self._slopes(block, self._scores(w, block))

    def curvatures(self, w: Array, block: Rows) -> Array:
        """Return the weighted curvature of each row by each output alone, `(n, ..., outputs)`.

        For preconditioning and step sizes. Of a loss with a typical curvature it is that one, or
        for a `typical_share` below 1 the larger of the loss's own and this share of the typical.
        """
        with np.errstate(all="ignore"):
            z = self._scores(w, block)
            loss = self.loss
            y = _targets_like(z, block.y)
            if not isinstance(loss, Curved):
                return _weighted(loss.curvature(y, z), block)
            typical = loss.typical_curvature(y, z)
            if self.typical_share == 1:
                return _weighted(typical, block)
            return _weighted(np.maximum(self.typical_share * typical, loss.curvature(y, z)), block)

    def probabilities(self, w: Array, block: Rows) -> Array:
        """Return the predictions of a block in the units of `y`, `(n, ..., outputs)`."""
        with np.errstate(all="ignore"):
            return self.loss.mean(self._scores(w, block))

    def penalty_value(self, w: Array) -> Array:
        """Return the penalty of the weights alone, `(...)`."""
        total: Array = self.penalty.value(self.model.penalised(w)).sum(axis=-1)
        return total

    def nonsmooth(self, w: Array) -> Penalty:
        """Return the penalty of the weights alone if it has a part that is not smooth."""
        return NoPenalty() if is_smooth(self.penalty) else self.penalty_of_weights(w)

    def penalty_of_weights(self, w: Array) -> Penalty:
        """Return the penalty of parameters like `w`, of which it leaves out the intercepts."""
        if not self.model.intercept or isinstance(self.penalty, GroupPenalty):
            return self.penalty
        return MaskedPenalty(
            self.penalty, self.model.penalised(np.ones(w.shape[-1], dtype=w.dtype))
        )

    def _sums(self, w: Array) -> tuple[Array, Array]:
        """Return the sum of the losses and its gradient at each `w`, in one pass."""
        rows = compilable(self.model, self.loss, self.blocks, w)
        if rows is not None:
            return compiled_sums(self.model, self.loss, rows, w)
        rows = threadable(self.blocks)
        if rows is None:
            return self.sums_over(self.blocks, w)
        boundaries = dense_boundaries(rows)
        return sum_of_parts(lambda *ends: self.sums_over(rows.between(*ends), w), boundaries)

    def sums_over(self, blocks: Iterable[Rows], w: Array) -> tuple[Array, Array]:
        """Return the sum of some blocks' losses and its gradient at each `w`, without penalty."""
        total = np.zeros(w.shape[:-1])
        g = np.zeros_like(w)
        # each thread has an error state of its own
        with np.errstate(all="ignore"):
            for block in blocks:
                z = self._scores(w, block)
                total += self._losses(block, z)
                g += self.model.pullback(w, block.X, self._slopes(block, z))
        return total, g

    def _scores(self, w: Array, block: Rows) -> Array:
        return self._normalised(self.model.predict(w, block.X))

    def _normalised(self, z: Array) -> Array:
        return log_probabilities(z) if self.loss.normalised else z

    def _slopes(self, block: Rows, z: Array) -> Array:
        return _weighted(self.loss.slope(_targets_like(z, block.y), z), block)

    def _losses(self, block: Rows, z: Array) -> Array:
        losses = _weighted(self.loss.value(_targets_like(z, block.y), z), block)
        total: Array = losses.sum(axis=(0, -1), dtype=np.float64)
        return total

    def _slope_change(self, block: Rows, z: Array, dz: Array) -> Array:
        """Return the derivative of the slopes along a change `dz` of the scores."""
        if not self.loss.normalised:
            return self.loss.curvature(_targets_like(z, block.y), z) * dz
        p = self.loss.mean(z)
        change: Array = p * (dz - np.sum(p * dz, axis=-1, keepdims=True))
        return change


def _targets_like(z: Array, y: Array) -> Array:
    """Return `y` `(n, outputs)` with an axis for each that the runs have in `z`."""
    return y.reshape(y.shape[0], *(1,) * (z.ndim - 2), y.shape[1])


def _weighted(each: Array, block: Rows) -> Array:
    """Return numbers `(n, ...)` times the rows' weights."""
    if block.weight is None:
        return each
    return each * block.weight.reshape(-1, *(1,) * (each.ndim - 1))
