"""For everyone: keyboard alone, reduced motion, no WebGL, small screens; and the address."""

import os
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest
from playground_pages import STILL, WITHOUT_WEBGL, Visit, at_each_width, browsing, colours

pytestmark = pytest.mark.thorough

HILL = "?formula=(5x^2 + y^2)/2&starts=-2,2.5&window=-3,3;-3,3&optimizer=sgd&rate=0.1&steps=40"
LINE = "?room=line&points=-1,-2;0,1;1,2;2,5&steps=20&rate=0.05"


def test_the_hill_by_keyboard_alone(visit):
    opened = visit(HILL)
    page = opened.page
    page.locator(".contour").focus()
    for key in ["ArrowRight"] * 5 + ["Shift+ArrowUp", "Enter"]:
        page.keyboard.press(key)
    opened.settled()
    starts = opened.last("runs")["starts"]
    assert starts[1] == pytest.approx([0.6, 0.75])
    for key in ["Enter", "ArrowLeft", "ArrowLeft", "Enter"]:  # picked up, moved, put down
        page.keyboard.press(key)
    opened.settled()
    assert opened.last("runs")["starts"][1] == pytest.approx([0.36, 0.75])
    page.keyboard.press("Delete")
    opened.settled()
    assert opened.last("runs")["starts"] == [[-2, 2.5]]
    before = page.locator(".surface").screenshot()
    page.locator(".surface").focus()
    page.keyboard.press("ArrowLeft")
    page.wait_for_timeout(200)
    assert page.locator(".surface").screenshot() != before


def test_points_by_keyboard_alone(visit):
    opened = visit(LINE)
    page = opened.page
    page.locator(".scatter").focus()
    for key in ["ArrowRight", "Enter"]:
        page.keyboard.press(key)
    opened.settled()
    assert len(opened.last("line")["points"]) == 5
    page.keyboard.press("Delete")
    opened.settled()
    assert len(opened.last("line")["points"]) == 4


def test_the_map_by_keyboard_alone(visit):
    opened = visit(HILL.replace("=sgd", "=momentum"), **STILL)
    page = opened.page
    plot = page.locator(".area-map .plot")
    plot.scroll_into_view_if_needed()
    opened.until("document.querySelectorAll('.area-map .key li').length === 4")
    plot.focus()
    for key in ["ArrowLeft", "ArrowUp", "Enter"]:
        page.keyboard.press(key)
    opened.settled()
    assert opened.last("runs")["rate"] != 0.1
    whole = opened.last("map")["rates"]
    page.keyboard.press("+")
    opened.settled()
    assert opened.last("map")["rates"] != whole


@pytest.mark.parametrize("query", [HILL, LINE, "?room=live", "?room=lessons"])
def test_tab_reaches_everything_and_the_focus_is_seen(visit, query):
    opened = visit(query)
    page = opened.page
    wanted = page.evaluate(
        """[...document.querySelectorAll("a[href], button, input, select, summary, [tabindex='0']")]
            .filter(each => each.tabIndex >= 0 && !each.disabled && each.checkVisibility({ visibilityProperty: true })).length"""
    )
    reached = page.evaluate("document.activeElement.blur()") or set()
    for _ in range(wanted + 5):
        page.keyboard.press("Tab")
        found = page.evaluate(
            """() => {
                const at = document.activeElement;
                at.dataset.seen ??= Math.random();
                const { outlineStyle, outlineWidth } = getComputedStyle(at);
                return [at.dataset.seen, at === document.body || (outlineStyle !== "none" && parseFloat(outlineWidth) >= 2)];
            }"""
        )
        assert found[1]
        reached.add(found[0])
    assert len(reached) >= wanted


def test_every_field_has_a_label(visit):
    for query in (HILL, LINE):
        page = visit(query).page
        unnamed = page.evaluate(
            """[...document.querySelectorAll("input, select, button")]
                .filter(each => !each.labels?.length && !each.ariaLabel && !each.textContent.trim()).map(each => each.outerHTML)"""
        )
        assert unnamed == []


def test_less_motion_shows_the_finished_path_and_steps(visit):
    opened = visit(HILL, reduced_motion="reduce")
    page = opened.page
    opened.shows(".now", "40 of 40")
    page.get_by_role("button", name="One step back").click()
    opened.shows(".now", "39 of 40")
    page.get_by_role("button", name="Play", exact=True).click()
    opened.shows(".now", "40 of 40")


def test_results_are_read_aloud_once_not_each_frame(visit):
    opened = visit(HILL)
    page = opened.page
    opened.until("document.querySelector('body > [aria-live]').textContent.includes('SGD')")
    page.evaluate(
        """() => {
            window.said = [];
            new MutationObserver(() => window.said.push(document.querySelector("body > [aria-live]").textContent))
                .observe(document.querySelector("body > [aria-live]"), { childList: true, characterData: true, subtree: true });
        }"""
    )
    page.get_by_role("button", name="Find", exact=False).or_(
        page.get_by_label("Climb instead of descend")
    ).first.check()
    opened.settled()
    page.wait_for_timeout(800)
    assert len(page.evaluate("window.said")) == 1


WRONG = "?formula=2x)"
ONE = "?formula=x^2&starts=1;2"

# what changes with the theme is colours alone
RULES = {"light": "{}", "dark": "{ runOnly: ['cat.color'] }"}


def test_axe_finds_nothing(visit):
    if "AXE" not in os.environ:
        return  # .ci/run fetches it, where it can
    axe = Path(os.environ["AXE"]).read_text()
    # what plays is drawn all the while, and axe sees nothing of it
    opened = visit(HILL, reduced_motion="reduce", color_scheme="light")
    page = opened.page
    page.evaluate(axe)
    for query in (HILL, ONE, WRONG, LINE, "?room=live", "?room=lessons"):
        opened.go(query)
        page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
        for scheme, rules in RULES.items():
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            opened.answered()
            found = page.evaluate(
                f"axe.run(document, {{ resultTypes: ['violations'], ...{rules} }})"
            )["violations"]
            assert found == [], (query, scheme, [
                (each["id"], each["nodes"][0]["html"]) for each in found
            ])  # fmt: skip


@pytest.mark.parametrize("query", [HILL, LINE], ids=["hill", "line"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_width_and_no_theme_leaves_a_canvas_blank_or_a_page_too_wide(visit, query, scheme):
    opened = visit(query, color_scheme=scheme, **STILL)
    page = opened.page
    for width in at_each_width(page, 300):
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        stages = page.locator(".stage:visible").all()
        assert stages, width
        for stage in stages:
            assert colours(stage) > 30, width


def test_without_webgl_the_surface_is_drawn_on_a_plain_canvas(playwright, port):
    with browsing(playwright, *WITHOUT_WEBGL) as plain:
        opened = Visit(plain, port, HILL).open()
        page = opened.page
        assert page.evaluate("document.createElement('canvas').getContext('webgl2')") is None
        opened.settled()
        surface = page.locator(".surface")
        assert colours(surface) > 200
        before = surface.screenshot()
        surface.focus()
        page.keyboard.press("ArrowLeft")
        page.wait_for_timeout(200)
        assert surface.screenshot() != before
        opened.close()


ADDRESSES = [
    HILL,
    "?formula=rosenbrock&optimizer=adam&race=sgd,lion&rate=auto&adam.beta1=0.5&seed=3&noise=0.1",
    "?formula=x^2&starts=1;-2&schedule=cosine&ascent=1",
    LINE + "&degree=2&loss=huber&batch=1&scaling=1&pair=1,2&optimizer=momentum&momentum.mu=0.5",
]


@pytest.mark.parametrize("query", ADDRESSES)
def test_the_address_holds_the_state(visit, query):
    opened = visit(query, **STILL)
    opened.settled()
    kind = "line" if "room=line" in query else "runs"
    page = opened.page
    asked = opened.last(kind)
    # any change writes the address; undone, the address is of the same state
    steps = page.get_by_label("Steps, as a number", exact=True)
    before = steps.input_value()
    for value in ("17", before):
        steps.fill(value)
        steps.blur()
        opened.settled()
    again = visit(opened.search(), **STILL)
    again.settled()
    assert again.last(kind) == asked
    assert "token" not in page.evaluate("location.href")


FORMULA = "x^2 + y^2 + x*y"


@pytest.mark.parametrize("written", [FORMULA.replace(" ", ""), quote(FORMULA), quote_plus(FORMULA)])
def test_links_hold_a_plus_however_they_were_written(visit, written):
    opened = visit(f"?formula={written}")
    assert opened.last("runs")["formula"].replace(" ", "") == FORMULA.replace(" ", "")


def test_a_link_on_a_slide_works_in_a_new_tab(visit):
    opened = visit()
    tab = opened.context.new_page()
    tab.goto(f"http://127.0.0.1:{opened.port}/?formula=x^2+3y^2")
    tab.locator(".sentence strong").wait_for()


def test_full_screen_for_a_projector(visit):
    opened = visit(HILL)
    opened.page.get_by_role("button", name="Full screen").click()
    opened.until("document.documentElement.classList.contains('projected')")
    opened.page.get_by_role("button", name="Leave full screen").click()
    opened.until("!document.documentElement.classList.contains('projected')")


def test_rooms_change_by_links_and_back(visit):
    opened = visit()
    page = opened.page
    page.get_by_role("link", name="Lessons").click()
    page.get_by_role("link", name="Unstable").click()
    opened.until("document.querySelector('.bound-text').textContent.includes('▲')")
    page.go_back()
    page.get_by_role("heading", name="Lessons").wait_for()
    page.get_by_role("link", name="Line", exact=True).click()
    page.get_by_role("heading", name="Fit a line").wait_for()


def test_every_lesson_is_answered(visit):
    opened = visit("?room=lessons")
    page = opened.page
    addresses = page.locator(".lesson a").evaluate_all(
        "links => links.map(link => link.getAttribute('href'))"
    )
    assert len(addresses) > 25
    page.emulate_media(reduced_motion="reduce")
    for address in addresses:
        opened.go(address.removeprefix("/"))
        assert page.locator(".sentence strong").count() == 1, address
        assert page.locator(".error:not(:empty)").all_text_contents() == [], address


def test_a_page_without_the_token_says_what_to_open(browser, port):
    opened = Visit(browser, port)
    opened.page.goto(f"http://127.0.0.1:{port}/")
    opened.page.get_by_text("descend playground").last.wait_for()
    assert "printed" in opened.page.locator(".failure").text_content()
    opened.close()
