"""Expressions as Python source that uses NumPy."""

from __future__ import annotations

import keyword
from collections.abc import Sequence

import sympy
from sympy.printing.str import StrPrinter

from descend.objectives.formulas.vocabulary import source_of


# SymPy carries no types, so that its printer is Any to mypy.
class _Printer(StrPrinter):  # type: ignore[misc]
    """Prints what a formula may hold."""

    # not the spelling that our own functions give themselves in formulas
    printmethod = "_python_source"

    def __init__(self) -> None:
        super().__init__({"full_prec": False})

    def _print_Function(self, expression: sympy.Expr) -> str:  # noqa: N802
        return source_of(expression.func).format(self.stringify(expression.args, ", "))

    def _print_Pow(self, expression: sympy.Expr, rational: bool = False) -> str:  # noqa: N802
        base, exponent = expression.args
        if exponent == sympy.S.Half:
            return f"np.sqrt({self._print(base)})"
        if exponent == -sympy.S.Half:
            return f"1/np.sqrt({self._print(base)})"
        return str(super()._print_Pow(expression, rational=rational))

    def _print_Pi(self, _: sympy.Expr) -> str:  # noqa: N802
        return "np.pi"

    def _print_Exp1(self, _: sympy.Expr) -> str:  # noqa: N802
        return "np.e"

    def _print_Float(self, number: sympy.Float) -> str:  # noqa: N802
        return repr(float(number))


def source(
    value: sympy.Expr,
    gradient: Sequence[sympy.Expr],
    hessian: Sequence[Sequence[sympy.Expr]],
    names: Sequence[str],
    wrt: Sequence[str],
) -> str:
    """Return the source of a module with the functions value, gradient and hessian.

    Each takes an array of the variables `wrt`, and the others by name after it, which may be
    arrays.
    """
    others = [name for name in names if name not in wrt]
    spelled = {name: _spelled(name, names) for name in names}
    point = "w" if "w" not in names else "point"
    while point in spelled.values():
        point += "_"
    renamed = {
        sympy.Symbol(name, real=True): sympy.Symbol(new, real=True)
        for name, new in spelled.items()
        if name != new
    }
    printer = _Printer()

    def printed(expression: sympy.Expr) -> str:
        return str(printer.doprint(expression.xreplace(renamed)))

    slopes = ", ".join(map(printed, gradient))
    size = len(wrt)
    if others:
        # they may be columns of data, a row an example, and some slopes are the same for all rows
        entries = ", ".join(printed(entry) for row in hessian for entry in row)
        gradient_lines = [f"return np.array(np.broadcast_arrays({slopes}))"]
        hessian_lines = [
            f"entries = np.array(np.broadcast_arrays({entries}))",
            f"return entries.reshape({size}, {size}, *entries.shape[1:])",
        ]
    else:
        rows = ", ".join(f"[{', '.join(map(printed, row))}]" for row in hessian)
        gradient_lines = [f"return np.array([{slopes}])"]
        hessian_lines = [f"return np.array([{rows}])"]
    coordinates = ", ".join(spelled[name] for name in wrt)
    unpacking = f"{coordinates if size > 1 else f'({coordinates},)'} = np.asarray({point}, float)"
    arguments = ", ".join([point, *(spelled[name] for name in others)])
    bodies = {
        "value": [f"return {printed(value)}"],
        "gradient": gradient_lines,
        "hessian": hessian_lines,
    }
    functions = [
        "".join([f"def {name}({arguments}):\n", *(f"    {line}\n" for line in [unpacking, *lines])])
        for name, lines in bodies.items()
    ]
    return "\n\n".join(["import numpy as np\n", *functions])


def _spelled(name: str, names: Sequence[str]) -> str:
    """Return a variable's name as Python can have it, beside NumPy's."""
    while name == "np" or keyword.iskeyword(name):
        name += "_"
    return name
