"""Every control of the hill, in a browser, against the real server."""

import json
import re
from contextlib import suppress
from urllib.parse import parse_qs

import numpy as np
import pytest
from playground_pages import STILL, colours, slide
from playwright.sync_api import Error

pytestmark = pytest.mark.thorough

BOWL = "?formula=(5x^2 + y^2)/2&starts=-2,2.5&window=-3,3;-3,3&optimizer=momentum&rate=0.1&steps=40"


def control(page, label):
    return page.get_by_label(label, exact=True)


def unfold(page, name):
    page.locator("summary", has_text=name).click()


# label, what is done with the control, where the question then holds what
CHANGES = [
    ("Learning rate", lambda c: slide(c, 0.8), lambda q: q["rate"] == pytest.approx(1, rel=0.01)),
    (
        "Learning rate, as a number",
        lambda c: (c.fill("0.05"), c.blur()),
        lambda q: q["rate"] == 0.05,
    ),
    ("Find a rate that works", lambda c: c.check(), lambda q: q["rate"] == "auto"),
    (
        "Momentum μ",
        lambda c: slide(c, 0.5),
        lambda q: q["optimizers"][0]["parameters"] == {"mu": pytest.approx(0.5, rel=0.01)},
    ),
    (
        "Rate inside the velocity",
        lambda c: c.check(),
        lambda q: q["optimizers"][0]["parameters"]["rate_inside"] is True,
    ),
    ("Find a rate that works", lambda c: c.uncheck(), lambda q: q["rate"] == 0.05),
    ("Schedule", lambda c: c.select_option("cosine"), lambda q: q["schedule"]["name"] == "cosine"),
    ("Steps", lambda c: slide(c, 0.5), lambda q: q["steps"] == 100),
    ("Steps, as a number", lambda c: (c.fill("7"), c.blur()), lambda q: q["steps"] == 7),
    ("Noise in the gradient", lambda c: slide(c, 0.2), lambda q: q["noise"] == 1),
    ("Seed of the noise", lambda c: slide(c, 1.0), lambda q: q["seed"] == 99),
    (
        "Optimizer",
        lambda c: c.select_option("adam"),
        lambda q: q["optimizers"][0]["name"] == "adam",
    ),
    ("Climb instead of descend", lambda c: c.check(), lambda q: q["ascent"] is True),
    ("Formula", lambda c: c.fill("x^2 + 3y^2"), lambda q: q["formula"] == "x^2 + 3y^2"),
    ("Landmarks", lambda c: c.select_option("himmelblau"), lambda q: "11" in q["formula"]),
]


def test_each_control_asks_for_what_it_shows(visit):
    opened = visit(BOWL, **STILL)
    opened.settled()
    for label, act, is_asked in CHANGES:
        act(control(opened.page, label))
        opened.settled()
        assert is_asked(opened.last("runs")), (label, opened.last("runs"))


def test_balls_are_dropped_dragged_and_removed_with_the_pointer(visit):
    opened = visit(BOWL, **STILL)
    page = opened.page
    stage = page.locator(".contour")
    box = stage.bounding_box()

    def at(x, y):  # a point of the window as a place on the page, by the plot's margins
        across = 46 + (x + 3) / 6 * (box["width"] - 56)
        down = 10 + (3 - y) / 6 * (box["height"] - 44)
        return across, down

    stage.click(position=dict(zip("xy", at(1, -2), strict=True)))
    opened.settled()
    assert np.allclose(opened.last("runs")["starts"], [[-2, 2.5], [1, -2]], atol=0.03)
    page.mouse.move(box["x"] + at(1, -2)[0], box["y"] + at(1, -2)[1])
    page.mouse.down()
    page.mouse.move(box["x"] + at(2, 0)[0], box["y"] + at(2, 0)[1], steps=5)
    page.mouse.up()
    opened.settled()
    assert np.allclose(opened.last("runs")["starts"], [[-2, 2.5], [2, 0]], atol=0.03)
    assert page.locator(".runs tbody tr").count() == 2
    stage.dblclick(position=dict(zip("xy", at(2, 0), strict=True)))
    opened.settled()
    assert np.allclose(opened.last("runs")["starts"], [[-2, 2.5]], atol=0.03)


def test_starts_and_window_are_lists_of_numbers_too(visit):
    opened = visit(BOWL, **STILL)
    page = opened.page
    unfold(page, "Starts")
    page.get_by_role("button", name="Scatter 20").click()
    opened.settled()
    assert len(opened.last("runs")["starts"]) == 21
    page.get_by_role("button", name="Remove start 3", exact=True).click()
    opened.settled()
    assert len(opened.last("runs")["starts"]) == 20
    control(page, "Start 1, y").fill("1.25")
    control(page, "Start 1, y").blur()
    opened.settled()
    assert opened.last("runs")["starts"][0] == [-2, 1.25]
    page.get_by_role("button", name="Keep one").click()
    opened.settled()
    assert opened.last("runs")["starts"] == [[-2, 1.25]]
    unfold(page, "Window")
    control(page, "x to").fill("1")
    control(page, "x to").blur()
    opened.settled()
    assert opened.last("function")["window"] == [[-3, 1], [-3, 3]]
    page.get_by_role("button", name="Zoom out", exact=True).click()
    opened.settled()
    low, high = opened.last("function")["window"][0]
    assert low < -3 < 1 < high
    page.get_by_role("button", name="Usual window").click()
    opened.settled()
    assert opened.last("function")["window"] is None


def test_all_optimizers_race_with_a_row_and_a_mark_each(visit):
    opened = visit(BOWL, **STILL)
    page = opened.page
    unfold(page, "Race")
    page.get_by_role("button", name="All", exact=True).click()
    opened.settled()
    racers = len(opened.last("runs")["optimizers"])
    assert racers == page.locator(".racers input").count() > 30
    assert page.locator(".runs tbody tr").count() == racers
    row = page.locator(".runs tbody tr").nth(2)
    row.get_by_role("button").click()
    assert row.get_by_role("button").get_attribute("aria-pressed") == "true"
    page.get_by_role("button", name="None", exact=True).click()
    opened.settled()
    assert len(opened.last("runs")["optimizers"]) == 1


def test_the_player_plays_pauses_steps_and_scrubs(visit):
    opened = visit(BOWL)
    page = opened.page
    page.get_by_role("button", name="To the start").click()
    opened.shows(".now", "0 of 40")
    page.get_by_role("button", name="Step", exact=True).click()
    page.get_by_role("button", name="Step", exact=True).click()
    opened.shows(".now", "2 of 40")
    page.get_by_role("button", name="One step back").click()
    opened.shows(".now", "1 of 40")
    value = page.locator(".figure-value dd").text_content()
    slide(page.get_by_label("Speed"), 1.0)
    page.get_by_role("button", name="Play", exact=True).click()
    opened.shows(".now", "40 of 40")
    assert page.locator(".figure-value dd").text_content() != value
    slide(page.get_by_label("Step shown"), 0.5)
    opened.shows(".now", "20 of 40")
    slide(page.get_by_label("Speed"), 0.0)
    page.get_by_role("button", name="Play", exact=True).click()
    page.get_by_role("button", name="Pause").click()
    page.get_by_role("button", name="Play", exact=True).wait_for()
    page.get_by_role("button", name="To the end").click()
    opened.shows(".now", "40 of 40")


def test_figures_are_those_of_the_answer(visit):
    opened = visit(BOWL.replace("momentum", "sgd"))
    page = opened.page
    page.get_by_role("button", name="To the start").click()
    page.get_by_role("button", name="Step", exact=True).click()
    # one step of 0.1 from (-2, 2.5): to (-1, 2.25), where f = 5.03125 and the gradient is (-5, 2.25)
    opened.shows(".figure-step dd", "1")
    shown = {
        n: page.locator(f".figure-{n} dd").text_content()
        for n in ("value", "gradient", "curvature", "bound")
    }
    assert shown == {"value": "5.0313", "gradient": "5.4829", "curvature": "5.0000", "bound": "0.4"}


@pytest.mark.parametrize(("rate", "is_passed"), [(0.39, False), (0.42, True)])
def test_the_bound_is_marked_on_the_slider_and_said_when_passed(visit, rate, is_passed):
    opened = visit(BOWL.replace("momentum", "sgd").replace("rate=0.1", f"rate={rate}"))
    page = opened.page
    opened.until("document.querySelector('.bound-text').textContent.includes('0.4')")
    assert ("▲" in page.locator(".bound-text").text_content()) is is_passed
    assert page.locator(".panel .mark").is_visible()
    share = float(
        page.locator(".panel .mark").evaluate("mark => mark.style.getPropertyValue('--share')")
    )
    assert share == pytest.approx(np.log(0.4 / 1e-4) / np.log(10 / 1e-4), abs=1e-3)


ERRORS = [  # query, text that must stand beside which field
    ("?formula=sin(", "Formula"),
    ("?formula=x%2By%2Bz%2Bw", "Formula"),
    (BOWL.replace("rate=0.1", "rate=-1"), "Learning rate, as a number"),
]


@pytest.mark.parametrize(("query", "label"), ERRORS)
def test_what_the_server_refuses_stands_beside_its_field(visit, query, label):
    opened = visit()
    opened.query = query
    opened.page.goto(f"http://127.0.0.1:{opened.port}/{query}")
    field = control(opened.page, label)
    opened.until("document.querySelector('[aria-invalid]')")
    assert field.get_attribute("aria-invalid") == "true"
    described = field.get_attribute("aria-describedby").split()
    texts = [opened.page.locator(f"#{each}").text_content() for each in described]
    assert any(len(text) > 10 for text in texts)
    control(opened.page, "Formula").fill("x^2 + y^2")
    if label == "Formula":
        opened.until("!document.querySelector('[aria-invalid]')")


def test_a_hill_whose_starts_are_refused_tells_nothing_of_the_one_before(visit):
    opened = visit(BOWL)
    page = opened.page
    sentence, value = page.locator(".sentence"), page.locator(".figure-value dd")
    assert sentence.text_content()
    control(page, "Formula").fill("log(x) + log(y)")
    page.locator(".error", has_text="not finite at the start").wait_for()
    assert (sentence.text_content(), value.text_content()) == ("", "")
    assert page.get_by_role("button", name="Why?").is_hidden()
    assert colours(page.locator(".area-chart .plot")) < 3
    control(page, "Formula").fill("x^2 + y^2")
    opened.until("document.querySelector('.sentence').textContent !== ''")
    assert page.locator(".error", has_text="not finite at the start").count() == 0
    assert value.text_content()


def test_one_variable_is_a_curve(visit):
    opened = visit("?formula=x^4/4 - x^2&starts=1.9;-0.3&optimizer=sgd&rate=0.05&steps=30")
    page = opened.page
    assert page.locator(".curve").is_visible()
    assert not page.locator(".contour").is_visible()
    assert colours(page.locator(".curve")) > 40
    page.locator(".curve").click(position={"x": 200, "y": 100})
    opened.settled()
    starts = opened.last("runs")["starts"]
    assert len(starts) == 3
    assert all(len(start) == 1 for start in starts)


def test_derivatives_and_minima_come_after_the_balls_and_once(visit):
    opened = visit("?formula=x^2%2B3y^2%2Bx*y")
    opened.answered()
    page = opened.page
    slide(control(page, "Learning rate"), 0.3)
    opened.settled()
    kinds = [kind for kind, _ in opened.asked]
    assert kinds.index("runs") < min(kinds.index(kind) for kind in ("derivatives", "stationary"))
    assert kinds.count("derivatives") == kinds.count("stationary") == 1
    assert page.locator(".equations").get_attribute("aria-busy") == "false"
    unfold(page, "Window")
    page.get_by_role("button", name="Zoom in", exact=True).click()
    # the minima of another window come once its balls roll, however late that is
    opened.asks("stationary", 2)
    opened.settled()
    kinds = [kind for kind, _ in opened.asked]
    assert (kinds.count("derivatives"), kinds.count("stationary")) == (1, 2)


def test_derivatives_are_typeset(visit):
    opened = visit(BOWL)
    opened.answered()
    formulas = opened.page.locator(".equation math")
    assert formulas.count() == 1 + 2 + 3
    assert formulas.nth(1).evaluate("node => node.namespaceURI").endswith("MathML")
    assert "5" in formulas.nth(1).text_content()


def test_the_map_replays_a_pixel_and_zooms(visit):
    opened = visit(BOWL, **STILL)
    page = opened.page
    figure = page.locator(".area-map")
    figure.scroll_into_view_if_needed()
    opened.until("document.querySelectorAll('.area-map .key li').length === 4")
    opened.settled()
    stage = figure.locator(".plot")
    assert colours(stage) > 20
    first = opened.last("map")
    stage.click(position={"x": 150, "y": 100})
    opened.settled()
    asked = opened.last("runs")
    assert first["rates"][0] < asked["rate"] < first["rates"][1]
    assert 0 < asked["optimizers"][0]["parameters"]["mu"] < 1
    figure.get_by_role("button", name="Zoom in on the map").click()
    opened.settled()
    low, high = opened.last("map")["rates"]
    assert first["rates"][0] < low < high < first["rates"][1]
    figure.get_by_role("button", name="Whole map").click()
    opened.settled()
    assert opened.last("map")["rates"] == first["rates"]
    box = stage.bounding_box()
    page.mouse.move(box["x"] + 120, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 220, box["y"] + 140, steps=4)
    page.mouse.up()
    opened.settled()
    assert opened.last("map")["rates"] != first["rates"]
    figure.get_by_label("Against").select_option("")
    opened.settled()
    assert opened.last("map")["parameter"] is None


def test_the_basins_are_drawn_and_take_a_ball(visit):
    opened = visit("?formula=himmelblau&optimizer=sgd&rate=0.01&starts=0,0&steps=100")
    page = opened.page
    figure = page.locator(".area-basins")
    figure.scroll_into_view_if_needed()
    opened.until("document.querySelectorAll('.area-basins .key li').length >= 4")
    opened.settled()
    assert colours(figure.locator(".plot")) > 6
    figure.locator(".plot").click(position={"x": 150, "y": 100})
    opened.settled()
    assert len(opened.last("runs")["starts"]) == 2


def test_the_table_shows_the_numbers(visit):
    opened = visit(BOWL.replace("steps=40", "steps=120"))
    page = opened.page
    unfold(page, "Numbers")
    rows = page.locator(".area-table tbody tr")
    assert rows.count() == 50
    assert rows.first.locator("td").nth(0).text_content() == "−2.0000"
    page.get_by_role("button", name="Later steps").click()
    assert rows.first.locator("th").text_content() == "50"
    rows.first.get_by_role("button").click()
    opened.shows(".now", "50 of 120")


def test_arrows_can_be_put_away(visit):
    opened = visit(BOWL)
    page = opened.page
    slide(page.get_by_label("Step shown"), 0.1)
    opened.settled()
    before = page.locator(".contour").screenshot()
    arrows = page.get_by_role("group", name="Shown")
    control(arrows, "Gradient, downhill").uncheck()
    control(arrows, "Momentum").uncheck()
    control(arrows, "Path").uncheck()
    page.wait_for_timeout(100)
    assert page.locator(".contour").screenshot() != before


def test_link_code_and_files_are_shared(visit, tmp_path):
    opened = visit(BOWL)
    page = opened.page
    control(page, "Learning rate, as a number").fill("0.07")
    control(page, "Learning rate, as a number").blur()
    opened.settled()
    page.get_by_role("button", name="Copy link").click()
    page.get_by_text("Copied", exact=True).wait_for()
    link = page.evaluate("navigator.clipboard.readText()")
    assert parse_qs(link.partition("?")[2])["rate"] == ["0.07"]
    assert "token" not in link
    tops = "[...document.querySelectorAll('.area-share > .row button')].map(each => each.offsetTop)"
    assert len(set(page.evaluate(tops))) == 1  # on one row
    page.get_by_role("button", name="Python code").click()
    opened.until("document.querySelector('dialog').open")
    # it says which loops the answer that is shown took, so that they are taken again
    assert opened.last("code")["uncompiled"] in ([], ["momentum"])
    code = page.locator("dialog pre").text_content()
    assert "descend" in code
    compile(code, "shared", "exec")
    page.keyboard.press("Escape")
    with page.expect_download() as caught:
        page.get_by_role("button", name=re.compile("^CSV")).click()
    caught.value.save_as(tmp_path / "path.csv")
    assert len((tmp_path / "path.csv").read_text().splitlines()) > 30


@pytest.mark.parametrize(
    ("kind", "start"), [("PNG", b"\x89PNG"), ("GIF", b"GIF8"), ("HTML", b"<!")]
)
def test_pictures_and_films_are_downloaded(visit, tmp_path, kind, start):
    opened = visit(BOWL.replace("steps=40", "steps=8"))
    with opened.page.expect_download(timeout=60_000) as caught:
        opened.page.get_by_role("button", name=re.compile(f"^{kind}")).click()
    caught.value.save_as(tmp_path / "file")
    assert (tmp_path / "file").read_bytes().lstrip().lower().startswith(start.lower())


def test_a_diverged_descent_says_why(visit):
    opened = visit(BOWL.replace("momentum", "sgd").replace("rate=0.1", "rate=0.6"))
    page = opened.page
    assert page.locator(".sentence").get_attribute("data-status") == "diverged"
    page.get_by_role("button", name="Why?").click()
    opened.until("document.querySelector('.explanation').textContent.length > 60")
    assert "0.4" in page.locator(".explanation").text_content()


def test_only_the_newest_answer_is_shown(visit):
    opened = visit(BOWL)
    page = opened.page
    opened.settled()
    held = []

    def hold(route):
        # the first answer is kept back until the second has been shown
        body = json.loads(route.request.post_data)
        if body["rate"] == 0.2 and not held:
            held.append(route)
            return
        route.continue_()

    page.route("**/api/runs", hold)
    field = control(page, "Learning rate, as a number")
    field.fill("0.2")
    field.blur()
    page.wait_for_timeout(200)
    assert held
    field.fill("0.03")
    field.blur()
    opened.shows(".figure-rate dd", "0.03")
    with suppress(Error):  # the page may have given up the question, which is right, too
        held[0].continue_()
    page.wait_for_timeout(400)
    assert page.locator(".figure-rate dd").text_content() == "0.03"
