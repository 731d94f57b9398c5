"""A penalty on groups of parameters, which end at zero together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from descend.protocols import Array, Rate

Labels = npt.NDArray[np.intp]


class GroupL1(NamedTuple):
    """Group lasso: `alpha * sqrt(size) * norm(w[group])` for each group; whole groups end at zero.

    Its `prox`, the block soft threshold, shortens each group's part of `w` by
    `rate * alpha * sqrt(size)`, to zero if it is no longer. With several outputs, as those of a
    softmax, the coefficients of a group's features for all outputs are in it together; the size is
    the number of features. Intercepts are not penalised.

    It is not invariant under a change of a column's units, and is minimised in those given. With
    `optimizer="auto"` steps are block coordinate descent on a quadratic model; of the named
    optimizers only "sgd" with `batch_size="full"` takes it.

    Parameters
    ----------
    alpha
        The strength, at least 0.
    groups
        A whole number for each feature, the same within a group, `[0, 0, 1, 1, 1]`; or the
        features of each group, `[[0, 1], [2, 3, 4]]`; None: each feature is a group, which with
        one output is the lasso, with several scikit-learn's `MultiTaskLasso`.

    Examples
    --------
    >>> penalty = GroupL1(alpha=1.0, groups=[0, 0, 1])
    >>> penalty.prox(np.array([6.0, 8.0, 0.5]), 1.0).round(3)
    array([5.151, 6.869, 0.   ])

    References
    ----------
    M. Yuan and Y. Lin, Model selection and estimation in regression with grouped variables (2006).
    """

    alpha: float = 1e-4
    groups: Any = None

    @property
    def smooth(self) -> bool:
        return self.alpha == 0

    def value(self, w: Array) -> Array:
        return self.over(w.shape[-1]).value(w)

    def gradient(self, w: Array) -> Array:
        return 0.0 * w

    def curvature(self, w: Array) -> Array:
        return 0.0 * w

    def prox(self, w: Array, rate: Rate) -> Array:
        return self.over(w.shape[-1]).prox(w, rate)

    def minimum_norm_subgradient(self, w: Array, g: Array) -> Array:
        """Return the smallest subgradient of a function of gradient `g` and this penalty."""
        return self.over(w.shape[-1]).minimum_norm_subgradient(w, g)

    def over(self, n_features: int, n_outputs: int = 1, intercept: bool = False) -> GroupPenalty:
        """Return the penalty of a linear model's parameters, each output's intercept last.

        Raises
        ------
        ValueError
            If the groups are of another number of features.
        """
        labels = labels_of(self.groups)
        if labels is None:
            labels = np.arange(n_features)
        if len(labels) != n_features:
            raise ValueError(
                f"GroupL1: groups are of {len(labels)} features, and there are {n_features}: give "
                "each feature its group"
            )
        strengths = self.alpha * np.sqrt(np.bincount(labels))
        row = np.append(labels, [-1] * intercept).astype(np.intp)
        return GroupPenalty(np.tile(row, n_outputs), strengths)


class GroupPenalty(NamedTuple):
    """The sum of `strengths[k] * norm(w[labels == k])` over groups of parameters.

    `labels` `(d,)` are the numbers of the parameters' groups, from 0, or -1 for a parameter that is
    not penalised. The value of a group is shared by its parameters in proportion to their squares.

    Examples
    --------
    >>> penalty = GroupPenalty(np.array([0, 0, -1]), np.array([2.0]))
    >>> penalty.value(np.array([3.0, 4.0, 7.0]))
    array([3.6, 6.4, 0. ])
    """

    labels: Labels
    strengths: Array

    @property
    def smooth(self) -> bool:
        return not self.strengths.any()

    def value(self, w: Array) -> Array:
        sizes = self._sizes(w)
        return self._of_each(self.strengths / np.where(sizes > 0, sizes, 1), w, 0.0) * w * w

    def gradient(self, w: Array) -> Array:
        return 0.0 * w

    def curvature(self, w: Array) -> Array:
        return 0.0 * w

    def prox(self, w: Array, rate: Rate) -> Array:
        sizes = self._sizes(w)
        cut = np.minimum(np.asarray(rate) * self.strengths, sizes)
        return self._of_each(1 - cut / np.where(sizes > 0, sizes, 1), w, 1.0) * w

    def minimum_norm_subgradient(self, w: Array, g: Array) -> Array:
        """Return the smallest subgradient of a function of gradient `g` and this penalty."""
        sizes, slopes = self._sizes(w), self._sizes(g)
        pull = self._of_each(self.strengths / np.where(sizes > 0, sizes, 1), w, 0.0)
        held = 1 - np.minimum(self.strengths, slopes) / np.where(slopes > 0, slopes, 1)
        left = self._of_each(np.where(sizes > 0, 1, held), w, 1.0)
        return left * g + pull * w

    def _sizes(self, w: Array) -> Array:
        """Return the norm of each group's part of `w`: `(..., d)` to `(..., groups)`."""
        order = np.argsort(self.labels, kind="stable")
        order = order[np.count_nonzero(self.labels < 0) :]
        begins = np.searchsorted(self.labels[order], np.arange(len(self.strengths)))
        own = np.abs(w[..., order])
        largest = np.maximum.reduceat(own, begins, axis=-1)  # squares of small ones would be zero
        unit = np.where(largest > 0, largest, 1)
        scaled = own / unit[..., self.labels[order]]
        sizes: Array = unit * np.sqrt(np.add.reduceat(scaled * scaled, begins, axis=-1))
        return np.where(largest > 0, sizes, 0)

    def _of_each(self, of_groups: Array, w: Array, otherwise: float) -> Array:
        """Return what each parameter's group has, in the type of `w`; `otherwise` without one."""
        rest = np.full((*of_groups.shape[:-1], 1), otherwise)
        each: Array = np.concatenate([of_groups, rest], axis=-1)[..., self.labels]
        return each.astype(w.dtype, copy=False)


def labels_of(groups: Any) -> Labels | None:
    """Return the number of each feature's group, from 0 on; None if each is its own.

    Examples
    --------
    >>> labels_of([[0, 2], [1]]), labels_of([7, 5, 7])
    (array([0, 1, 0]), array([1, 0, 1]))
    """
    if groups is None:
        return None
    if not isinstance(groups, Sequence | np.ndarray) or isinstance(groups, str) or not len(groups):
        raise ValueError(f"GroupL1(groups={groups!r}): {_EXPECTED}")
    if all(np.ndim(each) == 0 for each in groups):
        numbers = np.asarray(groups)
        if numbers.dtype.kind not in "iu":
            raise ValueError(f"GroupL1(groups={groups!r}): {_EXPECTED}")
        return np.unique(numbers, return_inverse=True)[1].astype(np.intp)
    members = [np.asarray(each) for each in groups]
    for number, own in enumerate(members):
        if own.ndim != 1 or not len(own) or own.dtype.kind not in "iu":
            raise ValueError(f"GroupL1: groups[{number}] is {groups[number]!r}: {_EXPECTED}")
    features = np.concatenate(members)
    n_features = len(features)
    found, counts = np.unique(features, return_counts=True)
    if counts.max() > 1:
        raise ValueError(
            f"GroupL1: feature {found[counts > 1][0]} stands in groups twice, and groups may not "
            "overlap: give each feature one group"
        )
    if not np.array_equal(found, np.arange(n_features)):
        missing = np.setdiff1d(np.arange(max(n_features, found.max() + 1)), found)
        wrong = found[0] if found[0] < 0 else missing[0]
        raise ValueError(
            f"GroupL1: groups have {n_features} features, but feature {wrong} is "
            f"{'no position' if found[0] < 0 else 'in none'}: give each feature, counted from 0, "
            "one group"
        )
    labels = np.empty(n_features, dtype=np.intp)
    labels[features] = np.repeat(np.arange(len(members)), [len(own) for own in members])
    return labels


_EXPECTED = (
    "give a whole number for each feature, such as [0, 0, 1], or the features of each group, such "
    "as [[0, 1], [2]]"
)
