"""Rules: which function of NumPy is recorded how, and which have nothing to record."""

from __future__ import annotations

from typing import Any

import numpy as np

from descend.objectives.functions.tracing.assignment import assign, changing_rules
from descend.objectives.functions.tracing.calculus import calculus_rules
from descend.objectives.functions.tracing.decompositions import decomposition_rules
from descend.objectives.functions.tracing.dispatch import FUNCTIONS, UFUNCS, WAYS, Ways
from descend.objectives.functions.tracing.einsum import einsum
from descend.objectives.functions.tracing.elementwise import (
    elementwise,
    flat,
    other_call,
    ufunc_rules,
)
from descend.objectives.functions.tracing.equations import equation_rules
from descend.objectives.functions.tracing.fourier import fourier_rules
from descend.objectives.functions.tracing.order import order_rules
from descend.objectives.functions.tracing.pieces import piece_rules
from descend.objectives.functions.tracing.polynomials import polynomial_rules
from descend.objectives.functions.tracing.products import product_rules
from descend.objectives.functions.tracing.recording import plain, primitive
from descend.objectives.functions.tracing.reductions import reduction_rules
from descend.objectives.functions.tracing.selections import selection_rules
from descend.objectives.functions.tracing.slopes import i0_slope, sinc_slope
from descend.objectives.functions.tracing.tape import Tape
from descend.objectives.functions.tracing.traced import Traced
from descend.objectives.functions.tracing.views import note_view

CONSTANT = (
    "all allclose any argmax argmin argpartition argsort argwhere around array2string array_equal "
    "array_equiv array_repr array_str can_cast common_type count_nonzero diag_indices_from "
    "digitize empty_like fix flatnonzero iscomplex iscomplexobj isclose isin "
    "isneginf isposinf isreal isrealobj lexsort min_scalar_type nanargmax nanargmin ndim nonzero "
    "ones_like result_type round searchsorted shape size tril_indices_from triu_indices_from "
    "zeros_like einsum_path may_share_memory shares_memory save savetxt savez "
    "savez_compressed"
)
"""Functions whose result does not change, or in jumps: truths, counts, places, shapes, text."""

__all__ = ["Tape", "Traced"]


def _real(val: Any) -> Any:
    return primitive(np.real, lambda g, y, x: g)(val)


def _imag(val: Any) -> Any:
    return primitive(np.imag, lambda g, y, x: 1j * g)(val)


def _angle(z: Any, deg: bool = False) -> Any:
    angle = np.arctan2(np.imag(z), np.real(z)) if np.iscomplexobj(z) else np.zeros(z.shape)
    return angle * (180 / np.pi) if deg else angle


def _real_if_close(a: Any, tol: Any = 100) -> Any:
    return a if np.iscomplexobj(np.real_if_close(plain(a), tol)) else _real(a)


def fill() -> None:
    """Fill the tables that traced arrays look into."""
    WAYS.append(Ways(other_call, assign, note_view))
    UFUNCS.update(ufunc_rules())
    FUNCTIONS.update({getattr(np, name): flat(getattr(np, name)) for name in CONSTANT.split()})
    FUNCTIONS[np.linalg.matrix_rank] = flat(np.linalg.matrix_rank)
    for rules in (
        selection_rules(),
        reduction_rules(),
        order_rules(),
        product_rules(),
        equation_rules(),
        decomposition_rules(),
        fourier_rules(),
        calculus_rules(),
        polynomial_rules(),
        piece_rules(),
        changing_rules(),
    ):
        FUNCTIONS.update(rules)
    FUNCTIONS.update(
        {
            np.einsum: einsum,
            np.sinc: elementwise(np.sinc, (sinc_slope,)),
            np.i0: elementwise(np.i0, (i0_slope,)),
            np.real: _real,
            np.imag: _imag,
            np.angle: _angle,
            np.real_if_close: _real_if_close,
            np.conj: UFUNCS[np.conjugate],
        }
    )
    FUNCTIONS.setdefault(np.amax, FUNCTIONS[np.max])
    FUNCTIONS.setdefault(np.amin, FUNCTIONS[np.min])


fill()
