"""The backdrop of a panel: what does not move, as a drawing in the page's colours."""

from __future__ import annotations

import base64
import io
import re

from PIL import Image, features

from descend.views.animations.panels import MapPanel, SurfacePanel
from descend.views.animations.player.drawn import Drawn
from descend.views.report.drawing import drawing

QUALITY = 85
"""Of a landscape as WebP: no difference is seen, and it has a quarter of the bytes of a PNG."""


def backdrop(drawn: Drawn, name: str) -> str:
    """Return the drawing as an SVG element, its landscape as an image; `name` marks its parts."""
    if isinstance(drawn.panel, MapPanel | SurfacePanel):
        for ax in drawn.figure.axes:
            for area in ax.collections:
                area.set_rasterized(True)
    svg = re.search(r"<svg.*</svg>", drawing(drawn.figure, drawn.panel.label, name), re.DOTALL)
    assert svg is not None
    # within a page the vocabularies are known: nothing in it looks like an address
    bare = re.sub(r'\sxmlns(:\w+)?="[^"]*"', "", svg.group()).replace("xlink:href", "href")
    return re.sub(r"data:image/png;base64,\s*([^\"]+)", _smaller, bare)


def _smaller(png: re.Match[str]) -> str:
    """Return the address of an image's content as WebP, if this Pillow can write it."""
    if not features.check("webp"):
        return png.group()
    stream = io.BytesIO()
    with Image.open(io.BytesIO(base64.b64decode(png.group(1)))) as image:
        image.save(stream, format="WEBP", quality=QUALITY)
    return f"data:image/webp;base64,{base64.b64encode(stream.getvalue()).decode('ascii')}"
