"""The elementwise functions of `scipy.special`, recorded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import scipy.special as sp

from descend.objectives.functions.tracing.arithmetic import binary
from descend.objectives.functions.tracing.dispatch import NotFollowedError
from descend.objectives.functions.tracing.elementwise import elementwise, flat
from descend.objectives.functions.tracing.recording import primitive
from descend.objectives.functions.tracing.slopes import Slope, one
from descend.objectives.functions.tracing.traced import Traced

_ROOT_PI = np.sqrt(np.pi)


def _log_quotient(a: Any, b: Any) -> Any:
    """Return `log(a / b) + 1` where both are positive, and else what is the limit."""
    return np.log(np.where(a > 0, a, 1.0) / np.where(b > 0, b, 1.0)) + 1.0


def _by_second(name: str, ufunc: np.ufunc, slope: Slope) -> Callable[..., Any]:
    """Return a function of an order and a number, recorded by the number alone."""

    def recorded(order: Any, x: Any) -> Any:
        if type(order) is Traced:
            raise NotFollowedError(
                f"scipy.special.{name} has no derivative by its first argument here"
            )
        return binary(ufunc, one, slope, order, x)

    return recorded


def _hurwitz_zeta(x: Any, s: float) -> Any:
    """Return `zeta(s, x)`, whose slope by `x` is `-s zeta(s + 1, x)`, recorded."""
    return primitive(
        lambda x, s: sp.zeta(s, x), lambda g, y, x, s: -s * g * _hurwitz_zeta(x, s=s + 1.0)
    )(x, s=s)


SLOPES: dict[str, tuple[Slope | None, ...]] = {
    "expit": (lambda y, x: y * (1.0 - y),),
    "log_expit": (lambda y, x: sp.expit(-x),),
    "logit": (lambda y, x: 1.0 / (x * (1.0 - x)),),
    "erf": (lambda y, x: 2.0 / _ROOT_PI * np.exp(-(x**2)),),
    "erfc": (lambda y, x: -2.0 / _ROOT_PI * np.exp(-(x**2)),),
    "erfcx": (lambda y, x: 2.0 * x * y - 2.0 / _ROOT_PI,),
    "erfi": (lambda y, x: 2.0 / _ROOT_PI * np.exp(x**2),),
    "erfinv": (lambda y, x: _ROOT_PI / 2.0 * np.exp(y**2),),
    "erfcinv": (lambda y, x: -_ROOT_PI / 2.0 * np.exp(y**2),),
    "dawsn": (lambda y, x: 1.0 - 2.0 * x * y,),
    "ndtr": (lambda y, x: np.exp(-(x**2) / 2.0) / np.sqrt(2.0 * np.pi),),
    "log_ndtr": (lambda y, x: np.exp(-(x**2) / 2.0 - y) / np.sqrt(2.0 * np.pi),),
    "ndtri": (lambda y, x: np.sqrt(2.0 * np.pi) * np.exp(y**2 / 2.0),),
    "gamma": (lambda y, x: y * sp.digamma(x),),
    "gammaln": (lambda y, x: sp.digamma(x),),
    "loggamma": (lambda y, x: sp.digamma(x),),
    "rgamma": (lambda y, x: -y * sp.digamma(x),),
    "psi": (lambda y, x: _hurwitz_zeta(x, s=2.0),),
    "exp1": (lambda y, x: -np.exp(-x) / x,),
    "expi": (lambda y, x: np.exp(x) / x,),
    "beta": (
        lambda y, a, b: y * (sp.digamma(a) - sp.digamma(a + b)),
        lambda y, a, b: y * (sp.digamma(b) - sp.digamma(a + b)),
    ),
    "betaln": (
        lambda y, a, b: sp.digamma(a) - sp.digamma(a + b),
        lambda y, a, b: sp.digamma(b) - sp.digamma(a + b),
    ),
    "binom": (
        lambda y, n, k: y * (sp.digamma(n + 1.0) - sp.digamma(n - k + 1.0)),
        lambda y, n, k: y * (sp.digamma(n - k + 1.0) - sp.digamma(k + 1.0)),
    ),
    "gammainc": (
        None,
        lambda y, a, x: np.exp((a - 1.0) * np.log(x) - x - sp.gammaln(a)),
    ),
    "gammaincc": (
        None,
        lambda y, a, x: -np.exp((a - 1.0) * np.log(x) - x - sp.gammaln(a)),
    ),
    "xlogy": (
        lambda y, a, b: np.log(np.where(b > 0, b, 1.0)),
        lambda y, a, b: np.where(a == 0, 0.0, a / b),
    ),
    "xlog1py": (lambda y, a, b: np.log1p(b), lambda y, a, b: np.where(a == 0, 0.0, a / (1.0 + b))),
    "entr": (lambda y, x: -np.log(x) - 1.0,),
    "rel_entr": (lambda y, a, b: _log_quotient(a, b), lambda y, a, b: -a / b),
    "kl_div": (lambda y, a, b: _log_quotient(a, b) - 1.0, lambda y, a, b: 1.0 - a / b),
    "huber": (
        lambda y, d, r: np.where(np.abs(r) <= d, 0.0, np.abs(r) - d),
        lambda y, d, r: np.clip(r, -d, d),
    ),
    "pseudo_huber": (
        None,
        lambda y, d, r: r / np.sqrt(1.0 + (r / d) ** 2),
    ),
    "boxcox": (
        lambda y, x, p: x ** (p - 1.0),
        lambda y, x, p: (x**p * np.log(x) - y) / p,
    ),
    "cosm1": (lambda y, x: -np.sin(x),),
    "exp2": (lambda y, x: y * np.log(2.0),),
    "exp10": (lambda y, x: y * np.log(10.0),),
    "expm1": (lambda y, x: y + 1.0,),
    "exprel": (lambda y, x: np.where(x == 0, 0.5, (np.exp(x) - y) / np.where(x == 0, 1.0, x)),),
    "cbrt": (lambda y, x: 1.0 / (3.0 * y**2),),
    "log1p": (lambda y, x: 1.0 / (1.0 + x),),
    "i0": (lambda y, x: sp.i1(x),),
    "i1": (lambda y, x: (sp.iv(0.0, x) + sp.iv(2.0, x)) / 2.0,),
    "i0e": (lambda y, x: sp.i1e(x) - np.sign(x) * y,),
    "i1e": (lambda y, x: (sp.ive(0.0, x) + sp.ive(2.0, x)) / 2.0 - np.sign(x) * y,),
    "j0": (lambda y, x: -sp.j1(x),),
    "j1": (lambda y, x: (sp.jv(0.0, x) - sp.jv(2.0, x)) / 2.0,),
    "y0": (lambda y, x: -sp.y1(x),),
    "y1": (lambda y, x: (sp.yv(0.0, x) - sp.yv(2.0, x)) / 2.0,),
    "k0": (lambda y, x: -sp.k1(x),),
    "k1": (lambda y, x: -(sp.kv(0.0, x) + sp.kv(2.0, x)) / 2.0,),
    "jv": (None, lambda y, n, x: (sp.jv(n - 1.0, x) - sp.jv(n + 1.0, x)) / 2.0),
    "yv": (None, lambda y, n, x: (sp.yv(n - 1.0, x) - sp.yv(n + 1.0, x)) / 2.0),
    "iv": (None, lambda y, n, x: (sp.iv(n - 1.0, x) + sp.iv(n + 1.0, x)) / 2.0),
    "kv": (None, lambda y, n, x: -(sp.kv(n - 1.0, x) + sp.kv(n + 1.0, x)) / 2.0),
    "ive": (
        None,
        lambda y, n, x: (sp.ive(n - 1.0, x) + sp.ive(n + 1.0, x)) / 2.0 - np.sign(x) * y,
    ),
}


def special_rules() -> dict[np.ufunc, Callable[..., Any]]:
    """Return the functions of `scipy.special`, recorded."""
    # the compiled functions: with SCIPY_ARRAY_API set, sp.expit and its like are made around them
    compiled = vars(sp._ufuncs)
    rules: dict[np.ufunc, Callable[..., Any]] = {
        compiled[name]: flat(compiled[name]) for name in ("gammasgn", "round")
    }
    for name, (first, *others) in SLOPES.items():
        if name not in compiled:  # a SciPy that has it not yet
            continue
        ufunc = compiled[name]
        if first is None:
            (second,) = others
            assert second is not None
            rules[ufunc] = _by_second(name, ufunc, second)
        else:
            rules[ufunc] = elementwise(ufunc, (first, *others))
    return rules
