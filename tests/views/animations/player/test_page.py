"""The page of a film: small, whole, by itself, the same each time, and true to the record."""

import base64
import functools
import json
import re
import shutil
import subprocess
import time
from html.parser import HTMLParser

import numpy as np
import pytest
from descents import BOWL, CUBE, HILL, LOG, ROSENBROCK, WELL, descended

import descend
from descend import DescentRegressor, views
from descend.records.film import Film

STARTS = np.random.default_rng(0).uniform(-4, 4, (200, 2))
ROWS = np.random.default_rng(0).standard_normal((40, 3))
BY_BATCHES = DescentRegressor(optimizer="sgd", batch_size=8, max_iter=8, tol=0.0, random_state=0)
HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)>&amp;\"'"

VOID = {"meta", "link", "input", "img", "br"}

# made when they are asked for, and once
FILMS = {
    "map": lambda: (descended(ROSENBROCK, [-1.2, 1.0], 0.001, 300), {}),
    "long": lambda: (descended(ROSENBROCK, [-1.2, 1.0], 0.001, 30_000), {"surface": True}),
    "runs": lambda: (descended(HILL, STARTS, 0.05, 400), {"surface": True}),
    "crowd": lambda: (descended(HILL, np.tile(STARTS, (5, 1)), steps=40), {}),
    "curve": lambda: (descended(WELL, [1.9], 0.02, names=["w"]), {}),
    "curve, runs": lambda: (descended(WELL, STARTS[:20, :1] / 4, 0.02, names=["w"]), {}),
    "values": lambda: (descended(CUBE, [1, 2, 3], names="xyz"), {}),
    "many runs": lambda: (descended(CUBE, np.ones((9, 3)), names="xyz"), {}),
    "no points": lambda: (descended(BOWL, [1.0, 1.0], record=False), {}),
    "diverged": lambda: (descended(BOWL, [[3.0, 3.0], [1.0, 1.0]], 0.45, 2000), {"surface": True}),
    "not finite": lambda: (descended(LOG, [[0.1, 3.0], [1.5, 1.0]], 2.5, 40), {}),
    "ascent": lambda: (descended(HILL, STARTS[:3], -0.1, maximised=True), {}),
    "batches": lambda: (BY_BATCHES.fit(ROWS, ROWS[:, 0]).descent_, {}),
    "no step": lambda: (descended(BOWL, [1.0, 1.0], steps=0), {}),
    "hostile": lambda: (
        descended(BOWL, [1.0, 1.0], names=(HOSTILE, "<b>"), formula=HOSTILE),
        {"title": HOSTILE},
    ),
}


@functools.cache
def film_of(name):
    """Return a descent to film, and the options of its film."""
    return FILMS[name]()


class Page(HTMLParser):
    """What a browser would find: tags that match, the scripts, the visible text."""

    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.texts, self.addresses = [], [], {}, []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        given = dict(attrs)
        assert not any(name.startswith("on") for name in given)
        self.addresses += [given[n] for n in ("src", "href", "srcset", "data") if n in given]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open:
            self.texts.setdefault(self.open[-1], []).append(data)

    @property
    def film(self):
        first, *_ = self.texts["script"]
        return json.loads(first)


def page_of(descent, **options):
    return views.animate(descent, **options).page


@functools.cache
def text_of(name):
    """Return the page of a film, drawn once."""
    descent, options = film_of(name)
    return page_of(descent, **options)


def track_of(panel):
    track = panel["track"]
    x, y = (np.frombuffer(base64.b64decode(track[axis]), "<f4") for axis in "xy")
    k = 1 if len(x) == len(y) == track["rows"][-1] + 1 else len(y) // (track["rows"][-1] + 1)
    return x.reshape(-1, k if len(x) == len(y) else 1), y.reshape(-1, k), np.array(track["rows"])


@pytest.mark.parametrize("name", FILMS)
def test_a_film_is_one_small_page_that_asks_for_nothing(name):
    descent, _ = film_of(name)
    text = text_of(name)
    assert len(text.encode()) < 500_000
    page = Page(text)
    assert page.tags.count("script") == 2
    assert page.tags.count("canvas") == len(page.film["panels"])
    assert "img" not in page.tags
    assert all(address.startswith(("data:", "#")) for address in page.addresses)
    own = text.replace(HOSTILE, "")
    for outward in ("http", "@import", "fetch(", "XMLHttp", "import(", "WebSocket", "sendBeacon"):
        assert outward not in own
    assert not re.search(r"url\((?!#|data:)", own)
    film = page.film
    assert film["seconds"] == 8.0
    assert 1 <= len(film["readout"]) <= 120
    last = len(descent.values) - 1
    assert film["readout"][-1].startswith(f"{descent.unit} {last:,} of {last:,}")
    assert film["readout"][0].startswith(f"{descent.unit} 0 of")


@pytest.mark.parametrize("name", ["diverged", "curve"])
def test_the_page_is_the_same_each_time_and_in_a_file(name, tmp_path):
    descent, options = film_of(name)
    file = views.animate(descent, tmp_path / "film.html", **options)
    assert file.read_bytes() == text_of(name).encode()


@pytest.mark.parametrize("starts", [STARTS[:1], STARTS[:7], STARTS], ids=[1, 7, 200])
def test_the_coordinates_are_those_of_the_record(starts):
    descent = descended(HILL, starts, 0.05, 20)
    window = np.array([(-6.0, 6.0), (-5.0, 5.0)])
    film = Page(page_of(descent, window=window.tolist())).film
    left, top, right, bottom = film["panels"][0]["box"]
    x, y, rows = track_of(film["panels"][0])
    place = (descent.points - window[:, 0]) / (window[:, 1] - window[:, 0])
    assert rows.tolist() == list(range(21))
    np.testing.assert_allclose(x, left + place[..., 0] * (right - left), atol=2e-5)
    np.testing.assert_allclose(y, bottom + place[..., 1] * (top - bottom), atol=2e-5)
    # beside it the values against the steps: on linear axes both are shares of the picture
    panel = film["panels"][1]
    across, down, _ = track_of(panel)
    shape = np.polyfit(descent.values.ravel(), np.broadcast_to(down, (21, len(starts))).ravel(), 1)
    fitted = np.polyval(shape, descent.values.ravel())
    np.testing.assert_allclose(down.ravel(), fitted, atol=2e-5)
    np.testing.assert_allclose(across[:, 0], panel["cursor"], atol=2e-5)
    assert shape[0] < 0


def test_tangents_have_the_slope_of_the_function():
    descent = descended(WELL, [[1.9], [-1.5]], 0.02, names=["w"])
    (panel, _) = Page(page_of(descent)).film["panels"]
    x, y, _ = track_of(panel)
    across, down = (np.frombuffer(base64.b64decode(t), "<f4") for t in panel["tangents"])
    # the scale of the picture, from two places on the curve
    values = descent.values
    unit_x = (x[0, 0] - x[0, 1]) / (descent.points[0, 0, 0] - descent.points[0, 1, 0])
    unit_y = (y[0, 0] - y[0, 1]) / (values[0, 0] - values[0, 1])
    w = descent.points[..., 0].ravel()
    slope = 4 * w**3 - 6 * w + 0.5
    np.testing.assert_allclose(down / across, slope * unit_y / unit_x, rtol=2e-3, atol=1e-4)
    np.testing.assert_allclose(np.hypot(across, down), 0.11, rtol=1e-5)


def test_runs_that_leave_are_marked_where_they_were_last_seen():
    descent = descended(BOWL, [[3.0, 3.0], [0.0, 3.0], [0.0, 1.0]], 0.45, 60)
    film = Page(page_of(descent, window=((-4, 4), (-4, 4)))).film
    assert [end for end, _ in film["runs"]["ends"]] == ["cross", "end", "end"]
    x, y, _ = track_of(film["panels"][0])
    left, top, right, bottom = film["panels"][0]["box"]
    seen = film["runs"]["ends"][0][1]
    assert left <= x[seen, 0] <= right
    assert top <= y[seen, 0] <= bottom
    assert not left <= x[seen + 1, 0] <= right


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("values", "The two components hold 100 % of the path's variance."),
        ("many runs", "Paths are drawn in one or two variables, and here are 3"),
        ("no points", 'No points were recorded: run it again with record="all"'),
        ("crowd", "200 of 1,000 runs move"),
    ],
)
def test_what_is_not_shown_is_said(name, told):
    assert any(told in text for text in Page(text_of(name)).texts["p"])


def test_a_race_has_a_key_of_names_colours_and_shapes():
    race = descend.race("booth", [4.0, -2.0], steps=30)
    first = race.entries[0]._replace(name=HOSTILE)
    race = race._replace(entries=(first, *race.entries[1:]))
    film = race.animate()
    assert isinstance(film, Film)
    assert len(film.page) < 500_000
    page = Page(film.page)
    assert page.tags.count("script") == 2
    assert "".join(page.texts["li"]).startswith(HOSTILE)
    names = [entry.name for entry in race.entries[:10]]
    assert all(name in "".join(page.texts["li"]) for name in names)
    runs = page.film["runs"]
    # drawn last, above the others, are the best
    assert len({*runs["marks"][-10:]}) == 10
    assert len({*runs["colours"][-10:]}) == 10
    assert len(page.film["panels"]) == 3


def test_titles_are_text():
    page = Page(text_of("hostile"))
    assert page.texts["h1"] == [HOSTILE]
    assert page.texts["title"][0] == HOSTILE


def test_a_film_is_made_quickly(tmp_path):
    descent = descended(HILL, STARTS[:50], 0.02, 1000)
    began = time.perf_counter()
    views.animate(descent, tmp_path / "film.html")
    # The goal is 3 s on two cores; here, a busy machine is allowed some more.
    assert time.perf_counter() - began < 9


# a browser without a window draws no frames by itself
PLAY = "<script>stop(); play(); for (let now = before; before !== null;) tick(now += 90);</script>"

KEYS = """
<script>
stop(); show(0); const told = [position];
const press = (key) => document.dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true}));
for (const key of ["ArrowRight", "ArrowRight", "ArrowLeft", "End", "Home"]) {
  press(key); told.push(position);
}
press("+"); told.push(Number(speed.value)); press("-"); press("-"); told.push(Number(speed.value));
press(" "); told.push(before !== null); press("k"); told.push(before !== null);
document.title = JSON.stringify(told);
</script>
"""


def browsed(file, *flags):
    """Return what a browser made of a page, and what it complained about."""
    browser = shutil.which("chromium")
    assert browser is not None
    command = [browser, "--headless", "--no-sandbox", "--enable-logging=stderr", "--dump-dom"]
    ran = subprocess.run(
        [*command, "--virtual-time-budget=3000", *flags, f"file://{file}"],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    complaints = [line for line in ran.stderr.splitlines() if "CONSOLE" in line]
    return ran.stdout, complaints


@pytest.mark.thorough
@pytest.mark.parametrize("name", FILMS)
def test_a_browser_plays_it_to_the_end_without_complaint(name, tmp_path):
    (descent, _), text = film_of(name), text_of(name)
    playing, last = tmp_path / "playing.html", len(descent.values) - 1
    playing.write_text(text.replace("</body>", PLAY + "</body>"))
    page, complaints = browsed(playing)
    assert complaints == []
    assert f">{descent.unit} {last:,} of {last:,} · " in page


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("flag", "step"), [("--incognito", 0), ("--force-prefers-reduced-motion", 9)]
)
def test_with_reduced_motion_the_finished_path_is_shown_at_once(flag, step, tmp_path):
    file = views.animate(descended(BOWL, [3.0, 3.0], 0.1, 9), tmp_path / "film.html")
    page, complaints = browsed(file, flag)
    assert complaints == []
    assert f">step {step} of 9 · " in page
    assert ('class="playing"' in page) == (step == 0)


@pytest.mark.thorough
def test_keys_step_play_and_change_the_speed(tmp_path):
    file = tmp_path / "film.html"
    page = page_of(descended(BOWL, [3.0, 3.0], 0.1, 9))
    file.write_text(page.replace("</body>", KEYS + "</body>"))
    seen, complaints = browsed(file)
    assert complaints == []
    told = json.loads(re.search(r"<title>(.*?)</title>", seen).group(1))
    assert told == [0, 1, 2, 1, 9, 0, 2, 0.5, True, False]
