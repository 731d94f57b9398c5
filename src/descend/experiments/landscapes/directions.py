"""The two directions of a plane: random ones, principal components of a path, or given ones."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Literal, NamedTuple, TypeAlias

import numpy as np

from descend.protocols import Array

Normalization: TypeAlias = Literal["auto", "filter", "tensor", "unit"]
"""How long random directions are, and their parts."""

Shapes: TypeAlias = Sequence[tuple[int, ...]]
"""The shapes of the tensors that lie in a point, one after the other."""

LEAST_ANGLE = 1e-6
"""Directions at a smaller angle, in radians, span no plane."""


class Directions(NamedTuple):
    """Two directions `(2, d)`, their names, and the share of the path's variance along each.

    Random ones may be relative: their parts are as long as those of the centre.
    """

    directions: Array
    names: tuple[str, str]
    explained: Array | None = None
    is_random: bool = False
    is_relative: bool = False


def random_directions(
    centre: Array, normalization: Normalization, shapes: Shapes | None, random: np.random.Generator
) -> Directions:
    """Draw two directions from a normal distribution and give them their lengths.

    "filter": each filter of a tensor, which is its part at a place of the first axis (a row of a
    matrix), is as long as that of the centre's (Li et al., 2018); a tensor of one axis or none is
    so as a whole. "tensor": each tensor is. "unit": the directions have length 1, at a right angle.
    """
    drawn = random.standard_normal((2, len(centre)))
    if normalization == "unit":
        orthogonal, _ = np.linalg.qr(drawn.T)
        names = ("random direction 1", "random direction 2")
        return Directions(np.asarray(orthogonal.T), names, is_random=True)
    assert shapes is not None
    parts = _filters(shapes) if normalization == "filter" else _tensors(shapes)
    for part in parts:
        lengths = np.linalg.norm(drawn[:, part], axis=1, keepdims=True)
        drawn[:, part] *= np.linalg.norm(centre[part]) / lengths
    if not drawn.any():
        raise ValueError(
            f"all parameters are 0 at the centre, so that directions normalised by "
            f"{normalization}s are, too: "
            'give normalization="unit", or another centre'
        )
    names = (
        f"direction 1, {normalization}s normalised",
        f"direction 2, {normalization}s normalised",
    )
    return Directions(drawn, names, is_random=True, is_relative=True)


def _tensors(shapes: Shapes) -> list[slice]:
    sizes = [int(np.prod(shape)) for shape in shapes]
    ends = np.cumsum(sizes).tolist()
    return [slice(end - size, end) for size, end in zip(sizes, ends, strict=True) if size]


def _filters(shapes: Shapes) -> list[slice]:
    parts = []
    for part, shape in zip(_tensors(shapes), [s for s in shapes if np.prod(s)], strict=True):
        count = shape[0] if len(shape) > 1 else 1
        edges = np.linspace(part.start, part.stop, count + 1).astype(int).tolist()
        parts += [slice(low, high) for low, high in pairwise(edges)]
    return parts


def principal_directions(points: Array) -> Directions:
    """Return the first two principal components of points `(n, d)`, and their shares of variance.

    Raises
    ------
    ValueError
        If there are fewer than two points that differ.
    """
    away = points - points.mean(axis=0)
    scale = np.abs(away).max(initial=0.0)
    if len(points) < 2 or scale == 0:
        raise ValueError(
            'the path has no two points that differ, and so no directions: give directions="random"'
        )
    _, lengths, components = np.linalg.svd(away / scale, full_matrices=False)
    shares = lengths**2 / (lengths**2).sum()
    if len(lengths) < 2 or lengths[1] <= 1e-12 * lengths[0]:
        # a straight path: any direction across it will do
        across = np.eye(points.shape[1])[np.abs(components[0]).argmin()]
        across = across - (across @ components[0]) * components[0]
        components = np.stack([components[0], across / np.linalg.norm(across)])
        shares = np.array([1.0, 0.0])
    # the sign is free: the largest part of each is positive
    largest = np.take_along_axis(components[:2], np.abs(components[:2]).argmax(axis=1)[:, None], 1)
    names = [f"principal component {i + 1}: {100 * shares[i]:.3g} % of variance" for i in range(2)]
    return Directions(components[:2] * np.sign(largest), (names[0], names[1]), shares[:2])


def given_directions(directions: Any, d: int) -> Directions:
    """Return a user's directions, or raise a ValueError if they span no plane."""
    try:
        given = np.asarray(directions, dtype=float)
    except (TypeError, ValueError):
        given = np.empty(0)
    if given.shape != (2, d) or not np.isfinite(given).all():
        raise ValueError(
            f'directions must be "path", "random", or two vectors of {d} finite numbers each, got '
            f"{directions!r:.60}"
        )
    lengths = np.linalg.norm(given, axis=1)
    if (lengths == 0).any():
        raise ValueError("a direction of length 0 leads nowhere: give two that differ")
    first, second = given / lengths[:, np.newaxis]
    if np.linalg.norm(second - (second @ first) * first) < LEAST_ANGLE:
        raise ValueError("the two directions are parallel and span no plane: give two that differ")
    return Directions(given, ("direction 1", "direction 2"))
