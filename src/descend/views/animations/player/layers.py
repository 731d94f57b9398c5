"""The layers of regions that move on a page: pictures, boundaries, rows and rings around them."""

from __future__ import annotations

import base64
import io
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from PIL import Image, features

from descend.protocols import Array
from descend.views.animations.player.track import encoded, shares_of
from descend.views.animations.region_film import RegionFilm, boundary_paths
from descend.views.models.region_marks import OUTLINES, colour_of, tinted

PICTURE = (64, 48)
"""Columns and rows of the picture of an instant: it is made larger smoothly."""

SHEET_COLUMNS = 12
"""Pictures side by side on the sheet that holds all of them."""

QUALITY = 96
"""Of the sheet as WebP."""


def layers_of(ax: Axes, film: RegionFilm, instants: npt.NDArray[np.int64]) -> dict[str, Any]:
    """Return what the page draws at each instant, in shares of a figure that is drawn."""
    pictures, lines, missed = [], [], []
    for now in instants.tolist():
        regions = film.regions(now)
        pictures.append(_picture(tinted(regions)))
        paths = [shares_of(ax, path) for path in boundary_paths(ax, regions)]
        gaps = [part for path in paths for part in (path, np.full((1, 2), np.nan))]
        lines.append(np.concatenate([np.empty((0, 2)), *gaps]))
        missed.append(film.missed(now))
    places = shares_of(ax, film.plane.places)
    k = len(film.recorded.classes)
    return {
        "sheet": _sheet(pictures),
        "columns": SHEET_COLUMNS,
        "size": PICTURE,
        "lines": [[encoded(each[:, 0]), encoded(each[:, 1])] for each in lines],
        "missed": [
            base64.b64encode(np.packbits(each).tobytes()).decode("ascii") for each in missed
        ],
        "x": encoded(places[:, 0]),
        "y": encoded(places[:, 1]),
        "classes": film.true.tolist(),
        "colours": [colour_of(place) for place in range(k)],
        "shapes": [OUTLINES[place % len(OUTLINES)] for place in range(k)],
        "diameter": round(float(np.sqrt(np.clip(6000 / max(len(places), 1), 9, 38))), 2),
    }


def _picture(colours: Array) -> Image.Image:
    """Return tints `(m, m, 3)`, the lowest row first, as a small picture."""
    image = Image.fromarray((255 * colours[::-1]).round().astype(np.uint8))
    return image.resize(PICTURE, Image.Resampling.BOX)


def _sheet(pictures: list[Image.Image]) -> str:
    """Return the pictures on one sheet, row by row, as an address that holds it."""
    width, height = PICTURE
    rows = -(-len(pictures) // SHEET_COLUMNS)
    sheet = Image.new("RGB", (width * SHEET_COLUMNS, height * rows), "white")
    for place, picture in enumerate(pictures):
        down, across = divmod(place, SHEET_COLUMNS)
        sheet.paste(picture, (across * width, down * height))
    stream = io.BytesIO()
    kind = "webp" if features.check("webp") else "png"
    sheet.save(stream, format=kind, quality=QUALITY)
    return f"data:image/{kind};base64,{base64.b64encode(stream.getvalue()).decode('ascii')}"
