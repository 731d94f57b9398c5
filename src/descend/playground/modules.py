"""The page's modules as one: what a notebook is sent, whose front end takes a single module.

Nothing is translated. Each file is handed over as it is, after those that it imports; in the
browser each becomes a module of its own again (`static/widget.js`).
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

STATIC = Path(__file__).parent / "static"

HOST = "widget.js"
"""What puts the page in a notebook's cell; it imports nothing."""

STYLE = "style.css"

_IMPORTED = re.compile(
    r"""(?:^import\s(?:[^;"']*?\sfrom\s)?|^export\s[^;"']*?\sfrom\s|\bimport\()\s*["']([^"']+)["']""",
    re.MULTILINE,
)


@cache
def joined(entry: str, static: Path = STATIC) -> str:
    """Return the one module that shows the page that begins with `entry`.

    Raises
    ------
    ValueError
        If a module imports what is not in the folder, or modules import one another in a circle.

    Examples
    --------
    >>> joined("notebook.js").count("export default")
    1
    """
    page = {
        "entry": entry,
        "style": (static / STYLE).read_text(encoding="utf-8"),
        "modules": list(in_order(entry, static).items()),
    }
    host = (static / HOST).read_text(encoding="utf-8")
    return f"{host}\nexport default widgetOf({json.dumps(page)});\n"


def in_order(entry: str, static: Path = STATIC) -> dict[str, str]:
    """Return the texts of a module and of all that it needs, each after those that it imports."""
    texts: dict[str, str] = {}
    _take(entry, static, texts, ())
    return texts


def imported(text: str) -> list[str]:
    """Return what a module imports, as it names it.

    Examples
    --------
    >>> imported('import { a } from "./a.js"; await import("./b.js");')
    ['./a.js', './b.js']
    """
    return _IMPORTED.findall(text)


def _take(name: str, static: Path, texts: dict[str, str], above: tuple[str, ...]) -> None:
    """Add a module after those that it imports."""
    if name in texts:
        return
    if name in above:
        raise ValueError(f"modules import one another in a circle: {' -> '.join((*above, name))}")
    text = (static / name).read_text(encoding="utf-8")
    for other in imported(text):
        inner = other.removeprefix("./")
        if inner == other or not (static / inner).is_file():
            raise ValueError(f"{name} imports {other!r}, which is not in the folder {static}")
        _take(inner, static, texts, (*above, name))
    texts[name] = text
