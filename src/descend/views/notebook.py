"""What a notebook shows of a record: its summary, its picture, its explanation."""

import base64
import io
from html import escape
from weakref import WeakKeyDictionary

import numpy as np
from PIL import Image

from descend.records.descent import Descent
from descend.views.figures.style import styled
from descend.views.picture import plot

DPI = 80
"""Of the picture, whose bytes are kept in the notebook: as wide as its column."""

COLOURS = 256
"""Of the picture: as many as one byte tells apart."""

# IPython asks for HTML and for a picture, one after the other: the picture is drawn once.
_drawn: WeakKeyDictionary[Descent, bytes | str] = WeakKeyDictionary()


def as_html(descent: Descent) -> str:
    """Return the summary, the picture and the explanation of a descent as HTML."""
    picture = _picture(descent)
    if isinstance(picture, bytes):
        data = base64.b64encode(picture).decode("ascii")
        seen = f'<img alt="its picture" style="max-width: 100%" src="data:image/png;base64,{data}">'
    else:
        seen = f"<p>No picture: {escape(picture)}.</p>"
    explained = escape(descent.explain())
    told = f'<p style="white-space: pre-line; max-width: 50em">{explained}</p>'
    return f"<div><p><strong>{escape(repr(descent))}</strong></p>{seen}{told}</div>"


def as_png(descent: Descent) -> bytes | None:
    """Return the picture of a descent as a small PNG file; None if there is nothing to draw."""
    picture = _picture(descent)
    return picture if isinstance(picture, bytes) else None


def _picture(descent: Descent) -> bytes | str:
    """Return the picture, or why there is none."""
    if descent not in _drawn:
        try:
            _drawn[descent] = _small_png(descent)
        except ValueError as reason:
            _drawn[descent] = str(reason)
    return _drawn[descent]


@styled()
def _small_png(descent: Descent) -> bytes:
    figure = plot(descent)
    figure.set_dpi(DPI)
    figure.canvas.draw()
    pixels = np.asarray(figure.canvas.buffer_rgba())[..., :3]  # type: ignore[attr-defined]
    image = Image.fromarray(pixels.copy())
    stream = io.BytesIO()
    image.quantize(COLOURS, dither=Image.Dither.NONE).save(stream, format="PNG", optimize=True)
    return stream.getvalue()
