"""The derivatives of a formula, for people to read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from descend.objectives import as_problem

if TYPE_CHECKING:
    from descend.objectives.formulas.derivatives import Derivatives


def derive(
    formula: Any, names: Sequence[str] | None = None, *, wrt: Sequence[str] | None = None
) -> Derivatives:
    """Derive a formula: its partial derivatives and its Hessian, simplified.

    The result has `gradient`, a dictionary from each variable to the derivative by it, and
    `hessian`, one from each two variables, in SymPy; and is shown by `text()`, `latex()` and, in
    Python, `code()`.

    Parameters
    ----------
    formula
        A formula's text, a SymPy expression, or a landmark or its name.
    names
        All its variables, in order; found in the formula if None.
    wrt
        The variables to derive by, in order; all if None.

    Raises
    ------
    ValueError
        If the formula cannot be read, if `wrt` names no variable of it, or if the derivatives,
        written out, would be endless.

    Examples
    --------
    The squared error of one example by slope and intercept:

    >>> import descend
    >>> error = descend.derive("(y - (m*x + c))^2", wrt=["m", "c"])
    >>> print(error)
    f = (y - (m*x + c))^2
    df/dm = 2*x*(c + m*x - y)
    df/dc = 2*(c + m*x - y)
    d2f/dm2 = 2*x**2
    d2f/dmdc = 2*x
    d2f/dc2 = 2
    >>> error.gradient["m"]
    2*x*(c + m*x - y)
    """
    from descend.objectives.formulas.derivatives import Derivatives
    from descend.objectives.formulas.formula import Formula

    found = as_problem(formula, names=names).objective
    if not isinstance(found, Formula):
        raise ValueError(
            f"{formula!r} has no symbols to derive by: give a formula's text, a SymPy expression, "
            "or a landmark's name"
        )
    return Derivatives(found, wrt)
