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

    Each takes an array of the variables `wrt`, and then the others by name, which may be arrays.
    """
    python_names = {name: _python_name(name) for name in names}
    point = "w" if "w" not in names else "point"
    while point in python_names.values():
        point += "_"
    coordinates = ", ".join(python_names[name] for name in wrt)
    left = coordinates if len(wrt) > 1 else f"({coordinates},)"
    others = [python_names[name] for name in names if name not in wrt]
    arguments = ", ".join([point, *others])
    renamed = {
        sympy.Symbol(name, real=True): sympy.Symbol(new, real=True)
        for name, new in python_names.items()
    }
    printer = _Printer()

    def printed(expression: sympy.Expr) -> str:
        return str(printer.doprint(expression.xreplace(renamed)))

    slopes = [printed(slope) for slope in gradient]
    rows = [[printed(entry) for entry in row] for row in hessian]
    bodies = _columns(slopes, rows) if others else _arrays(slopes, rows)
    functions = [
        f"def {name}({arguments}):\n    {left} = np.asarray({point}, float)\n    {body}\n"
        for name, body in {"value": f"return {printed(value)}", **bodies}.items()
    ]
    return "\n\n".join(["import numpy as np\n", *functions])


def _arrays(slopes: list[str], rows: list[list[str]]) -> dict[str, str]:
    """Return the bodies of gradient and hessian at a single point."""
    matrix = ", ".join(f"[{', '.join(row)}]" for row in rows)
    return {
        "gradient": f"return np.array([{', '.join(slopes)}])",
        "hessian": f"return np.array([{matrix}])",
    }


def _columns(slopes: list[str], rows: list[list[str]]) -> dict[str, str]:
    """Return the same where other variables may be columns of data, and some slopes constant."""
    entries = ", ".join(entry for row in rows for entry in row)
    d = len(slopes)
    return {
        "gradient": f"return np.array(np.broadcast_arrays({', '.join(slopes)}))",
        "hessian": f"entries = np.array(np.broadcast_arrays({entries}))\n"
        f"    return entries.reshape({d}, {d}, *entries.shape[1:])",
    }


def _python_name(name: str) -> str:
    """Return a variable's name, changed if Python or NumPy's name forbids it."""
    while name == "np" or keyword.iskeyword(name):
        name += "_"
    return name
