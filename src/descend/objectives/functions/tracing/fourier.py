"""NumPy's Fourier transforms, recorded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from descend.objectives.functions.tracing.recording import expressed, primitive


def _transform(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return `fft` or `ifft`, recorded: linear, by a symmetric matrix."""

    def slope(g: Any, y: Any, a: Any, n: Any = None, axis: int = -1, norm: Any = None) -> Any:
        found = np.moveaxis(np.conj(function(np.conj(g), axis=axis, norm=norm)), axis, -1)
        length = a.shape[axis]
        found = found[..., :length]
        missing = length - found.shape[-1]
        if missing:
            found = np.concatenate([found, np.zeros((*found.shape[:-1], missing))], axis=-1)
        return np.moveaxis(found, -1, axis)

    recorded = primitive(function, slope)

    def called(a: Any, n: Any = None, axis: int = -1, norm: Any = None, out: Any = None) -> Any:
        return recorded(a, n=n, axis=axis, norm=norm)

    return called


def _along(a: Any, axis: int, stop: Any) -> Any:
    picks = [slice(None)] * a.ndim
    picks[axis] = stop
    return a[tuple(picks)]


def _rfft(a: Any, n: Any = None, axis: int = -1, norm: Any = None, out: Any = None) -> Any:
    n = a.shape[axis] if n is None else n
    return _along(np.fft.fft(a, n, axis, norm), axis, slice(0, n // 2 + 1))


def _irfft(a: Any, n: Any = None, axis: int = -1, norm: Any = None, out: Any = None) -> Any:
    n = 2 * (a.shape[axis] - 1) if n is None else n
    half = n // 2 + 1
    missing = half - a.shape[axis]
    if missing > 0:
        shape = [missing if j == axis % a.ndim else k for j, k in enumerate(a.shape)]
        a = np.concatenate([a, np.zeros(shape)], axis=axis)
    a = _along(a, axis, slice(0, half))
    # the imaginary parts of the ends are not read
    first = np.real(_along(a, axis, slice(0, 1)))
    middle = _along(a, axis, slice(1, half if n % 2 else half - 1))
    parts = [first, middle]
    if n % 2 == 0 and n > 1:
        parts.append(np.real(_along(a, axis, slice(half - 1, half))))
    parts.append(np.conj(np.flip(middle, axis)))
    return np.real(np.fft.ifft(np.concatenate(parts, axis=axis), n, axis, norm))


_OTHER_NORM = {None: "forward", "backward": "forward", "forward": "backward", "ortho": "ortho"}


def _hfft(a: Any, n: Any = None, axis: int = -1, norm: Any = None, out: Any = None) -> Any:
    return _irfft(np.conj(a), n, axis, _OTHER_NORM[norm])


def _ihfft(a: Any, n: Any = None, axis: int = -1, norm: Any = None, out: Any = None) -> Any:
    return np.conj(_rfft(a, n, axis, _OTHER_NORM[norm]))


def _over_axes(
    each: Callable[..., Any], last: Callable[..., Any], last_goes_first: bool, two: bool
) -> Callable[..., Any]:
    """Return a transform along several axes: by `last` along the last, by `each` along others."""

    def expression(
        a: Any,
        s: Any = None,
        axes: Any = (-2, -1) if two else None,
        norm: Any = None,
        out: Any = None,
    ) -> Any:
        if axes is None:
            axes = range(a.ndim) if s is None else range(a.ndim - len(s), a.ndim)
        axes = list(axes)
        lengths = [None] * len(axes) if s is None else list(s)
        calls = [(each, n, axis) for n, axis in zip(lengths[:-1], axes[:-1], strict=True)]
        final = (last, lengths[-1], axes[-1])
        for how, n, axis in [final, *calls] if last_goes_first else [*calls, final]:
            a = how(a, n, axis, norm)
        return a

    return expression


def fourier_rules() -> dict[Any, Callable[..., Any]]:
    """Return NumPy's Fourier transforms, recorded."""
    fft = np.fft
    expressions: dict[Any, Callable[..., Any]] = {
        fft.rfft: _rfft,
        fft.irfft: _irfft,
        fft.hfft: _hfft,
        fft.ihfft: _ihfft,
        fft.fft2: _over_axes(fft.fft, fft.fft, True, True),
        fft.fftn: _over_axes(fft.fft, fft.fft, True, False),
        fft.ifft2: _over_axes(fft.ifft, fft.ifft, True, True),
        fft.ifftn: _over_axes(fft.ifft, fft.ifft, True, False),
        fft.rfft2: _over_axes(fft.fft, fft.rfft, True, True),
        fft.rfftn: _over_axes(fft.fft, fft.rfft, True, False),
        fft.irfft2: _over_axes(fft.ifft, fft.irfft, False, True),
        fft.irfftn: _over_axes(fft.ifft, fft.irfft, False, False),
    }
    return {
        fft.fft: _transform(fft.fft),
        fft.ifft: _transform(fft.ifft),
        **{name: expressed(name, how) for name, how in expressions.items()},
    }
