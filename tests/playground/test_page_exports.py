"""What leaves the page as a file is opened again by other programs."""

import csv
import json
import subprocess
from itertools import pairwise

import numpy as np
import pytest
from PIL import Image

pytestmark = pytest.mark.thorough

HILL = "?formula=(5x^2 + y^2)/2&starts=-2,2.5;1,1&window=-3,3;-3,3&optimizer=sgd&rate=0.1&steps=6"
LINE = "?room=line&points=-1,-2;0,1;1,2;2,5;3,6.5&start=3,-1&steps=6&rate=0.05"
ROOMS = pytest.mark.parametrize("query", [HILL, LINE], ids=["hill", "line"])


@pytest.fixture
def saved(visit, tmp_path):
    """Open a page, press the button of a kind of file, and return the file and the visit."""

    def save(query, kind):
        opened = visit(query)
        opened.page.set_default_timeout(60_000)
        with opened.page.expect_download(timeout=60_000) as download:
            opened.page.get_by_role("button", name=f"{kind}:").click()
        file = tmp_path / download.value.suggested_filename
        download.value.save_as(file)
        assert file.name == f"descend.{kind.lower()}"
        return file, opened

    return save


@ROOMS
def test_a_picture_is_opened_again(saved, query):
    file, _ = saved(query, "PNG")
    with Image.open(file) as image:
        image.load()
        assert image.format == "PNG"
        assert min(image.size) > 300
        assert len(image.convert("RGB").getcolors(1 << 24)) > 100


@ROOMS
def test_a_film_has_a_frame_for_each_step_that_move(saved, query):
    file, _ = saved(query, "GIF")
    with Image.open(file) as image:
        assert image.format == "GIF"
        count = image.n_frames
        assert count >= 7
        frames = []
        for place in (0, count // 2, count - 1):
            image.seek(place)
            frames.append(np.asarray(image.convert("RGB")).astype(int))
    assert all(np.abs(a - b).max() > 50 for a, b in pairwise(frames))
    told = subprocess.run(
        ["ffprobe", "-v", "error", "-count_frames", "-select_streams", "v", "-of", "json",
         "-show_entries", "stream=nb_read_frames", file],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert int(json.loads(told.stdout)["streams"][0]["nb_read_frames"]) == count


@ROOMS
def test_a_page_of_its_own_asks_for_nothing_and_moves(saved, browser, query):
    file, _ = saved(query, "HTML")
    context = browser.new_context(offline=True)
    page = context.new_page()
    asked, complaints = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: message.type == "error" and complaints.append(message.text))
    page.goto(file.as_uri())
    first = page.screenshot()
    page.wait_for_timeout(700)
    buttons = page.get_by_role("button")
    assert buttons.count() > 0
    page.keyboard.press("ArrowRight")
    buttons.first.click()
    page.wait_for_timeout(500)
    assert page.screenshot() != first
    others = [url for url in asked if not url.startswith(("data:", "blob:"))]
    assert others == [file.as_uri()]
    assert complaints == []
    context.close()


@ROOMS
def test_a_table_has_the_path_that_the_page_shows(saved, query):
    file, opened = saved(query, "CSV")
    with file.open() as text:
        rows = list(csv.DictReader(text))
    value = "loss" if "room=line" in query else "value"
    last = float(rows[6][value])
    opened.page.get_by_role("button", name="To the end").click()
    opened.shows(".now", "6 of 6")
    shown = opened.page.locator(".figure-value dd").first.text_content()
    assert float(shown.replace("\u2212", "-").replace(",", "")) == pytest.approx(last, rel=1e-3)
    assert [int(row["step"]) for row in rows[:7]] == list(range(7))
