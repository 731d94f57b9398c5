"""The elementwise functions of `scipy.special`, recorded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import scipy.special as sp

from descend.objectives.functions.tracing.elementwise import elementwise, flat
from descend.objectives.functions.tracing.recording import primitive
from descend.objectives.functions.tracing.slopes import Slope
from descend.objectives.functions.tracing.traced import NotFollowedError

_ROOT_PI = np.sqrt(np.pi)


def _log_quotient(a: Any, b: Any) -> Any:
    """Return `log(a / b) + 1` where both are positive, and else what is the limit."""
    return np.log(np.where(a > 0, a, 1.0) / np.where(b > 0, b, 1.0)) + 1.0


def _no_order(name: str) -> Slope:
    """Return the slope by an order, which has none that is known here."""

    def refused(*_: Any) -> Any:
        raise NotFollowedError(f"scipy.special.{name} has no derivative by its first argument here")

    return refused


def _hurwitz_zeta(x: Any, s: float) -> Any:
    """Return `zeta(s, x)`, whose slope by `x` is `-s zeta(s + 1, x)`, recorded."""
    return primitive(
        lambda x, s: sp.zeta(s, x), lambda g, y, x, s: -s * g * _hurwitz_zeta(x, s=s + 1.0)
    )(x, s=s)


SLOPES: dict[np.ufunc, tuple[Slope, ...]] = {
    sp.expit: (lambda y, x: y * (1.0 - y),),
    sp.log_expit: (lambda y, x: sp.expit(-x),),
    sp.logit: (lambda y, x: 1.0 / (x * (1.0 - x)),),
    sp.erf: (lambda y, x: 2.0 / _ROOT_PI * np.exp(-(x**2)),),
    sp.erfc: (lambda y, x: -2.0 / _ROOT_PI * np.exp(-(x**2)),),
    sp.erfcx: (lambda y, x: 2.0 * x * y - 2.0 / _ROOT_PI,),
    sp.erfi: (lambda y, x: 2.0 / _ROOT_PI * np.exp(x**2),),
    sp.erfinv: (lambda y, x: _ROOT_PI / 2.0 * np.exp(y**2),),
    sp.erfcinv: (lambda y, x: -_ROOT_PI / 2.0 * np.exp(y**2),),
    sp.dawsn: (lambda y, x: 1.0 - 2.0 * x * y,),
    sp.ndtr: (lambda y, x: np.exp(-(x**2) / 2.0) / np.sqrt(2.0 * np.pi),),
    sp.log_ndtr: (lambda y, x: np.exp(-(x**2) / 2.0 - y) / np.sqrt(2.0 * np.pi),),
    sp.ndtri: (lambda y, x: np.sqrt(2.0 * np.pi) * np.exp(y**2 / 2.0),),
    sp.gamma: (lambda y, x: y * sp.digamma(x),),
    sp.gammaln: (lambda y, x: sp.digamma(x),),
    sp.loggamma: (lambda y, x: sp.digamma(x),),
    sp.rgamma: (lambda y, x: -y * sp.digamma(x),),
    sp.digamma: (lambda y, x: _hurwitz_zeta(x, s=2.0),),
    sp.exp1: (lambda y, x: -np.exp(-x) / x,),
    sp.expi: (lambda y, x: np.exp(x) / x,),
    sp.beta: (
        lambda y, a, b: y * (sp.digamma(a) - sp.digamma(a + b)),
        lambda y, a, b: y * (sp.digamma(b) - sp.digamma(a + b)),
    ),
    sp.betaln: (
        lambda y, a, b: sp.digamma(a) - sp.digamma(a + b),
        lambda y, a, b: sp.digamma(b) - sp.digamma(a + b),
    ),
    sp.binom: (
        lambda y, n, k: y * (sp.digamma(n + 1.0) - sp.digamma(n - k + 1.0)),
        lambda y, n, k: y * (sp.digamma(n - k + 1.0) - sp.digamma(k + 1.0)),
    ),
    sp.gammainc: (
        _no_order("gammainc"),
        lambda y, a, x: np.exp((a - 1.0) * np.log(x) - x - sp.gammaln(a)),
    ),
    sp.gammaincc: (
        _no_order("gammaincc"),
        lambda y, a, x: -np.exp((a - 1.0) * np.log(x) - x - sp.gammaln(a)),
    ),
    sp.xlogy: (
        lambda y, a, b: np.log(np.where(b > 0, b, 1.0)),
        lambda y, a, b: np.where(a == 0, 0.0, a / b),
    ),
    sp.xlog1py: (lambda y, a, b: np.log1p(b), lambda y, a, b: np.where(a == 0, 0.0, a / (1.0 + b))),
    sp.entr: (lambda y, x: -np.log(x) - 1.0,),
    sp.rel_entr: (lambda y, a, b: _log_quotient(a, b), lambda y, a, b: -a / b),
    sp.kl_div: (lambda y, a, b: _log_quotient(a, b) - 1.0, lambda y, a, b: 1.0 - a / b),
    sp.huber: (
        lambda y, d, r: np.where(np.abs(r) <= d, 0.0, np.abs(r) - d),
        lambda y, d, r: np.clip(r, -d, d),
    ),
    sp.pseudo_huber: (
        _no_order("pseudo_huber"),
        lambda y, d, r: r / np.sqrt(1.0 + (r / d) ** 2),
    ),
    sp.boxcox: (
        lambda y, x, p: x ** (p - 1.0),
        lambda y, x, p: (x**p * np.log(x) - y) / p,
    ),
    sp.cosm1: (lambda y, x: -np.sin(x),),
    sp.exp2: (lambda y, x: y * np.log(2.0),),
    sp.exp10: (lambda y, x: y * np.log(10.0),),
    sp.expm1: (lambda y, x: y + 1.0,),
    sp.exprel: (lambda y, x: np.where(x == 0, 0.5, (np.exp(x) - y) / np.where(x == 0, 1.0, x)),),
    sp.cbrt: (lambda y, x: 1.0 / (3.0 * y**2),),
    sp.log1p: (lambda y, x: 1.0 / (1.0 + x),),
    sp.i0: (lambda y, x: sp.i1(x),),
    sp.i1: (lambda y, x: (sp.iv(0.0, x) + sp.iv(2.0, x)) / 2.0,),
    sp.i0e: (lambda y, x: sp.i1e(x) - np.sign(x) * y,),
    sp.i1e: (lambda y, x: (sp.ive(0.0, x) + sp.ive(2.0, x)) / 2.0 - np.sign(x) * y,),
    sp.j0: (lambda y, x: -sp.j1(x),),
    sp.j1: (lambda y, x: (sp.jv(0.0, x) - sp.jv(2.0, x)) / 2.0,),
    sp.y0: (lambda y, x: -sp.y1(x),),
    sp.y1: (lambda y, x: (sp.yv(0.0, x) - sp.yv(2.0, x)) / 2.0,),
    sp.k0: (lambda y, x: -sp.k1(x),),
    sp.k1: (lambda y, x: -(sp.kv(0.0, x) + sp.kv(2.0, x)) / 2.0,),
    sp.jv: (_no_order("jv"), lambda y, n, x: (sp.jv(n - 1.0, x) - sp.jv(n + 1.0, x)) / 2.0),
    sp.yv: (_no_order("yv"), lambda y, n, x: (sp.yv(n - 1.0, x) - sp.yv(n + 1.0, x)) / 2.0),
    sp.iv: (_no_order("iv"), lambda y, n, x: (sp.iv(n - 1.0, x) + sp.iv(n + 1.0, x)) / 2.0),
    sp.kv: (_no_order("kv"), lambda y, n, x: -(sp.kv(n - 1.0, x) + sp.kv(n + 1.0, x)) / 2.0),
    sp.ive: (
        _no_order("ive"),
        lambda y, n, x: (sp.ive(n - 1.0, x) + sp.ive(n + 1.0, x)) / 2.0 - np.sign(x) * y,
    ),
}


def special_rules() -> dict[np.ufunc, Callable[..., Any]]:
    """Return the functions of `scipy.special`, recorded."""

    return {
        **{ufunc: elementwise(ufunc, slopes) for ufunc, slopes in SLOPES.items()},
        **{ufunc: flat(ufunc) for ufunc in (sp.gammasgn, sp.round)},
    }
