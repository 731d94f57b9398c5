"""Sums of random terms whose least value is known, with sizes that differ by orders of magnitude.

Each term is a function of one number `u` with one minimum; the `u` are linear functions of as many
variables, one to three. Variables differ in size by up to twelve orders of magnitude, terms by 16.
"""

from typing import NamedTuple

import numpy as np

SHAPES = (
    ("({u})^2", 0.0), ("({u})^4", 0.0), ("({u})^2 + ({u})^4", 0.0), ("cosh({u})", 1.0),
    ("log(cosh({u}))", 0.0), ("log(1 + ({u})^2)", 0.0), ("sqrt(1 + ({u})^2)", 1.0),
    ("exp({u}) - ({u})", 1.0), ("1 - exp(-({u})^2/2)", 0.0),
)  # fmt: skip
"""Terms as text, and their least values; the last is flat far from its minimum."""


class RandomSum(NamedTuple):
    """A sum as text, its variables, its terms with their least values, and a start."""

    names: tuple[str, ...]
    terms: tuple[tuple[str, float], ...]
    start: np.ndarray
    offset: float

    @property
    def formula(self) -> str:
        """The sum as text."""
        return " + ".join([*(text for text, _ in self.terms), repr(self.offset)])

    @property
    def rounding(self) -> float:
        """How far the value near the minimum may be wrong by."""
        return float(np.finfo(float).eps) * (abs(self.offset) + sum(abs(m) for _, m in self.terms))


def _short(number: float) -> float:
    return float(f"{number:.4g}")


def random_sum(seed: int, plateaus: bool = True) -> RandomSum:
    """Return the sum of a seed; without `plateaus` no term is flat far from its minimum."""
    random = np.random.default_rng(seed)
    d = int(random.integers(1, 4))
    names = ("x", "y", "z")[:d]
    mixed = np.eye(d) + np.tril(random.normal(size=(d, d)), -1) * (random.random() < 0.5)
    units = [_short(10 ** random.uniform(-6, 6)) for _ in range(d)]
    terms = []
    for row in mixed:
        shape, least = SHAPES[random.integers(len(SHAPES) - (not plateaus))]
        weight = _short(10 ** random.uniform(-8, 8))
        parts = [
            f"({_short(share)!r})*({name}/{unit!r})"
            for share, name, unit in zip(row, names, units, strict=True)
            if share
        ]
        u = " + ".join([*parts, f"({_short(3 * random.normal())!r})"])
        terms.append((f"{weight!r}*({shape.format(u=u)})", weight * least))
    start = [_short(random.normal() * 10 ** random.uniform(-1, 1.3) * unit) for unit in units]
    offset = _short(10 ** random.uniform(-3, 3)) if random.random() < 0.3 else 0.0
    return RandomSum(names, tuple(terms), np.array(start), offset)
