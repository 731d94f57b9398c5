"""Slopes of NumPy's elementwise functions, and which of them are flat."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np

Slope: TypeAlias = Callable[..., Any]
"""`(y, *inputs)` to the slope of `y` by one of the inputs."""

LN2, LN10 = np.log(2.0), np.log(10.0)


def one(*_: Any) -> float:
    """Return the slope of a sum."""
    return 1.0


def _power_by_base(y: Any, x: Any, p: Any) -> Any:
    if type(p) in (int, float):
        if p == 2:
            return 2.0 * x
        return p * x ** (p - 1) if p != 0 else 0.0 * x
    # at p = 0 the slope is 0, at x = 0, too
    return np.where(p == 0, 0.0, p * x ** np.where(p == 0, 1.0, p - 1.0))


def _power_by_exponent(y: Any, x: Any, p: Any) -> Any:
    # 0**p stays 0
    return y * np.log(np.where(x == 0, 1.0, x))


def _absolute(y: Any, x: Any) -> Any:
    if np.iscomplexobj(x):
        return np.conj(x) / np.where(y == 0, 1.0, y)
    return np.sign(x)


def _hypot_by(y: Any, x: Any) -> Any:
    return x / np.where(y == 0, 1.0, y)


def i0_slope(y: Any, x: Any) -> Any:
    """Return the slope of `np.i0`."""
    from scipy.special import i1

    return i1(x)


def sinc_slope(y: Any, x: Any) -> Any:
    """Return the slope of `np.sinc`."""
    away = np.where(x == 0, 1.0, x)
    return np.where(x == 0, 0.0, (np.cos(np.pi * x) - y) / away)


SLOPES: dict[np.ufunc, tuple[Slope, ...]] = {
    # of one array
    np.positive: (one,),
    np.negative: (lambda y, x: -1.0,),
    # at 0 the smallest subgradient, as np.sign says
    np.absolute: (_absolute,),
    np.fabs: (lambda y, x: np.sign(x),),
    np.sqrt: (lambda y, x: 0.5 / y,),
    np.cbrt: (lambda y, x: 1.0 / (3.0 * y**2),),
    np.square: (lambda y, x: 2.0 * x,),
    np.reciprocal: (lambda y, x: -(y**2),),
    np.exp: (lambda y, x: y,),
    np.exp2: (lambda y, x: y * LN2,),
    np.expm1: (lambda y, x: y + 1.0,),
    np.log: (lambda y, x: 1.0 / x,),
    np.log2: (lambda y, x: 1.0 / (x * LN2),),
    np.log10: (lambda y, x: 1.0 / (x * LN10),),
    np.log1p: (lambda y, x: 1.0 / (1.0 + x),),
    np.sin: (lambda y, x: np.cos(x),),
    np.cos: (lambda y, x: -np.sin(x),),
    np.tan: (lambda y, x: 1.0 + y**2,),
    np.arcsin: (lambda y, x: 1.0 / np.sqrt(1.0 - x**2),),
    np.arccos: (lambda y, x: -1.0 / np.sqrt(1.0 - x**2),),
    np.arctan: (lambda y, x: 1.0 / (1.0 + x**2),),
    np.sinh: (lambda y, x: np.cosh(x),),
    np.cosh: (lambda y, x: np.sinh(x),),
    np.tanh: (lambda y, x: 1.0 - y**2,),
    np.arcsinh: (lambda y, x: 1.0 / np.sqrt(1.0 + x**2),),
    np.arccosh: (lambda y, x: 1.0 / (np.sqrt(x - 1.0) * np.sqrt(x + 1.0)),),
    np.arctanh: (lambda y, x: 1.0 / (1.0 - x**2),),
    np.degrees: (lambda y, x: 180.0 / np.pi,),
    np.rad2deg: (lambda y, x: 180.0 / np.pi,),
    np.radians: (lambda y, x: np.pi / 180.0,),
    np.deg2rad: (lambda y, x: np.pi / 180.0,),
    # of two
    np.add: (one, one),
    np.subtract: (one, lambda y, a, b: -1.0),
    np.multiply: (lambda y, a, b: b, lambda y, a, b: a),
    np.divide: (lambda y, a, b: 1.0 / b, lambda y, a, b: -y / b),
    np.power: (_power_by_base, _power_by_exponent),
    np.float_power: (_power_by_base, _power_by_exponent),
    np.hypot: (lambda y, a, b: _hypot_by(y, a), lambda y, a, b: _hypot_by(y, b)),
    np.arctan2: (lambda y, a, b: b / (a**2 + b**2), lambda y, a, b: -a / (a**2 + b**2)),
    np.logaddexp: (lambda y, a, b: np.exp(a - y), lambda y, a, b: np.exp(b - y)),
    np.logaddexp2: (lambda y, a, b: np.exp2(a - y), lambda y, a, b: np.exp2(b - y)),
    np.remainder: (one, lambda y, a, b: -np.floor(a / b)),
    np.fmod: (one, lambda y, a, b: -np.trunc(a / b)),
    np.copysign: (
        lambda y, a, b: np.where(a == 0, 0.0, np.copysign(1.0, a) * np.copysign(1.0, b)),
        lambda y, a, b: 0.0,
    ),
    np.ldexp: (lambda y, a, b: np.ldexp(1.0, b), lambda y, a, b: 0.0),
    np.heaviside: (lambda y, a, b: 0.0, lambda y, a, b: np.where(a == 0, 1.0, 0.0)),
}

_FLAT = """
    sign floor ceil rint trunc floor_divide isnan isinf isfinite isnat signbit spacing equal
    not_equal less less_equal greater greater_equal logical_and logical_or logical_xor
    logical_not nextafter bitwise_and bitwise_or bitwise_xor bitwise_not bitwise_count invert
    left_shift right_shift gcd lcm
"""

FLAT: set[np.ufunc] = {getattr(np, name) for name in _FLAT.split()}
"""Functions with a slope of zero wherever they have one, or whose result is a truth or a count."""
