"""What a notebook shows, in a fresh kernel and piece by piece."""

import io
import os
from html.parser import HTMLParser

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient
from PIL import Image
from running import ENVIRONMENT

import descend
from descend import DescentRegressor, minimize, views

CELLS = {
    "import descend, sys; d = descend.minimize('booth', [5.0, 5.0])": set(),
    "d.plot()": {"image/png"},
    "d": {"image/png", "text/html"},
    "d.animate()": {"text/html"},
    "r = descend.race('booth', [5.0, 5.0], optimizers=['sgd', 'adam'], steps=9); r": {"text/html"},
    "r.plot()": {"image/png"},
    "descend.find_rate('booth', [5.0, 5.0])": {"text/html"},
    "descend.sweep('booth', [5.0, 5.0], steps=5)": {"text/html"},
    "'matplotlib.pyplot' in sys.modules": set(),
    "from matplotlib import pyplot; d.plot()": {"image/png"},
}


def test_a_fresh_kernel_shows_pictures_tables_and_films(monkeypatch, tmp_path):
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    # the kernel draws into the notebook, not on a screen
    monkeypatch.delenv("MPLBACKEND", raising=False)
    # of the kernel's own debugger
    monkeypatch.setenv("PYDEVD_DISABLE_FILE_VALIDATION", "1")
    monkeypatch.setenv("IPYTHONDIR", os.fspath(tmp_path))
    cells = [nbformat.v4.new_code_cell(code) for code in CELLS]
    notebook = nbformat.v4.new_notebook(cells=cells)
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    shown = {}
    for cell in notebook.cells:
        assert len(cell.outputs) <= 1, cell.source
        shown[cell.source] = dict(cell.outputs[0].data) if cell.outputs else {}
    for code, kinds in CELLS.items():
        assert set(shown[code]) == kinds | ({"text/plain"} if shown[code] else set()), code
    assert shown["'matplotlib.pyplot' in sys.modules"]["text/plain"] == "False"
    assert "converged" in shown["d"]["text/html"]
    assert 'sandbox="allow-scripts"' in shown["d.animate()"]["text/html"]


NAMED = "<script>alert(1)</script>"
SGD = {"optimizer": "sgd", "learning_rate": 0.1, "steps": 30}
RECORDS = {
    "one": minimize("(5*x^2 + y^2)/2", [3.0, 3.0], **SGD),
    "runs": minimize("sin(x)*sin(y)", starts=50, seed=0, **SGD),
    "many variables": minimize(lambda w: w @ w, [1.0, 2.0, 3.0], **SGD),
    "no points": minimize("x^2 + y^2", [1.0, 1.0], record="values", **SGD),
    "diverged": minimize("9*x^2 + 20*y^2", [3.0, 3.0], **SGD),
    "end only": minimize("sphere", [1.0, 2.0], record=None),
    "by batches": DescentRegressor(optimizer="sgd", max_iter=3, tol=0.0, random_state=0)
    .fit(np.eye(40, 2), np.arange(40.0))
    .descent_,
    "hostile": minimize("x^2 + 30*y^2", [1.0, 1.0], **SGD).changed(
        names=(NAMED, "y"), formula=NAMED, notes=(NAMED,)
    ),
}


class Tags(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.found, self.images = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found.append(tag)
        self.images += [dict(attrs)["src"]] if tag == "img" else []


@pytest.mark.parametrize("record", RECORDS.values(), ids=RECORDS)
def test_a_record_is_its_picture_and_its_explanation(record):
    html, png = record._repr_html_(), record._repr_png_()
    assert len(html) < 250_000
    tags = Tags(html)
    assert set(tags.found) <= {"div", "p", "strong", "img"}
    assert all(image.startswith("data:image/png;base64,") for image in tags.images)
    if record is RECORDS["end only"]:
        assert png is None
        assert not tags.images
        assert "run it again with record=" in html
        return
    assert len(tags.images) == 1
    with Image.open(io.BytesIO(png)) as image:
        assert image.format == "PNG"
        assert 600 <= image.width <= 1000
        assert len(image.convert("RGB").getcolors(10**6)) > 5


def test_every_figure_is_a_picture():
    for figure in (
        descend.race("booth", [5.0, 5.0], optimizers=["sgd"], steps=5).plot(),
        descend.find_rate("booth", [5.0, 5.0]).plot(),
        views.loss_curves({"training": [3.0, 1.0]}),
    ):
        with Image.open(io.BytesIO(figure._repr_png_())) as image:
            assert image.size == tuple(np.round(figure.bbox.size).astype(int))
