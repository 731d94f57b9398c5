"""NumPy's elementwise functions (ufuncs), recorded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from descend.objectives.functions.tracing.arithmetic import binary, unary
from descend.objectives.functions.tracing.assignment import add_at
from descend.objectives.functions.tracing.dispatch import FUNCTIONS, UFUNCS, NotFollowedError
from descend.objectives.functions.tracing.products import matmul, matvec, vecdot, vecmat
from descend.objectives.functions.tracing.recording import packed, plain, primitive
from descend.objectives.functions.tracing.slopes import FLAT, SLOPES
from descend.objectives.functions.tracing.tape import CONSTANT
from descend.objectives.functions.tracing.traced import Traced


def elementwise(ufunc: Callable[..., Any], slopes: tuple[Any, ...]) -> Callable[..., Any]:
    """Return a ufunc of one or two arrays, recorded."""
    if len(slopes) == 1:
        return lambda x: unary(ufunc, slopes[0], x)
    return lambda x, y: binary(ufunc, slopes[0], slopes[1], x, y)


def flat(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function whose slope is zero, or whose result is a truth or a count."""
    return lambda *args, **kwargs: function(*plain(args), **plain(kwargs))


def _extreme(ufunc: np.ufunc, is_first: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    """Return `maximum` or its like, recorded.

    At a tie the smallest subgradient: half of each, and none beside a constant.
    """

    def recorded(x: Any, y: Any) -> Any:
        tie = 0.5 if _is_followed(x) and _is_followed(y) else 0.0

        def by_x(value: Any, a: Any, b: Any) -> Any:
            return np.where(plain(a) == plain(b), tie, 1.0 * is_first(plain(a), plain(b)))

        def by_y(value: Any, a: Any, b: Any) -> Any:
            return np.where(plain(a) == plain(b), tie, 1.0 * is_first(plain(b), plain(a)))

        return binary(ufunc, by_x, by_y, x, y)

    return recorded


def _is_followed(x: Any) -> bool:
    """Say whether an array may depend on the point."""
    return type(x) is Traced and x.tape.nodes[x.node][2] is not CONSTANT


def _is_valid_first(is_first: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """Return the same for `fmax` and its like, which pass over what is not a number."""
    return lambda a, b: is_first(a, b) | (np.isnan(b) & ~np.isnan(a))


def _conjugate(x: Any) -> Any:
    return primitive(np.conjugate, lambda g, y, x: np.conjugate(g))(x)


def _sign(x: Any) -> Any:
    if not np.iscomplexobj(x):
        return np.sign(plain(x))
    size = np.abs(x)
    return x / np.where(size == 0, 1.0, size)


def _modf(x: Any) -> tuple[Any, Any]:
    whole = np.trunc(plain(x))
    return primitive(lambda x: np.modf(x)[0], lambda g, y, x: g)(x), whole


def _frexp(x: Any) -> tuple[Any, Any]:
    _, exponent = np.frexp(plain(x))
    return primitive(lambda x: np.frexp(x)[0], lambda g, y, x: np.ldexp(g, -exponent))(x), exponent


def ufunc_rules() -> dict[np.ufunc, Callable[..., Any]]:
    """Return NumPy's ufuncs, recorded."""
    greater, less = np.greater, np.less
    return {
        **{ufunc: elementwise(ufunc, slopes) for ufunc, slopes in SLOPES.items()},
        **{ufunc: flat(ufunc) for ufunc in FLAT},
        np.maximum: _extreme(np.maximum, greater),
        np.minimum: _extreme(np.minimum, less),
        np.fmax: _extreme(np.fmax, _is_valid_first(greater)),
        np.fmin: _extreme(np.fmin, _is_valid_first(less)),
        np.conjugate: _conjugate,
        np.sign: _sign,
        np.modf: _modf,
        np.frexp: _frexp,
        np.divmod: lambda x, y: (np.floor_divide(x, y), np.remainder(x, y)),
        np.matmul: matmul,
        np.vecdot: vecdot,
        np.matvec: matvec,
        np.vecmat: vecmat,
    }


_REDUCED = {np.add: np.sum, np.multiply: np.prod, np.maximum: np.max, np.minimum: np.min}
_ACCUMULATED = {np.add: np.cumsum, np.multiply: np.cumprod}


def other_call(ufunc: np.ufunc, method: str, inputs: Any, options: dict[str, Any]) -> Any:
    """Return a ufunc called with options, or one of its methods, such as `np.add.reduce`."""
    if method == "at" and ufunc in (np.add, np.subtract):
        array, index, new = inputs
        return add_at(array, index, new if ufunc is np.add else -new)
    inputs = [packed(x) if isinstance(x, np.ndarray) else x for x in inputs]
    if method == "__call__":
        return _with_options(ufunc, inputs, **options)
    out = options.pop("out", None)
    options = {k: v for k, v in options.items() if v is not None}
    name = f"np.{ufunc.__name__}.{method}"
    found: Any = None
    if method == "reduce" and ufunc in _REDUCED:
        array, *axis = inputs
        options.setdefault("axis", axis[0] if axis else 0)
        found = FUNCTIONS[_REDUCED[ufunc]](array, **options)
    elif method == "reduce" and ufunc is np.logaddexp:
        top_value = np.max(plain(inputs[0]), axis=options.get("axis", 0), keepdims=True)
        sums = np.log(np.sum(np.exp(inputs[0] - top_value), **{"axis": 0, **options}))
        found = sums + (
            top_value if options.get("keepdims") else np.squeeze(top_value, options.get("axis", 0))
        )
    elif method == "accumulate" and ufunc in _ACCUMULATED:
        array, *axis = inputs
        options.setdefault("axis", axis[0] if axis else 0)
        found = FUNCTIONS[_ACCUMULATED[ufunc]](array, **options)
    elif method == "outer":
        a, b = inputs
        found = ufunc(np.reshape(a, np.shape(a) + (1,) * np.ndim(b)), b, **options)
    elif ufunc in FLAT and method != "at":
        return getattr(ufunc, method)(*plain(inputs), **options)
    else:
        raise NotFollowedError(f"{name} has no derivative here")
    return found if out is None else _written(out[0], found, True)


def _with_options(
    ufunc: np.ufunc, inputs: Any, out: Any = None, where: Any = True, **options: Any
) -> Any:
    """Return a ufunc called with `out=`, `where=` or a dtype."""
    options = {k: v for k, v in options.items() if k in ("axis", "axes", "keepdims", "dtype")}
    if ufunc not in UFUNCS:
        return unknown_ufunc(ufunc)(*inputs, **options)
    dtype = options.pop("dtype", None)
    if options:
        raise NotFollowedError(
            f"np.{ufunc.__name__} with {', '.join(options)}= has no derivative here"
        )
    if where is True:
        found = (
            UFUNCS[ufunc](*inputs)
            if any(type(x) is Traced for x in inputs)
            else ufunc(*plain(inputs))
        )
    else:
        with np.errstate(all="ignore"):
            found = (
                UFUNCS[ufunc](*inputs) if any(type(x) is Traced for x in inputs) else ufunc(*inputs)
            )
    if dtype is not None:
        found = found.astype(dtype)
    if out is None and where is True:
        return found
    if out is None:
        raise NotFollowedError("where= without out= leaves elements undefined: give out=")
    return _written(out[0], found, where)


def _written(out: Any, found: Any, where: Any) -> Any:
    """Write a result into the array of `out=`."""
    if type(out) is not Traced:
        if type(found) is Traced:
            raise NotFollowedError("out= is a plain array: leave it out")
        out[...] = found if where is True else np.where(where, found, out)
        return out
    out.assign(..., found if where is True else np.where(plain(where), found, out))
    return out


def unknown_ufunc(ufunc: np.ufunc) -> Callable[..., Any]:
    """Return a ufunc of SciPy's, recorded, or refuse it by its name."""
    from descend.objectives.functions.tracing.special import special_rules

    UFUNCS.update(special_rules())
    if ufunc in UFUNCS:
        return UFUNCS[ufunc]
    if all(set(kinds) <= set("O->") for kinds in ufunc.types):  # a Python function, by frompyfunc
        return lambda *inputs: packed(ufunc(*(np.array(x, dtype=object) for x in inputs)))
    raise NotFollowedError(f"{ufunc.__name__} has no derivative here")
