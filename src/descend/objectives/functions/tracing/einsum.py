"""Sums of products over letters, recorded."""

from __future__ import annotations

import string
from typing import Any

import numpy as np

from descend.objectives.functions.tracing.products import as_array, conjugate
from descend.objectives.functions.tracing.recording import primitive


def _letters(args: Any) -> tuple[list[str], str, list[Any]]:
    """Return the letters of each operand and of the result, and the operands, of an `einsum`."""
    if isinstance(args[0], str):
        text, operands = args[0].replace(" ", ""), [as_array(x) for x in args[1:]]
    else:
        pairs = list(args)
        end = pairs.pop() if len(pairs) % 2 else None
        operands = [as_array(x) for x in pairs[::2]]

        def named(places: Any) -> str:
            return "".join("..." if k is Ellipsis else string.ascii_letters[k] for k in places)

        text = ",".join(map(named, pairs[1::2])) + ("" if end is None else "->" + named(end))
    before, arrow, after = text.partition("->")
    subscripts = before.split(",")
    if not arrow:
        once = [c for c in sorted(set(before) - set(",.")) if before.count(c) == 1]
        after = ("..." if "." in before else "") + "".join(once)
    spare = [c for c in string.ascii_letters if c not in text]
    most = max(
        (
            x.ndim - len(s.replace("...", ""))
            for s, x in zip(subscripts, operands, strict=True)
            if "." in s
        ),
        default=0,
    )
    hidden = "".join(spare[:most])
    subscripts = [
        s.replace("...", hidden[most - (x.ndim - len(s.replace("...", ""))) :] if "." in s else "")
        for s, x in zip(subscripts, operands, strict=True)
    ]
    return subscripts, after.replace("...", hidden), operands


def einsum(*args: Any, out: Any = None, optimize: Any = False, **options: Any) -> Any:
    """Return a sum of products, recorded; its slopes are such sums, too."""
    subscripts, after, operands = _letters(args)
    text = ",".join(subscripts) + "->" + after

    def by(k: int) -> Any:
        def slope(g: Any, y: Any, *inputs: Any) -> Any:
            others = [
                (s, conjugate(x))
                for j, (s, x) in enumerate(zip(subscripts, inputs, strict=True))
                if j != k
            ]
            spare = [c for c in string.ascii_letters if c not in text]
            target, parts = "", [(after, g), *others]
            present = set(after).union(*(s for s, _ in others))
            for letter, n in zip(subscripts[k], inputs[k].shape, strict=True):
                name = letter
                if letter in target:  # a diagonal
                    name = spare.pop()
                    parts.append((letter + name, np.eye(n)))
                elif letter not in present:  # a sum over this operand alone
                    parts.append((letter, np.ones(n)))
                target += name
            where = ",".join(s for s, _ in parts) + "->" + target
            return np.einsum(where, *(x for _, x in parts), optimize=True)

        return slope

    slopes = [by(k) for k in range(len(operands))]
    return primitive(lambda *xs: np.einsum(text, *xs, optimize=optimize), *slopes)(*operands)
