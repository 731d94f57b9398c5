"""Polynomials by their coefficients, highest power first, recorded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from descend.objectives.functions.tracing.calculus import convolve
from descend.objectives.functions.tracing.dispatch import NotFollowedError
from descend.objectives.functions.tracing.products import as_array
from descend.objectives.functions.tracing.recording import expressed, plain


def _padded(*polynomials: Any) -> list[Any]:
    n = max(len(p) for p in polynomials)
    return [np.concatenate([np.zeros(n - len(p)), p]) for p in polynomials]


def _poly_of(combine: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    def expression(a1: Any, a2: Any) -> Any:
        first, second = _padded(np.atleast_1d(as_array(a1)), np.atleast_1d(as_array(a2)))
        return combine(first, second)

    return expression


def _polyval(p: Any, x: Any) -> Any:
    x = as_array(x)
    found = 0.0 * x
    for coefficient in as_array(p):
        found = found * x + coefficient
    return found


def _polyder(p: Any, m: int = 1) -> Any:
    p = as_array(p)
    for _ in range(m):
        p = p[:-1] * np.arange(len(p) - 1, 0, -1)
    return p


def _polyint(p: Any, m: int = 1, k: Any = None) -> Any:
    p = as_array(p)
    constants = np.zeros(m) if k is None else np.broadcast_to(k, (m,))
    for j in range(m):
        p = np.concatenate([p / np.arange(len(p), 0, -1), constants[j : j + 1]])
    return p


def _poly(seq_of_zeros: Any) -> Any:
    zeros = as_array(seq_of_zeros)
    if zeros.ndim == 2:
        zeros = np.linalg.eigvals(zeros)
    found = np.ones(1)
    for j in range(len(zeros)):
        found = np.convolve(found, np.concatenate([np.ones(1), -zeros[j : j + 1]]))
    return np.real(found) if not np.iscomplexobj(seq_of_zeros) else found


def _roots(p: Any) -> Any:
    p = as_array(p)
    kept = np.flatnonzero(plain(p))
    if not kept.size:
        return np.array([])
    p, zeros = p[int(kept[0]) : int(kept[-1]) + 1], len(p) - 1 - int(kept[-1])
    n = len(p) - 1
    if n < 1:
        return np.zeros(zeros)
    companion = np.concatenate([(-p[1:] / p[0])[None, :], np.eye(n - 1, n)])
    return np.concatenate([np.linalg.eigvals(companion), np.zeros(zeros)])


def _polyfit(
    x: Any, y: Any, deg: int, rcond: Any = None, full: bool = False, w: Any = None, cov: Any = False
) -> Any:
    if full or cov or np.ndim(deg) > 0:
        raise NotFollowedError("np.polyfit with full= or cov= has no derivative here")
    x, y = as_array(x), as_array(y)
    rows = np.vander(x, deg + 1)
    if w is not None:
        w = as_array(w)
        rows, y = rows * w[:, None], (y * w if y.ndim == 1 else y * w[:, None])
    return np.linalg.pinv(rows) @ y


def _vander(x: Any, N: Any = None, increasing: bool = False) -> Any:
    x = as_array(x)
    powers = np.arange(len(x) if N is None else N)
    return x[:, None] ** (powers if increasing else powers[::-1])


def polynomial_rules() -> dict[Any, Callable[..., Any]]:
    """Return NumPy's polynomials, recorded."""
    expressions: dict[Any, Callable[..., Any]] = {
        np.polyadd: _poly_of(lambda a, b: a + b),
        np.polysub: _poly_of(lambda a, b: a - b),
        np.polymul: lambda a1, a2: convolve(a1, a2),
        np.polyval: _polyval,
        np.polyder: _polyder,
        np.polyint: _polyint,
        np.poly: _poly,
        np.roots: _roots,
        np.polyfit: _polyfit,
        np.vander: _vander,
    }
    return {
        **{name: expressed(name, how) for name, how in expressions.items()},
    }
